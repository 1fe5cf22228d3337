"""Mixtape without its Discord commands: services, Spotify client, stores and callback server."""
