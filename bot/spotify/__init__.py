"""Spotify's Web API and accounts service. Imports nothing else of Mixtape."""
