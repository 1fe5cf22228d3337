"""Discord's permissions that the bot needs, as bits and as Discord names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ADMINISTRATOR: Final = 1 << 3
REACT: Final = 1 << 6
VIEW: Final = 1 << 10
SEND: Final = 1 << 11
EMBED: Final = 1 << 14
HISTORY: Final = 1 << 16
NEEDED: Final[Mapping[str, int]] = {  # those of the invitation in the README
    "Add Reactions": REACT,
    "View Channels": VIEW,
    "Send Messages": SEND,
    "Embed Links": EMBED,
    "Read Message History": HISTORY,
}


def missing(allowed: int, needed: int | None = None) -> list[str]:
    """needed: all of them, if not said."""
    if allowed & ADMINISTRATOR:
        return []
    wanted = sum(NEEDED.values()) if needed is None else needed
    return [name for name, bit in NEEDED.items() if wanted & bit and not allowed & bit]
