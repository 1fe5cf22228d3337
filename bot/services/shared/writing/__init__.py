"""Brings what was accepted into the playlists at Spotify: once, in order, after every kind of trouble."""
