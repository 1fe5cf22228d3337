"""Discord's rules for what a bot sends, as far as the official OpenAPI document does not express them."""

from sandbox.fake_discord.rules.inspector import Inspector

__all__ = ["Inspector"]
