"""Whatever members do, however Spotify fails, and wherever the bot is killed: all that was accepted is in, once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.services.shared.core.access import Actor
from bot.services.shared.outbox.confirmation import ROUNDS
from bot.shared_errors import ListBusyError
from bot.spotify.errors import SpotifyError
from bot.stores.contributions import State
from bot.stores.lists import ListStatus
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import (
    DELETES,
    GUILD,
    LINUS,
    MIRA,
    OWNER,
    POSTS,
    Desk,
    open_desk,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from bot.sqlite.leases import SqliteLeases
    from bot.stores.contributions import Contribution

EXAMPLES, STEPS = 60, 12
READS = "GET /playlists/*"
NO_ANSWER = st.builds(
    Fault,
    match=st.sampled_from([POSTS, DELETES, "* /playlists/*/items"]),
    kind=st.sampled_from(["reset_before", "reset_after", "malformed", "truncated"]),
)
STATUS = st.builds(
    Fault, match=st.sampled_from([POSTS, DELETES]), kind=st.just("status"), effect=st.booleans()
)
LATE = st.builds(
    Fault, match=st.sampled_from([POSTS, DELETES]), kind=st.just("late"), late_s=st.integers(1, 25)
)
STALE = st.builds(
    Fault, match=st.just(READS), kind=st.just("stale"), times=st.integers(1, 3), behind_s=st.integers(1, 5)
)
LIMIT = st.builds(
    Fault, match=st.just("* /playlists/*"), kind=st.just("rate_limit"), retry_after=st.integers(1, 40)
)
DOWN = st.builds(Fault, match=st.just(POSTS), kind=st.just("status"), times=st.just(ROUNDS))
FAULTS = NO_ANSWER | STATUS | LATE | STALE | LIMIT | DOWN
FEW, FRESH = 3, 40  # tracks that are contributed again and again, and others
PLACES = st.lists(st.integers(0, FEW - 1) | st.integers(FEW, FEW + FRESH - 1), min_size=1, max_size=8)
MEMBERS = st.sampled_from([LINUS, MIRA, OWNER])
CURATOR = Actor(OWNER, manages_guild=True)


class Machine(RuleBasedStateMachine):
    """A list of its own in a world that all examples share."""

    desk: Desk
    loop: asyncio.AbstractEventLoop
    names = count(1)

    def __init__(self) -> None:
        super().__init__()
        self.accepted: list[Contribution] = []
        self.gone: set[str] = set()  # withdrawn, or to leave
        self.given_up = 0
        self.again = 0
        self.struck = 0
        self.kills = 0
        tracks = list(self.desk.spotify.catalogue.tracks.values())
        self.tracks = tracks[200 : 200 + FEW + FRESH]
        self.first = tracks[500:503]
        self.holder = f"process {next(self.names)}"
        self.desk.start_again(self.holder)
        self.shared, self.playlist = self.run(self.desk.lend(f"Tape {next(self.names)}", *self.first))
        self.other = self.desk.spotify.known_playlists.own
        self.others = list(self.other.uris)
        self.calls = len(self.desk.spotify.calls)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def contribute(self, places: list[int], member: int) -> None:
        self.accepted += self.run(
            self.desk.contribute(self.shared, *(self.tracks[place] for place in places), member_id=member)
        )

    @precondition(lambda self: self.accepted)
    @rule(which=st.lists(st.integers(0, 200), min_size=1, max_size=4), faults=st.lists(FAULTS, max_size=2))
    def take_back(self, which: list[int], faults: list[Fault]) -> None:
        """What waits is withdrawn, what is in is to leave."""
        for place in which:
            one = self.run(self.desk.read(self.accepted[place % len(self.accepted)]))
            become = {State.QUEUED: State.WITHDRAWN, State.LANDED: State.LEAVING}.get(one.state)
            if become is not None:
                assert self.run(self.desk.stores.contributions.swap(one, replace(one, state=become)))
                self.gone.add(one.contribution_id)
                self.desk.dispatcher.wake(self.shared.list_id)
        self._spoil(faults)
        self.work()

    @rule(
        places=PLACES,
        member=MEMBERS,
        faults=st.lists(FAULTS, min_size=1, max_size=3),
        waits=st.lists(st.sampled_from([1, 2, 5, 28, 30, 31, 700]), min_size=1, max_size=4),
    )
    def add_in_trouble(self, places: list[int], member: int, faults: list[Fault], waits: list[int]) -> None:
        self.contribute(places, member)
        self._spoil(faults)
        self.work()
        for seconds in waits:
            self.run(self.desk.wait_until(self.desk.clock.now() + timedelta(seconds=seconds)))
            self.work()

    @rule(
        places=PLACES,
        member=MEMBERS,
        faults=st.lists(FAULTS, max_size=2),
        moments=st.integers(1, 400),
        same_file=st.booleans(),
        tokens_end=st.booleans(),
    )
    def kill(
        self,
        places: list[int],
        member: int,
        faults: list[Fault],
        moments: int,
        *,
        same_file: bool,
        tokens_end: bool,
    ) -> None:
        """Anywhere in its work."""
        self.contribute(places, member)
        self._spoil(faults)
        if tokens_end:
            self.desk.spotify.expire_access_tokens()
            self.struck += 1
        self.run(self._kill(moments))
        self._another_process(same_file=same_file)

    @precondition(lambda self: self.accepted)
    @rule(give_up=st.booleans(), faults=st.lists(FAULTS, max_size=1))
    def press(self, faults: list[Fault], *, give_up: bool) -> None:
        """A curator has what is parked looked for; it may be too early for that, or Spotify may not answer."""
        self._spoil(faults)
        parking = self.desk.parking
        with contextlib.suppress(ListBusyError, SpotifyError):
            if give_up:
                self.given_up += self.run(parking.give_up(CURATOR, GUILD, self.shared.list_id)).missing
            else:
                self.again += self.run(parking.try_again(CURATOR, GUILD, self.shared.list_id)).missing
        self.work()

    @rule(
        places=PLACES,
        member=MEMBERS,
        where=st.sampled_from([POSTS, DELETES, READS]),
        takes_effect=st.booleans(),
        same_file=st.booleans(),
    )
    def kill_in(
        self, places: list[int], member: int, where: str, *, takes_effect: bool, same_file: bool
    ) -> None:
        """In the middle of a request."""
        self.contribute(places, member)
        self.struck += self.run(self.desk.killed_in(where, takes_effect=takes_effect))
        self._another_process(same_file=same_file)

    def _another_process(self, *, same_file: bool) -> None:
        """It finds the lease free, or has to wait for its end."""
        if same_file:
            self.run(cast("SqliteLeases", self.desk.stores.leases).clear())  # as at every start
        self.kills += 1
        self.holder = f"process {next(self.names)}"
        self.desk.start_again(self.holder)

    def work(self) -> None:
        self.run(self.desk.dispatcher.work())

    def _spoil(self, faults: list[Fault]) -> None:
        for fault in faults:
            self.desk.spotify.faults.add(fault)
            self.struck += fault.times or 0

    async def _kill(self, moments: int) -> None:
        working = asyncio.create_task(self.desk.dispatcher.work())
        for _ in range(moments):
            if working.done():
                break
            await asyncio.sleep(0)
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working

    @invariant()
    def nothing_else_is_touched(self) -> None:
        assert self.other.uris == self.others

    def teardown(self) -> None:
        self.desk.spotify.faults.clear()
        self.run(self.desk.wait_until(self.desk.clock.now() + timedelta(seconds=31)))
        self.desk.dispatcher.wake()
        self.run(self.desk.calm(hours=12))
        self.run(self._nothing_stays_parked())
        self.run(self._all_is_in())
        posts = [call for call in self.desk.spotify.calls[self.calls :] if call.method == "POST"]
        writes = sum(call.path.endswith("/items") for call in posts)
        self.run(self._close())
        most = len(self.accepted) + self.again + 3 * len(self.gone) + 3 * self.struck + 2 * self.kills
        assert writes <= most

    async def _nothing_stays_parked(self) -> None:
        while any([await self.desk.state(one) is State.PARKED for one in self.accepted]):
            await self.desk.wait_until(self.desk.clock.now() + timedelta(seconds=31))
            looked = await self.desk.parking.try_again(CURATOR, GUILD, self.shared.list_id)
            self.again += looked.missing
            await self.desk.calm(hours=12)

    async def _close(self) -> None:
        """Out of the way of the other examples."""
        current = await self.desk.stores.lists.by_id(self.shared.list_id)
        assert current is not None
        await self.desk.stores.lists.swap(current, replace(current, status=ListStatus.CLOSED))

    async def _all_is_in(self) -> None:
        """Everything in the order it was accepted; nothing of what leaves, or was given up after a look."""
        now = [await self.desk.read(one) for one in self.accepted]
        states = Counter(one.state for one in now)
        assert states.keys() <= {State.LANDED, State.REJECTED, State.REMOVED, State.WITHDRAWN}, states
        assert states[State.REJECTED] == self.given_up
        for one in now:
            assert (one.state in {State.REMOVED, State.WITHDRAWN}) == (one.contribution_id in self.gone)
        landed = sorted((one for one in now if one.state is State.LANDED), key=lambda one: one.number or 0)
        wanted = [track.uri for track in self.first] + [one.uri for one in landed]
        assert self.playlist.uris == wanted


def test_exactly_once(tmp_path: Path) -> None:
    """Everything accepted is in the playlist once and in order when things have calmed down, in a bounded number of
    writes, and no other playlist was touched.
    """
    with asyncio.Runner() as runner:
        world = open_desk(tmp_path / "mixtape.sqlite3")
        Machine.desk = runner.run(world.__aenter__())
        Machine.loop = runner.get_loop()
        try:
            run_state_machine_as_test(
                Machine,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    derandomize=True,
                    database=None,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(world.__aexit__(None, None, None))
