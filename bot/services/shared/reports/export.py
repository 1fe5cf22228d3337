"""A shared playlist as a file to keep: every item in order with who added it, when, why, and what happened.

Written row by row, up to the size Discord accepts: what would be too large is compressed, and if a history is too
large even then, its oldest part is left out. Titles are read for the file and kept nowhere. The formats other players
read hold the playlist only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.services.export_files import CsvFiles, JsonFiles, file_stem, time_text
from bot.services.leases import KeyedLocks
from bot.services.shared.core.likes import likes_of
from bot.services.shared.reconciliation.projection import projection_of
from bot.services.shared.reports.page import playlist_url
from bot.services.shared.reports.titles import NO_TITLES, Titles
from bot.services.track_files.entries import About, entry_of
from bot.services.track_files.written import begun, put
from bot.stores.history import FORMER_MEMBER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from bot.services.export_files import ExportFile, Row
    from bot.services.track_files.entries import Format
    from bot.services.track_files.written import Line
    from bot.spotify.models import Track
    from bot.stores import Contributions, History, Snapshots
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.likes import Likes
    from bot.stores.lists import SharedPlaylist

EVENTS_AT_ONCE = 500
ITEMS_AT_ONCE = 500
FORMER = "a former member"


class Names(Protocol):
    """The members' current names; the bot keeps none."""

    async def of(self, member_ids: Collection[int]) -> Mapping[int, str]:
        """Those whose name could be found."""
        ...


@dataclass(frozen=True, slots=True)
class Export:
    """complete: it contains all items and the whole history; otherwise the history's newest part, with `events` events.

    events: None if the format has no place for them. untitled: items that stand without a title, though they may have
    one. left: items at the end for which there was no room.
    """

    files: tuple[ExportFile, ...]
    items: int
    events: int | None
    complete: bool
    untitled: int = 0
    left: int = 0


class Exporter:
    def __init__(
        self,
        contributions: Contributions,
        history: History,
        snapshots: Snapshots,
        likes: Likes,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._history = history
        self._snapshots = snapshots
        self._likes = likes
        self._now = now
        self._locks: KeyedLocks[int] = KeyedLocks()  # by guild

    async def export(
        self,
        shared: SharedPlaylist,
        kind: Format,
        names: Names,
        titles: Titles = NO_TITLES,
        *,
        most_bytes: int,
    ) -> Export:
        """From our records, with the titles as read. most_bytes: for all files together."""
        async with self._locks.of(shared.guild_id):
            now = self._now()
            projection = await projection_of(self._contributions, self._snapshots, shared)
            copies = {uri: iter(several) for uri, several in projection.contributions.items()}
            items = [(uri, next(copies.get(uri, iter(())), None)) for uri in projection.uris]
            about = About(shared.name, playlist_url(shared.playlist_id), now)
            made = begun(kind, about, most_bytes, self._about(shared))
            written = 0
            with made.table("items"):
                for first in range(0, len(items), ITEMS_AT_ONCE):
                    if not made.has_room:
                        break
                    some = items[first : first + ITEMS_AT_ONCE]
                    held = [one for _, one in some if one]
                    known = await names.of({one.member_id for one in held if one.member_id})
                    likes = await likes_of(self._likes, shared.list_id, held)
                    lines = [_line(uri, titles.tracks.get(uri), one, known, likes) for uri, one in some]
                    put(made, lines, first + 1)
                    written += len(some)
            events, complete = None, written == len(items)
            if isinstance(made, CsvFiles | JsonFiles):
                events, whole = await self._history_in(made, shared.list_id, names)
                complete = complete and whole
            untitled = 0 if titles.away is None else sum(uri not in titles.tracks for uri, _ in items)
            files = made.finish(file_stem(shared.name, now))
            return Export(files, written, events, complete, untitled, len(items) - written)

    async def _history_in(self, made: CsvFiles | JsonFiles, list_id: str, names: Names) -> tuple[int, bool]:
        """How many events fit in, and whether these are all."""
        events = 0
        with made.table("history"):
            async for page in self._events(list_id):
                if not made.has_room:
                    return events, False
                known = await names.of(
                    {who for event in page for who in (event.actor_id, event.member_id) if who}
                )
                made.write([_event(event, known) for event in page])
                events += len(page)
        return events, True

    def _about(self, shared: SharedPlaylist) -> dict[str, str | int]:
        return {
            "list": shared.name,
            "playlist": f"spotify:playlist:{shared.playlist_id}",
            "round": shared.round_no,
            "exported_at": time_text(self._now()),
        }

    async def _events(self, list_id: str) -> AsyncIterator[Sequence[Event]]:
        before: str | None = None
        while True:
            page = await self._history.page(list_id, limit=EVENTS_AT_ONCE, before=before)
            if page.events:
                yield page.events
            if page.next is None:
                return
            before = page.next


def _line(
    uri: str,
    track: Track | None,
    one: Contribution | None,
    names: Mapping[int, str],
    likes: Mapping[str, int],
) -> Line:
    ballot = one.ballot if one else None
    entry = entry_of(
        uri,
        track,
        added_by=(_name(one.member_id, names) or "") if one else "",
        added_at=one.created_at if one else None,
        note=one.note if one else "",
        likes=likes.get(one.contribution_id, 0) if one else None,
    )
    return entry, {
        "added_by_id": _id(one.member_id) if one else None,
        "via": one.via.value if one else None,
        "votes_for": ballot.yes if ballot else None,
        "votes_against": ballot.no if ballot else None,
        "state": one.state.value if one else None,
        "round": one.round_no if one else None,
    }


def _event(event: Event, names: Mapping[int, str]) -> Row:
    return {
        "at": time_text(event.at),
        "happening": event.happening.value,
        "by_id": _id(event.actor_id),
        "by": _name(event.actor_id, names),
        "contributor_id": _id(event.member_id),
        "contributor": _name(event.member_id, names),
        "uri": event.uri,
        "detail": " ".join(
            f"{key}={FORMER if value == FORMER_MEMBER and key == 'to' else value}"
            for key, value in sorted(event.detail.items())
        ),
    }


def _id(member_id: int | None) -> str | None:
    """As text: it's too long for the numbers of JavaScript and spreadsheets."""
    return str(member_id) if member_id and member_id != FORMER_MEMBER else None


def _name(member_id: int | None, names: Mapping[int, str]) -> str | None:
    return FORMER if member_id == FORMER_MEMBER else names.get(member_id or 0)
