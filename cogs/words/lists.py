"""How a shared playlist is set up and how it stands, in words: the ways in, the rounds, what waits and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands
from discord.utils import format_dt

from bot.languages import Plural, Text, weekdays
from bot.stores.lists import Digests, ListStatus, Majority, Mode, RoundKind, Rounds, Trouble, Weekday
from cogs.words.names import mention

if TYPE_CHECKING:
    from datetime import datetime

    from bot.discord_bot import DiscordBot
    from bot.stores.lists import Settings, SharedPlaylist

NAMES = {
    Mode.OPEN: Text("Open"),
    Mode.APPROVAL: Text("Approval"),
    Mode.VOTE: Text("Vote"),
    Mode.EITHER: Text("Approval or vote"),
}
HINTS = {
    Mode.OPEN: Text("Tracks go straight in"),
    Mode.APPROVAL: Text("A curator approves each track"),
    Mode.VOTE: Text("Members vote on each track"),
    Mode.EITHER: Text("A curator or the votes, whichever is first"),
}
CHOICES = [
    app_commands.Choice(
        name=app_commands.locale_str(f"{NAMES[mode].english}: {HINTS[mode].english}"), value=mode.value
    )
    for mode in Mode
]


BY_HAND = Text("A round ends when a manager uses {rotate}.")
WEEKLY = Plural(
    "A round ends every {weekday} at {hour}:00.",
    "A round ends every {n} weeks, on {weekday} at {hour}:00.",
)
MONTHLY = Text("A round ends on the 1st of each month at {hour}:00.")
DAILY_DIGEST = Text("every day at {hour}:00")
WEEKLY_DIGEST = Text("every {weekday} at {hour}:00")
SAID_WHERE = {
    RoundKind.ARCHIVE: Text("Its tracks then move to the archive."),
    RoundKind.NEW_PLAYLIST: Text("The next round then starts in a new playlist."),
}
PAUSED = Text("⏸️ Paused: nothing is added until a manager uses {resume}.")
TROUBLES = {
    Trouble.OWNER_UNLINKED: Text("⚠️ {owner} unlinked Spotify. Nothing is added until they {link} again."),
    Trouble.OWNER_LEFT: Text(
        "⚠️ {owner} left this server. Nothing is added until they're back, or {transfer} finds a new owner."
    ),
    Trouble.CONSENT_ENDED: Text(
        "⚠️ The Spotify link of {owner} has expired. Nothing is added until they {link} again."
    ),
    Trouble.FORBIDDEN: Text(
        "⚠️ Spotify doesn't let {owner} change this playlist right now. I try again every hour."
    ),
    Trouble.PLAYLIST_GONE: Text("⚠️ Spotify can't find this playlist, so nothing is added. I keep checking."),
    Trouble.BOT_REMOVED: Text("⚠️ I was removed from this server. Nothing is added until I'm invited again."),
}
KEPT = Text("Pending tracks are kept until {day}.")
PENDING = Plural("{n:,} track to decide", "{n:,} tracks to decide")
COMING = Plural("{n:,} track on the way", "{n:,} tracks on the way")
MAJORITIES = {
    Majority.HALF: Text("more than half"),
    Majority.TWO_THIRDS: Text("two thirds"),
    Majority.THREE_QUARTERS: Text("three quarters"),
    Majority.ALL: Text("all"),
}
# What becomes of tracks that members add, which are the subject.
STRAIGHT_IN = Text("go straight in")
ONCE_APPROVED = Plural(
    "go in once a curator approves them within {n:,} day",
    "go in once a curator approves them within {n:,} days",
)
ONCE_AHEAD = Plural(
    "go in once 👍 lead by {lead:,} within {n:,} hour",
    "go in once 👍 lead by {lead:,} within {n:,} hours",
)


ONCE_LIKED = Plural(
    "go in once they have {lead:,} 👍 within {n:,} hour",
    "go in once they have {lead:,} 👍 within {n:,} hours",
)
ONCE_EITHER = Plural(
    "go in once a curator approves them or 👍 lead by {lead:,}, within {n:,} hour",
    "go in once a curator approves them or 👍 lead by {lead:,}, within {n:,} hours",
)
ONCE_EITHER_LIKED = Plural(
    "go in once a curator approves them or they have {lead:,} 👍, within {n:,} hour",
    "go in once a curator approves them or they have {lead:,} 👍, within {n:,} hours",
)


def mode_words(mode: Mode, settings: Settings) -> str:
    """What becomes of tracks that members add: “add tracks, which …”."""
    match mode:
        case Mode.OPEN:
            return STRAIGHT_IN()
        case Mode.APPROVAL:
            return ONCE_APPROVED(settings.approval_days)
        case Mode.VOTE:
            words = ONCE_LIKED if settings.thumbs_up_only else ONCE_AHEAD
        case Mode.EITHER:
            words = ONCE_EITHER_LIKED if settings.thumbs_up_only else ONCE_EITHER
    return words(settings.vote_hours, lead=settings.votes_needed)


def rounds_sentence(bot: DiscordBot, settings: Settings) -> str:
    hour = settings.round_hour
    match settings.rounds:
        case Rounds.BY_HAND:
            when = BY_HAND(rotate=bot.mention_command("shared rotate"))
        case Rounds.WEEKLY:
            when = WEEKLY(settings.round_weeks, weekday=weekday_name(settings.round_weekday), hour=hour)
        case Rounds.MONTHLY:
            when = MONTHLY(hour=hour)
    return f"{when} {SAID_WHERE[settings.round_kind]()}"


def digest_words(settings: Settings) -> str:
    """“every day at 9:00”, in the list's time zone."""
    if settings.digests is Digests.DAILY:
        return DAILY_DIGEST(hour=settings.digest_hour)
    return WEEKLY_DIGEST(weekday=weekday_name(settings.digest_weekday), hour=settings.digest_hour)


def weekday_name(weekday: Weekday) -> str:
    return weekdays()[list(Weekday).index(weekday)]


def standing_lines(
    bot: DiscordBot, shared: SharedPlaylist, pending: int, coming: int, until: datetime | None
) -> list[str]:
    """What is pending, and what is in the way; until: how long what is pending is kept."""
    lines = []
    if shared.status is ListStatus.PAUSED:
        lines.append(PAUSED(resume=bot.mention_command("shared resume")))
    if shared.trouble is not None:
        trouble = TROUBLES[shared.trouble](
            owner=mention(shared.owner_id),
            link=bot.mention_command("link"),
            transfer=bot.mention_command("shared transfer"),
        )
        lines.append(trouble)
        if until is not None:
            lines.append(KEPT(day=format_dt(until, "D")))
    waits = [PENDING(pending)] if pending else []
    waits += [COMING(coming)] if coming else []
    if waits:
        lines.append(" · ".join(waits))
    return lines
