"""Notices when somebody edits a shared playlist in Spotify: the version's name first, everything only if that differs.

Spotify's names for versions may lag half a minute behind, and a write of ours covers what came before it; so the
number of items is compared as well, and now and then a playlist is read although nothing speaks for it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from bot.errors import BotError
from bot.list_errors import ListBusyError
from bot.services.remembering import Memory
from bot.services.shared.rounds.records import Kind as RoundKind
from bot.services.shared.rounds.records import RoundRecords
from bot.services.shared.truth.belief import LATE, believed, sight_of
from bot.services.shared.truth.bringing_back import RESTORED
from bot.services.shared.truth.difference import is_playable
from bot.services.shared.truth.latest_look import LatestLooks, Look
from bot.services.shared.truth.unfinished import UnfinishedRestores
from bot.spotify.errors import SpotifyError, SpotifyRateLimitedError
from bot.stores.contributions import INSIDE
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.shared.truth.belief import Foreign, Sight
    from bot.services.shared.truth.books import Books
    from bot.services.shared.writing.bound_writer import BoundWriter, Progress, Writers
    from bot.services.shared.writing.writer import Writer
    from bot.spotify.models import OpenedPlaylist, Playlist
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

FRESH: Final = timedelta(minutes=10)  # how long nobody who uses a list needs to ask again
SLOW: Final = timedelta(hours=6)  # after that it is asked although nobody uses it
PAUSE: Final = timedelta(minutes=10)  # between two lists of that slow round
UNREAD: Final = timedelta(days=3)  # after that a list is read whatever its version is called
SHORT: Final = 1_000  # items a list may have for that: 20 calls
GIVEN_UP: Final = timedelta(days=1)  # when nobody went on with a restore for so long
OFFERED: Final = timedelta(days=7)  # how long restoring is offered
SEEN: Final = timedelta(minutes=15)  # how long what was read spares reading the same version again
LEASE: Final = "look for edits in Spotify"


class Truth:
    """holder: names the process in leases. patience_s: how long a member who uses a list waits for a look at it."""

    def __init__(
        self,
        stores: Stores,
        writers: Writers,
        writer: Writer,
        books: Books,
        *,
        holder: str,
        now: Callable[[], datetime],
        patience_s: float = 2.0,
    ) -> None:
        self._stores = stores
        self._writers = writers
        self._writer = writer
        self._books = books
        self._looks = LatestLooks(stores.values)
        self._unfinished = UnfinishedRestores(stores.values)
        self._rounds = RoundRecords(stores.values)
        self._holder = holder
        self._now = now
        self._patience_s = patience_s
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # one per list in use
        self._looking: dict[str, asyncio.Task[Foreign | None]] = {}
        self._failed: dict[str, datetime] = {}  # lists that could not be looked at, and when
        # Spotify's name for a version, and all of it. By ours as well, since the name may lag behind what we wrote.
        self._seen: Memory[tuple[str, int], tuple[str, tuple[str, ...]]] = Memory(now, keep=SEEN, size=4)
        self._next: datetime | None = None  # of the slow round
        self._news: list[Foreign] = []  # edits nobody has been told of yet
        self.noticed = asyncio.Event()  # there are some

    async def check(self, shared: SharedPlaylist, progress: Progress | None = None) -> Foreign | None:
        """Look whether somebody edited the list in Spotify, and note what they did. None: nobody did.

        Raises as BoundWriter does, and ListBusyError when something big is under way.
        """
        async with self._turns.setdefault(shared.list_id, asyncio.Lock()):
            if await self._is_being_restored(shared) or await self._was_just_restored(shared):
                return None
            version = await self._version(shared)
            opened = await self._writers.bound(shared).playlist()
            if await self._is_as_believed(shared, opened):
                await self._checked(shared)
                return None
            async with self._writer.exclusive(shared) as bound:
                good = opened if await self._version(shared) == version else None  # nothing was written since
                return (await self._read(shared, bound, progress, good))[1]

    async def read(
        self, shared: SharedPlaylist, bound: BoundWriter, progress: Progress | None = None
    ) -> Sight:
        """All that is in it, for somebody who has the list for themselves; what was done in Spotify is noted."""
        return (await self._read(shared, bound, progress))[0]

    async def as_seen(self, shared: SharedPlaylist, bound: BoundWriter) -> tuple[str, ...] | None:
        """All that is in it, if it was read lately, nothing was written since, and Spotify still calls it the same."""
        name, uris = self._seen.get(await self._version(shared)) or ("", ())
        return uris if name and (await bound.playlist()).snapshot_id == name else None

    async def notice(self, shared: SharedPlaylist) -> None:
        """Somebody uses the list: look, if nobody has for some minutes. Trouble is not theirs.

        A look that takes longer goes on by itself.
        """
        if not self._is_older(shared, FRESH) or shared.status is ListStatus.CLOSED or shared.trouble:
            return
        task = self._looking.get(shared.list_id)
        if task is None:
            task = asyncio.create_task(self._look(shared))
            self._looking[shared.list_id] = task
            task.add_done_callback(lambda _: self._looking.pop(shared.list_id, None))
        await asyncio.wait({task}, timeout=self._patience_s)

    async def offer(self, shared: SharedPlaylist) -> Foreign | None:
        """What was done in Spotify within a week and can be undone by restoring, unless that was declined or done."""
        foreign = (await self._looks.at(shared.list_id)).foreign
        return foreign if foreign and self._now() - foreign.at < OFFERED else None

    async def news(self) -> tuple[tuple[SharedPlaylist, Foreign], ...]:
        """Edits noticed since this was asked last, with the list as it is now."""
        news = tuple(self._news)
        lists = [(await self._stores.lists.by_id(foreign.list_id), foreign) for foreign in news]
        del self._news[: len(news)]  # only now: the database may have been away
        return tuple((shared, foreign) for shared, foreign in lists if shared is not None)

    async def settle_offer(self, shared: SharedPlaylist) -> None:
        """It was restored, or shall stay as it is."""
        look = await self._looks.at(shared.list_id)
        if look.foreign is not None:
            await self._looks.put(shared.list_id, replace(look, foreign=None))

    async def due(self) -> None:
        """The slow round: one list at a time, the one that was not looked at for longest."""
        now = self._now()
        if self._next is not None and now < self._next <= now + PAUSE:
            return
        self._next = now + PAUSE
        if not await self._stores.leases.acquire(LEASE, self._holder, now, now + PAUSE):
            return
        waiting = [
            shared
            for shared in await self._stores.lists.open()
            if not shared.trouble
            and (
                self._is_older(shared, SLOW)
                or (self._is_older(shared, FRESH) and await self._was_met_edited(shared))
            )
        ]
        waiting.sort(key=lambda shared: self._failed.get(shared.list_id) or _since(shared))
        for shared in waiting[:1]:
            await self._look(shared)

    async def close(self) -> None:
        for task in self._looking.values():
            task.cancel()
        await asyncio.gather(*self._looking.values(), return_exceptions=True)

    async def _look(self, shared: SharedPlaylist) -> Foreign | None:
        try:
            found = await self.check(shared)
        except SpotifyRateLimitedError as wait:
            self._next = max(self._next or wait.until, min(wait.until, self._now() + PAUSE))
        except ListBusyError:
            log.info("list %s is being changed; looking for edits in Spotify later", shared.list_id)
        except (SpotifyError, BotError) as error:
            log.info("list %s could not be compared with Spotify: %s", shared.list_id, type(error).__name__)
        except Exception as error:  # it keeps no other list waiting
            log.exception("list %s could not be compared (%s)", shared.list_id, type(error).__name__)
        else:
            self._failed.pop(shared.list_id, None)
            return found
        self._failed[shared.list_id] = self._now()
        return None

    async def _is_as_believed(self, shared: SharedPlaylist, described: Playlist) -> bool:
        latest = await self._stores.snapshots.latest(shared.list_id)
        look = await self._looks.at(shared.list_id)
        if described.snapshot_id not in await self._ours(shared) or await self._was_met_edited(shared):
            return False
        total = described.item_count
        if look.read_at is None:  # only when it was lent
            beside = sum(not is_playable(uri) for uri in latest.uris) if latest else 0
            look = Look(latest.info.taken_at if latest else shared.created_at, beside)
        if self._now() - (look.read_at or shared.created_at) > UNREAD and (total or 0) <= SHORT:
            return False
        inside = await self._stores.contributions.count(shared.list_id, INSIDE)
        return total is None or total == inside + look.beside

    async def _ours(self, shared: SharedPlaylist) -> frozenset[str]:
        """Spotify's names for versions whose contents we know."""
        journal = await self._stores.journals.of(shared.list_id)
        latest = await self._stores.snapshots.latest(shared.list_id)
        return frozenset({*journal.snapshots, latest.spotify_snapshot if latest else ""} - {""})

    async def _was_met_edited(self, shared: SharedPlaylist) -> bool:
        """Whether the writer found a version before a write that nobody has looked into since."""
        seen = (await self._stores.journals.of(shared.list_id)).seen
        if not seen or seen == (await self._looks.at(shared.list_id)).version:
            return False
        return seen not in await self._ours(shared)

    async def _read(
        self,
        shared: SharedPlaylist,
        bound: BoundWriter,
        progress: Progress | None,
        opened: OpenedPlaylist | None = None,
    ) -> tuple[Sight, Foreign | None]:
        contents = await bound.read_all(progress, opened)
        belief = await believed(self._stores.contributions, self._stores.snapshots, shared)
        sight = await sight_of(self._stores.contributions, shared, belief, contents, self._now())
        if sight.sure and sight.snapshot_id:
            self._seen.put(await self._version(shared), (sight.snapshot_id, sight.uris))
        if await self._is_being_restored(shared):
            return sight, None  # what differs is not what somebody did in Spotify
        foreign = await self._books.foreign(shared, belief, sight)
        if foreign is None and sight.sure and (belief.base is None or belief.base.uris != sight.uris):
            await self._books.keep(shared, sight.uris, "seen", spotify_snapshot=sight.snapshot_id)
        look = await self._looks.at(shared.list_id)
        inside = await self._stores.contributions.count(shared.list_id, INSIDE)
        seen = (await self._stores.journals.of(shared.list_id)).seen
        look = replace(look, read_at=self._now(), beside=len(sight.uris) - inside, version=seen)
        if foreign is not None:
            look = replace(look, foreign=foreign)
            self._news.append(foreign)
            self.noticed.set()
            log.info(
                "list %s was edited in Spotify: %s in, %s out, %s moved",
                shared.list_id,
                foreign.found,
                foreign.missed,
                foreign.moved,
            )
        await self._looks.put(shared.list_id, look)
        if sight.sure:
            await self._checked(shared)
        return sight, foreign

    async def _is_being_restored(self, shared: SharedPlaylist) -> bool:
        """Whether a restore stopped midway and is still to go on. One that nobody goes on with for a day is over."""
        unfinished = await self._unfinished.of(shared.list_id)
        if unfinished is None:
            return await self._is_between_playlists(shared)
        if self._now() - unfinished.not_before < GIVEN_UP:
            return True
        await self._unfinished.drop(shared.list_id)
        return False

    async def _is_between_playlists(self, shared: SharedPlaylist) -> bool:
        """Whether a round is beginning in a new playlist, and the records of the former one are not closed yet."""
        under_way = await self._rounds.under_way(shared.list_id)
        return under_way is not None and under_way.kind is RoundKind.NEW_PLAYLIST

    async def _was_just_restored(self, shared: SharedPlaylist) -> bool:
        """Whether Spotify may still show the order of before a restore."""
        infos = await self._stores.snapshots.of_list(shared.list_id)
        return bool(infos) and infos[0].reason == RESTORED and self._now() - infos[0].taken_at < LATE

    async def _version(self, shared: SharedPlaylist) -> tuple[str, int]:
        """Ours: another one after every write."""
        return shared.playlist_id, (await self._stores.journals.of(shared.list_id)).version

    async def _checked(self, shared: SharedPlaylist) -> None:
        current = await self._stores.lists.by_id(shared.list_id)
        while current is not None:
            if await self._stores.lists.swap(current, replace(current, checked_at=self._now())):
                return
            current = await self._stores.lists.by_id(shared.list_id)

    def _is_older(self, shared: SharedPlaylist, age: timedelta) -> bool:
        return not timedelta() <= self._now() - _since(shared) < age


def _since(shared: SharedPlaylist) -> datetime:
    return shared.checked_at or shared.created_at
