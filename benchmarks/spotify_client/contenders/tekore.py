"""tekore: httpx and pydantic, asynchronous."""

from __future__ import annotations

import asyncio

import httpx  # type: ignore[import-not-found] # only in the benchmark's environment
import tekore  # type: ignore[import-not-found] # only there, too
from tekore._client import base  # type: ignore[import-not-found] # where its address is fixed

from benchmarks.spotify_client.contenders import TASKS, TOKEN, Untyped, fifty, spotify_id, words
from benchmarks.spotify_client.payloads import ITEMS, PAGE


class Tekore:
    def __init__(self, client: Untyped, url: str) -> None:
        self._client = client
        self._url = url

    async def track(self, numbers: range) -> None:
        await fifty(lambda number: self._client.track(spotify_id(number)), numbers)

    async def search(self, numbers: range) -> None:
        await fifty(lambda number: self._client.search(words(number), types=("track",), limit=10), numbers)

    async def page(self, numbers: range) -> None:
        await fifty(
            lambda n: self._client.playlist_items(spotify_id(n), limit=PAGE, offset=n * PAGE % ITEMS), numbers
        )

    async def add(self, numbers: range) -> None:
        await fifty(
            lambda n: self._client.playlist_add(spotify_id(n), [f"spotify:track:{spotify_id(n)}"]), numbers
        )

    async def whole(self) -> int:
        base.prefix = f"{self._url}/slow/v1/"
        pages = [
            self._client.playlist_items(spotify_id(0), limit=PAGE, offset=offset)
            for offset in range(0, ITEMS, PAGE)
        ]
        read = await asyncio.gather(*pages)
        base.prefix = f"{self._url}/v1/"
        return sum(len(page.items) for page in read)

    async def close(self) -> None:
        await self._client.close()


async def open_at(url: str) -> Tekore:
    base.prefix = f"{url}/v1/"
    limits = httpx.Limits(max_connections=TASKS, max_keepalive_connections=TASKS)
    # 200 pages wait for 50 connections at once: without this they give up after 5 s on a slow machine.
    http = httpx.AsyncClient(limits=limits, timeout=60)
    return Tekore(tekore.Spotify(TOKEN, sender=tekore.AsyncSender(http)), url)
