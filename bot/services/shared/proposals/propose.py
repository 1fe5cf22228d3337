"""Members contribute to a server's playlist: stored under their action before anything says so, and each thing once.

Whether a track goes in, needs a decision, is already there or is refused is decided here, one after another.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import BotError
from bot.services.leases import KeyedLocks
from bot.services.shared.ballots.together import undecided_together
from bot.services.shared.core.access import bypasses, must_add
from bot.services.shared.core.ballot import ballot_for
from bot.services.shared.core.ids import CONTRIBUTION, new_id
from bot.services.shared.core.ledger import event_of
from bot.services.shared.proposals.outcomes import (
    Accepted,
    Known,
    Pending,
    Preview,
    Refused,
    StoppedMidwayError,
)
from bot.services.shared.rules.matching import recording
from bot.shared_errors import (
    AlreadyDecidedError,
    ContributionGoneError,
    ListBusyError,
    ListNotFoundError,
    ListOwnerlessError,
    ListPausedError,
    NotYoursError,
    TooLateToWithdrawError,
)
from bot.spotify.errors import RefError
from bot.spotify.refs import ref_in
from bot.stores.contributions import ON_ITS_WAY, WITHDRAWABLE, Contribution, State, Via
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Mode
from bot.visible import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.leases import Lease, LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.ballots.times import BallotTimes
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.core.queue import Queue
    from bot.services.shared.core.repeats import TakingBack
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.outbox.debounce import Debounce
    from bot.services.shared.proposals.outcomes import Outcome, Source
    from bot.services.shared.rules.check import RuleBook
    from bot.spotify.models import Track
    from bot.spotify.purpose import Share
    from bot.stores import Contributions
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist
    from bot.stores.refusals import Refusal

LONGEST_NOTE = 200
OPTION = "list:"  # prefix of a list's ID in options that also offer a member's own playlists
MOST_AT_ONCE = 100
MOST_TO_DECIDE = 25  # at once, on one card

# If a process dies, others are held up no longer than this. Two thirds of it is more than a database should take.
LEASE = timedelta(seconds=10)
PATIENCE_S = 10


class Proposals:
    def __init__(
        self,
        finder: ListFinder,
        contributions: Contributions,
        rules: RuleBook,
        queue: Queue,
        lookups: Lookups,
        *,
        debounce: Debounce,
        ledger: ContributionLedger,
        ownership: Ownership,
        card_queue: CardQueue,
        ballot_times: BallotTimes,
        leases: LeaseKeeper,
        taking_back: TakingBack,
        now: Callable[[], datetime],
    ) -> None:
        """debounce: is told what is coming, so that it's sent together."""
        self._finder = finder
        self._contributions = contributions
        self._rules = rules
        self._queue = queue
        self._lookups = lookups
        self._debounce = debounce
        self._ledger = ledger
        self._ownership = ownership
        self._card_queue = card_queue
        self._ballot_times = ballot_times
        self._leases = leases
        self._taking_back = taking_back
        self._now = now
        self._locks: KeyedLocks[str] = KeyedLocks()  # by list

    async def target(self, guild_id: int, query: str) -> SharedPlaylist | None:
        """The guild's list referred to: by ID as suggested, by name, or by a link to it; without a query, the default.

        None: `query` names none of the guild's. Raises ListNotFoundError if it has to be one of the guild's lists.
        """
        with self._debounce.pending():
            return await self._target(guild_id, query.strip())

    async def candidates(self, query: str, *, share: Share | None = None) -> tuple[Track, ...]:
        """What a member typed for a contribution, as found by `Lookups.candidates`."""
        with self._debounce.pending():
            return await self._lookups.candidates(query, share=share)

    async def track(self, key: str, *, share: Share | None = None) -> Track:
        """What a link or a menu names for a contribution, as found by `Lookups.by_key`."""
        with self._debounce.pending():
            return await self._lookups.by_key(key, share=share)

    async def _target(self, guild_id: int, wanted: str) -> SharedPlaylist | None:
        if wanted.startswith(OPTION) or not wanted:
            return await self._finder.find(guild_id, wanted.removeprefix(OPTION))
        try:
            ref = ref_in(wanted, ("playlist",))
        except RefError:
            return None
        if ref is not None:
            lists = await self._finder.lists(guild_id)
            return next((shared for shared in lists if shared.playlist_id == ref.id), None)
        try:
            return await self._finder.find(guild_id, wanted)
        except ListNotFoundError:
            return None

    async def drop_target(self, guild_id: int, channel_id: int) -> SharedPlaylist | None:
        """The list whose drop channel this is."""
        lists = await self._finder.lists(guild_id)
        return next((one for one in lists if one.settings.drop_channel_id == channel_id), None)

    async def propose(
        self, actor: Actor, guild_id: int, list_id: str, tracks: Sequence[Track], source: Source
    ) -> tuple[Outcome, ...]:
        """Say for each track what becomes of it. What is accepted or pending is stored when this returns.

        What needs a decision is decided together, and has one card. Once as many are in as `most_at_once` allows,
        the rest is skipped: there are then fewer answers than tracks.
        Raises ListNotFoundError, ListPausedError, ListClosedError, ListOwnerlessError, ListBusyError; once something
        was stored, each of them, and database trouble, becomes the reason of a StoppedMidwayError.
        """
        outcomes: list[Outcome] = []
        try:
            with self._debounce.pending():
                shared = await self._ownership.looked_after(await self._finder.find(guild_id, list_id))
                room = most_at_once(shared, actor)
                # In turn, or the same track proposed twice at once would be looked for twice and then stored twice.
                async with (
                    self._locks.of(list_id),
                    self._leases.held(
                        f"propose:{list_id}", LEASE, patience_s=PATIENCE_S, taken=ListBusyError
                    ) as lease,
                ):
                    # It may have been changed meanwhile.
                    shared = await self._finder.find(guild_id, list_id)
                    if len(tracks) > 1 and not goes_straight_in(shared, actor):
                        await self._together(actor, shared, tracks, source, outcomes, lease=lease)
                        return tuple(outcomes)
                    for track, origin in zip(tracks, source.origins(len(tracks)), strict=True):
                        if not room:
                            break
                        if outcomes:  # it may have been changed since the one before
                            shared = await self._finder.find(guild_id, list_id)
                        outcome = await self._once(actor, shared, track, origin, source, lease=lease)
                        outcomes.append(outcome)
                        room -= isinstance(outcome, Accepted | Pending)
        except BotError as error:
            if not any(isinstance(one, Accepted | Pending) for one in outcomes):
                raise
            raise StoppedMidwayError(outcomes, error) from error
        return tuple(outcomes)

    async def preview(self, actor: Actor, shared: SharedPlaylist, tracks: Sequence[Track]) -> Preview:
        """What `propose` would do with these now. Raises ListPausedError, ListOwnerlessError, NotAllowedError."""
        self._must_be_active(shared)
        must_add(shared, actor)
        room = most_at_once(shared, actor)
        taken: list[Track] = []
        refused: list[Known | Refused] = []
        for track, refusals in zip(tracks, await self._rules.check_many(shared, actor, tracks), strict=True):
            if refusals:
                refused.append(_refused(track, refusals))
            else:
                taken.append(track)
        return Preview(tuple(taken[:room]), tuple(refused), beyond=max(0, len(taken) - room))

    async def _together(
        self,
        actor: Actor,
        shared: SharedPlaylist,
        tracks: Sequence[Track],
        source: Source,
        outcomes: list[Outcome],
        *,
        lease: Lease,
    ) -> None:
        """Store what can go in as one proposal.

        outcomes: receives the outcome of each, even if something fails midway.
        """
        origins = source.origins(len(tracks))
        earlier = {one.origin: one for one in await self._contributions.by_origins(shared.guild_id, origins)}
        new = [track for track, origin in zip(tracks, origins, strict=True) if origin not in earlier]
        if new:
            self._must_be_active(shared)
        checked = iter(await self._rules.check_many(shared, actor, new))
        plan: list[Outcome | tuple[Track, Contribution]] = []
        for track, origin in zip(tracks, origins, strict=True):
            if origin in earlier:
                plan.append(_earlier(track, earlier[origin]))
            elif refusals := next(checked):
                plan.append(_refused(track, refusals))
            else:
                plan.append((track, self._contribution(actor, shared, track, origin, source)))
            if sum(not isinstance(one, Known | Refused) for one in plan) == MOST_TO_DECIDE:
                break
        ids = tuple(one[1].contribution_id for one in plan if isinstance(one, tuple))
        together = ids if len(ids) > 1 else ()
        kept: Contribution | None = None
        try:
            for one in plan:
                if not isinstance(one, tuple):
                    outcomes.append(one)
                    continue
                track, contribution = one
                await lease.confirm()
                kept = await self._propose(replace(contribution, together=together), shared, actor)
                outcomes.append(_settled(track, contribution, kept))
        finally:
            if kept is not None:
                self._card_queue.touch(kept)  # once for all of them
                await self._ballot_times.opened(kept)

    async def _once(
        self,
        actor: Actor,
        shared: SharedPlaylist,
        track: Track,
        origin: str,
        source: Source,
        *,
        lease: Lease,
    ) -> Outcome:
        earlier = await self._contributions.by_origin(shared.guild_id, origin)
        if earlier is not None:  # delivered twice, or the answer was lost
            return _earlier(track, earlier)
        self._must_be_active(shared)
        refusals = await self._rules.check(shared, actor, track)
        if refusals:
            return _refused(track, refusals)
        await lease.confirm()  # otherwise someone may have stored the same track since the rules were checked
        return await self._keep(actor, shared, track, origin, source)

    async def _keep(
        self, actor: Actor, shared: SharedPlaylist, track: Track, origin: str, source: Source
    ) -> Outcome:
        contribution = self._contribution(actor, shared, track, origin, source)
        if not goes_straight_in(shared, actor):
            waiting = await self._propose(contribution, shared, actor)
            self._card_queue.touch(waiting)
            await self._ballot_times.opened(waiting)
            return _settled(track, contribution, waiting)
        how = "open" if shared.mode is Mode.OPEN else "bypass"
        stored = await self._queue.enqueue(contribution, how, _proposed(contribution, actor))
        return _settled(track, contribution, stored)

    async def _propose(
        self, contribution: Contribution, shared: SharedPlaylist, actor: Actor
    ) -> Contribution:
        """Store what needs a decision."""
        ballot = ballot_for(shared, actor.member_id, contribution.created_at)
        silent = contribution.via is Via.DROP  # nothing is posted in a drop channel, so no card goes there
        channel_id = None if silent else contribution.channel_id
        return await self._contributions.add(
            replace(contribution, ballot=ballot, channel_id=channel_id), _proposed(contribution, actor)
        )

    def _contribution(
        self, actor: Actor, shared: SharedPlaylist, track: Track, origin: str, source: Source
    ) -> Contribution:
        now = self._now()
        return Contribution(
            contribution_id=new_id(CONTRIBUTION),
            origin=origin,
            list_id=shared.list_id,
            guild_id=shared.guild_id,
            member_id=actor.member_id,
            via=source.via,
            recording=recording(track),
            state=State.PENDING,
            created_at=now,
            changed_at=now,
            note=shortened(one_line(source.note), LONGEST_NOTE),
            round_no=shared.round_no,
            channel_id=source.channel_id,
        )

    async def known(self, guild_id: int, contribution_id: str) -> Contribution | None:
        """Whatever became of it."""
        return await self._contributions.get(guild_id, contribution_id)

    async def promise_word(self, kept: Sequence[Contribution]) -> None:
        """Have the members told what became of these once they are settled, however long that takes."""

        def awaited(now: Contribution) -> Contribution | None:
            return replace(now, awaited=True) if now.state in ON_ITS_WAY and not now.awaited else None

        for one in kept:
            await self._ledger.amend(one, awaited)

    async def withdraw(self, actor: Actor, guild_id: int, contribution_id: str) -> Contribution:
        """Take back what the member proposed, before it's written. The writer may be faster; one of the two wins.

        Raises ContributionGoneError, NotYoursError, TooLateToWithdrawError, TakenBackTooOftenError, ListBusyError.
        """
        while True:
            held = await self._contributions.get(guild_id, contribution_id)
            if held is None:
                raise ContributionGoneError
            if held.member_id != actor.member_id:
                raise NotYoursError
            if held.state is State.WITHDRAWN:
                return held
            if held.state not in WITHDRAWABLE:
                raise TooLateToWithdrawError(held)
            async with self._taking_back.held(held, actor.member_id):
                stored = await self._ledger.transition(
                    held, State.WITHDRAWN, Happening.WITHDRAWN, actor_id=actor.member_id
                )
            if stored is not None:
                return stored

    async def withdraw_together(self, actor: Actor, guild_id: int, first_id: str) -> Contribution:
        """Take back everything the member proposed together that isn't decided yet. Return one of them.

        first_id: of the first one. Raises ContributionGoneError, NotYoursError, AlreadyDecidedError.
        """
        taken_back = None
        for held in await undecided_together(self._contributions, guild_id, first_id):
            with suppress(TooLateToWithdrawError):  # that one was accepted at this very moment
                taken_back = await self.withdraw(actor, guild_id, held.contribution_id)
        if taken_back is None:
            raise AlreadyDecidedError(held)
        return taken_back

    def _must_be_active(self, shared: SharedPlaylist) -> None:
        if shared.status is ListStatus.PAUSED:
            raise ListPausedError(shared.name)
        if self._ownership.is_given_up(shared):
            raise ListOwnerlessError(shared.name)


