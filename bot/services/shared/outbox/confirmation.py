"""Checks whether a batch is in the playlist if Spotify didn't say, before anything is sent again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.spotify.limits import LONGEST_PAGE, SHOWS_AFTER
from bot.stores.contributions import EVER_INSIDE
from bot.stores.journal import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from bot.services.shared.outbox.batch import Turn
    from bot.spotify.models import PlaylistItem
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.journal import Batch

FIRST_LOOK: Final = timedelta(seconds=2)  # after it was sent
APART: Final = timedelta(seconds=2)
ROUNDS: Final = (
    3  # how often it's sent; what has to be put back is retried, each time after twice as long ...
)
TWICE_AS_LONG: Final = 4  # ... but at most eight minutes
PAGES: Final = 4  # read at most, if others have added a lot meanwhile
FITS: Final = 1_000  # more than the URIs in a batch
RECENT: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and its position, counted from 0."""

    place: int
    uri: str
    isrc: str
    added_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    uri: str
    isrc: str

    def is_it(self, item: Placed) -> bool:
        """Spotify may have stored another release of the same recording instead."""
        return item.uri == self.uri or (self.isrc != "" and item.isrc == self.isrc)

    def worth(self, item: Placed) -> int:
        """0 if it doesn't match. More matches beat fewer exact ones; otherwise exact ones win."""
        return (FITS + (item.uri == self.uri)) * self.is_it(item)


@dataclass(frozen=True, slots=True)
class Look:
    """found: for each of the batch's URIs, the item that represents it, or None if it's missing; () if absent."""

    found: tuple[Placed | None, ...]
    total: int


class Confirmation:
    """By position, time and URI (or ISRC): an item counts as ours if it's beyond the previous end, or,
    if others have shortened the playlist meanwhile, if Spotify says it was added since we sent it.
    """

    def __init__(self, contributions: Contributions, *, now: Callable[[], datetime]) -> None:
        self._contributions = contributions
        self._now = now

    async def mend(self, turn: Turn) -> None:
        """If the clock was set back since it was sent or looked for, that wait starts over."""
        batch, now = turn.batch, self._now()
        if max(batch.sent_at, batch.lost_at or now, *batch.absences) > now:
            mended = replace(batch, sent_at=min(batch.sent_at, now), lost_at=now, absences=())
            await turn.lease.note(batch=mended)

    async def due(self, turn: Turn) -> datetime:
        """When to check next.

        At once, or, if it seems to have worked, only when Spotify can no longer be showing the previous state.
        """
        batch = turn.batch
        if not batch.absences:
            if batch.work is Work.PUT_BACK or await self._lookalikes(turn, batch, batch.uris):
                return self.last_look(batch)
            return batch.sent_at + FIRST_LOOK
        return max(self.last_look(batch), batch.absences[-1] + APART)

    def last_look(self, batch: Batch) -> datetime:
        longer = 1 << min(max(batch.attempts - ROUNDS, 0), TWICE_AS_LONG)
        return (batch.lost_at or batch.sent_at) + SHOWS_AFTER * longer

    async def of_additions(self, turn: Turn) -> Look:
        """Look for a batch that was added, where it was."""
        batch = turn.batch
        mine = await self._contributions.of_batch(turn.list_id, batch.batch_id)
        isrcs = {one.recording.uri: one.recording.isrc for one in mine}
        wanted = [Wanted(uri, isrcs.get(uri, "")) for uri in batch.uris]
        items, total = await (self._top if batch.on_top else self._tail)(turn, batch)
        alike = {item.uri for item in items if any(one.is_it(item) for one in wanted)}
        lookalikes = await self._lookalikes(turn, batch, alike)
        new = [item for item in items if _is_new(item, batch, lookalikes, total)]
        found = in_order(wanted, new)
        return Look(found if is_most(found) else (), total)

    async def note_absence(self, turn: Turn) -> bool:
        """It wasn't found. Whether it can be sent again: both checks have found nothing."""
        batch, now = turn.batch, self._now()
        absences = (*batch.absences, now)
        await turn.lease.note(batch=replace(batch, absences=absences))
        return len(absences) > 1 and now >= self.last_look(batch)

    async def _top(self, turn: Turn, batch: Batch) -> tuple[list[Placed], int]:
        """The first items: as many as others may have put before it."""
        page = await turn.access.page(0)
        items = placed(page.row, 0)
        if page.total > LONGEST_PAGE and len(items) < LONGEST_PAGE + len(batch.uris):
            page = await turn.access.page(LONGEST_PAGE)
            items += placed(page.row, LONGEST_PAGE)
        return items, page.total

    async def _tail(self, turn: Turn, batch: Batch) -> tuple[list[Placed], int]:
        """The items from a little before the previous end."""
        offset = max(0, (batch.total_before or 0) - (LONGEST_PAGE - len(batch.uris)))
        page = await turn.access.page(offset)
        if page.total <= offset and page.total:  # shorter than it was
            offset = max(0, page.total - LONGEST_PAGE)
            page = await turn.access.page(offset)
        items = placed(page.row, offset)
        for _ in range(1, PAGES):
            offset += LONGEST_PAGE
            if offset >= page.total:
                break
            page = await turn.access.page(offset)
            items += placed(page.row, offset)
        return items, page.total

    async def _lookalikes(self, turn: Turn, batch: Batch, uris: Collection[str]) -> Collection[str]:
        """Those we also added or took out a moment before: the time can't tell those copies apart."""
        since = batch.sent_at - RECENT
        same = await self._contributions.of_uris(turn.list_id, uris, EVER_INSIDE)
        return {one.uri for one in same if one.batch_id != batch.batch_id and one.changed_at >= since}


