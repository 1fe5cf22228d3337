"""/shared list: who owns each shared playlist, how tracks get in, what's pending, and what is in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.lifecycle.lending_limits import MOST_LENT
from bot.services.shared.lifecycle.overview import NEEDS_LINK, HeldUp
from cogs.ui.controls import Item
from cogs.ui.layout import MOST_TEXT, line, text, with_button
from cogs.ui.reply import Reply, controls
from cogs.ui.shared.page import PAGES
from cogs.words.counts import PLAYLISTS
from cogs.words.held_up import needs_link
from cogs.words.lists import HINTS, NAMES, standing_lines
from cogs.words.names import FOOTER, list_name, mention
from cogs.words.text import size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.overview import ListSummary
    from cogs.ui.layout import Part

TITLE = Text("### Shared playlists")
NONE_YET = Text(
    "No shared playlist here yet. If you have linked Spotify, make one with {create} or lend one of yours "
    "with {adopt}."
)
OWNED = Text("{mode} · owned by {owner}")
OWNED_DEFAULT = Text("{mode} · owned by {owner} · default")
PENDING = Plural("{n:,} pending", "{n:,} pending")
ON_THE_WAY = Plural("{n:,} on the way", "{n:,} on the way")
KEPT = Text("What's pending is kept until {day}, then it expires.")
ASKED = Plural(
    "-# Each member can lend up to {n:,} playlist here. From the second one on, a server manager has to agree.",
    "-# Each member can lend up to {n:,} playlists here. From the second one on, a server manager has to agree.",
)
NOT_ASKED = Plural(
    "-# Each member can lend up to {n:,} playlist here without asking a manager.",
    "-# Each member can lend up to {n:,} playlists here without asking a manager.",
)
STOP_ASKING, ASK_AGAIN = Text("Don't ask managers"), Text("Ask managers")
SHOW = Text("Show")
AND_MORE = Plural(
    "-# … and {n:,} more. {show} suggests their names.", "-# … and {n:,} more. {show} suggests their names."
)
MOST_BESIDE: Final = 8  # lists with a button: more would be too many components


ASKING = Item("sp:asking", on="[yn]")  # of those who may manage the server


def lists_reply(
    bot: DiscordBot, summaries: Sequence[ListSummary], default_id: str, *, asks: bool, manages: bool
) -> Reply:
    """asks: whether managers have to agree to a member's further lists. manages: who reads it may change that."""
    asking = (ASKED if asks else NOT_ASKED)(MOST_LENT)
    button = ASKING.button(STOP_ASKING() if asks else ASK_AGAIN(), on="n" if asks else "y")
    if not summaries:
        create, adopt = bot.mention_command("shared create"), bot.mention_command("shared adopt")
        words = NONE_YET(create=create, adopt=adopt)
        return Reply(card=(text(words, asking),), view=controls(button) if manages else None)
    head = "\n".join([TITLE(), _summary(summaries)])
    more = AND_MORE(len(summaries), show=bot.mention_command("shared show"))
    room = MOST_TEXT - size(head + asking + more)
    blocks = [_block(bot, each, is_default=_id(each) == default_id) for each in summaries]
    shown = _that_fit(blocks, room)
    parts: list[Part] = [text(head), *_entries(list(zip(summaries, shown, strict=False)))]
    if len(shown) < len(summaries):
        rest = len(summaries) - len(shown)
        parts.append(text(AND_MORE(rest, show=bot.mention_command("shared show"))))
    parts.append(with_button(asking, button) if manages else text(asking))
    return Reply(card=tuple(parts))


def _summary(summaries: Sequence[ListSummary]) -> str:
    """“3 playlists · 2 pending · 5 on the way”."""
    pending = sum(each.pending for each in summaries)
    coming = sum(each.coming for each in summaries)
    facts = [FOOTER, PLAYLISTS(len(summaries))]
    facts += [PENDING(pending)] if pending else []
    facts += [ON_THE_WAY(coming)] if coming else []
    return f"-# {' · '.join(facts)}"


def _entries(entries: Sequence[tuple[ListSummary, str]]) -> Iterator[Part]:
    """Each with its button beside it, or, where they are many, the text alone."""
    if len(entries) > MOST_BESIDE:
        yield text("\n\n".join(block for _, block in entries))
        return
    for summary, block in entries:
        yield line()
        yield with_button(block, PAGES.button(SHOW(), list=_id(summary), way="next", number=0))
    yield line()


def _block(bot: DiscordBot, standing: ListSummary, *, is_default: bool) -> str:
    shared, coming, until = standing.shared, standing.coming, standing.kept_until
    mode = f"{NAMES[shared.mode]()}: {HINTS[shared.mode]()}"
    about = (OWNED_DEFAULT if is_default else OWNED)(mode=mode, owner=mention(shared.owner_id))
    lines = [list_name(shared), about]
    if shared.trouble in NEEDS_LINK:
        lines.append(needs_link(bot, HeldUp(shared, coming)))
        lines += [KEPT(day=format_dt(until, "D"))] if until else []
        shared, coming, until = replace(shared, trouble=None), 0, None
    return "\n".join([*lines, *standing_lines(bot, shared, standing.pending, coming, until)])


def _id(standing: ListSummary) -> str:
    return standing.shared.list_id


def _that_fit(blocks: Sequence[str], room: int) -> list[str]:
    """The first of them, each whole, as half a link would show its address."""
    kept: list[str] = []
    for block in blocks:
        room -= size(block) + 2
        if room < 0:
            break
        kept.append(block)
    return kept