def most_at_once(shared: SharedPlaylist, actor: Actor) -> int:
    """How many tracks one request can add."""
    return MOST_AT_ONCE if goes_straight_in(shared, actor) else MOST_TO_DECIDE


def goes_straight_in(shared: SharedPlaylist, actor: Actor) -> bool:
    """Whether what the member adds goes in without a decision."""
    return shared.mode is Mode.OPEN or bypasses(shared, actor)


def _proposed(contribution: Contribution, actor: Actor) -> Event:
    at = contribution.created_at
    return event_of(contribution, Happening.PROPOSED, at, actor_id=actor.member_id)


def _refused(track: Track, refusals: tuple[Refusal, ...]) -> Known | Refused:
    held = next((refusal.held for refusal in refusals if refusal.held is not None), None)
    return Known(track, held) if held else Refused(track, refusals)


def _settled(track: Track, proposed: Contribution, kept: Contribution) -> Outcome:
    if kept.contribution_id != proposed.contribution_id:
        return _earlier(track, kept)
    return Pending(track, kept) if kept.state is State.PENDING else Accepted(track, kept)


def _earlier(track: Track, kept: Contribution) -> Outcome:
    decided = kept.ballot is None or kept.number is not None
    return Accepted(track, kept, again=True) if decided else Pending(track, kept, again=True)
