"""Votes, changes of mind, curators, time, kills and races in any order: the count is right and each decision is one."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.services.shared.core.access import Actor
from bot.shared_errors import ListError
from bot.stores.contributions import BallotKind, Leave, State, Tally
from bot.stores.history import Happening
from bot.stores.lists import Mode, Settings
from tests.bot.link_desk import Time
from tests.bot.voting_desk import PROPOSER, Desk, curator
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from bot.stores import Stores
    from bot.stores.contributions import Contribution

MEMBERS = [PROPOSER, *range(20, 27)]
DECIDED = {
    State.QUEUED: Happening.ACCEPTED,
    State.DECLINED: Happening.DECLINED,
    State.LAPSED: Happening.LAPSED,
    State.LEAVING: Happening.LEAVING,
}


@dataclass
class Expected:
    """What one open ballot must come to, counted apart from the bot. `ballot_no`: its number."""

    held: Contribution
    ballot_no: int
    kind: BallotKind
    proposer: int
    votes: dict[int, bool] = field(default_factory=dict)

    @property
    def tally(self) -> Tally:
        yes = sum(self.votes.values())
        return Tally(yes, len(self.votes) - yes)

    @property
    def verdict(self) -> bool | None:
        yes, no = self.tally.yes, self.tally.no
        if self.kind is BallotKind.VOTE_IN:
            return True if yes - no >= 2 else False if no - yes >= 2 else None
        if self.kind is BallotKind.VOTE_OFF:
            return True if yes + no >= 3 and 3 * yes >= 2 * (yes + no) else None
        return None


class Voting(RuleBasedStateMachine):
    """`open` is what must be undecided, `over` what was decided, as it was stored then."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.time = Time()
        self.stack = AsyncExitStack()
        self.directory = tempfile.TemporaryDirectory()
        self.open: dict[str, Expected] = {}
        self.over: dict[str, Contribution] = {}
        self.count = 0

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize(mode=st.sampled_from([Mode.APPROVAL, Mode.VOTE]))
    def begin(self, mode: Mode) -> None:
        self.sealer = Sealer([new_key()])
        self.do(self._start())
        chosen = Settings(votes_needed=2, voters_to_remove=3, age_to_remove_hours=1)
        self.shared = self.do(self.desk.lend(mode, settings=chosen))

    async def _start(self) -> None:
        path = Path(self.directory.name) / "mixtape.db"
        stores: Stores = await self.stack.enter_async_context(sqlite.open_stores(path, self.sealer))
        self.desk = Desk(stores, self.time)

    def teardown(self) -> None:
        self.do(self.stack.aclose())
        self.runner.close()
        self.directory.cleanup()

    @precondition(lambda self: self.count < 4)
    @rule()
    def propose(self) -> None:
        self.count += 1
        held = self.do(self.desk.propose(self.shared, self.count))
        self.open[held.contribution_id] = Expected(held, 1, held.ballot.kind, PROPOSER)

    @precondition(lambda self: self.count < 4)
    @rule(opener=st.sampled_from(MEMBERS))
    def ask_to_throw_out(self, opener: int) -> None:
        self.count += 1
        held = self.do(self.desk.landed(self.shared, self.count))
        self.time.pass_by(hours=1)
        asked = self.desk.deciding.propose_removal(Actor(opener), GUILD, held.contribution_id)
        try:
            ballot_state = self.do(asked)
        except ListError:
            return
        self.open[held.contribution_id] = Expected(
            held, ballot_state.ballot.number, BallotKind.VOTE_OFF, opener
        )

    @precondition(lambda self: self.open)
    @rule(data=st.data(), member=st.sampled_from(MEMBERS), yes=st.booleans())
    def vote(self, data: st.DataObject, member: int, yes: bool) -> None:  # noqa: FBT001 - drawn by name
        expected = self._one(data)
        self.do(self._pressed(expected, member, yes=yes))

    @precondition(lambda self: self.open)
    @rule(data=st.data(), presses=st.lists(st.tuples(st.sampled_from(MEMBERS), st.booleans()), max_size=12))
    def vote_at_once(self, data: st.DataObject, presses: list[tuple[int, bool]]) -> None:
        expected = self._one(data)

        async def all_of_them() -> None:
            await asyncio.gather(*(self._pressed(expected, member, yes=yes) for member, yes in presses))

        self.do(all_of_them())

    @precondition(lambda self: self.open)
    @rule(data=st.data(), decisions=st.lists(st.booleans(), min_size=1, max_size=4))
    def curators_at_once(self, data: st.DataObject, decisions: list[bool]) -> None:
        """As many as there are: one of them, at most, decides."""
        expected = self._one(data)
        key, number = expected.held.contribution_id, expected.ballot_no

        async def decide(*, takes_in: bool) -> bool:
            deciding = self.desk.deciding
            try:
                await (deciding.approve if takes_in else deciding.decline)(curator(), GUILD, key, number)
            except ListError:
                return False
            return True

        async def all_of_them() -> list[bool]:
            return await asyncio.gather(*(decide(takes_in=takes_in) for takes_in in decisions))

        decided = self.do(all_of_them())
        allowed = {
            BallotKind.APPROVAL: bool(decisions),
            BallotKind.VOTE_IN: not all(decisions),
            BallotKind.VOTE_OFF: False,
        }
        assert sum(decided) == allowed[expected.kind]
        if any(decided):
            self._is_over(expected)

    @rule(hours=st.sampled_from([1, 24, 72, 168]))
    def time_passes(self, hours: int) -> None:
        self.time.pass_by(hours=hours)
        self.do(self.desk.expire())
        for expected in list(self.open.values()):
            lasts = 168 if expected.kind is BallotKind.APPROVAL else 72
            ballot = self.do(self.desk.now(expected.held)).ballot
            if (self.time.now() - ballot.opened_at).total_seconds() >= lasts * 3600:
                self._is_over(expected)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def gone_for_another_reason(self, data: st.DataObject) -> None:
        """Taken back, or undone: nothing is left to decide."""
        expected = self._one(data)
        state = State.REMOVED if expected.kind is BallotKind.VOTE_OFF else State.WITHDRAWN
        now = self.do(self.desk.now(expected.held))
        self.do(self.desk.ledger.transition(now, state, leave=Leave.UNDONE))
        self.time.pass_by(minutes=1)
        self.do(self.desk.expire())
        self.over[expected.held.contribution_id] = self.do(self.desk.now(expected.held))
        del self.open[expected.held.contribution_id]

    @precondition(lambda self: self.open)
    @rule(data=st.data(), member=st.sampled_from(MEMBERS[1:]))
    def killed_after_a_vote(self, data: st.DataObject, member: int) -> None:
        """The vote is kept, the process ends before it counted; the next one goes on from there."""
        expected = self._one(data)
        if expected.kind is not BallotKind.APPROVAL and member != expected.proposer:
            key, number = expected.held.contribution_id, expected.ballot_no
            self.do(self.desk.stores.votes.cast(key, number, member, self.time.now(), yes=True))
            expected.votes[member] = True
        self.do(self.stack.aclose())
        self.do(self._start())
        self.do(self.desk.expire())
        if expected.verdict is not None:
            self._is_over(expected)

    @invariant()
    def undecided_as_long_as_nothing_decides(self) -> None:
        """What is open has its ballot open, and the count is that of the members' last presses."""
        for key, expected in self.open.items():
            ballot_state = self.do(self.desk.deciding.ballot_state(GUILD, key))
            assert ballot_state.ballot.open
            assert ballot_state.tally == expected.tally
            assert expected.verdict is None

    @invariant()
    def decided_for_good(self) -> None:
        """What was decided stays so, with one event for it."""
        for key, former in self.over.items():
            now = self.do(self.desk.now(former))
            assert (now.state, now.leave, now.ballot) == (former.state, former.leave, former.ballot), key
            assert not now.ballot.open
            told = [event.happening for event in self.do(self.desk.events(former))]
            decisions = [one for one in told if one in {*DECIDED.values(), Happening.KEPT}]
            expected = [] if former.state in {State.WITHDRAWN, State.REMOVED} else [self._told_as(former)]
            assert decisions == expected

    @staticmethod
    def _told_as(held: Contribution) -> Happening:
        return DECIDED.get(held.state, Happening.KEPT)

    def _one(self, data: st.DataObject) -> Expected:
        return data.draw(st.sampled_from(list(self.open.values())))

    async def _pressed(self, expected: Expected, member: int, *, yes: bool) -> None:
        """Counted here exactly when the bot said that it counts."""
        try:
            ballot_state, _ = await self.desk.deciding.vote(
                Actor(member), GUILD, expected.held.contribution_id, expected.ballot_no, yes=yes
            )
        except ListError:
            return
        assert member != expected.proposer
        expected.votes[member] = yes
        assert ballot_state.tally == expected.tally
        if not ballot_state.ballot.open:
            assert expected.verdict is not None
            self._note(expected, ballot_state.contribution)

    def _is_over(self, expected: Expected) -> None:
        self._note(expected, self.do(self.desk.now(expected.held)))

    def _note(self, expected: Expected, now: Contribution) -> None:
        assert now.ballot is not None
        assert not now.ballot.open
        assert Tally(now.ballot.yes, now.ballot.no) == expected.tally
        by_votes: dict[BallotKind, dict[bool | None, State]] = {
            BallotKind.VOTE_IN: {True: State.QUEUED, False: State.DECLINED, None: State.LAPSED},
            BallotKind.VOTE_OFF: {True: State.LEAVING, None: State.LANDED},
            BallotKind.APPROVAL: {None: State.LAPSED},
        }
        if now.ballot.decided_by is None:
            assert now.state is by_votes[expected.kind][expected.verdict]
        assert (now.number is not None) == (now.state is not State.PENDING and self._has_number(now))
        self.over[now.contribution_id] = now
        del self.open[now.contribution_id]

    @staticmethod
    def _has_number(now: Contribution) -> bool:
        return now.state in {State.QUEUED, State.LANDED, State.LEAVING}


Voting.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
test_votes = Voting.TestCase
