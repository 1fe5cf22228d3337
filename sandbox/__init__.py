"""A loopback world with a Discord and a Spotify of its own, for the demo and the end-to-end tests."""
