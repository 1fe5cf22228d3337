"""A shared playlist as a file to keep: every item in order with who added it, when, why, and what happened.

Written row by row, up to the size Discord accepts: what would be too large is compressed, and if a history is too
large even then, its oldest part is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.services.export_files import CsvFiles, Format, JsonFiles, file_stem, time_text
from bot.services.leases import KeyedLocks
from bot.services.shared.reconciliation.projection import projection_of
from bot.stores.history import FORMER_MEMBER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from bot.services.export_files import ExportFile, Row
    from bot.stores import Contributions, History, Snapshots
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
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
    """complete: it contains the whole history; otherwise its newest part, with `events` events."""

    files: tuple[ExportFile, ...]
    items: int
    events: int
    complete: bool


class Exporter:
    def __init__(
        self,
        contributions: Contributions,
        history: History,
        snapshots: Snapshots,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._history = history
        self._snapshots = snapshots
        self._now = now
        self._locks: KeyedLocks[int] = KeyedLocks()  # by guild

    async def export(self, shared: SharedPlaylist, kind: Format, names: Names, *, most_bytes: int) -> Export:
        """From our records alone. most_bytes: for all files together."""
        async with self._locks.of(shared.guild_id):
            projection = await projection_of(self._contributions, self._snapshots, shared)
            copies = {uri: iter(several) for uri, several in projection.contributions.items()}
            items = [(uri, next(copies.get(uri, iter(())), None)) for uri in projection.uris]
            made = CsvFiles(most_bytes) if kind is Format.CSV else JsonFiles(most_bytes, self._about(shared))
            with made.table("items"):
                for first in range(0, len(items), ITEMS_AT_ONCE):
                    some = items[first : first + ITEMS_AT_ONCE]
                    known = await names.of({one.member_id for _, one in some if one and one.member_id})
                    made.write([_item(first + n, uri, one, known) for n, (uri, one) in enumerate(some, 1)])
            events, complete = 0, True
            with made.table("history"):
                async for page in self._events(shared.list_id):
                    if not made.has_room:
                        complete = False
                        break
                    known = await names.of(
                        {who for event in page for who in (event.actor_id, event.member_id) if who}
                    )
                    made.write([_event(event, known) for event in page])
                    events += len(page)
            return Export(made.finish(file_stem(shared.name, self._now())), len(items), events, complete)

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


def _item(place: int, uri: str, one: Contribution | None, names: Mapping[int, str]) -> Row:
    ballot = one.ballot if one else None
    return {
        "place": place,
        "uri": uri,
        "added_by_id": _id(one.member_id) if one else None,
        "added_by": _name(one.member_id, names) if one else None,
        "added_at": time_text(one.created_at) if one else None,
        "via": one.via.value if one else None,
        "note": one.note if one else None,
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
