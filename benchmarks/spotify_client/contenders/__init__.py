"""The clients that are compared, each behind the same few calls, each set up as its own documentation advises."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

Untyped = Any  # what comes out of a library without types, or one that only the benchmark has

TASKS: Final = 50  # at once, and connections, for everybody
TOKEN: Final = "BQ" + "x" * 150  # as long as Spotify's
NAMES: Final = ("mixtape", "aiohttp_msgspec", "spotifyaio", "spotipy", "tekore")
LIBRARY: Final = {  # what a program imports to use it
    "mixtape": "bot.spotify.front",
    "aiohttp_msgspec": "aiohttp, msgspec",
    "spotifyaio": "spotifyaio",
    "spotipy": "spotipy",
    "tekore": "tekore",
}


class Contender(Protocol):
    """Every number is asked for once, so that no cache can help."""

    async def track(self, numbers: range) -> None: ...
    async def search(self, numbers: range) -> None: ...
    async def page(self, numbers: range) -> None: ...
    async def add(self, numbers: range) -> None: ...

    async def whole(self) -> int:
        """Read the playlist of 10,000, its pages in parallel, with latency; answers how many items came."""
        ...

    async def longest_decoding_s(self, bodies: Sequence[bytes]) -> float:
        """How long the longest of these pages of a playlist takes from bytes to models. Only ours is asked."""
        raise NotImplementedError

    async def close(self) -> None: ...


async def fifty(call: Callable[[int], Awaitable[object]], numbers: Iterable[int]) -> None:
    """Work through the numbers with 50 tasks on this loop."""
    left = iter(numbers)

    async def work() -> None:
        for number in left:
            await call(number)

    await asyncio.gather(*[work() for _ in range(TASKS)])


async def opened(name: str, url: str) -> Contender:
    """The contender, pointed at the server's address."""
    made: Contender = await importlib.import_module(f"{__name__}.{name}").open_at(url)
    return made


def spotify_id(number: int) -> str:
    """A well-formed id, different for each number."""
    return f"{number:022d}"


def words(number: int) -> str:
    """A query as members type it, different for each number."""
    return f"some song {number}"
