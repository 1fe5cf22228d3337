"""Compares shared playlists with Spotify, when they are used and occasionally, so that edits made there are noticed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import (
    datetime,
    timedelta,
)
from typing import TYPE_CHECKING, Any, Final

from bot.errors import BotError
from bot.services.leases import KeyedLocks
from bot.services.shared.core.facts import Facts
from bot.services.shared.core.rotation_progress import Kind as RoundKind
from bot.services.shared.core.rotation_progress import RotationProgresses
from bot.services.shared.core.snapshots import known_versions
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.projection import (
    LATE,
    ExternalEdit,
    observation_of,
    projection_of,
)
from bot.services.shared.reconciliation.restore_saga import RESTORED, TIDIED, restore_progresses
from bot.services.ttl_cache import TtlCache
from bot.shared_errors import ListBusyError
from bot.spotify.errors import SpotifyError, SpotifyRateLimitedError
from bot.stores.contributions import INSIDE
from bot.stores.lists import ListStatus, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import LentPlaylists, PlaylistAccess, Progress
    from bot.services.shared.reconciliation.correction import Corrections
    from bot.services.shared.reconciliation.projection import ExternalEdit, Observation
    from bot.services.shared.reconciliation.titles import TitleGuard
    from bot.spotify.models import OpenedPlaylist, Playlist
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist


@dataclass(frozen=True, slots=True)
class Look:
    """checked_at: when it certainly matched our records, or they were corrected. read_at: when all of it was read.

    beside: how many items the list held besides those our records say are in. version: the latest one the writer saw
    before writing. foreign: the latest edit, while it's offered.
    """

    read_at: datetime | None = None
    beside: int = 0
    version: str = ""
    foreign: ExternalEdit | None = None
    checked_at: datetime | None = None
    tried_at: datetime | None = None


log = logging.getLogger(__name__)

FRESH: Final = timedelta(minutes=10)  # how long nobody who uses a list needs to ask again
SLOW: Final = timedelta(hours=6)  # after that, it's checked even if nobody uses it
LATER: Final = timedelta(hours=1)  # after a failed check
HOURLY: Final = timedelta(days=1)  # how long a list in trouble is checked every hour, ...
DAILY: Final = timedelta(days=1)  # ... and then daily
# Nobody checks the playlist of an owner who left, or if nobody would be told.
UNASKED: Final = frozenset({Trouble.OWNER_LEFT, Trouble.BOT_REMOVED})
PAUSE: Final = timedelta(minutes=10)  # between two lists of that slow round
UNREAD: Final = timedelta(days=3)  # after that, a list is read whatever its version is called
SHORT: Final = 1_000  # items a list can have for that: 20 calls
GIVEN_UP: Final = timedelta(days=1)  # if nobody has continued a restore for this long
OFFERED: Final = timedelta(days=7)  # how long restoring is offered
SEEN: Final = timedelta(minutes=15)  # how long a read version needn't be read again
LEASE: Final = "look for edits in Spotify"


class DriftDetector:
    """patience_s: how long a member who uses a list waits for a check."""

    def __init__(
        self,
        stores: Stores,
        lent: LentPlaylists,
        dispatcher: OutboxDispatcher,
        corrections: Corrections,
        *,
        titles: TitleGuard,
        leases: LeaseKeeper,
        now: Callable[[], datetime],
        patience_s: float = 2.0,
    ) -> None:
        self._stores = stores
        self._lent = lent
        self._dispatcher = dispatcher
        self._corrections = corrections
        self._titles = titles
        self._looks = Facts(stores.values, "truth", Look)  # by list
        self._unfinished = restore_progresses(stores.values)
        self._rounds = RotationProgresses(stores.values)
        self._leases = leases
        self._now = now
        self.patience_s = patience_s
        self._locks: KeyedLocks[str] = KeyedLocks()  # by list
        self._noting: KeyedLocks[str] = KeyedLocks()  # by list
        self._looking: dict[str, asyncio.Task[ExternalEdit | None]] = {}
        self._failed: set[str] = set()  # lists that couldn't be checked
        # Spotify's name for a version, and its contents. By ours as well, since the name may lag behind what we wrote.
        self._seen: TtlCache[tuple[str, int], tuple[str, tuple[str, ...]]] = TtlCache(now, keep=SEEN, size=4)
        self._rests_until: datetime | None = None  # the slow round

    async def check(self, shared: SharedPlaylist, progress: Progress | None = None) -> ExternalEdit | None:
        """Check whether someone edited the list in Spotify, and record what they did. None: nobody did.

        Raises the same as PlaylistAccess, and ListBusyError if something big is in progress.
        """
        async with self._locks.of(shared.list_id):
            if await self._is_being_restored(shared) or await self._was_just_restored(shared):
                return None
            version = await self._version(shared)
            opened = await self._lent.access(shared).playlist()
            await self._titles.saw(shared, opened)
            if await self._is_as_believed(shared, opened):
                await self._note(shared.list_id, checked_at=self._now())
                return None
            async with self._dispatcher.exclusive(shared) as access:
                good = opened if await self._version(shared) == version else None  # nothing was written since
                return (await self._read(shared, access, progress, good))[1]

    async def read(
        self, shared: SharedPlaylist, access: PlaylistAccess, progress: Progress | None = None
    ) -> Observation:
        """Everything in it, for whoever has the list exclusively; edits made in Spotify are recorded."""
        return (await self._read(shared, access, progress))[0]

    async def as_seen(self, shared: SharedPlaylist, access: PlaylistAccess) -> tuple[str, ...] | None:
        """Everything in it, if it was read recently, nothing was written since, and Spotify's version is the same."""
        name, uris = self._seen.get(await self._version(shared)) or ("", ())
        return uris if name and (await access.playlist()).snapshot_id == name else None

    async def notice(self, shared: SharedPlaylist) -> None:
        """Someone uses the list: check it, unless that was done minutes ago. Problems aren't shown to them.

        A check that takes longer continues in the background. A list in trouble is checked too: a good answer ends it.
        """
        if shared.status is ListStatus.CLOSED or shared.trouble in UNASKED:
            return
        task = self._looking.get(shared.list_id)
        if task is None:
            task = asyncio.create_task(self._look(shared, FRESH))
            self._looking[shared.list_id] = task
            task.add_done_callback(lambda _: self._looking.pop(shared.list_id, None))
        await asyncio.wait({task}, timeout=self.patience_s)

    async def offer(self, shared: SharedPlaylist) -> ExternalEdit | None:
        """What was done in Spotify within a week and can be undone by restoring, unless that was declined or done."""
        foreign = (await self._look_at(shared.list_id)).foreign
        return foreign if foreign and self._now() - foreign.at < OFFERED else None

    async def settle_offer(self, shared: SharedPlaylist) -> None:
        """It was restored, or should stay as it is."""
        look = await self._look_at(shared.list_id)
        if look.foreign is not None:
            await self._note(shared.list_id, foreign=None)

    async def look_after(self, list_id: str) -> datetime | None:
        """The slow round: check a list that nobody has used for long, or that was found edited. When to do so again."""
        shared = await self._stores.lists.by_id(list_id)
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        due, now = await self._due(shared), self._now()
        if due > now:
            return due
        self._rests_until = now + PAUSE
        if not await self._leases.claim(LEASE, PAUSE):
            return now
        await self._look(shared)
        after = await self._stores.lists.by_id(list_id)
        if after is not None and after.trouble is not None:
            return await self._due(after)
        return self._now() + (LATER if list_id in self._failed else SLOW)

    def rests_until(self) -> datetime | None:
        """Until when the slow round doesn't ask Spotify anything."""
        return self._rests_until

    async def close(self) -> None:
        for task in self._looking.values():
            task.cancel()
        await asyncio.gather(*self._looking.values(), return_exceptions=True)

    async def _look(self, shared: SharedPlaylist, age: timedelta | None = None) -> ExternalEdit | None:
        """age: only if the last check is at least this old."""
        try:
            if age is not None and not await self._is_older(shared, age):
                return None
            if shared.trouble is not None:
                await self._note(shared.list_id, tried_at=self._now())
            found = await self.check(shared)
        except SpotifyRateLimitedError as wait:
            self._rests_until = max(self._rests_until or wait.until, min(wait.until, self._now() + PAUSE))
        except ListBusyError:
            log.info("list %s is being changed; checking for edits in Spotify later", shared.list_id)
        except (SpotifyError, BotError) as error:
            log.info("list %s couldn't be compared with Spotify: %s", shared.list_id, type(error).__name__)
        except Exception as error:  # it doesn't delay other lists
            log.exception("list %s couldn't be compared (%s)", shared.list_id, type(error).__name__)
        else:
            self._failed.discard(shared.list_id)
            return found
        self._failed.add(shared.list_id)
        return None

    async def _is_as_believed(self, shared: SharedPlaylist, described: Playlist) -> bool:
        latest = await self._stores.snapshots.latest(shared.list_id)
        look = await self._look_at(shared.list_id)
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
        return known_versions(journal, latest)

    async def _was_met_edited(self, shared: SharedPlaylist) -> bool:
        """Whether the writer found a version before a write that nobody has read since."""
        seen = (await self._stores.journals.of(shared.list_id)).seen
        if not seen or seen == (await self._look_at(shared.list_id)).version:
            return False
        return seen not in await self._ours(shared)

    async def _read(
        self,
        shared: SharedPlaylist,
        access: PlaylistAccess,
        progress: Progress | None,
        opened: OpenedPlaylist | None = None,
    ) -> tuple[Observation, ExternalEdit | None]:
        contents = await access.read_all(progress, opened)
        projection = await projection_of(self._stores.contributions, self._stores.snapshots, shared)
        projection = await self._corrections.reissued(shared, projection, contents)
        observation = await observation_of(
            self._stores.contributions, shared, projection, contents, self._now()
        )
        if observation.sure and observation.snapshot_id:
            self._seen.put(await self._version(shared), (observation.snapshot_id, observation.uris))
        if await self._is_being_restored(shared):
            return observation, None  # the difference wasn't made by someone in Spotify
        foreign = await self._corrections.foreign(shared, projection, observation)
        if (
            foreign is None
            and observation.sure
            and (projection.base is None or projection.base.uris != observation.uris)
        ):
            await self._corrections.log.take(
                shared, observation.uris, "seen", spotify_snapshot=observation.snapshot_id
            )
        inside = await self._stores.contributions.count(shared.list_id, INSIDE)
        now, seen = self._now(), (await self._stores.journals.of(shared.list_id)).seen
        looked: dict[str, object] = {
            "read_at": now,
            "beside": len(observation.uris) - inside,
            "version": seen,
        }
        if observation.sure:
            looked["checked_at"] = now
        if foreign is not None:
            looked["foreign"] = foreign
            log.info(
                "list %s was edited in Spotify: %s in, %s out, %s moved",
                shared.list_id,
                foreign.found,
                foreign.missed,
                foreign.moved,
            )
        await self._note(shared.list_id, **looked)
        return observation, foreign

    async def _look_at(self, list_id: str) -> Look:
        """The latest one."""
        return await self._looks.get(list_id) or Look()

    async def _is_being_restored(self, shared: SharedPlaylist) -> bool:
        """Whether a restore stopped midway and still has to continue. If nobody continues it for a day, it's over."""
        unfinished = await self._unfinished.get(shared.list_id)
        if unfinished is None:
            return await self._is_between_playlists(shared)
        if self._now() - unfinished.not_before < GIVEN_UP:
            return True
        await self._unfinished.drop(shared.list_id)
        return False

    async def _is_between_playlists(self, shared: SharedPlaylist) -> bool:
        """Whether a round is starting in a new playlist, and the previous one's records aren't closed yet."""
        under_way = await self._rounds.under_way(shared.list_id)
        return under_way is not None and under_way.kind is RoundKind.NEW_PLAYLIST

    async def _was_just_restored(self, shared: SharedPlaylist) -> bool:
        """Whether Spotify may still show the order from before a restore."""
        infos = await self._stores.snapshots.of_list(shared.list_id)
        return (
            bool(infos) and infos[0].reason in {RESTORED, TIDIED} and self._now() - infos[0].taken_at < LATE
        )

    async def _version(self, shared: SharedPlaylist) -> tuple[str, int]:
        """Ours: a different one after every write."""
        return shared.playlist_id, (await self._stores.journals.of(shared.list_id)).version

    async def _note(self, list_id: str, **changes: Any) -> None:  # noqa: ANN401 - fields of a look, checked by `replace`
        """Record something about the latest check; the rest stays."""
        async with self._noting.of(list_id):
            await self._looks.put(list_id, replace(await self._look_at(list_id), **changes))

    async def _since(self, shared: SharedPlaylist) -> datetime:
        """When it was last compared."""
        checked_at = (await self._look_at(shared.list_id)).checked_at
        return checked_at or shared.checked_at or shared.created_at

    async def _is_older(self, shared: SharedPlaylist, age: timedelta) -> bool:
        """Whether the last check, or for a list in trouble the last attempt, is at least this old."""
        look, now = await self._look_at(shared.list_id), self._now()
        if (
            shared.trouble is not None
            and look.tried_at is not None
            and timedelta() <= now - look.tried_at < age
        ):
            return False
        return shared.trouble is not None or not timedelta() <= now - await self._since(shared) < age

    async def _due(self, shared: SharedPlaylist) -> datetime:
        """When the slow round checks it: one in trouble every hour on the first day, then daily."""
        now = self._now()
        if shared.trouble is None:
            wanted = FRESH if await self._was_met_edited(shared) else SLOW
            return now if await self._is_older(shared, wanted) else await self._since(shared) + wanted
        if shared.trouble in UNASKED or not await self._lent.recovery.is_linked(shared):
            return now + LATER  # our own records say whether the owner is back
        began = shared.trouble_since or shared.created_at
        tried_at = (await self._look_at(shared.list_id)).tried_at
        last = max(began, tried_at) if tried_at is not None else began
        return min(last, now) + (LATER if now - began < HOURLY else DAILY)
