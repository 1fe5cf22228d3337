"""Decides proposals: by a curator, by the members' votes, or by time. Each is decided once.

A curator can decline what members vote on, but not wave it through unless the list lets them; nobody alone decides
to vote something out.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailableError
from bot.services.leases import KeyedLocks
from bot.services.shared.ballots.times import SOON
from bot.services.shared.core.access import may_add, must_curate
from bot.services.shared.core.ballot import (
    FIRST,
    BallotState,
    Ending,
    ballot_against,
    is_alive,
    is_decided_together,
    old_enough_at,
    verdict,
    votable_again_at,
    votes_key,
)
from bot.shared_errors import (
    AlreadyDecidedError,
    ContributionGoneError,
    KeptRecentlyError,
    ListClosedError,
    ListPausedError,
    NotAllowedError,
    OwnVoteError,
    TooManyVotesError,
    TooNewToVoteError,
    TooYoungError,
)
from bot.stores.contributions import BallotKind, State, Tally
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.ballots.effects import Effects
    from bot.services.shared.ballots.times import BallotTimes
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.stores import Contributions, SharedPlaylists, Votes
    from bot.stores.contributions import Ballot, Contribution
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

RETRY: Final = timedelta(minutes=1)  # for one that couldn't be ended
MOST_OPEN: Final = 3  # votes to remove something, started by one member in one list


class Decisions:
    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        votes: Votes,
        effects: Effects,
        card_queue: CardQueue,
        *,
        times: BallotTimes,
        ledger: ContributionLedger,
        now: Callable[[], datetime],
    ) -> None:
        self._lists = lists
        self._contributions = contributions
        self._votes = votes
        self._ledger = ledger
        self._effects = effects
        self._card_queue = card_queue
        self._times = times
        self._now = now
        self._locks: KeyedLocks[str] = KeyedLocks()  # by contribution
        self._failing: set[str] = set()

    async def ballot_state(self, guild_id: int, contribution_id: str) -> BallotState | None:
        """The state of its latest ballot; None if there is none in this guild."""
        return await self._card_queue.ballot_state(guild_id, contribution_id)

    async def vote(
        self, actor: Actor, guild_id: int, contribution_id: str, ballot_no: int, *, yes: bool
    ) -> tuple[BallotState, bool]:
        """Count a member's one vote, replacing an earlier one; also returns whether it changed.

        They are a member when they press. The vote counts until the ballot ends, even if they leave the server.
        If it was proposed together with others, the vote counts for all of them.

        Raises ContributionGoneError (also for a vote against, if there are none), AlreadyDecidedError, OwnVoteError,
        NotAllowedError, TooNewToVoteError, ListPausedError, ListClosedError.
        """
        async with await self._alone_with(guild_id, contribution_id):
            shared, held, ballot = await self._open_ballot(guild_id, contribution_id, ballot_no)
            if ballot.kind is BallotKind.APPROVAL or (ballot.only_yes and not yes):
                raise ContributionGoneError
            _must_vote(shared, actor, self._now())
            if actor.member_id == ballot.proposer_id:
                raise OwnVoteError
            key = votes_key(held, ballot.number)
            is_new = await self._votes.cast(key, ballot.number, actor.member_id, self._now(), yes=yes)
            try:
                ballot_state = await self._settle(shared, held, ballot)
                if not ballot_state.ballot.open:
                    await self._settle_others(shared, held)
            except StoreUnavailableError:
                self._times.doubt(shared.list_id)
                raise
        if is_new:
            self._card_queue.touch(ballot_state.contribution)
        return ballot_state, is_new

    async def approve(
        self, actor: Actor, guild_id: int, contribution_id: str, ballot_no: int, reason: str = ""
    ) -> BallotState:
        """A curator approves a proposal. Raises the same as `vote`."""
        return await self._by_curator(actor, guild_id, contribution_id, ballot_no, reason, takes_in=True)

    async def decline(
        self, actor: Actor, guild_id: int, contribution_id: str, ballot_no: int, reason: str = ""
    ) -> BallotState:
        """A curator declines a proposal, even one members are voting on. Raises the same as `vote`."""
        return await self._by_curator(actor, guild_id, contribution_id, ballot_no, reason, takes_in=False)

    async def must_decide(
        self, actor: Actor, guild_id: int, contribution_id: str, ballot_no: int, *, takes_in: bool
    ) -> None:
        """Raise what `approve` or `decline` would raise now."""
        async with await self._alone_with(guild_id, contribution_id):
            shared, _, ballot = await self._open_ballot(guild_id, contribution_id, ballot_no)
            _must_decide(shared, actor, ballot, takes_in=takes_in)

    async def propose_removal(
        self, actor: Actor, guild_id: int, contribution_id: str, channel_id: int | None = None
    ) -> BallotState:
        """Start a vote to remove something; returns the open one, if there is one.

        channel_id: where it was requested. Raises ContributionGoneError, TooYoungError, KeptRecentlyError,
        TooManyVotesError, NotAllowedError, TooNewToVoteError, ListPausedError, ListClosedError.
        """
        async with await self._alone_with(guild_id, contribution_id):
            while True:
                shared, held = await self._in_use(guild_id, contribution_id)
                now = self._now()
                _must_vote(shared, actor, now)
                if held.ballot and held.ballot.open and held.ballot.kind is BallotKind.VOTE_OFF:
                    tally = await self._ledger.tally(held, held.ballot)
                    return BallotState(shared, held, held.ballot, tally)
                await self._may_be_voted_off(shared, held, actor, now)
                ballot = replace(ballot_against(held, shared, actor.member_id, now), channel_id=channel_id)
                stored = await self._ledger.amend(
                    held, _with_ballot(held, ballot), Happening.VOTE_OFF_OPENED, actor_id=actor.member_id
                )
                if stored is not None:
                    break
        self._card_queue.touch(stored)
        await self._times.opened(stored)
        return BallotState(shared, stored, ballot, Tally(0, 0))

    async def look_after(self, list_id: str) -> datetime | None:
        """End a list's ballots whose time is up, and have the cards posted that are missing; when to look again."""
        now = self._now()
        shared = await self._lists.by_id(list_id)
        if shared is None:
            return None
        again: list[datetime] = []
        for held in await self._contributions.undecided(list_id=list_id):
            ballot = held.ballot
            if ballot is None:
                continue
            if _is_over(shared, ballot, now):
                if not await self._could_settle(shared, held, now):
                    again.append(now + RETRY)
                continue
            again.append(ballot.ends_at)
            if ballot.message_id is None:  # the process that wanted to post it may have been killed
                self._card_queue.touch(held)
                again.append(now + SOON)
        if self._now() - now >= SOON:
            return self._now()  # another may have been opened meanwhile
        return min(again, default=None)

    async def recheck(self) -> None:
        """Decide what already can be: a vote may have been stored without its consequence.

        At the start, and where the database failed.
        """
        lists: dict[str, SharedPlaylist | None] = {}
        async with self._times.doubtful() as doubtful:
            for held in doubtful:
                if held.list_id not in lists:
                    lists[held.list_id] = await self._lists.get(held.guild_id, held.list_id)
                shared = lists[held.list_id]
                if shared is not None:
                    await self._could_settle(shared, held, self._now())

    async def _could_settle(self, shared: SharedPlaylist, held: Contribution, now: datetime) -> bool:
        try:
            await self._settle_by_time(shared, held, now)
        except StoreUnavailableError:
            raise  # it would be the same with the others
        except Exception as error:  # it doesn't delay the others
            if (key := held.contribution_id) not in self._failing:
                log.exception("the vote on %s couldn't be ended (%s)", key, type(error).__name__)
            self._failing.add(key)
            return False
        return True

    async def _settle_by_time(self, shared: SharedPlaylist, held: Contribution, now: datetime) -> None:
        if shared.status is ListStatus.PAUSED:
            return  # its clock is stopped; it's looked at again when it resumes
        async with self._alone(held):
            ballot = held.ballot
            if ballot is None:
                return
            ballot_state = await self._settle(shared, held, ballot, over=_is_over(shared, ballot, now))
            if not ballot_state.ballot.open:
                self._card_queue.touch(ballot_state.contribution)

    async def _by_curator(
        self,
        actor: Actor,
        guild_id: int,
        contribution_id: str,
        ballot_no: int,
        reason: str,
        *,
        takes_in: bool,
    ) -> BallotState:
        async with await self._alone_with(guild_id, contribution_id):
            shared, held, ballot = await self._open_ballot(guild_id, contribution_id, ballot_no)
            _must_decide(shared, actor, ballot, takes_in=takes_in)
            tally = await self._ledger.tally(held, ballot)
            ending = Ending(ballot.number, tally, decided_by=actor.member_id, reason=reason)
            ballot_state = await self._decide(shared, held, ending, happens=takes_in)
        if ballot_state.ballot.decided_by != actor.member_id:
            raise AlreadyDecidedError(ballot_state.contribution)
        return ballot_state

    async def _in_use(self, guild_id: int, contribution_id: str) -> tuple[SharedPlaylist, Contribution]:
        held = await self._contributions.get(guild_id, contribution_id)
        shared = await self._lists.get(guild_id, held.list_id) if held else None
        if held is None or shared is None:
            raise ContributionGoneError
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        if shared.status is ListStatus.PAUSED:
            raise ListPausedError(shared.name)
        return shared, held

    async def _open_ballot(
        self, guild_id: int, contribution_id: str, ballot_no: int
    ) -> tuple[SharedPlaylist, Contribution, Ballot]:
        shared, held = await self._in_use(guild_id, contribution_id)
        ballot = held.ballot
        if ballot and ballot.open and (self._now() >= ballot.ends_at or not is_alive(held, ballot)):
            ballot_state = await self._settle(shared, held, ballot, over=True)
            held, ballot = ballot_state.contribution, ballot_state.ballot
        if ballot is None:
            raise ContributionGoneError
        if not ballot.open or ballot.number != ballot_no:
            self._card_queue.touch(held)
            raise AlreadyDecidedError(held)
        return shared, held, ballot

    async def _settle(
        self, shared: SharedPlaylist, held: Contribution, ballot: Ballot, *, over: bool = False
    ) -> BallotState:
        """Decide what can be decided; everything, if time is up."""
        tally = await self._tally(held, ballot)
        happens = verdict(ballot, tally)
        if happens is None and not over and is_alive(held, ballot):
            return BallotState(shared, held, ballot, tally)
        return await self._decide(shared, held, Ending(ballot.number, tally), happens=happens)

    async def _settle_others(self, shared: SharedPlaylist, held: Contribution) -> None:
        """What was proposed together with it and decided by the same votes."""
        for other in await self._others(held):
            if other.ballot is not None and other.ballot.number == FIRST and other.ballot.open:
                await self._settle(shared, other, other.ballot)

    async def _tally(self, held: Contribution, ballot: Ballot) -> Tally:
        """The votes that decided one of several decide all of them, whoever votes before the last one is settled."""
        for other in await self._others(held) if ballot.open else ():
            former = other.ballot
            if (
                former is None
                or former.number != ballot.number
                or former.open
                or former.decided_by is not None
            ):
                continue
            tally = Tally(former.yes, former.no)
            if verdict(former, tally) is not None:
                return tally
        return await self._ledger.tally(held, ballot)

    async def _others(self, held: Contribution) -> tuple[Contribution, ...]:
        """What was proposed together with it and shares its ballot."""
        if not is_decided_together(held):
            return ()
        several = await self._contributions.several(held.guild_id, held.together)
        return tuple(other for other in several if other.contribution_id != held.contribution_id)

    async def _decide(
        self,
        shared: SharedPlaylist,
        held: Contribution,
        ending: Ending,
        *,
        happens: bool | None,
    ) -> BallotState:
        stored = await self._effects.decide(shared, held, ending, happens=happens)
        if stored.ballot is None:
            raise ContributionGoneError
        tally = await self._ledger.tally(stored, stored.ballot)
        ballot_state = BallotState(shared, stored, stored.ballot, tally)
        self._card_queue.touch(stored)
        return ballot_state

    async def _may_be_voted_off(
        self, shared: SharedPlaylist, held: Contribution, actor: Actor, now: datetime
    ) -> None:
        if held.state is not State.LANDED:
            raise ContributionGoneError
        if now < old_enough_at(held, shared):
            raise TooYoungError(shared.settings.age_to_remove_hours)
        again_at = votable_again_at(held, shared)
        if again_at is not None and now < again_at:
            raise KeptRecentlyError(again_at)
        begun = [
            other
            for other in await self._contributions.undecided(list_id=shared.list_id)
            if other.ballot
            and other.ballot.kind is BallotKind.VOTE_OFF
            and other.ballot.proposer_id == actor.member_id
        ]
        if len(begun) >= MOST_OPEN:
            raise TooManyVotesError(MOST_OPEN)

    def _alone(self, held: Contribution) -> asyncio.Lock:
        """One at a time for each ballot, so that every vote stored in this process is counted."""
        return self._locks.of(votes_key(held, FIRST))

    async def _alone_with(self, guild_id: int, contribution_id: str) -> asyncio.Lock:
        held = await self._contributions.get(guild_id, contribution_id)
        return self._alone(held) if held is not None else self._locks.of(contribution_id)


