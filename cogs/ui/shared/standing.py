"""How a shared playlist stands: who owns it, how things get in, what waits, and what keeps it from going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.services.shared.lifecycle.lending_limits import MOST_LENT
from cogs.ui.controls import Item
from cogs.ui.layout import ACCENT
from cogs.ui.reply import Reply, controls
from cogs.words.lists import HINTS, NAMES, standing_lines
from cogs.words.names import list_name, mention
from cogs.words.text import EMBED_DESCRIPTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.overview import ListSummary

TITLE = "Shared playlists of this server"
NONE_YET = (
    "This server has no shared playlist yet. Whoever has linked Spotify can make one with {create}, "
    "or lend one of theirs with {adopt}."
)
LINE = "**{name}** · {mode} · lent by {owner}{default}"
DEFAULT = " · the one that is meant when none is named"
ASKED = (
    f"Each member can lend {MOST_LENT} playlists here; from the second one on, a server manager has to agree."
)
NOT_ASKED = f"Each member can lend {MOST_LENT} playlists here without asking a manager."
STOP_ASKING, ASK_AGAIN = "Lend without asking managers", "Ask managers again"
AND_MORE = "… and {count} more."


ASKING = Item("sp:asking", on="[yn]")  # of those who may manage the server


def lists_reply(
    bot: DiscordBot, summaries: Sequence[ListSummary], default_id: str, *, asks: bool, manages: bool
) -> Reply:
    """asks: whether managers have to agree to a member's further lists. manages: who reads it may change that."""
    asking = ASKED if asks else NOT_ASKED
    button = ASKING.button(STOP_ASKING if asks else ASK_AGAIN, on="n" if asks else "y")
    view = controls(button) if manages else None
    if not summaries:
        create, adopt = bot.mention_command("shared create"), bot.mention_command("shared adopt")
        return Reply(f"{NONE_YET.format(create=create, adopt=adopt)}\n{asking}", view=view)
    blocks = [_block(bot, standing, is_default=_id(standing) == default_id) for standing in summaries]
    embed = discord.Embed(title=TITLE, description=_fitting(blocks), colour=ACCENT)
    embed.set_footer(text="Spotify")
    return Reply(asking, embed, view)


def _block(bot: DiscordBot, standing: ListSummary, *, is_default: bool) -> str:
    shared = standing.shared
    first = LINE.format(
        name=list_name(shared).strip("*"),
        mode=f"{NAMES[shared.mode]()}: {HINTS[shared.mode]()}",
        owner=mention(shared.owner_id),
        default=DEFAULT if is_default else "",
    )
    rest = standing_lines(bot, shared, standing.pending, standing.coming, standing.kept_until)
    return "\n".join([first, *rest])


def _id(standing: ListSummary) -> str:
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
