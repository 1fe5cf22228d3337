"""An import: previewed with what it costs, then worked through in the background, 25 lines at a time.

What is settled is stored after each part, and each contribution stands under the import and its line. So a kill costs
at most the requests of one part, and nothing goes in twice.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.errors import BotError, StoreUnavailableError
from bot.services.leases import LeaseTakenError
from bot.services.long_work import LongWork
from bot.services.shared.core.access import may_add
from bot.services.shared.imports.matching import most_requests
from bot.services.shared.proposals.propose import MOST_TO_DECIDE, goes_straight_in
from bot.services.track_files.handed_back import handed_back
from bot.services.track_files.lines import Line, TrackList
from bot.shared_errors import (
    ImportGoneError,
    ImportRunningError,
    ListClosedError,
    ListNotFoundError,
    ListOwnerlessError,
    ListPausedError,
)
from bot.spotify.errors import SpotifyError, SpotifyRateLimitedError
from bot.stores.bodies import Body
from bot.stores.imports import Fate, ImportState, ListImport
from bot.stores.lists import ListStatus
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from bot.services.bulk_budget import BulkBudget
    from bot.services.clock import Alarm
    from bot.services.export_files import ExportFile
    from bot.services.leases import LeaseKeeper
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.imports.settle import PartSettler
    from bot.services.shared.proposals.propose import Proposals
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist

    Progress = Callable[[int, int], Awaitable[None]]
    # A member as Discord knows them now; None: they, or the bot, have left the server.
    ActorNow = Callable[[int, int], Awaitable[Actor | None]]

log = logging.getLogger(__name__)

OFFERED_FOR: Final = timedelta(hours=1)
KEPT_FOR: Final = timedelta(days=7)  # what came of it, and the lines to hand back
LATER: Final = timedelta(minutes=1)  # after a failure
LOOK_AGAIN: Final = timedelta(hours=1)
LEASE: Final = timedelta(seconds=60)
TRIES: Final = 10  # failures in a row
AT_ONCE: Final = MOST_TO_DECIDE  # lines

BACK: Final = frozenset({Fate.BEYOND, Fate.UNMATCHED, Fate.UNREAD})
# Why it stopped.
CLOSED, PAUSED, OWNERLESS, FAILED = "closed", "paused", "ownerless", "failed"
LEFT, NOT_ALLOWED = "left", "not_allowed"

_CONTENT: Final = Body(TrackList)


@dataclass(frozen=True, slots=True)
class ImportOffer:
    """A preview. links, names: lines of each kind; the names need a search. unread: lines without either.

    known: links to what is in the list already, which cost nothing. days: how long the requests take at today's
    budget; 0: they can be sent at once. most: how many open proposals a member may have here; None: none are needed.
    """

    one: ListImport
    links: int
    names: int
    unread: int
    known: int
    days: int
    most: int | None


@dataclass(frozen=True, slots=True)
class ImportView:
    """waits_until: it rests until then. file: the lines that were not matched, or not looked at any more."""

    one: ListImport
    shared: SharedPlaylist | None
    waits_until: datetime | None = None
    file: ExportFile | None = None


class ListImports(LongWork):
    def __init__(
        self,
        stores: Stores,
        finder: ListFinder,
        proposals: Proposals,
        settler: PartSettler,
        *,
        leases: LeaseKeeper,
        budget: BulkBudget,
        noted: Alarm,
        now: Callable[[], datetime],
    ) -> None:
        """noted: set when there is something to send."""
        super().__init__()
        self._imports = stores.imports
        self._notices = stores.notices
        self._finder = finder
        self._proposals = proposals
        self._settler = settler
        self._leases = leases
        self._budget = budget
        self._noted = noted
        self._now = now
        self._followers: Counter[str] = Counter()
        self._cancelled: set[str] = (
            set()
        )  # of those this process is at: it ends them once their part is stored

    async def must_be_free(self, actor: Actor, shared: SharedPlaylist) -> None:
        """Raises ImportRunningError while one of the member's for this list is under way; and ListPausedError,
        ListOwnerlessError, NotAllowedError.
        """
        for one in await self._imports.of_member(actor.member_id):
            if one.list_id == shared.list_id and one.state is ImportState.RUNNING:
                raise ImportRunningError(one.import_id)
        await self._proposals.preview(actor, shared, ())

    async def offer(
        self, actor: Actor, shared: SharedPlaylist, tracks: TrackList, *, channel_id: int | None
    ) -> ImportOffer:
        """Work out and store what was brought. Raises what `must_be_free` does."""
        await self.must_be_free(actor, shared)
        await self._drop_offers(actor.member_id, shared.list_id)
        known = await self._settler.known(shared, tracks.lines)
        entries = [line.entry for line in tracks.lines]
        cost = sum(most_requests(entry) for entry in entries if not (entry and entry.uri in known))
        one = ListImport(
            import_id=secrets.token_hex(8),
            guild_id=shared.guild_id,
            list_id=shared.list_id,
            member_id=actor.member_id,
            kind=tracks.kind.value,
            state=ImportState.OFFERED,
            due_at=self._now() + OFFERED_FOR,
            channel_id=channel_id,
            total=len(entries),
            cost=cost,
        )
        await self._imports.add(one, _CONTENT.pack(tracks))
        links = sum(bool(entry and entry.uri) for entry in entries)
        unread = entries.count(None)
        return ImportOffer(
            one,
            links,
            len(entries) - links - unread,
            unread,
            sum(bool(entry and entry.uri in known) for entry in entries),
            self._budget.days(cost),
            None if goes_straight_in(shared, actor) else shared.rules.open_proposals,
        )

    async def find(self, member_id: int, guild_id: int, import_id: str) -> ListImport:
        """Raises ImportGoneError for one that is erased, another member's, or of another server."""
        one = await self._imports.get(import_id)
        if one is None or (one.member_id, one.guild_id) != (member_id, guild_id):
            raise ImportGoneError
        return one

    async def view(self, member_id: int, guild_id: int, import_id: str) -> ImportView:
        """How far it is, or what came of it. Raises ImportGoneError."""
        one = await self.find(member_id, guild_id, import_id)
        shared = await self._finder.known(guild_id, one.list_id)
        resting = (
            one.state is ImportState.RUNNING and not self.is_at_work(import_id) and one.due_at > self._now()
        )
        return ImportView(one, shared, one.due_at if resting else None, await self._file(one))

    async def start(self, actor: Actor, guild_id: int, import_id: str) -> ListImport:
        """Begin what was previewed. A second press finds it begun. Raises ImportGoneError, and as `must_be_free`."""
        one = await self.find(actor.member_id, guild_id, import_id)
        if one.state is not ImportState.OFFERED:
            return one
        shared = await self._finder.find(guild_id, one.list_id)
        name = f"import:{one.list_id}:{actor.member_id}"
        async with self._leases.held(name, LEASE, patience_s=5, taken=lambda: ImportRunningError(import_id)):
            await self.must_be_free(actor, shared)
            begun = await self._imports.swap(one, replace(one, state=ImportState.RUNNING, due_at=self._now()))
        self.woken.set()
        return begun or await self.find(actor.member_id, guild_id, import_id)

    async def cancel(self, member_id: int, guild_id: int, import_id: str) -> ListImport:
        """Stop after the line that is under way. What went in stays. Raises ImportGoneError."""
        while (one := await self.find(member_id, guild_id, import_id)).state is ImportState.RUNNING:
            if task := self._tasks.get(import_id):
                self._cancelled.add(import_id)
                await asyncio.wait({task})
            else:
                await self._end(one, ImportState.CANCELLED, told=False)
        await self.tell()
        return one

    async def drop(self, member_id: int, guild_id: int, import_id: str) -> None:
        """Forget what was previewed. Raises ImportGoneError."""
        one = await self.find(member_id, guild_id, import_id)
        if one.state is ImportState.OFFERED:
            await self._drop_offers(member_id, one.list_id)

    async def watch(self, import_id: str, progress: Progress, *, most_s: float) -> None:
        """Report how far it is, until it ends, has to rest, or `most_s` are over.

        If nobody does that when it ends, the member gets a message.
        """
        with suppress(TimeoutError), self._followed(import_id):
            async with asyncio.timeout(most_s):
                while True:
                    seen = self.moves
                    one = await self._imports.get(import_id)
                    if one is None or one.state is not ImportState.RUNNING:
                        return
                    if not self.is_at_work(import_id) and one.due_at > self._now():
                        return
                    await progress(one.done, one.total)
                    await self.moved(seen)

    @contextmanager
    def _followed(self, import_id: str) -> Iterator[None]:
        self._followers[import_id] += 1
        try:
            yield
        finally:
            self._followers[import_id] -= 1
            self._followers += Counter()  # only those that are followed

    async def run(self, actor_now: ActorNow) -> datetime:
        """Start what may go on; returns when to look again."""
        now = self._now()
        await self._imports.sweep(now)
        running = await self._imports.running()
        waiting = [(one.import_id, one.due_at, partial(self._work, one, actor_now)) for one in running]
        return self.start_due(waiting, now, now + LOOK_AGAIN)

    async def _work(self, one: ListImport, actor_now: ActorNow) -> None:
        try:
            async with self._leases.held(f"import work:{one.import_id}", LEASE) as lease:
                content = await self._imports.content(one.import_id)
                lines = _CONTENT.unpack(content).lines if content else ()
                while lines and await self._goes_on(one.import_id, lines, actor_now):
                    await lease.confirm()
                    await self.tell()
        except LeaseTakenError:
            log.info("import %s: another process is at it", one.import_id)
            await self._rest(one.import_id, self._now() + LATER)
        except Exception as error:  # noqa: BLE001 - whatever it is, the member sees that it stopped
            await self._failed(one.import_id, error)
        finally:
            self._tasks.pop(one.import_id, None)
            self._cancelled.discard(one.import_id)
            await self.tell()

    async def _goes_on(self, import_id: str, lines: Sequence[Line], actor_now: ActorNow) -> bool:
        """Settle the next lines. False: there is nothing more to do now."""
        one = await self._imports.get(import_id)
        if one is None or one.state is not ImportState.RUNNING or self._stopping:
            return False
        if one.done >= len(lines):
            await self._end(one, ImportState.DONE)
            return False
        if import_id in self._cancelled:
            await self._end(one, ImportState.CANCELLED, told=False)
            return False
        if (until := self._budget.held_until((one.guild_id, one.member_id))) is not None:
            await self._rest(import_id, until)
            return False
        shared = await self._finder.find(one.guild_id, one.list_id)
        if shared.status is ListStatus.PAUSED:  # before anything is looked up for nothing
            raise ListPausedError(shared.name)
        actor = await actor_now(one.guild_id, one.member_id)
        if actor is None or not may_add(shared, actor):
            await self._end(one, ImportState.STOPPED, LEFT if actor is None else NOT_ALLOWED)
            return False
        return await self._settle(one, shared, actor, lines[one.done : one.done + AT_ONCE])

    async def _settle(
        self, one: ListImport, shared: SharedPlaylist, actor: Actor, part: Sequence[Line]
    ) -> bool:
        """False: it was erased, or cancelled by another process. Raises what kept it from settling all of the part."""
        settled = await self._settler.settle(
            one, shared, actor, part, stop=lambda: self._stopping or one.import_id in self._cancelled
        )
        if settled.fates:
            places = [one.done + place for place, fate in enumerate(settled.fates) if fate in BACK]
            new = replace(
                one,
                done=one.done + len(settled.fates),
                fates=dict(Counter(one.fates) + Counter(map(str, settled.fates))),
                rules=dict(Counter(one.rules) + Counter(settled.rules)),
                left=(*one.left, *places),
                tries=0,
            )
            stored = await self._imports.swap(one, new)
            if stored is None:
                return False
            if Fate.BEYOND in settled.fates:  # whatever comes now would be, too
                await self._end(stored, ImportState.DONE)
                return False
        if settled.error is not None:
            raise settled.error
        return True

    async def _end(
        self, one: ListImport, state: ImportState, why: str = "", *, told: bool = True
    ) -> ListImport | None:
        """Keep what came of it, and of the lines only those to hand back."""
        content = await self._imports.content(one.import_id)
        if content is None:
            return None
        whole = _CONTENT.unpack(content)
        places = (*one.left, *range(one.done, len(whole.lines)))
        left = replace(whole, lines=tuple(whole.lines[place] for place in places))
        now = self._now()
        ended = replace(one, state=state, due_at=now + KEPT_FOR, why=why, left=tuple(range(len(places))))
        if told and not self._followers[one.import_id]:
            await self._notices.add(
                Notice(
                    f"import:{one.import_id}",
                    NoticeKind.IMPORTED,
                    now,
                    one.guild_id,
                    one.list_id,
                    member_id=one.member_id,
                    facts={"import": one.import_id},
                )
            )
            self._noted.set()
        return await self._imports.swap(one, ended, _CONTENT.pack(left))

    async def _file(self, one: ListImport) -> ExportFile | None:
        if one.state in {ImportState.OFFERED, ImportState.RUNNING} or not one.left:
            return None
        content = await self._imports.content(one.import_id)
        if content is None:
            return None
        left = _CONTENT.unpack(content)
        return handed_back(left.kind, left.head, left.lines)

    async def _drop_offers(self, member_id: int, list_id: str) -> None:
        for one in await self._imports.of_member(member_id):
            if one.list_id == list_id and one.state is ImportState.OFFERED:
                await self._imports.swap(one, replace(one, due_at=self._now()), b"")
        await self._imports.sweep(self._now())

    async def _failed(self, import_id: str, error: Exception) -> None:
        if not isinstance(error, (SpotifyError, BotError)):
            log.error("import %s stopped", import_id, exc_info=error)
        with suppress(StoreUnavailableError):
            one = await self._imports.get(import_id)
            if one is None or one.state is not ImportState.RUNNING:
                return
            log.info("import %s was interrupted: %s", import_id, type(error).__name__)
            match error:
                case SpotifyRateLimitedError(until=until):
                    await self._rest(import_id, until)
                case ListNotFoundError() | ListClosedError():
                    await self._end(one, ImportState.STOPPED, CLOSED)
                case ListPausedError():
                    await self._end(one, ImportState.STOPPED, PAUSED)
                case ListOwnerlessError():
                    await self._end(one, ImportState.STOPPED, OWNERLESS)
                case _ if one.tries + 1 >= TRIES:
                    await self._end(one, ImportState.STOPPED, FAILED)
                case _:
                    later = replace(one, due_at=self._now() + LATER * (one.tries + 1), tries=one.tries + 1)
                    await self._imports.swap(one, later)

    async def _rest(self, import_id: str, until: datetime) -> None:
        with suppress(StoreUnavailableError):
            one = await self._imports.get(import_id)
            if one is not None and one.state is ImportState.RUNNING:
                await self._imports.swap(one, replace(one, due_at=until))
