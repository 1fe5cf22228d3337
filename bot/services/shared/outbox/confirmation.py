"""Looks whether a batch is in the playlist when Spotify did not say, before anything is sent again."""

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
    3  # so often it is sent; what has to be put back is tried on, each time after twice as long ...
)
TWICE_AS_LONG: Final = 4  # ... but not longer than eight minutes
PAGES: Final = 4  # read at most, when others have added a lot meanwhile
FITS: Final = 1_000  # more than there are URIs in a batch
RECENT: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and where it stands, counted from 0."""

    place: int
    uri: str
    isrc: str
    added_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    uri: str
    isrc: str

    def is_it(self, item: Placed) -> bool:
        """Spotify may have put another release of the same recording in its place."""
        return item.uri == self.uri or (self.isrc != "" and item.isrc == self.isrc)

    def worth(self, item: Placed) -> int:
        """0 if it is not it. Many that fit are worth more than few that are the very same, else these are."""
        return (FITS + (item.uri == self.uri)) * self.is_it(item)


@dataclass(frozen=True, slots=True)
class Look:
    """found: place by place what stands for the batch's URIs, None for one that is missing; () when it is absent."""

    found: tuple[Placed | None, ...]
    total: int


class Confirmation:
    """By place, moment and URI (or ISRC): an item counts as ours when it stands beyond the end as it was before, or,
    where others have shortened the playlist meanwhile, when Spotify says that it was added since we sent it.
    """

    def __init__(self, contributions: Contributions, *, now: Callable[[], datetime]) -> None:
        self._contributions = contributions
        self._now = now

    async def mend(self, turn: Turn) -> None:
        """Where the clock was set back since it was sent or looked for, that has to be waited for from now on."""
        batch, now = turn.batch, self._now()
        if max(batch.sent_at, batch.lost_at or now, *batch.absences) > now:
            mended = replace(batch, sent_at=min(batch.sent_at, now), lost_at=now, absences=())
            await turn.lease.note(batch=mended)

    async def due(self, turn: Turn) -> datetime:
        """When to look next.

        At once, or only when Spotify can no longer show what was before: where that looks as if it had worked.
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

    async def at_the_end(self, turn: Turn) -> Look:
        """Look for a batch that was added at the end."""
        batch = turn.batch
        mine = await self._contributions.of_batch(turn.list_id, batch.batch_id)
        isrcs = {one.recording.uri: one.recording.isrc for one in mine}
        wanted = [Wanted(uri, isrcs.get(uri, "")) for uri in batch.uris]
        items, total = await self._tail(turn, batch)
        alike = {item.uri for item in items if any(one.is_it(item) for one in wanted)}
        lookalikes = await self._lookalikes(turn, batch, alike)
        new = [item for item in items if _is_new(item, batch, lookalikes)]
        found = in_order(wanted, new)
        return Look(found if is_most(found) else (), total)

    async def note_absence(self, turn: Turn) -> bool:
        """It was not found. Whether it may be sent again: both looks have found nothing."""
        batch, now = turn.batch, self._now()
        absences = (*batch.absences, now)
        await turn.lease.note(batch=replace(batch, absences=absences))
        return len(absences) > 1 and now >= self.last_look(batch)

    async def _tail(self, turn: Turn, batch: Batch) -> tuple[list[Placed], int]:
        """The items from a little before the former end on."""
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
        """Those we also put in, or took out, a moment before: the moment does not tell those copies apart."""
        since = batch.sent_at - RECENT
        same = await self._contributions.of_uris(turn.list_id, uris, EVER_INSIDE)
        return {one.uri for one in same if one.batch_id != batch.batch_id and one.changed_at >= since}


def _is_new(item: Placed, batch: Batch, lookalikes: Collection[str]) -> bool:
    if batch.total_before is not None and item.place >= batch.total_before:
        return True
    if item.added_at is None or item.uri in lookalikes:
        return False
    return item.added_at >= batch.sent_at.replace(microsecond=0)  # Spotify tells whole seconds


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
    """For each that is wanted the item that stands for it, each item once, in the same order, and as many as can be.

    Not simply the next one each time: where the first is missing, its next copy would leave out all in between.
    """
    # best[w][i]: what the finding of wanted[w:] in items[i:] is worth at most
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
    """A batch goes in as a whole; what is missing of it somebody took out since."""
    return sum(one is not None for one in found) * 2 > len(found)


def written(contribution: Contribution, item: Placed | None) -> str:
    """The URI that stands in the playlist, if it is another than was sent."""
    if item is None or item.uri == contribution.recording.uri:
        return contribution.written_uri
    return item.uri