def _is_over(shared: SharedPlaylist, ballot: Ballot, now: datetime) -> bool:
    return now >= ballot.ends_at or shared.status is ListStatus.CLOSED


def _must_vote(shared: SharedPlaylist, actor: Actor, now: datetime) -> None:
    if not may_add(shared, actor):
        raise NotAllowedError("vote")
    days = shared.settings.voter_days
    if not days:
        return
    until = actor.joined_at and actor.joined_at + timedelta(days=days)
    if until is None or now < until:
        raise TooNewToVoteError(days, until)


def _must_decide(shared: SharedPlaylist, actor: Actor, ballot: Ballot, *, takes_in: bool) -> None:
    must_curate(shared, actor)
    only_votes = ballot.kind is BallotKind.VOTE_IN and not ballot.approvable
    if ballot.kind is BallotKind.VOTE_OFF or (takes_in and only_votes):
        raise NotAllowedError("members")


def _with_ballot(held: Contribution, ballot: Ballot) -> Callable[[Contribution], Contribution | None]:
    """Open the ballot, unless what was checked for it no longer holds: it moved, or a ballot started or ended."""

    def opened(seen: Contribution) -> Contribution | None:
        if (seen.state, seen.changed_at) != (held.state, held.changed_at) or _last(seen) != _last(held):
            return None
        return replace(seen, ballot=ballot)

    return opened


def _last(held: Contribution) -> tuple[int, bool] | None:
    return (held.ballot.number, held.ballot.open) if held.ballot else None
