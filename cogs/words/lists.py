"""How a shared playlist is named, and the three ways into it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.stores.lists import Mode
from cogs.words.text import count, masked_link

if TYPE_CHECKING:
    from bot.stores.lists import Settings, SharedPlaylist

NAMES = {Mode.OPEN: "Open", Mode.APPROVAL: "Approval", Mode.VOTE: "Vote"}
HINTS = {
    Mode.OPEN: "What members add goes straight in",
    Mode.APPROVAL: "A curator decides about every track",
    Mode.VOTE: "In when enough members want it",
}
CHOICES = [app_commands.Choice(name=f"{NAMES[mode]}: {HINTS[mode]}", value=mode.value) for mode in Mode]


NAME_SHOWN = 100


def list_name(shared: SharedPlaylist) -> str:
    return f"**{masked_link(shared.name, list_url(shared), NAME_SHOWN)}**"


def list_url(shared: SharedPlaylist) -> str:
    return f"https://open.spotify.com/playlist/{shared.playlist_id}"


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
