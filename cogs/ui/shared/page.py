"""How a page of a shared playlist is written: each item with who brought it, when, why, and what the votes said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.languages import Text
from bot.services.shared.reports.page import Away, ShownItem, ShownPage
from bot.stores.contributions import BallotKind, State
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import ListStatus
from cogs.ui.controls import LIST, Pages
from cogs.ui.layout import MOST_TEXT, text
from cogs.ui.shared.card import HEARTS
from cogs.words.counts import PEOPLE
from cogs.words.names import (
    FOOTER,
    SEPARATOR,
    mention,
    playing_time,
    track_count,
    track_line,
    unnamed,
)
from cogs.words.text import (
    fitting,
    masked_link,
    page_of,
    safe_text,
    size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.stores.contributions import Contribution
    from cogs.ui.layout import Part

EMPTY = Text("This playlist is empty. Be the first: {add}")
NOTHING_HERE = Text("This page is empty. Go back to the one before.")
PAUSED = Text("⏸️ Paused: nothing is added until a manager resumes it.")
AWAY = {
    Away.OWNER: Text(
        "⚠️ {owner} needs to {link} again before I can read this playlist. "
        "This is my own list of what members added. New tracks are kept and go in then."
    ),
    Away.GONE: Text(
        "⚠️ Spotify can't find this playlist any more. This is my own list of what members added."
    ),
    Away.WAITING: Text(
        "⚠️ Spotify is limiting my requests until {until}. This is my own list of what members added."
    ),
    Away.SPOTIFY: Text(
        "⚠️ Spotify isn't answering right now. This is my own list of what members added. Try again in a minute."
    ),
}
OWNERLESS = Text(
    "⚠️ This playlist needs a new owner before I can read it: {transfer}. "
    "This is my own list of what members added. New tracks are kept for up to 30 days."
)
LATER = Text("a little later")
SAYING = Text("{who} · “{note}”")
TRANSFER = Text("`/shared transfer`")
IN_SPOTIFY = Text("added in Spotify")
LOCAL = Text("💾 local file")
NO_LONGER = Text("*no longer available on Spotify*")
VOTE_OPEN = Text("vote to remove it is open")
KEPT = Text("kept after a vote, {keep} to {remove}")  # where 👍 was for removing it
LEAVING = Text("being removed")
TO_BE_ADDED = Text("{count} to be added")
NOTED = Text("{tracks} on record")
HIDDEN = Text("*{count} more on this page, but Spotify doesn't show them.*")
HIDDEN_ONE = Text("*1 more on this page, but Spotify doesn't show it.*")
UNDO = Text("-# Changed your mind? {undo} takes back what you added last.")
TITLE = 100
NOTE_LIMIT = 200
SHORTEST_NOTE = 24
# How long titles and artists may be, tried in turn until a page fits into one message.

PAGES: Final = Pages("sp:show", list=LIST)

ROOM = ((70, 40), (44, 24), (24, 16))


def page_parts(page: ShownPage, *, add: str, link: str, undo: str) -> tuple[Part, ...]:
    """A heading and the totals, then the items. add, link, undo: the commands as a member can click them."""
    name = masked_link(page.shared.name, page.url, TITLE)
    head = "\n".join([f"### {name}", f"-# {SEPARATOR.join(_totals(page))}", *_above(page, link)])
    if not page.items:
        return (text(head, NOTHING_HERE() if page.total else EMPTY(add=add)),)
    below = "\n".join([*([_hidden(page.hidden)] if page.hidden else []), UNDO(undo=undo)])
    return (text(head), text(_items(page, MOST_TEXT - size(head + below))), text(below))


def _totals(page: ShownPage) -> Iterator[str]:
    """“Spotify · 42 tracks · 2 h 47 min · 4 people · 3 to be added · page 1 of 3”."""
    yield FOOTER
    if count := track_count(page.total):
        yield count if page.away is None else NOTED(tracks=count)
    if page.length_ms:
        yield playing_time(page.length_ms)
    if page.people:
        yield PEOPLE(page.people)
    if page.waiting:
        yield TO_BE_ADDED(count=f"{page.waiting:,}")
    yield page_of(page.number, page.pages)


def _hidden(count: int) -> str:
    return HIDDEN_ONE() if count == 1 else HIDDEN(count=count)


def _items(page: ShownPage, room: int) -> str:
    for title, artist in ROOM:
        heads = [_head(item, title, artist) for item in page.items]
        left = room - size("\n".join(heads))
        if left >= 0:
            return "\n".join(_with_notes(page.items, heads, left))
    return fitting(map(_bare, page.items), room)


def _above(page: ShownPage, link: str) -> Iterator[str]:
    if page.shared.status is ListStatus.PAUSED:
        yield PAUSED()
    if page.away is not None:
        until = format_dt(page.until, "R") if page.until else LATER()
        ownerless = page.away is Away.OWNER and page.shared.owner_id == FORMER_MEMBER
        away = OWNERLESS if ownerless else AWAY[page.away]
        yield away(owner=mention(page.shared.owner_id), link=link, until=until, transfer=TRANSFER())


def _head(item: ShownItem, title: int, artist: int) -> str:
    return f"`{item.place}` {_what(item, title, artist)}\n-# {_who(item)}"


def _bare(item: ShownItem) -> str:
    """Without a link: its address takes more room than anything else."""
    name = safe_text(item.track.name, 24) if item.track else NO_LONGER()
    return f"`{item.place}` **{name}** · {_by(item.contribution)}"


def _what(item: ShownItem, title: int, artist: int) -> str:
    track = item.track
    if track is None:
        if not item.uri:
            return NO_LONGER()
        return f"**{safe_text(LOCAL(), title) if item.local else unnamed(item.uri, title)}**"
    return track_line(track, title=title, artists=artist, linked=not item.local)


def _who(item: ShownItem) -> str:
    parts = [_by(item.contribution)]
    one = item.contribution
    if one is not None:
        parts.append(format_dt(one.created_at, "d"))
        parts += _votes(one)
        if item.likes:
            parts.append(HEARTS.format(count=item.likes))
        if one.state is State.LEAVING:
            parts.append(LEAVING())
    if item.local and item.track is not None:
        parts.append(LOCAL())
    return " · ".join(parts)


def _by(contribution: Contribution | None) -> str:
    if contribution is None or contribution.member_id is None:
        return IN_SPOTIFY()
    return mention(contribution.member_id)


def _votes(contribution: Contribution) -> Iterator[str]:
    ballot = contribution.ballot
    if ballot is None:
        return
    if ballot.kind is BallotKind.VOTE_OFF:
        if ballot.open:
            yield VOTE_OPEN()
        elif ballot.yes or ballot.no:
            yield KEPT(keep=ballot.no, remove=ballot.yes)
    elif ballot.kind is BallotKind.VOTE_IN and (ballot.yes or ballot.no):
        yield f"👍 {ballot.yes} 👎 {ballot.no}"


def _with_notes(items: tuple[ShownItem, ...], heads: list[str], room: int) -> list[str]:
    """Each item's note after it, as much of it as all of them leave room for."""
    noted = sum(1 for item in items if item.contribution and item.contribution.note)
    limit = min(NOTE_LIMIT, room // noted - size(" · “”")) if noted else 0
    if limit < SHORTEST_NOTE:
        return heads
    return [
        SAYING(who=head, note=safe_text(item.contribution.note, limit))
        if item.contribution and item.contribution.note
        else head
        for item, head in zip(items, heads, strict=True)
    ]
