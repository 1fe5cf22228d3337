"""Lending a playlist to a guild, and everything its owner and managers do with it until it is closed."""
