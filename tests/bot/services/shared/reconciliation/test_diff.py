"""What differs between two states of a playlist, and the fewest requests that lead from one to the other."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.playlist_steps import Add, Move, Remove
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.diff import difference
from bot.services.shared.reconciliation.plan import Step, plan

if TYPE_CHECKING:
    from collections.abc import Sequence


def song(name: object) -> str:
    return f"spotify:track:{name}"


def local(name: object) -> str:
    return f"spotify:local:::{name}:200"


def songs(names: str) -> list[str]:
    return [song(name) for name in names]


def apply(items: Sequence[str], steps: Sequence[Step]) -> list[str]:
    """What Spotify does with these requests: spotify.md, 4.3."""
    row = list(items)
    for step in steps:
        match step:
            case Remove(uris):
                assert 1 <= len(uris) == len(set(uris)) <= 100
                assert all(is_playable(uri) for uri in uris)
                row = [uri for uri in row if uri not in uris]
            case Move(start, before, length):
                assert 0 <= start < len(row)
                assert 1 <= length <= len(row) - start
                assert 0 <= before <= len(row)
                assert not start <= before <= start + length, "a move that moves nothing"
                run = row[start : start + length]
                assert all(is_playable(uri) for uri in run), "a local file was touched"
                rest = row[:start] + row[start + length :]
                place = before if before < start else before - length
                row = rest[:place] + run + rest[place:]
            case Add(uris, position):
                assert 1 <= len(uris) <= 100
                assert 0 <= position <= len(row)
                assert all(is_playable(uri) for uri in uris)
                row[position:position] = uris
    return row


def playable(items: Sequence[str]) -> list[str]:
    return [uri for uri in items if is_playable(uri)]


def fixed(items: Sequence[str]) -> list[str]:
    return [uri for uri in items if not is_playable(uri)]


ENTRY = st.one_of(st.sampled_from("abcdefghijkl").map(song), st.sampled_from("xyz").map(local), st.just(""))
PLAYLIST = st.lists(ENTRY, max_size=24)


@settings(max_examples=1_000)
@given(PLAYLIST, PLAYLIST)
def test_steps_lead_to_the_target(current: list[str], target: list[str]) -> None:
    """The steps give exactly the wanted songs in the wanted order; every local file is still there, in its order."""
    made = plan(current, target)
    reached = apply(current, made.steps)
    assert playable(reached) == playable(target)
    assert fixed(reached) == fixed(current)
    assert tuple(reached) == made.difference.result


@settings(max_examples=500)
@given(PLAYLIST, PLAYLIST)
def test_what_comes_and_goes_is_counted(current: list[str], target: list[str]) -> None:
    """Back, gone and lost are the difference of the two, copy by copy."""
    found = difference(current, target)
    now, then = Counter(current), Counter(target)
    more, less = then - now, now - then
    assert Counter(found.back) == Counter({uri: count for uri, count in more.items() if is_playable(uri)})
    assert Counter(found.lost) == Counter({uri: count for uri, count in more.items() if not is_playable(uri)})
    assert Counter(found.gone) == Counter({uri: count for uri, count in less.items() if is_playable(uri)})


@settings(max_examples=500)
@given(PLAYLIST)
def test_nothing_to_do(items: list[str]) -> None:
    """A playlist that is as it shall be costs no request."""
    made = plan(items, items)
    assert made.steps == ()
    assert made.difference.empty


@given(st.permutations(range(14)), st.sets(st.integers(0, 13)))
def test_order_among_local_files(order: list[int], which: set[int]) -> None:
    """Local files end among the songs where the target has them, if their own order is the same."""
    target = [local(number) if number in which else song(number) for number in range(14)]
    others = iter([number for number in order if number not in which])
    current = [local(number) if number in which else song(next(others)) for number in range(14)]
    assert apply(current, plan(current, target).steps) == target


@settings(max_examples=500)
@given(PLAYLIST, PLAYLIST)
def test_requests_are_bounded(current: list[str], target: list[str]) -> None:
    """Never more requests than the batches and contiguous runs that are wrong."""
    made = plan(current, target)
    then, removals = made.difference.result, len(set(playable(current)) - set(playable(target)))
    most = -(-removals // 100) + len(made.difference.back) + made.difference.moved
    again = sum(
        then.count(uri) for uri in set(made.difference.gone)
    )  # other copies, which a removal takes along
    assert len(made.steps) <= most + again + bool(again)


@pytest.mark.parametrize(
    ("current", "target", "steps"),
    [
        ("abcdef", "abcxdef", [Add((song("x"),), 3)]),
        ("abcxdef", "abcdef", [Remove((song("x"),))]),
        ("cdefab", "abcdef", [Move(4, 0, 2)]),
        ("abcdef", "defabc", [Move(0, 6, 3)]),
        ("abacad", "abcad", [Remove((song("a"),)), Add((song("a"),), 0), Add((song("a"),), 3)]),
        ("bcd", "abcad", [Add((song("a"),), 0), Add((song("a"),), 3)]),
        ("gabch", "abc", [Remove((song("g"), song("h")))]),
    ],
)
def test_single_edits(current: str, target: str, steps: list[Step]) -> None:
    """One thing done by hand is set right in one request; one copy too many costs putting the others back."""
    assert list(plan(songs(current), songs(target)).steps) == steps


def test_local_file_that_was_deleted_is_named() -> None:
    """A local file nobody can bring back is told, and the rest is restored all the same."""
    made = plan(songs("b"), [song("a"), local("demo"), song("b")])
    assert made.difference.lost == (local("demo"),)
    assert made.difference.back == (song("a"),)
    assert apply(songs("b"), made.steps) == songs("ab")


def test_ten_thousand_with_five_hundred_differences() -> None:
    """Five runs of a hundred were taken out: five requests, found in a moment among 10,000."""
    target = [song(number) for number in range(10_000)]
    gone = {start + place for start in range(1_000, 10_000, 2_000) for place in range(100)}
    current = [uri for place, uri in enumerate(target) if place not in gone]
    made = plan(current, target)
    assert len(made.difference.back) == 500
    assert len(made.steps) == 5
    assert apply(current, made.steps) == target


def test_scattered_differences_in_ten_thousand() -> None:
    """200 gone, 150 strange, 150 in other places: no more requests than batches and runs."""
    chance = random.Random(6)  # noqa: S311 - repeatable, not secret
    target = [song(number) for number in range(10_000)]
    gone = set(chance.sample(target, 200))
    row = [uri for uri in target if uri not in gone]
    for uri in chance.sample(row, 150):
        row.remove(uri)
        row.insert(chance.randrange(len(row)), uri)
    for number in range(150):
        row.insert(chance.randrange(len(row)), song(f"strange{number}"))
    made = plan(row, target)
    assert apply(row, made.steps) == target
    assert (len(made.difference.back), len(made.difference.gone)) == (200, 150)
    assert 0 < made.difference.moved <= 150
    assert len(made.steps) <= 200 + 2 + 150


def test_few_are_moved_and_nothing_else_is_touched() -> None:
    """Thirty strays of 1,000 are moved one by one: taking out all would cost less, but not less than half of it."""
    target = [song(number) for number in range(1_000)]
    strays = set(range(10, 1_000, 33))
    current = [target[place] for place in range(1_000) if place not in strays]
    current += [target[place] for place in sorted(strays, reverse=True)]
    made = plan(current, target)
    assert apply(current, made.steps) == target
    assert {type(step) for step in made.steps} == {Move}
    assert len(made.steps) == len(strays)


def test_shuffled_list_is_not_moved_one_by_one() -> None:
    """A list turned round completely is taken out and put in again: 200 requests instead of 10,000."""
    target = [song(number) for number in range(10_000)]
    made = plan(target[::-1], target)
    assert apply(target[::-1], made.steps) == target
    assert len(made.steps) == 200
    assert made.difference.moved == 9_999


def test_thousands_of_copies() -> None:
    """Thousands of copies of one song do not make it slow, nor wrong."""
    target = [song("a"), song("b")] * 5_000
    current = [song("c"), *target[1:-1], song("d")]
    made = plan(current, target)
    assert apply(current, made.steps) == target
