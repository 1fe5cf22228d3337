"""Contributions on their way to Spotify: each lands once, in order, whatever fails."""
