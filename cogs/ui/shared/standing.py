"""How a shared playlist stands: who owns it, how things get in, what waits, and what keeps it from going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.utils import format_dt

from bot.stores.lists import ListStatus, Trouble
from cogs.ui.reply import ACCENT, Reply
from cogs.words.lists import HINTS, NAMES, list_name
from cogs.words.members import mention
from cogs.words.text import EMBED_DESCRIPTION, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lending.standings import ListStanding
    from bot.stores.lists import SharedPlaylist

TITLE = "Shared playlists of this server"
NONE_YET = (
    "This server has no shared playlist yet. Whoever has linked Spotify can make one with {create}, "
    "or lend one of theirs with {adopt}."
)
LINE = "**{name}** · {mode} · lent by {owner}{default}"
DEFAULT = " · the one that is meant when none is named"
PAUSED = "⏸️ Paused: nothing is added until a manager resumes it."
TROUBLES = {
    Trouble.OWNER_UNLINKED: "⚠️ Its owner is no longer linked to Spotify, so nothing goes in.",
    Trouble.OWNER_LEFT: "⚠️ Its owner has left this server, so nothing goes in.",
    Trouble.CONSENT_ENDED: "⚠️ Its owner's link to Spotify has ended; it goes on once they link again.",
    Trouble.FORBIDDEN: "⚠️ Spotify does not let its owner change it at the moment; I try again every hour.",
    Trouble.PLAYLIST_GONE: "⚠️ Spotify does not know this playlist any more, so nothing goes in.",
}
KEPT = "What members add is kept and waits for the owner, or for a new one ({transfer})"
UNTIL = ", until {day}"
PENDING = "{count} to be decided"
COMING = "{count} on the way"
AND_MORE = "… and {count} more."


def lists_reply(bot: DiscordBot, standings: Sequence[ListStanding], default_id: str) -> Reply:
    if not standings:
        create, adopt = bot.mention_command("shared create"), bot.mention_command("shared adopt")
        return Reply(NONE_YET.format(create=create, adopt=adopt))
    blocks = [_block(bot, standing, is_default=_id(standing) == default_id) for standing in standings]
    embed = discord.Embed(title=TITLE, description=_fitting(blocks), colour=ACCENT)
    embed.set_footer(text="Spotify")
    return Reply(embed=embed)


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


def _block(bot: DiscordBot, standing: ListStanding, *, is_default: bool) -> str:
    shared = standing.shared
    first = LINE.format(
        name=list_name(shared).strip("*"),
        mode=f"{NAMES[shared.mode]} ({HINTS[shared.mode][0].lower()}{HINTS[shared.mode][1:]})",
        owner=mention(shared.owner_id),
        default=DEFAULT if is_default else "",
    )
    rest = standing_lines(bot, shared, standing.pending, standing.coming, standing.kept_until)
    return "\n".join([first, *rest])


def _id(standing: ListStanding) -> str:
    return standing.shared.list_id


def _fitting(blocks: Iterable[str]) -> str:
    """Whole lists only, as half a link would show its address."""
    kept: list[str] = []
    left = list(blocks)
    room = EMBED_DESCRIPTION - 100
    while left and len(left[0]) + 2 <= room:
        kept.append(left.pop(0))
        room -= len(kept[-1]) + 2
    return "\n\n".join([*kept, *([AND_MORE.format(count=len(left))] if left else [])])
