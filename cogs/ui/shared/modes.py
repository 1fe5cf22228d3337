"""The three ways into a shared playlist, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.stores.lists import Mode

if TYPE_CHECKING:
    from bot.stores.lists import Settings

NAMES = {Mode.OPEN: "Open", Mode.APPROVAL: "Approval", Mode.VOTE: "Vote"}
HINTS = {
    Mode.OPEN: "What members add goes straight in",
    Mode.APPROVAL: "A curator decides about every track",
    Mode.VOTE: "In when enough members want it",
}
CHOICES = [app_commands.Choice(name=f"{NAMES[mode]}: {HINTS[mode]}", value=mode.value) for mode in Mode]


def mode_sentence(mode: Mode, settings: Settings) -> str:
    """What becomes of a track that a member adds."""
    match mode:
        case Mode.OPEN:
            return "it goes straight in"
        case Mode.APPROVAL:
            return f"a curator decides about it, within {count(settings.approval_days, 'day')}"
        case Mode.VOTE:
            more = count(settings.votes_needed, "vote")
            return f"it goes in with {more} more for it than against it, within {count(settings.vote_hours, 'hour')}"


def count(number: int, thing: str) -> str:
    """1 day, 2 days."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
