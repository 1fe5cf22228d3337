"""How a page of a shared playlist is written: each item with who brought it, when, why, and what the votes said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.utils import format_dt

from bot.services.shared.reports.page import Away, ShownItem, ShownPage
from bot.stores.contributions import BallotKind, State
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import ListStatus
from cogs.ui.layout import ACCENT
from cogs.words.names import EXPLICIT_MARK, by_artist, mention, track_count, unnamed
from cogs.words.text import (
    EMBED_DESCRIPTION,
    EMBED_TITLE,
    FOOTER,
    fitting,
    masked_link,
    page_of,
    plain_text,
    safe_text,
    size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.stores.contributions import Contribution

EMPTY = "Nothing is in this playlist yet. Be the first: {add}"
NOTHING_HERE = "There is nothing to show on this page."
PAUSED = "⏸️ Paused: nothing is added until one of its managers resumes it."
RECORDS = "This is what I have noted myself."
AWAY = {
    Away.OWNER: "Spotify lets me look only once {owner} connects their account again with {link}. "
    f"{RECORDS} What is added now is kept and goes in then.",
    Away.GONE: f"Spotify no longer shows me this playlist. {RECORDS}",
    Away.WAITING: f"Spotify wants me to wait until {{until}}. {RECORDS}",
    Away.SPOTIFY: f"Spotify is not answering right now. {RECORDS} Turn the page or ask again in a minute.",
}
OWNERLESS = (
    f"Spotify lets me look only once somebody takes this playlist over. {RECORDS} "
    "What is added now is kept for a while."
)
IN_SPOTIFY = "in Spotify"
LOCAL = "💾 only on the owner's device"
NO_LONGER = "*no longer available on Spotify*"
VOTE_OPEN = "a vote to take it out is open"
KEPT = "stayed after a vote, {keep} to {remove}"  # where 👍 was for taking it out
LEAVING = "is being taken out"
HIDDEN = "{count} more on this page, but Spotify does not say what."
UNDO = "-# Changed your mind? {undo} takes back what you added last."
NOTE_LIMIT = 200
SHORTEST_NOTE = 24
# How long titles and artists may be, tried in turn until a page fits into one message.
ROOM = ((70, 40), (44, 24), (24, 16))


def page_embed(page: ShownPage, *, add: str, link: str, undo: str) -> discord.Embed:
    """add, link, undo: the commands as a member can click them."""
    embed = discord.Embed(
        title=safe_text(page.shared.name, EMBED_TITLE),
        url=page.url,
        description=_description(page, add, link, undo),
        colour=ACCENT,
    )
    embed.set_footer(text=plain_text(" · ".join(_totals(page)), FOOTER))
    return embed


def _totals(page: ShownPage) -> Iterator[str]:
    yield "Spotify"
    if count := track_count(page.total):
        yield count if page.away is None else f"{count} noted"
    if page.waiting:
        yield f"{page.waiting:,} waiting to go in"
    yield page_of(page.number, page.pages)


def _description(page: ShownPage, add: str, link: str, undo: str) -> str:
    above = list(_above(page, link))
    if not page.items:
        return "\n".join([*above, NOTHING_HERE if page.total else EMPTY.format(add=add)])
    below = [f"*{HIDDEN.format(count=page.hidden)}*"] if page.hidden else []
    below.append(UNDO.format(undo=undo))
    for title, artist in ROOM:
        heads = [_head(item, title, artist) for item in page.items]
        room = EMBED_DESCRIPTION - size("\n".join([*above, *heads, *below]))
        if room >= 0:
            return "\n".join([*above, *_with_notes(page.items, heads, room), *below])
    return fitting([*above, *map(_bare, page.items)], EMBED_DESCRIPTION)


def _above(page: ShownPage, link: str) -> Iterator[str]:
    if page.shared.status is ListStatus.PAUSED:
        yield PAUSED
    if page.away is not None:
        until = format_dt(page.until, "R") if page.until else "a little later"
        ownerless = page.away is Away.OWNER and page.shared.owner_id == FORMER_MEMBER
        away = OWNERLESS if ownerless else AWAY[page.away]
        yield away.format(owner=mention(page.shared.owner_id), link=link, until=until)


def _head(item: ShownItem, title: int, artist: int) -> str:
    return f"`{item.place}` {_what(item, title, artist)}\n-# {_who(item)}"


def _bare(item: ShownItem) -> str:
    """Without a link: its address takes more room than anything else."""
    name = safe_text(item.track.name, 24) if item.track else NO_LONGER
    return f"`{item.place}` **{name}** · {_by(item.contribution)}"


def _what(item: ShownItem, title: int, artist: int) -> str:
    track = item.track
    if track is None:
        if not item.uri:
            return NO_LONGER
        return f"**{safe_text(LOCAL, title) if item.local else unnamed(item.uri, title)}**"
    name = f"**{masked_link(track.name, None if item.local else track.url, title)}**"
    return by_artist(name, track, artist) + (f" · {EXPLICIT_MARK()}" if track.explicit else "")


def _who(item: ShownItem) -> str:
    parts = [_by(item.contribution)]
    one = item.contribution
    if one is not None:
        parts.append(format_dt(one.created_at, "d"))
        parts += _votes(one)
        if one.state is State.LEAVING:
            parts.append(LEAVING)
    if item.local and item.track is not None:
        parts.append(LOCAL)
    return " · ".join(parts)


def _by(contribution: Contribution | None) -> str:
    if contribution is None or contribution.member_id is None:
        return IN_SPOTIFY
    return mention(contribution.member_id)


def _votes(contribution: Contribution) -> Iterator[str]:
    ballot = contribution.ballot
    if ballot is None:
        return
    if ballot.kind is BallotKind.VOTE_OFF:
        if ballot.open:
            yield VOTE_OPEN
        elif ballot.yes or ballot.no:
            yield KEPT.format(keep=ballot.no, remove=ballot.yes)
    elif ballot.kind is BallotKind.VOTE_IN and (ballot.yes or ballot.no):
        yield f"👍 {ballot.yes} 👎 {ballot.no}"


def _with_notes(items: tuple[ShownItem, ...], heads: list[str], room: int) -> list[str]:
    """Each item's note after it, as much of it as all of them leave room for."""
    noted = sum(1 for item in items if item.contribution and item.contribution.note)
    limit = min(NOTE_LIMIT, room // noted - size(" · “”")) if noted else 0
    if limit < SHORTEST_NOTE:
        return heads
    return [
        f"{head} · “{safe_text(item.contribution.note, limit)}”"
        if item.contribution and item.contribution.note
        else head
        for item, head in zip(items, heads, strict=True)
    ]
