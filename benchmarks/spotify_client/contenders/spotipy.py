"""spotipy: requests, one thread per request, 50 of them."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import requests  # type: ignore[import-untyped] # only in the benchmark's environment
import spotipy  # type: ignore[import-not-found] # only there, too
from requests.adapters import HTTPAdapter  # type: ignore[import-untyped] # only there, too

from benchmarks.spotify_client.contenders import TASKS, TOKEN, Untyped, spotify_id, words
from benchmarks.spotify_client.payloads import ITEMS, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Spotipy:
    def __init__(self, client: Untyped, slow: Untyped) -> None:
        self._client = client
        self._slow = slow
        self._threads = ThreadPoolExecutor(TASKS)

    async def track(self, numbers: range) -> None:
        await self._each(lambda number: self._client.track(spotify_id(number)), numbers)

    async def search(self, numbers: range) -> None:
        await self._each(lambda number: self._client.search(words(number), limit=10, type="track"), numbers)

    async def page(self, numbers: range) -> None:
        await self._each(
            lambda n: self._client.playlist_items(spotify_id(n), limit=PAGE, offset=n * PAGE % ITEMS), numbers
        )

    async def add(self, numbers: range) -> None:
        await self._each(
            lambda n: self._client.playlist_add_items(spotify_id(n), [f"spotify:track:{spotify_id(n)}"]),
            numbers,
        )

    async def whole(self) -> int:
        counts: list[int] = []

        def read(offset: int) -> None:
            page = self._slow.playlist_items(spotify_id(0), limit=PAGE, offset=offset)
            counts.append(len(page["items"]))

        await self._each(read, range(0, ITEMS, PAGE))
        return sum(counts)

    async def close(self) -> None:
        self._threads.shutdown()

    async def _each(self, call: Callable[[int], object], numbers: Iterable[int]) -> None:
        """Call with every number, 50 at a time; what comes back is not kept."""
        left = iter(numbers)
        turn = threading.Lock()

        def work() -> None:
            while True:
                with turn:
                    number = next(left, None)
                if number is None:
                    return
                call(number)

        workers = [self._threads.submit(work) for _ in range(TASKS)]
        await asyncio.gather(*map(asyncio.wrap_future, workers))


async def open_at(url: str) -> Spotipy:
    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_connections=TASKS, pool_maxsize=TASKS))
    clients = []
    for prefix in (f"{url}/v1/", f"{url}/slow/v1/"):
        client = spotipy.Spotify(auth=TOKEN, requests_session=session)
        client.prefix = prefix
        clients.append(client)
    return Spotipy(*clients)
