"""A long shared playlist is adopted, shown, added to and restored in no more calls to Spotify than that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.large_list import LargeList

if TYPE_CHECKING:
    from benchmarks.large_list import Step
    from sandbox.world import World

LENGTH = 1_000
NAMED = 5  # tracks whose titles a preview shows, of each kind
ADOPTED = "adopt, the yes"
SINGLES = "50 taken out one by one: restore"


async def test_long_list(world: World) -> None:
    """A call for each page that is read, batch taken out, run put in or moved, and one for titles that are named.

    Whatever reads or writes for long shows a bar. One walk shows both, since it is long.
    """
    long = LargeList(world, LENGTH, 50)
    steps: dict[str, Step] = {step.name: step async for step in long.steps()}
    assert len(steps) == 14
    assert {name: step.calls for name, step in steps.items() if step.count > step.least} == {}
    assert max(step.titles for step in steps.values()) <= 2 * NAMED
    assert steps[ADOPTED].calls == {"GET playlists": 1, "GET items": LENGTH // 50 - 1}
    assert steps["50 moved in 5 runs: restore"].calls == {"GET playlists": 1, "PUT items": 5}
    assert steps["50 taken out in 5 runs: restore"].calls == {"GET playlists": 1, "POST items": 5}
    assert len(long.playlist.items) == LENGTH
    assert sum(entry.local is not None for entry in long.playlist.items) == 1
    assert [name for name in steps if "preview" in name and not steps[name].bars] == [
        "50 taken out in 5 runs: preview"  # what showing it had read already
    ]
    assert steps[ADOPTED].bars
    assert steps[SINGLES].bars
