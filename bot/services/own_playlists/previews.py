"""What bulk work would do, worked out for a preview: when it's asked for, and again after an edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import JobGoneError, RangeError
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation import ordering
from bot.services.shared.reconciliation.ordering import Order, aim
from bot.stores.playlist_jobs import JobWork, Wanted

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.services.own_playlists.jobs import Jobs, Offer
    from bot.services.own_playlists.reading import Contents, PlaylistReader, Progress
    from bot.services.shared.reconciliation.ordering import Deduped
    from bot.spotify.models import Playlist, PlaylistItem
    from bot.spotify.purpose import Share
    from bot.stores.playlist_jobs import JobLists


@dataclass(frozen=True, slots=True)
class Preview:
    """An offer, with what this kind of work has to say besides.

    going: what would be taken out, every copy. local: files that can't be. moved, place: how many go where.
    source: where what's added comes from. hidden: entries that Spotify no longer shows. more: items in a copy that
    didn't come from it.
    """

    offer: Offer
    deduped: Deduped | None = None
    going: tuple[PlaylistItem, ...] = ()
    local: int = 0
    moved: int = 0
    place: int = 0
    source: Playlist | None = None
    hidden: int = 0
    more: int = 0


class Previews:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(self, reader: PlaylistReader, jobs: Jobs) -> None:
        self._reader = reader
        self._jobs = jobs

    async def contents(
        self, member_id: int, query: str, progress: Progress | None = None, *, share: Share | None = None
    ) -> Contents:
        """All of a playlist that the member owns and nothing else works on. Raises what `Jobs.must_be_free` does."""
        found = await self._reader.own(member_id, query, share=share)
        await self._jobs.must_be_free(member_id, found)
        return await self._reader.all_of(member_id, found.id, progress, share=share)

    async def sort(
        self, member_id: int, contents: Contents, order: Order, seed: int, *, share: Share | None = None
    ) -> Preview:
        """seed: of the shuffle."""
        after = ordering.sort(contents.entries, order, seed)
        wanted = Wanted(order=order.value, seed=seed)
        return Preview(await self._jobs.offer(member_id, contents, after, JobWork.SORT, wanted, share=share))

    async def dedupe(self, member_id: int, contents: Contents, *, share: Share | None = None) -> Preview:
        found = ordering.dedupe(contents.entries)
        offer = await self._jobs.offer(member_id, contents, found.after, JobWork.DEDUPE, share=share)
        return Preview(offer, deduped=found)

    async def remove(
        self, member_id: int, contents: Contents, uris: Collection[str], *, share: Share | None = None
    ) -> Preview:
        playable = {uri for uri in uris if is_playable(uri)}
        going = tuple(
            entry for entry in contents.entries if entry and entry.content and entry.content.uri in playable
        )
        after = ordering.without(contents.entries, playable)
        offer = await self._jobs.offer(member_id, contents, after, JobWork.REMOVE, share=share)
        return Preview(offer, going=going, local=len({*uris} - playable - {""}))

    async def move(
        self, member_id: int, contents: Contents, chosen: range, to: int, *, share: Share | None = None
    ) -> Preview:
        """chosen: positions from 0. to: of the first of them, from 1."""
        place = min(to, len(contents.entries) - len(chosen) + 1)
        after = ordering.moved(contents.entries, chosen.start + 1, chosen.stop, place)
        wanted = Wanted(first=chosen.start + 1, last=chosen.stop, to=place)
        offer = await self._jobs.offer(member_id, contents, after, JobWork.MOVE, wanted, share=share)
        return Preview(offer, moved=len(chosen), place=place)

    async def merge(
        self, member_id: int, contents: Contents, source: Contents, *, share: Share | None = None
    ) -> Preview:
        after = ordering.with_added(contents.entries, source.entries)
        wanted = Wanted(source_id=source.playlist.id)
        offer = await self._jobs.offer(member_id, contents, after, JobWork.MERGE, wanted, share=share)
        return Preview(offer, source=source.playlist)

    async def copy(
        self, member_id: int, source: Contents, name: str, *, share: Share | None = None
    ) -> Preview:
        after = ordering.with_all(source.entries)
        offer = await self._jobs.offer_copy(member_id, source, after, name, share=share)
        hidden = len(source.entries) - len(after) - offer.job.left_out
        return Preview(offer, source=source.playlist, hidden=hidden)

    async def undo(
        self, member_id: int, job_id: str, progress: Progress | None = None, *, share: Share | None = None
    ) -> Preview:
        """Raises JobGoneError, and what `Jobs.must_be_free` does."""
        offer = await self._jobs.undo(member_id, job_id, progress, share=share)
        if offer.job.work is not JobWork.DISCARD:
            return Preview(offer)
        lists = await self._jobs.lists(member_id, job_id)
        return Preview(offer, more=max(0, offer.items - len(lists.after)))

    async def again(
        self, member_id: int, job_id: str, progress: Progress | None = None, *, share: Share | None = None
    ) -> Preview:
        """The same for the playlist as it is now. Raises JobGoneError, and what `Jobs.must_be_free` does."""
        job = await self._jobs.find(member_id, job_id)
        wanted = job.wanted
        if wanted.undoes:
            return await self.undo(member_id, wanted.undoes, progress, share=share)
        lists = await self._jobs.lists(member_id, job_id)
        if job.work is JobWork.COPY:
            source = await self._reader.all_of(member_id, wanted.source_id, progress, share=share)
            return await self.copy(member_id, source, wanted.name, share=share)
        query = f"spotify:playlist:{job.playlist_id}"
        contents = await self.contents(member_id, query, progress, share=share)
        match job.work:
            case JobWork.SORT if wanted.order:
                again = self.sort(member_id, contents, Order(wanted.order), wanted.seed, share=share)
            case JobWork.DEDUPE:
                again = self.dedupe(member_id, contents, share=share)
            case JobWork.REMOVE:
                again = self.remove(member_id, contents, {*lists.before} - {*lists.after}, share=share)
            case JobWork.MERGE if wanted.source_id:
                source = await self._reader.all_of(member_id, wanted.source_id, share=share)
                again = self.merge(member_id, contents, source, share=share)
            case JobWork.MOVE if wanted.first:
                again = self._move_again(member_id, contents, lists, wanted, share)
            case _:
                raise JobGoneError  # offered by an earlier version, which didn't note what was wanted
        return await again

    async def _move_again(
        self, member_id: int, contents: Contents, lists: JobLists, wanted: Wanted, share: Share | None
    ) -> Preview:
        """The same tracks, wherever they are by now, beside the same others."""
        after = aim(lists.before, lists.after, contents.uris)
        offer = await self._jobs.offer(member_id, contents, after, JobWork.MOVE, wanted, share=share)
        there = {*after}
        run = [uri for uri in lists.before[wanted.first - 1 : wanted.last] if uri in there]
        place = after.index(run[0]) + 1 if run else wanted.to
        return Preview(offer, moved=len(run), place=place)


def checked_range(contents: Contents, first: int, last: int | None) -> range:
    """Positions from 0, of those from 1. Raises RangeError."""
    end = first if last is None else last
    if not 1 <= first <= end <= len(contents.entries):
        raise RangeError(len(contents.entries))
    return range(first - 1, end)
