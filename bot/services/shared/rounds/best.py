"""“Best of …”: a second playlist in the owner's account, with what members like most, made once and then refreshed.

What is being done is stored before the first request, and continued after trouble or a kill. Each try reads the
playlist again and writes only the difference, so nothing is ever in it twice.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.shared.core.access import must_manage
from bot.services.shared.core.facts import Facts
from bot.services.shared.outbox.health import SECOND_LOOK
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.plan import planned
from bot.services.shared.reconciliation.restore_saga import LATER, SETTLE, Execution
from bot.services.shared.rounds.spans import rated, span_of
from bot.shared_errors import ListBusyError, ListClosedError, ListPausedError, NothingLikedError
from bot.spotify.errors import (
    SpotifyError,
    SpotifyNotFoundError,
    SpotifyOutcomeUnknownError,
    SpotifyRateLimitedError,
)
from bot.stores.due import DueKind
from bot.stores.lists import BestOf, ListStatus, best_of
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.clock import Alarm
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import PlaylistAccess
    from bot.services.shared.playlist_access.provisioning import Provisioning
    from bot.services.shared.rounds.spans import Period
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

MOST: Final = 100
LONGEST: Final = timedelta(hours=1)  # between two tries
GIVE_UP: Final = timedelta(days=7)
NAME: Final = "Best of {name}"
NAME_OF_SPAN: Final = "Best of {name} · {span}"
DESCRIPTION: Final = "What members like most in “{name}”. Managed by Mixtape."
LIST_NAME: Final = 70  # of a list's name, within these
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class BestWork:
    """Stored before the first request. uris: what the playlist is to hold, best first.

    making: a playlist may have been created but not recorded yet. not_before: when it may continue.
    channel_id: where to say so, if nobody waits for it any more. missed_at: when Spotify didn't know the playlist.
    """

    list_id: str
    span: str
    uris: tuple[str, ...]
    began_at: datetime
    not_before: datetime
    channel_id: int | None = None
    making: bool = False
    tries: int = 0
    missed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BestOutcome:
    """playlist_id: "" as long as there is none. added, gone: how many items. left_out: what Spotify doesn't accept.

    goes_on_at: it isn't finished; it continues on its own then.
    """

    shared: SharedPlaylist
    span: str
    playlist_id: str
    uris: tuple[str, ...]
    added: int = 0
    gone: int = 0
    left_out: int = 0
    goes_on_at: datetime | None = None


class BestLists:
    def __init__(
        self,
        stores: Stores,
        dispatcher: OutboxDispatcher,
        new_playlists: Provisioning,
        *,
        changes: SharedPlaylistChanges,
        schedule: Schedule,
        noted: Alarm,
        now: Callable[[], datetime],
    ) -> None:
        """noted: set when there is something to send."""
        self._stores = stores
        self._dispatcher = dispatcher
        self._new_playlists = new_playlists
        self._changes = changes
        self._schedule = schedule
        self._noted = noted
        self._now = now
        self._work = Facts(stores.values, "best", BestWork)  # by list
        self._held = Facts(stores.values, "best held", tuple[str, ...])  # by list and span
        # By list, and when it was started: from when on this process may continue it.
        self._safe_from: dict[tuple[str, datetime], datetime] = {}
        self._running: set[asyncio.Task[BestOutcome]] = set()

    async def refresh(
        self, shared: SharedPlaylist, actor: Actor, period: Period, most: int, channel_id: int | None
    ) -> BestOutcome:
        """Make it, or bring it up to date. Continues even if nobody waits for it any more.

        Raises NotAllowedError, ListPausedError, NothingLikedError; ListBusyError if another one is under way; and the
        same as PlaylistAccess, if nothing was changed.
        """
        must_manage(shared, actor)
        if shared.status is ListStatus.PAUSED:
            raise ListPausedError(shared.name)
        now = self._now()
        span = span_of(period, shared, now)
        ranked = await rated(self._stores, shared, span)
        uris = [one.contribution.uri for one in ranked if one.likes and is_playable(one.contribution.uri)]
        if not uris:
            raise NothingLikedError
        work = BestWork(shared.list_id, span.key, tuple(uris[:most]), now, now, channel_id)
        task = asyncio.create_task(self._begin(shared, work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def contents(self, shared: SharedPlaylist, span: str) -> tuple[str, ...]:
        """What was put into it last; nobody asks Spotify."""
        return await self._held.get(f"{shared.list_id}:{span}") or ()

    async def look_after(self, list_id: str) -> datetime | None:
        """Continue what is unfinished, and have it said. When to check again; None: when there is a new one."""
        work = await self._work.get(list_id)
        if work is None:
            return None
        shared = await self._stores.lists.by_id(list_id)
        if shared is None or shared.status is ListStatus.CLOSED or self._now() - work.began_at > GIVE_UP:
            await self._work.drop(list_id)
            return None
        if (due := self._goes_on_at(work)) > self._now():
            return due
        try:
            async with self._dispatcher.exclusive(shared) as access:
                return await self._go_on(shared, access)
        except (SpotifyError, BotError) as error:
            log.info("list %s: its best can't be written now: %s", list_id, type(error).__name__)
            return self._now() + LATER

    async def _go_on(self, shared: SharedPlaylist, access: PlaylistAccess) -> datetime | None:
        work = await self._work.get(shared.list_id)
        if work is None:  # whoever had the list finished it
            return None
        try:
            outcome = await self._run(shared, access, work)
        except (SpotifyError, BotError) as error:
            return await self._postpone(await self._work.get(shared.list_id) or work, error)
        await self._say(outcome, work)
        await self._work.drop(shared.list_id)
        return None

    async def close(self) -> None:
        """Stop between two requests; the next process continues."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _begin(self, shared: SharedPlaylist, work: BestWork) -> BestOutcome:
        # To continue after a kill: checked sooner than it's stored, it would be taken for finished.
        await self._schedule.at(self._now() + LATER, shared.list_id, DueKind.BEST)
        async with self._dispatcher.exclusive(shared) as access:
            current = await self._stores.lists.by_id(shared.list_id)
            if current is None or current.status is ListStatus.CLOSED:
                raise ListClosedError(shared.name)
            earlier = await self._work.get(shared.list_id)
            if earlier is not None and (earlier.span != work.span or self._goes_on_at(earlier) > self._now()):
                raise ListBusyError
            if earlier is not None:  # its playlist may have been created; what it's to hold is newer now
                work = replace(work, making=earlier.making, missed_at=earlier.missed_at)
            await self._work.put(shared.list_id, work)
            await self._schedule.at(self._now() + LATER, shared.list_id, DueKind.BEST)
            self._safe_from[work.list_id, work.began_at] = work.began_at
            try:
                outcome = await self._run(current, access, work)
            except (SpotifyError, BotError) as error:
                kept = await self._work.get(shared.list_id) or work
                if earlier is None and kept == work and not isinstance(error, SpotifyOutcomeUnknownError):
                    await self._work.drop(shared.list_id)
                    raise
                due = await self._postpone(kept, error)
                fresh = await self._stores.lists.by_id(shared.list_id) or current
                return BestOutcome(fresh, work.span, best_of(fresh, work.span), work.uris, goes_on_at=due)
            await self._work.drop(shared.list_id)
            return outcome

    async def _run(self, shared: SharedPlaylist, access: PlaylistAccess, work: BestWork) -> BestOutcome:
        """For whoever has the list exclusively."""
        shared, work, best = await self._playlist(shared, access, work)
        contents = await best.read_all()
        made = await planned(contents.uris, work.uris)
        execution = Execution(best, made, None)
        if made.steps:
            await self._work.put(shared.list_id, replace(work, tries=work.tries + 1))
        await execution.run()
        await self._held.put(f"{shared.list_id}:{work.span}", execution.result)
        before, after = set(contents.uris), set(execution.result)
        return BestOutcome(
            shared,
            work.span,
            best_of(shared, work.span),
            execution.result,
            added=len(after - before),
            gone=len(before - after),
            left_out=len(execution.refused),
        )

    async def _playlist(
        self, shared: SharedPlaylist, access: PlaylistAccess, work: BestWork
    ) -> tuple[SharedPlaylist, BestWork, PlaylistAccess]:
        """Its playlist, created unless an earlier try did; anew if Spotify doesn't know it, twice within seconds."""
        if best_of(shared, work.span):
            best = access.rebound(shared, best=work.span)
            try:
                await best.page(0, 1)
            except SpotifyNotFoundError:
                now = self._now()
                if work.missed_at is None or now - work.missed_at < SECOND_LOOK:
                    await self._work.put(shared.list_id, replace(work, missed_at=work.missed_at or now))
                    raise
            else:
                return shared, work, best
        name = playlist_name(shared, work.span)
        made = await self._new_playlists.newest(shared.owner_id, name) if work.making else None
        if made is None:
            former = await self._new_playlists.described(shared.owner_id, shared.playlist_id)
            work = await self._work.put(shared.list_id, replace(work, making=True, missed_at=None))
            made = await self._new_playlists.make(
                shared.owner_id,
                name,
                description=DESCRIPTION.format(name=shared.name[:LIST_NAME]),
                public=bool(former and former.public),
            )
        known = BestOf(work.span, made.id)
        shared = await self._changes.change(
            shared.guild_id,
            shared.list_id,
            lambda old: replace(old, best=(*(one for one in old.best if one.span != known.span), known)),
        )
        # Something was done: from now on it continues, whatever fails.
        work = await self._work.put(shared.list_id, replace(work, making=False, tries=work.tries + 1))
        return shared, work, access.rebound(shared, best=work.span)

    def _goes_on_at(self, work: BestWork) -> datetime:
        """When it may. What another process started may have been cut off during a request, which can show late."""
        begun = (work.list_id, work.began_at)
        return max(work.not_before, self._safe_from.setdefault(begun, self._now() + SETTLE))

    async def _postpone(self, work: BestWork, error: Exception) -> datetime:
        log.info("list %s: its best continues later: %s", work.list_id, type(error).__name__)
        now = self._now()
        match error:
            case SpotifyRateLimitedError(until=until):
                due = until
            case SpotifyOutcomeUnknownError():  # what was sent may show late
                due = now + SETTLE
            case SpotifyNotFoundError():
                due = now + SECOND_LOOK
            case _:
                due = now + min(LATER * 2**work.tries, LONGEST)
        await self._work.put(work.list_id, replace(work, not_before=due, tries=min(work.tries + 1, 10)))
        await self._schedule.at(due, work.list_id, DueKind.BEST)
        return due

    async def _say(self, outcome: BestOutcome, work: BestWork) -> None:
        """Where it was asked for: after trouble, or a restart. Noted twice, it's sent once."""
        if work.channel_id is None:
            return
        shared, began = outcome.shared, int(work.began_at.timestamp() * 1000)
        notice = Notice(
            f"{shared.list_id}:{NoticeKind.BEST}:{began}",
            NoticeKind.BEST,
            self._now(),
            shared.guild_id,
            shared.list_id,
            channel_ids=(work.channel_id,),
            facts={"span": work.span},
        )
        await self._stores.notices.add(notice)
        self._noted.set()


def playlist_name(shared: SharedPlaylist, span: str) -> str:
    """In Spotify."""
    name = shared.name[:LIST_NAME]
    return NAME.format(name=name) if span == ALL else NAME_OF_SPAN.format(name=name, span=span)
