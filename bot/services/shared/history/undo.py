"""Takes back what the bot did within 30 days: a member's own last addition, or for a curator, anything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.access import may_curate, must_curate
from bot.services.shared.core.ids import CONTRIBUTION, new_id
from bot.shared_errors import ContributionGoneError, ListPausedError, NothingToUndoError, RuleError
from bot.stores.contributions import OCCUPYING, UNDOABLE, Leave, State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.queue import Queue
    from bot.services.shared.core.repeats import TakingBack
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.proposals.propose import Proposals
    from bot.services.shared.rules.check import RuleBook
    from bot.stores import History, Snapshots, Stores
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist


WITHIN: Final = timedelta(days=30)
LOOKED_AT: Final = 100  # events searched for something to take back
OFFERED: Final = {Happening.LANDED: State.LANDED, Happening.REMOVED: State.REMOVED}


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back. put_back: it had been taken out, and `contribution` is its replacement."""

    contribution: Contribution
    put_back: bool = False


class Undo:
    """patience_s: how long to wait for an item to be taken out; after that, it's on its way."""

    def __init__(
        self,
        stores: Stores,
        queue: Queue,
        contributing: Proposals,
        rules: RuleBook,
        dispatcher: OutboxDispatcher,
        *,
        ledger: ContributionLedger,
        taking_back: TakingBack,
        now: Callable[[], datetime],
        patience_s: float = 5.0,
    ) -> None:
        self._contributions = stores.contributions
        self._history = stores.history
        self._ledger = ledger
        self._queue = queue
        self._contributing = contributing
        self._rules = rules
        self._dispatcher = dispatcher
        self._taking_back = taking_back
        self._now = now
        self.patience_s = patience_s

    async def undo(self, shared: SharedPlaylist, actor: Actor, contribution_id: str | None = None) -> Undone:
        """Take back the member's own last addition, or the one named; one that was taken out is put back at the end.

        Raises NothingToUndoError, ContributionGoneError, NotAllowedError, ListPausedError, TakenBackTooOftenError,
        ListBusyError; RuleError if what was taken out is in again some other way, or no longer allowed.
        """
        held = await self._meant(shared, actor, contribution_id)
        if shared.status is not ListStatus.ACTIVE:
            raise ListPausedError(shared.name)
        if self._now() - held.changed_at > WITHIN:
            raise NothingToUndoError
        match held.state:
            case State.REMOVED:
                must_curate(shared, actor)
                return await self._put_back(shared, held, actor)
            case State.QUEUED if held.member_id == actor.member_id:
                return Undone(await self._contributing.withdraw(actor, shared.guild_id, held.contribution_id))
            case State.QUEUED | State.SENDING:
                held = await self._dispatcher.settled(held, self.patience_s)
                if held.state is not State.LANDED:
                    raise ContributionGoneError
                return await self._take_out(held, actor)
            case State.LANDED:
                return await self._take_out(held, actor)
            case State.LEAVING:
                return Undone(await self._gone(held))
            case _:
                raise ContributionGoneError

    async def offered(
        self, shared: SharedPlaylist, actor: Actor, limit: int = 25
    ) -> tuple[Contribution, ...]:
        """What the member can take back, newest first; REMOVED ones can be put back."""
        since = self._now() - WITHIN
        if not may_curate(shared, actor):
            own = await self._contributions.latest_of(shared.list_id, actor.member_id, UNDOABLE, limit)
            return tuple(one for one in own if one.changed_at >= since)
        page = await self._history.page(shared.list_id, limit=LOOKED_AT)
        found: dict[str, Contribution] = {}
        for event in page.events:
            key = event.contribution_id
            if event.at < since or len(found) == limit:
                break
            if key is None or key in found or event.happening not in OFFERED:
                continue
            one = await self._contributions.get(shared.guild_id, key)
            if one is None or one.member_id is None or one.state is not OFFERED[event.happening]:
                continue
            if await self._makes_sense(shared, actor, one):
                found[key] = one
        return tuple(found.values())

    async def among(
        self, shared: SharedPlaylist, actor: Actor, contributions: Iterable[Contribution]
    ) -> tuple[Contribution, ...]:
        """The ones the member can take back, or put back if they were taken out."""
        since = self._now() - WITHIN
        curates = may_curate(shared, actor)
        fitting = tuple(
            one
            for one in contributions
            if one.changed_at >= since
            and (
                (one.state is State.REMOVED and curates and one.leave not in {None, Leave.SPOTIFY})
                or (
                    one.state in UNDOABLE
                    and one.member_id is not None
                    and (curates or one.member_id == actor.member_id)
                )
            )
        )
        return tuple([one for one in fitting if await self._makes_sense(shared, actor, one)])

    async def _makes_sense(self, shared: SharedPlaylist, actor: Actor, one: Contribution) -> bool:
        """What was taken out can be put back, unless it's in again already or no longer allowed."""
        return one.state is not State.REMOVED or not await self._rules.recheck(shared, actor, one)

    async def _meant(self, shared: SharedPlaylist, actor: Actor, contribution_id: str | None) -> Contribution:
        if contribution_id is None:
            last = await self._contributions.latest_of(shared.list_id, actor.member_id, UNDOABLE)
            if not last:
                raise NothingToUndoError
            return last[0]
        held = await self._contributions.get(shared.guild_id, contribution_id)
        if held is None or held.list_id != shared.list_id:
            raise ContributionGoneError
        if held.member_id != actor.member_id:
            must_curate(shared, actor)
        if held.member_id is None and held.leave is None:
            raise NothingToUndoError  # the bot didn't add it; a restore can take it out
        return held

    async def _take_out(self, held: Contribution, actor: Actor) -> Undone:
        if held.member_id != actor.member_id:
            leaving = await self._leaves(held, actor)
        else:
            async with self._taking_back.held(held, actor.member_id):
                leaving = await self._leaves(held, actor)
        self._dispatcher.wake(leaving.list_id)
        return Undone(await self._gone(leaving))

    async def _leaves(self, held: Contribution, actor: Actor) -> Contribution:
        leaving = await self._ledger.transition(
            held,
            State.LEAVING,
            Happening.LEAVING,
            {"why": str(Leave.UNDONE)},
            actor_id=actor.member_id,
            leave=Leave.UNDONE,
            left_by=actor.member_id,
            batch_id=None,
        )
        if leaving is None:
            raise ContributionGoneError
        return leaving

    async def _put_back(self, shared: SharedPlaylist, held: Contribution, actor: Actor) -> Undone:
        now = self._now()
        origin, is_new = await self._origin(held)
        if is_new and (against := await self._rules.recheck(shared, actor, held)):
            raise RuleError(against)
        again = replace(
            held,
            contribution_id=new_id(CONTRIBUTION),
            origin=origin,
            state=State.PENDING,
            created_at=now,
            changed_at=now,
            number=None,
            batch_id=None,
            ballot=None,
            leave=None,
            left_by=None,
            version=0,
        )
        stored = await self._queue.enqueue(again, "curator", actor_id=actor.member_id)
        return Undone(await self._dispatcher.settled(stored, self.patience_s), put_back=True)

    async def _origin(self, held: Contribution) -> tuple[str, bool]:
        """The same for everyone who puts it back now, and a different one once that has left again.

        And whether nobody has put it back yet.
        """
        origin = f"undo {held.contribution_id} {held.version}"
        guild_id = held.guild_id
        while (
            again := await self._contributions.by_origin(guild_id, origin)
        ) and again.state not in OCCUPYING:
            origin = f"undo {again.contribution_id} {again.version}"
        return origin, again is None

    async def _gone(self, leaving: Contribution) -> Contribution:
        """As soon as it's out, or as it is if that takes too long."""
        current = leaving
        try:
            async with asyncio.timeout(self.patience_s):
                while current.state is State.LEAVING and not self._dispatcher.holds_back(current):
                    with self._ledger.signals.listen(leaving.contribution_id) as settled:
                        key = leaving.contribution_id
                        current = await self._contributions.get(leaving.guild_id, key) or current
                        if current.state is State.LEAVING:
                            await settled
        except TimeoutError:
            pass
        return current


