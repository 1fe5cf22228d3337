"""The requests that turn one order into another, carried out as Spotify would."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.own_playlists.steps import Step, cost, rewriting, steps
from bot.services.playlist_steps import Add, Move, Remove, Replace
from bot.services.shared.reconciliation.ordering import aim

TRACKS = [f"spotify:track:{letter}" for letter in "abcdef"]
LOCAL = "spotify:local:a:b:c:1"
lists = st.lists(st.sampled_from(TRACKS), max_size=14).map(tuple)


def done(uris: tuple[str, ...], step: Step) -> tuple[str, ...]:
    """What Spotify would make of it."""
    now = list(uris)
    match step:
        case Remove(gone):
            now = [uri for uri in now if uri not in gone]
        case Move(start, before, length):
            run = now[start : start + length]
            del now[start : start + length]
            place = before if before < start else before - length
            now[place:place] = run
        case Add(new, position):
            now[position:position] = new
        case Replace(new):
            now = list(new)
    return tuple(now)


@given(lists, lists)
@settings(deadline=None)
def test_every_target(current: tuple[str, ...], target: tuple[str, ...]) -> None:
    """Whatever a playlist holds, the steps lead to the target, in as many requests as were announced at most."""
    made = list(steps(current, target))
    now = current
    for step in made:
        now = done(now, step)
    assert now == target
    assert len(made) <= cost(current, target).requests


@given(lists, lists, st.integers(0, 20))
@settings(deadline=None)
def test_goes_on(current: tuple[str, ...], target: tuple[str, ...], stopped: int) -> None:
    """Interrupted after any step, what is left to do leads to the same."""
    now = current
    for step in list(steps(current, target))[:stopped]:
        now = done(now, step)
    for step in steps(now, aim(current, target, now)):
        now = done(now, step)
    assert now == target


def test_edited_meanwhile() -> None:
    """What was added since stays, at the end; what was taken out since stays out."""
    a, b, c, d = TRACKS[:4]
    assert aim((a, b, c), (c, b, a), (a, c, d)) == (c, a, d)
    assert aim((a, b, c), (c, b, a), (a, c, d), put_back=True) == (c, b, a, d)


def test_local_files_move() -> None:
    """A local file is moved with the others, and neither taken out nor added."""
    a, b = TRACKS[:2]
    assert list(steps((LOCAL, a, b), (a, b, LOCAL))) == [Move(0, 3, 1)]
    assert aim((LOCAL, a), (a,), (LOCAL, a)) == (a, LOCAL)


def test_fewest_runs() -> None:
    """A list of 10,000 in 20 blocks costs 19 requests at most, however long the blocks are."""
    blocks = [[f"spotify:track:{block}-{number}" for number in range(500)] for block in range(20)]
    wanted = tuple(uri for block in blocks for uri in block)
    Random(1).shuffle(blocks)  # noqa: S311 - a test
    now = tuple(uri for block in blocks for uri in block)
    made = list(steps(now, wanted))
    assert len(made) <= 19
    for step in made:
        now = done(now, step)
    assert now == wanted


def test_dates_survive() -> None:
    """Sorting only moves: nothing is taken out, so no date is lost."""
    shuffled = Random(2).sample(TRACKS, len(TRACKS))  # noqa: S311 - a test
    assert all(isinstance(step, Move) for step in steps(TRACKS, shuffled))


def test_rewriting() -> None:
    """A hundred a request; after an interruption it goes on behind what is in."""
    target = tuple(f"spotify:track:{number}" for number in range(250))
    made = list(rewriting(target[::-1], target))
    assert [len(step.uris) for step in made if isinstance(step, (Add, Replace))] == [100, 100, 50]
    now = target[:100]
    for step in rewriting(now, target):
        assert isinstance(step, Add)
        now = done(now, step)
    assert now == target
    assert list(rewriting(target, target)) == []
