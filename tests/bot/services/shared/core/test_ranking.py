"""What members like most and least: likes first, then votes; among equals the oldest."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.core.ranking import best_first, least_first, votes_lead
from bot.stores.contributions import Ballot, BallotKind
from tests.shared_records import NOW, a_list, contribution

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution

TAPE = a_list("p", owner_id=7, account_id="owner")
BALLOTS = st.none() | st.builds(
    lambda kind, yes, no: Ballot(1, kind, 1, NOW, NOW, open=False, yes=yes, no=no),
    st.sampled_from(BallotKind),
    st.integers(0, 4),
    st.integers(0, 4),
)


@st.composite
def rated(draw: st.DrawFn) -> tuple[list[Contribution], dict[str, int]]:
    """Items in any order, and the likes of some of them."""
    ballots = draw(st.lists(BALLOTS, max_size=12))
    held = [
        contribution(TAPE, number, f"spotify:track:{number}", 1, ballot=ballot)
        for number, ballot in enumerate(ballots, start=1)
    ]
    likes = (
        draw(st.dictionaries(st.sampled_from([one.contribution_id for one in held]), st.integers(1, 3)))
        if held
        else {}
    )
    return draw(st.permutations(held)), likes


def likes_then_votes(one: Contribution, likes: dict[str, int]) -> tuple[int, int]:
    return likes.get(one.contribution_id, 0), votes_lead(one)


@given(rated())
def test_best(drawn: tuple[list[Contribution], dict[str, int]]) -> None:
    """Nothing stands before what is liked more, or equally and was wanted more, or just as much and is older."""
    held, likes = drawn
    ranked = best_first(held, likes)
    assert sorted(one.contribution_id for one in ranked) == sorted(one.contribution_id for one in held)
    for first, second in pairwise(ranked):
        before, after = likes_then_votes(first, likes), likes_then_votes(second, likes)
        assert before > after or (before == after and (first.number or 0) < (second.number or 0))


@given(rated())
def test_least(drawn: tuple[list[Contribution], dict[str, int]]) -> None:
    """The other end comes first; but of equals the oldest, as in the best."""
    held, likes = drawn
    ranked = least_first(held, likes)
    for first, second in pairwise(ranked):
        before, after = likes_then_votes(first, likes), likes_then_votes(second, likes)
        assert before < after or (before == after and (first.number or 0) < (second.number or 0))


@given(rated())
def test_order_does_not_matter(drawn: tuple[list[Contribution], dict[str, int]]) -> None:
    """However the items are read, they rank the same."""
    held, likes = drawn
    assert best_first(held, likes) == best_first(reversed(held), likes)
    assert least_first(held, likes) == least_first(reversed(held), likes)
