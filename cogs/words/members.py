"""How members are named in sentences: by a mention, which pings nobody, as long as they want to be known."""

from __future__ import annotations

from bot.stores.history import FORMER_MEMBER

A_FORMER_MEMBER = "a former member"


def mention(member_id: int) -> str:
    """Who had their data deleted is named to nobody."""
    return A_FORMER_MEMBER if member_id == FORMER_MEMBER else f"<@{member_id}>"
