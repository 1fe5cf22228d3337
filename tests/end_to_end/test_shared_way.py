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
OURS = Path(bot.__file__).parent


@dataclass
class Makers:
    """Remembers of each task which functions were under way when it was made: the innermost is the first."""

    made_in: WeakKeyDictionary[asyncio.Task[Any], list[CodeType]] = field(default_factory=WeakKeyDictionary)

    def __call__(self, loop: asyncio.AbstractEventLoop, coro: Any, **named: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **named)
        frame = sys._getframe()
        codes = self.made_in[task] = [frame.f_code]
        while frame.f_back is not None:
            frame = frame.f_back
            codes.append(frame.f_code)
        return task


def awaited(task: asyncio.Task[Any]) -> Iterator[CodeType]:
    """The functions a task is in, the outermost first."""
    at: Any = task.get_coro()
    while inspect.iscoroutine(at):
        if at.cr_frame is not None:
            yield at.cr_frame.f_code
        at = at.cr_await


def ours(code: CodeType) -> bool:
    return OURS in Path(code.co_filename).parents


def the_way(makers: Makers) -> list[CodeType]:
    """Of the one task that waits for a write to Spotify: the functions of `bot`, from the dispatcher on."""
    tasks = {task: list(awaited(task)) for task in asyncio.all_tasks()}
    (way,) = [
        [*reversed(makers.made_in[task]), *codes]
        for task, codes in tasks.items()
        if any(code.co_qualname == "PlaylistItems.add_items" for code in codes)
    ]
    way = [code for code in way if ours(code)]
    begin = next(number for number, code in enumerate(way) if "outbox" in code.co_filename)
    return way[begin:]


async def test_way_of_an_addition(world: World, linked: Actor, linus: Actor) -> None:
    """From "due" to the POST it goes through at most seven functions of ours, none longer than forty lines."""
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
    assert [code.co_qualname for code in (way[0], way[-1])] == ["OutboxDispatcher.work", "Transport.send"]