def _is_new(item: Placed, batch: Batch, lookalikes: Collection[str], total: int) -> bool:
    if batch.on_top:
        longer = batch.total_before is not None and total >= batch.total_before + len(batch.uris)
        if item.uri in lookalikes:  # then only its place tells
            return longer and item.place < len(batch.uris)
    elif batch.total_before is not None and item.place >= batch.total_before:
        return True
    if item.added_at is None or item.uri in lookalikes:
        return False
    return item.added_at >= batch.sent_at.replace(microsecond=0)  # Spotify reports whole seconds


def placed(items: Sequence[PlaylistItem | None], offset: int) -> list[Placed]:
    return [
        Placed(
            place,
            item.content.uri if item and item.content else "",
            (item.content.external_ids.isrc if item and item.content else "") or "",
            item.added_at if item else None,
        )
        for place, item in enumerate(items, start=offset)
    ]


def in_order(wanted: Sequence[Wanted], items: Sequence[Placed]) -> tuple[Placed | None, ...]:
    """For each wanted URI, the item that represents it: each item once, in the same order, as many as possible.

    Not simply the next one each time: if the first is missing, its next copy would skip everything in between.
    """
    # best[w][i]: the highest value of finding wanted[w:] in items[i:]
    best = [[0] * (len(items) + 1) for _ in range(len(wanted) + 1)]
    for w in reversed(range(len(wanted))):
        for i in reversed(range(len(items))):
            worth = wanted[w].worth(items[i])
            here = worth + best[w + 1][i + 1] if worth else 0
            best[w][i] = max(here, best[w + 1][i], best[w][i + 1])
    found: list[Placed | None] = []
    i = 0
    for w, one in enumerate(wanted):
        while i < len(items) and best[w][i] == best[w][i + 1]:  # nothing is lost without this item
            i += 1
        takes = i < len(items) and 0 < one.worth(items[i]) == best[w][i] - best[w + 1][i + 1]
        found.append(items[i] if takes else None)
        i += takes
    return tuple(found)


def is_most(found: Sequence[Placed | None]) -> bool:
    """A batch goes in as a whole; anything missing was taken out by someone since."""
    return sum(one is not None for one in found) * 2 > len(found)


def written(contribution: Contribution, item: Placed | None) -> str:
    """The URI in the playlist, if it's not the one that was sent."""
    if item is None or item.uri == contribution.recording.uri:
        return contribution.written_uri
    return item.uri
