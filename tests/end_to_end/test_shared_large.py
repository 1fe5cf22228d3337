"""A long shared playlist is adopted, shown, added to and restored in no more calls to Spotify than that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.large_list import LargeList

if TYPE_CHECKING:
    from benchmarks.large_list import Step
    from sandbox.world import World

LENGTH = {"sqlite": 1_000, "mongo": 200}  # the server of the tests reads whole collections
NAMED = 5  # tracks whose titles a preview shows, of each kind
ADOPTED = "adopt, the yes"
SINGLES = "50 taken out one by one: restore"


async def test_calls(world: World, database: str) -> None:
    """A call for each page that is read, batch taken out, run put in or moved; titles that are named are one more."""
    length = LENGTH[database]
    long = LargeList(world, length, 50)
    steps: dict[str, Step] = {step.name: step async for step in long.steps()}
    assert len(steps) == 14
    assert {name: step.calls for name, step in steps.items() if step.count > step.least} == {}
    assert max(step.titles for step in steps.values()) <= 2 * NAMED
    assert steps[ADOPTED].calls == {"GET playlists": 1, "GET items": length // 50 - 1}
    assert steps["50 moved in 5 runs: restore"].calls == {"GET playlists": 1, "PUT items": 5}
    assert steps["50 taken out in 5 runs: restore"].calls == {"GET playlists": 1, "POST items": 5}
    assert len(long.playlist.items) == length
    assert sum(entry.local is not None for entry in long.playlist.items) == 1


@pytest.mark.one_database  # it is long
async def test_progress(world: World) -> None:
    """Whatever reads or writes for long shows a bar."""
    steps: dict[str, Step] = {step.name: step async for step in LargeList(world, 1_000, 50).steps()}
    assert [name for name in steps if "preview" in name and not steps[name].bars] == [
        "50 taken out in 5 runs: preview"  # what showing it had read already
    ]
    assert steps[ADOPTED].bars
    assert steps[SINGLES].bars
