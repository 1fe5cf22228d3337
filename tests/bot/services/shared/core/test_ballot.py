"""When a vote is decided, for every count, kind and majority there can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.core.ballot import ballot_against, ballot_for, missing, verdict
from bot.stores.contributions import Ballot, BallotKind, Contribution, Recording, State, Tally, Via
from bot.stores.lists import Majority, Mode, Settings, SharedPlaylist

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COUNTS = st.integers(0, 60)
PARTS = {
    Majority.TWO_THIRDS: Fraction(2, 3),
    Majority.THREE_QUARTERS: Fraction(3, 4),
    Majority.ALL: Fraction(1),
}
LIST = SharedPlaylist("list0001", 1, "playlist", "Road Trip", 2, "account", NOW)
ITEM = Contribution(
    "a1b2c3d4e5f6",
    "origin",
    "list0001",
    1,
    3,
    Via.COMMAND,
    Recording("spotify:track:x"),
    State.LANDED,
    NOW,
    NOW,
)


def ballots(kind: BallotKind) -> SearchStrategy[Ballot]:
    return st.builds(
        Ballot,
        number=st.just(1),
        kind=st.just(kind),
        proposer_id=st.just(3),
        opened_at=st.just(NOW),
        ends_at=st.just(NOW),
        needed=st.integers(0, 30),
        majority=st.sampled_from(Majority),
    )


@given(ballots(BallotKind.VOTE_IN), COUNTS, COUNTS)
def test_in(ballot: Ballot, yes: int, no: int) -> None:
    """In when approvals minus objections reach what is needed, out the other way round, else open."""
    needed = max(1, ballot.needed)
    expected = True if yes - no >= needed else False if no - yes >= needed else None
    assert verdict(ballot, Tally(yes, no)) is expected


@given(ballots(BallotKind.VOTE_OFF), COUNTS, COUNTS)
def test_off(ballot: Ballot, yes: int, no: int) -> None:
    """Out when enough members voted and their part reaches the majority; votes alone never end it in keeping."""
    part = Fraction(yes, yes + no) if yes + no else Fraction(0)
    majority = part > Fraction(1, 2) if ballot.majority is Majority.HALF else part >= PARTS[ballot.majority]
    expected = True if yes + no >= max(2, ballot.needed) and majority else None
    assert verdict(ballot, Tally(yes, no)) is expected


@given(ballots(BallotKind.VOTE_OFF), st.integers(0, 1), st.integers(0, 1))
def test_nobody_deletes_alone(ballot: Ballot, yes: int, no: int) -> None:
    """One voter never throws something out, whatever is set."""
    if yes + no == 1:
        assert verdict(ballot, Tally(yes, no)) is None


@given(ballots(BallotKind.APPROVAL), COUNTS, COUNTS)
def test_approval(ballot: Ballot, yes: int, no: int) -> None:
    """What a curator decides is not decided by counting."""
    assert verdict(ballot, Tally(yes, no)) is None
    assert missing(ballot, Tally(yes, no)) is None


@given(st.sampled_from([BallotKind.VOTE_IN, BallotKind.VOTE_OFF]).flatmap(ballots), COUNTS, COUNTS)
def test_missing(ballot: Ballot, yes: int, no: int) -> None:
    """The number that is said to be missing is enough, and one fewer is not."""
    more = missing(ballot, Tally(yes, no))
    if more is None:
        assert ballot.majority is Majority.ALL
        assert no
        return
    assert verdict(ballot, Tally(yes + more, no)) is True
    assert more == 0 or verdict(ballot, Tally(yes + more - 1, no)) is not True


@pytest.mark.parametrize(
    ("mode", "kind", "lasts"),
    [
        (Mode.APPROVAL, BallotKind.APPROVAL, timedelta(days=7)),
        (Mode.VOTE, BallotKind.VOTE_IN, timedelta(hours=72)),
    ],
)
def test_modes(mode: Mode, kind: BallotKind, lasts: timedelta) -> None:
    """By default an approval is open for seven days, and a vote for three, which three more approvals decide."""
    shared = SharedPlaylist("list0001", 1, "playlist", "Road Trip", 2, "account", NOW, mode=mode)
    ballot = ballot_for(shared, 3, NOW)
    assert ballot is not None
    assert (ballot.kind, ballot.ends_at, ballot.needed) == (kind, NOW + lasts, 3)


def test_open_mode() -> None:
    """Where everything goes straight in there is no ballot."""
    assert ballot_for(LIST, 3, NOW) is None


def test_off_by_default() -> None:
    """To throw something out takes five voters and two thirds of them, and never fewer than two voters."""
    ballot = ballot_against(ITEM, LIST, 4, NOW)
    assert (ballot.number, ballot.proposer_id, ballot.needed) == (1, 4, 5)
    assert verdict(ballot, Tally(4, 1)) is True
    assert verdict(ballot, Tally(3, 2)) is None
    lax = SharedPlaylist(
        "list0001", 1, "playlist", "Road Trip", 2, "account", NOW, settings=Settings(voters_to_remove=1)
    )
    assert ballot_against(ITEM, lax, 4, NOW).needed == 2
