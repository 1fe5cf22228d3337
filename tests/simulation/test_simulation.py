"""A small simulation in every run of the tests: failing calls, kill -9, and what was promised afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mongo_server.server import on_mongodb
from tests.simulation.crowd import Ask
from tests.simulation.judging import disordered, doubled, missing
from tests.simulation.plan import End, Plan
from tests.simulation.running import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = Plan(contributions=40, members=20, lists=2, at_once=20, failing=30, kills=2, seed=7)
SILENT = Plan(contributions=20, members=10, lists=1, at_once=10, failing=0, kills=0, silent=2)
SEVERAL = Plan(contributions=30, members=15, lists=2, at_once=15, failing=0, processes=3)
FEWEST = 0.85  # accepted; by chance the lookups of three in forty may all fail, so 95 % is for many
BURST = Plan(contributions=80, members=40, lists=1, at_once=40, failing=0, kills=0, calm=True)


def quiet(_: str) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("database", ["sqlite", pytest.param("mongodb", marks=pytest.mark.real_part)])
async def test_small_simulation(database: str, request: pytest.FixtureRequest) -> None:
    """With 30 % failing calls and two kills nothing accepted is lost, doubled or out of order, on both databases."""
    settings = on_mongodb(request.getfixturevalue("mongo_uri")) if database == "mongodb" else {}
    report = await simulate(SMALL, settings, quiet)
    assert (report.lost, report.double, report.disordered) == (0, 0, 0)
    assert report.accepted >= FEWEST * report.sent
    assert report.kills == SMALL.kills
    assert report.failed_calls > 0
    assert report.landed == report.accepted
    assert report.accepted + report.refused == report.sent == SMALL.contributions


@pytest.mark.real_part
async def test_several_processes(mongo_uri: str) -> None:
    """Three processes share the work, and one dies on it: nothing is lost, doubled or out of order."""
    report = await simulate(SEVERAL, on_mongodb(mongo_uri), quiet)
    assert report.faults == []
    assert report.kills > 0
    assert report.landed == report.accepted == report.sent


async def test_curator_looks() -> None:
    """What Spotify never confirms holds up its list until a curator presses; then all of it is in, once, in order."""
    report = await simulate(SILENT, {}, quiet)
    assert report.faults == []
    assert report.curator_presses > 0
    assert report.landed == report.accepted == report.sent


@pytest.mark.parametrize("wrong", [{"at_once": 201}, {"lists": 5}, {"processes": 0}, {"contributions": -1}])
def test_wrong_numbers(wrong: dict[str, int]) -> None:
    """A plan that can't be carried out is refused, and the number that is wrong is named."""
    with pytest.raises(ValueError, match=next(iter(wrong)).removesuffix("s")):
        Plan(**wrong)  # type: ignore[arg-type]  # none of them is the bool


async def test_calls_of_a_burst() -> None:
    """Forty contributions at once cost at most 1.1 calls to Spotify each, their lookups counted."""
    report = await simulate(BURST, {}, quiet)
    assert report.landed == report.sent
    assert report.calls_per_contribution <= 1.1


def of(*asked: tuple[int, str, End]) -> list[Ask]:
    return [Ask(member, "list", uri, end) for member, uri, end in asked]


@pytest.mark.parametrize(
    ("judge", "contents", "wrong"),
    [
        pytest.param(missing, "ab", 0, id="all-there"),
        pytest.param(missing, "a", 1, id="lost"),
        pytest.param(doubled, "ab", 0, id="each-once"),
        pytest.param(doubled, "aab", 1, id="twice"),
        pytest.param(doubled, "abc", 1, id="refused-and-there"),
        pytest.param(disordered, "ab", 0, id="in-order"),
        pytest.param(disordered, "ba", 1, id="out-of-order"),
    ],
)
def test_judging(judge: Callable[..., int], contents: str, wrong: int) -> None:
    """The simulation notices what was lost, what came twice and what is out of order."""
    asks = of((1, "a", End.ACCEPTED), (1, "b", End.ACCEPTED), (1, "c", End.REFUSED))
    assert judge(asks, {"list": list(contents)}) == wrong