BIG: Final = frozenset({Happening.RESTORED, Happening.TIDIED, Happening.EDITED, Happening.ROUND})


@dataclass(frozen=True, slots=True)
class BigChange:
    """number: of the version that was restored, or is the result, or of the round that started.

    before: the version to go back to. work: what a curator did.
    """

    happening: Happening
    number: int
    before: int
    at: datetime
    work: str = ""


class BigChanges:
    def __init__(self, history: History, snapshots: Snapshots, *, now: Callable[[], datetime]) -> None:
        self._history = history
        self._snapshots = snapshots
        self._now = now

    async def offered(self, shared: SharedPlaylist, actor: Actor) -> tuple[BigChange, ...]:
        """The latest ones, newest first; none for members who can't curate."""
        page = await self._history.page(shared.list_id, limit=LOOKED_AT)
        return await self.among(shared, actor, page.events)

    async def among(
        self, shared: SharedPlaylist, actor: Actor, events: Iterable[Event]
    ) -> tuple[BigChange, ...]:
        """Those among these events, in their order; none for members who can't curate."""
        since = self._now() - WITHIN
        big = [event for event in events if event.happening in BIG and event.at >= since]
        if not big or not may_curate(shared, actor):
            return ()
        kept = {info.number for info in await self._snapshots.of_list(shared.list_id)}
        made = (_change_of(event) for event in big)
        return tuple(
            one
            for one in made
            if (one.happening is Happening.EDITED and one.work != "cover")
            or (one.before in kept and (one.happening is not Happening.TIDIED or one.number in kept))
        )


def _change_of(event: Event) -> BigChange:
    result = "after" if event.happening is Happening.TIDIED else "number"
    number, before = (event.detail.get(name) for name in (result, "before"))
    return BigChange(
        event.happening,
        number if isinstance(number, int) else 0,
        before if isinstance(before, int) else 0,
        event.at,
        str(event.detail.get("work", event.detail.get("what", ""))),
    )
