"""Puts removals into batches, along with the other copies Spotify takes out with them, which are put back in place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.outbox.confirmation import placed
from bot.services.shared.outbox.copies import Plan, plan_of
from bot.services.shared.outbox.identity import moved_on
from bot.spotify.limits import LONGEST_PAGE, SHOWS_AFTER
from bot.stores.contributions import INSIDE, State
from bot.stores.journal import Batch, Sent, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.outbox.batch import BatchSender, Turn
    from bot.services.shared.playlist_access.playlist import Contents
    from bot.spotify.models import OpenedPlaylist
    from bot.stores.contributions import Contribution, Contributions

READ_AGAIN: Final = timedelta(days=1)  # whether Spotify shows other releases by now
SHORT: Final = 1_000  # items a list can have for that: 20 calls
AROUND: Final = 20  # items checked before the position where a copy was put back; others may have moved it


class Removals:
    """new_id: for batches."""

    def __init__(
        self,
        contributions: Contributions,
        ledger: ContributionLedger,
        sender: BatchSender,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._ledger = ledger
        self._sender = sender
        self._new_id = new_id
        self._now = now
        self._read_at: dict[str, datetime] = {}  # by list: when all of it was read here

    async def journal(self, turn: Turn, leaving: Sequence[Contribution]) -> datetime | None:
        """Journal the removal of the first of these. When to continue; None: when told to.

        Someone may have added one of them by hand in Spotify (a removal takes out every copy), or Spotify may show it
        under another URI by now: so the playlist is checked first. That's one request, unless it's long and was
        edited since we wrote to it, holds several copies, or hasn't been read for a day.
        """
        some = leaving[: self._sender.size(turn.list_id, Work.REMOVE)]
        staying = await self._contributions.of_uris(turn.list_id, {one.uri for one in some}, INSIDE)
        going = {one.contribution_id for one in some}
        copied = {one.uri for one in staying if one.contribution_id not in going}
        alone = [one for one in some if one.uri not in copied]
        opened = await turn.access.playlist()
        is_known = _is_as_we_left_it(turn, opened) and self._was_read(turn, opened.item_count or 0)
        if alone and not _fits_one_page(opened) and is_known:
            uris = tuple(dict.fromkeys(one.uri for one in alone))
            return await self._journal(turn, alone, Plan(uris, total=_less(turn, len(alone))))
        contents = await turn.access.read_all(opened=opened)
        self._read_at[turn.list_id] = self._now()
        if (again := self._may_be_old(turn, contents)) is not None:
            return again
        await turn.lease.note_seen(contents.snapshot_id)
        going_now, inside = await self._as_they_stand(turn, some, staying, contents)
        return await self._journal(turn, going_now, plan_of(contents, going_now, inside))

    def _was_read(self, turn: Turn, total: int) -> bool:
        """Whether the URIs in it are known: other releases are rare, and long playlists cost many requests."""
        read_at = self._read_at.get(turn.list_id)
        return total > SHORT or (read_at is not None and timedelta() <= self._now() - read_at < READ_AGAIN)

    async def _as_they_stand(
        self, turn: Turn, leaving: Sequence[Contribution], staying: Sequence[Contribution], contents: Contents
    ) -> tuple[Sequence[Contribution], Sequence[Contribution]]:
        """What leaves and what stays, if Spotify shows what leaves under another URI by now; that one is recorded."""
        if {one.uri for one in leaving} <= set(contents.uris):
            return leaving, staying
        inside = await self._contributions.of_uris(turn.list_id, set(contents.uris), INSIDE)
        uris = moved_on(leaving, inside, contents)
        if not uris:
            return leaving, staying
        now: list[Contribution] = []
        for one in leaving:
            uri = uris.get(one.contribution_id)
            stored = await self._ledger.transition(one, one.state, written_uri=uri) if uri else None
            now.append(stored or one)
        return now, await self._contributions.of_uris(turn.list_id, {one.uri for one in now}, INSIDE)

    async def _journal(self, turn: Turn, leaving: Sequence[Contribution], plan: Plan) -> datetime:
        batch_id = self._new_id()
        for one in leaving:
            await self._ledger.transition(one, State.LEAVING, batch_id=batch_id)
        batch = Batch(
            batch_id,
            Work.REMOVE,
            plan.uris,
            Sent.SENDING if plan.uris else Sent.APPLIED,  # someone already took all of them out
            self._now(),
            left=plan.left,
            left_places=plan.left_places,
        )
        await turn.lease.note(batch=batch, total=plan.total)
        return self._now()

    async def is_back(self, turn: Turn) -> bool:
        """Whether the run is near its position. All copies had been taken out, so any that is there was put back."""
        batch = turn.batch
        offset = max(0, batch.places[0] - AROUND)
        page = await turn.access.page(offset, LONGEST_PAGE)
        uris = [item.uri for item in placed(page.row, offset)]
        size = len(batch.uris)
        here = batch.places[0] - offset
        if tuple(uris[here : here + size]) == batch.uris:
            return True
        earlier = {uri for uri in batch.uris if uri in uris[:here]}
        return not earlier and any(uri in uris[here:] for uri in batch.uris)

    def _may_be_old(self, turn: Turn, contents: Contents) -> datetime | None:
        """When to read again, if Spotify may have shown the playlist as it was before our latest write.

        It certainly hasn't if it names our own latest version, nor after 30 s.
        """
        journal = turn.journal
        named = bool(journal.snapshots) and contents.snapshot_id == journal.snapshots[-1]
        if named and journal.total in {None, len(contents.uris)}:
            return None
        again, now = journal.total_at + SHOWS_AFTER if journal.total_at else None, self._now()
        return again if again is not None and now < again <= now + SHOWS_AFTER else None


def _fits_one_page(opened: OpenedPlaylist) -> bool:
    """Whether all of it was read already."""
    first = opened.first
    return first is not None and not first.offset and first.total <= len(first.items) + first.skipped


def _is_as_we_left_it(turn: Turn, opened: OpenedPlaylist) -> bool:
    """Whether Spotify names the version of our latest write, and the length is what we expect.

    Anyone who edited it before that write has also changed its length, unless they took out as many as they added.
    """
    journal = turn.journal
    named = bool(journal.snapshots) and opened.snapshot_id == journal.snapshots[-1]
    return named and journal.total is not None and opened.item_count == journal.total


def _less(turn: Turn, count: int) -> int | None:
    total = turn.journal.total
    return None if total is None else max(0, total - count)
