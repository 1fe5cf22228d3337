"""The way of what was accepted, from the moment it is due to its request at Spotify: few functions, none long."""

from __future__ import annotations

import asyncio
import inspect
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import bot
from sandbox.fake_spotify import Fault
from tests.shared_records import lend

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from sandbox.fake_discord import Actor
    from sandbox.world import World

FUNCTIONS, LINES = 7, 40
ADDING = "PlaylistItems.add_items"
OURS = Path(bot.__file__).parent


@dataclass
class Makers:
    """Remembers which task made another one, and in which functions, the outermost first."""

    made_by: WeakKeyDictionary[asyncio.Task[Any], tuple[asyncio.Task[Any] | None, list[CodeType]]] = field(
        default_factory=WeakKeyDictionary
    )

    def __call__(self, loop: asyncio.AbstractEventLoop, coro: Any, **named: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **named)
        frame = sys._getframe().f_back
        codes: list[CodeType] = []
        while frame is not None:
            codes.insert(0, frame.f_code)
            frame = frame.f_back
        self.made_by[task] = (asyncio.current_task(loop), codes)
        return task


def awaited(task: asyncio.Task[Any]) -> Iterator[CodeType]:
    """The functions a task is in, the outermost first."""
    at: Any = task.get_coro()
    while inspect.iscoroutine(at):
        if at.cr_frame is not None:
            yield at.cr_frame.f_code
        at = at.cr_await


def the_way(makers: Makers) -> list[CodeType]:
    """Of the one task that waits for a write to Spotify: the functions of `bot`, from the clock on."""
    tasks = {task: list(awaited(task)) for task in asyncio.all_tasks()}
    (writing,) = [task for task, codes in tasks.items() if ADDING in [code.co_qualname for code in codes]]
    way = tasks[writing]
    maker: asyncio.Task[Any] | None = writing
    while maker is not None and maker in makers.made_by:
        maker, codes = makers.made_by[maker]
        way = [*codes, *way]
    return [code for code in way if OURS in Path(code.co_filename).parents]


async def test_way_of_an_addition(world: World, linked: Actor, linus: Actor) -> None:
    """From the clock to the POST it goes through at most seven functions of ours, none longer than forty lines."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    makers = Makers()
    asyncio.get_running_loop().set_task_factory(makers)
    held = world.spotify.faults.add(Fault("POST /playlists/*/items", "latency"))
    run = await linus.command("add", track=world.spotify.known.plain.uri)
    await held.struck()
    way = the_way(makers)
    held.release()
    assert "Added to" in (await run.reply()).text
    asyncio.get_running_loop().set_task_factory(None)
    lines = {code.co_qualname: len(inspect.getsourcelines(code)[0]) for code in way}
    for name, length in lines.items():
        print(f"{length:3} lines  {name}")  # noqa: T201 - the way, for who reads on
    assert len(way) <= FUNCTIONS
    assert max(lines.values()) <= LINES
    assert [code.co_qualname for code in (way[0], way[-1])] == ["Clock.run", "Transport.send"]
