"""How a shared playlist is set up and how it stands, in words: the ways in, the rounds, what waits and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands
from discord.utils import format_dt

from bot.stores.lists import ListStatus, Majority, Mode, RoundKind, Rounds, Trouble
from cogs.words.names import mention
from cogs.words.text import count

if TYPE_CHECKING:
    from datetime import datetime

    from bot.discord_bot import DiscordBot
    from bot.stores.lists import Settings, SharedPlaylist

NAMES = {Mode.OPEN: "Open", Mode.APPROVAL: "Approval", Mode.VOTE: "Vote"}
HINTS = {
    Mode.OPEN: "Tracks go straight in",
    Mode.APPROVAL: "A curator approves each track",
    Mode.VOTE: "Members vote on each track",
}
CHOICES = [app_commands.Choice(name=f"{NAMES[mode]}: {HINTS[mode]}", value=mode.value) for mode in Mode]


SAID_WHEN = {
    Rounds.BY_HAND: "A round ends when a manager uses {rotate}.",
    Rounds.WEEKLY: "A round ends every Monday at 0:00.",
    Rounds.MONTHLY: "A round ends on the 1st of each month at 0:00.",
}
SAID_WHERE = {
    RoundKind.ARCHIVE: "Its tracks then move to the archive.",
    RoundKind.NEW_PLAYLIST: "The next round then starts in a new playlist.",
}
PAUSED = "⏸️ Paused: nothing is added until a manager uses {resume}."
TROUBLES = {
    Trouble.OWNER_UNLINKED: "⚠️ {owner} unlinked Spotify. Nothing is added until they {link} again.",
    Trouble.OWNER_LEFT: (
        "⚠️ {owner} left this server. Nothing is added until they're back, or {transfer} finds a new owner."
    ),
    Trouble.CONSENT_ENDED: "⚠️ The Spotify link of {owner} has expired. Nothing is added until they {link} again.",
    Trouble.FORBIDDEN: "⚠️ Spotify doesn't let {owner} change this playlist right now. I try again every hour.",
    Trouble.PLAYLIST_GONE: "⚠️ Spotify can't find this playlist, so nothing is added. I keep checking.",
    Trouble.BOT_REMOVED: "⚠️ I was removed from this server. Nothing is added until I'm invited again.",
}
KEPT = "Pending tracks are kept until {day}."
PENDING = "{count} to decide"
COMING = "{count} on the way"
MAJORITIES = {
    Majority.HALF: "more than half",
    Majority.TWO_THIRDS: "two thirds",
    Majority.THREE_QUARTERS: "three quarters",
    Majority.ALL: "all",
}
STRAIGHT_IN = "go straight in"
ONCE_APPROVED = "go in once a curator approves them within {time}"
ONCE_AHEAD = "go in once 👍 lead by {lead} within {time}"


def mode_words(mode: Mode, settings: Settings) -> str:
    """What becomes of tracks that members add: “add tracks, which …”."""
    match mode:
        case Mode.OPEN:
            return STRAIGHT_IN
        case Mode.APPROVAL:
            return ONCE_APPROVED.format(time=count(settings.approval_days, "day"))
        case Mode.VOTE:
            return ONCE_AHEAD.format(lead=settings.votes_needed, time=count(settings.vote_hours, "hour"))


def rounds_sentence(bot: DiscordBot, settings: Settings) -> str:
    when = SAID_WHEN[settings.rounds].format(rotate=bot.mention_command("shared rotate"))
    return f"{when} {SAID_WHERE[settings.round_kind]}"


def standing_lines(
    bot: DiscordBot, shared: SharedPlaylist, pending: int, coming: int, until: datetime | None
) -> list[str]:
    """What is pending, and what is in the way; until: how long what is pending is kept."""
    lines = []
    if shared.status is ListStatus.PAUSED:
        lines.append(PAUSED.format(resume=bot.mention_command("shared resume")))
    if shared.trouble is not None:
        trouble = TROUBLES[shared.trouble].format(
            owner=mention(shared.owner_id),
            link=bot.mention_command("link"),
            transfer=bot.mention_command("shared transfer"),
        )
        lines.append(trouble)
        if until is not None:
            lines.append(KEPT.format(day=format_dt(until, "D")))
    waits = [PENDING.format(count=count(pending, "track"))] if pending else []
    waits += [COMING.format(count=count(coming, "track"))] if coming else []
    if waits:
        lines.append(" · ".join(waits))
    return lines
