"""Mixtape without its Discord commands: services, Spotify client, stores and callback server."""

VERSION = "0.1.0"  # that of pyproject.toml, which a bot in a container does not have
