"""How a shared playlist is set up and how it stands, in words: the ways in, the rounds, what waits and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands
from discord.utils import format_dt

from bot.stores.lists import ListStatus, Majority, Mode, RoundKind, Rounds, Trouble
from cogs.words.text import count

if TYPE_CHECKING:
    from datetime import datetime

    from bot.discord_bot import DiscordBot
    from bot.stores.lists import Settings, SharedPlaylist

NAMES = {Mode.OPEN: "Open", Mode.APPROVAL: "Approval", Mode.VOTE: "Vote"}
HINTS = {
    Mode.OPEN: "What members add goes straight in",
    Mode.APPROVAL: "A curator decides about every track",
    Mode.VOTE: "In when enough members want it",
}
CHOICES = [app_commands.Choice(name=f"{NAMES[mode]}: {HINTS[mode]}", value=mode.value) for mode in Mode]


SAID_WHEN = {
    Rounds.BY_HAND: "A round ends when a manager says so",
    Rounds.WEEKLY: "A round ends every Monday at 0:00",
    Rounds.MONTHLY: "A round ends on the first of every month at 0:00",
}
SAID_WHERE = {
    RoundKind.ARCHIVE: "then what is in it moves to the archive.",
    RoundKind.NEW_PLAYLIST: "then it stays as it is, and the next round begins in a new playlist.",
}
PAUSED = "⏸️ Paused: nothing is added until a manager resumes it."
TROUBLES = {
    Trouble.OWNER_UNLINKED: "⚠️ Its owner is no longer linked to Spotify, so nothing goes in.",
    Trouble.OWNER_LEFT: "⚠️ Its owner has left this server, so nothing goes in.",
    Trouble.CONSENT_ENDED: "⚠️ Its owner's link to Spotify has ended; it goes on once they link again.",
    Trouble.FORBIDDEN: "⚠️ Spotify does not let its owner change it at the moment; I try again every hour.",
    Trouble.PLAYLIST_GONE: "⚠️ Spotify does not know this playlist, so nothing goes in; I look again by myself.",
    Trouble.BOT_REMOVED: "⚠️ I was removed from this server, so nothing goes in until I'm added again.",
}
KEPT = "What members add is kept and waits for the owner, or for a new one ({transfer})"
UNTIL = ", until {day}"
PENDING = "{count} to be decided"
COMING = "{count} on the way"
MAJORITIES = {
    Majority.HALF: "more than half",
    Majority.TWO_THIRDS: "two thirds",
    Majority.THREE_QUARTERS: "three quarters",
    Majority.ALL: "all",
}


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


def rounds_sentence(settings: Settings) -> str:
    return f"{SAID_WHEN[settings.rounds]}; {SAID_WHERE[settings.round_kind]}"


def standing_lines(
    bot: DiscordBot, shared: SharedPlaylist, pending: int, coming: int, until: datetime | None
) -> list[str]:
    """What waits, and what is in the way; until: how long what waits is kept."""
    lines = []
    if shared.status is ListStatus.PAUSED:
        lines.append(PAUSED)
    if shared.trouble is not None:
        lines.append(TROUBLES[shared.trouble])
        if until is not None:
            kept = KEPT.format(transfer=bot.mention_command("shared transfer"))
            lines.append(f"{kept}{UNTIL.format(day=format_dt(until, 'D'))}.")
    waits = [PENDING.format(count=count(pending, "track"))] if pending else []
    waits += [COMING.format(count=count(coming, "track"))] if coming else []
    if waits:
        lines.append(" · ".join(waits))
    return lines
