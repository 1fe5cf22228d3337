"""What is there without any client: one session's `get` and `read`, and the decoder of our structs."""

from __future__ import annotations

import asyncio

import aiohttp
import msgspec

from benchmarks.spotify_client.contenders import TASKS, TOKEN, fifty, spotify_id, words
from benchmarks.spotify_client.payloads import ITEMS, PAGE
from bot.spotify.models import PlaylistItem, Track


class Listing(msgspec.Struct):
    items: list[Track]
    total: int
    next: str | None = None


class Found(msgspec.Struct):
    tracks: Listing


class Entries(msgspec.Struct):
    items: list[PlaylistItem]
    total: int
    next: str | None = None


class Snapshot(msgspec.Struct):
    snapshot_id: str


TRACK = msgspec.json.Decoder(Track)
FOUND = msgspec.json.Decoder(Found)
ENTRIES = msgspec.json.Decoder(Entries)
SNAPSHOT = msgspec.json.Decoder(Snapshot)


class Bare:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = f"{url}/v1"
        self._slow = f"{url}/slow/v1"

    async def track(self, numbers: range) -> None:
        await fifty(self._track, numbers)

    async def search(self, numbers: range) -> None:
        await fifty(self._search, numbers)

    async def page(self, numbers: range) -> None:
        await fifty(self._page, numbers)

    async def add(self, numbers: range) -> None:
        await fifty(self._add, numbers)

    async def whole(self) -> int:
        address = f"{self._slow}/playlists/{spotify_id(0)}/items"

        async def read(offset: int) -> Entries:
            async with self._session.get(address, params={"limit": PAGE, "offset": offset}) as answer:
                return ENTRIES.decode(await answer.read())

        pages = await asyncio.gather(*[read(offset) for offset in range(0, ITEMS, PAGE)])
        return sum(len(page.items) for page in pages)

    async def close(self) -> None:
        await self._session.close()

    async def _track(self, number: int) -> Track:
        async with self._session.get(f"{self._url}/tracks/{spotify_id(number)}") as answer:
            return TRACK.decode(await answer.read())

    async def _search(self, number: int) -> Listing:
        params: dict[str, str | int] = {"type": "track", "limit": 10, "offset": 0, "q": words(number)}
        async with self._session.get(f"{self._url}/search", params=params) as answer:
            return FOUND.decode(await answer.read()).tracks

    async def _page(self, number: int) -> Entries:
        params: dict[str, str | int] = {
            "limit": PAGE,
            "offset": number * PAGE % ITEMS,
            "additional_types": "track,episode",
        }
        address = f"{self._url}/playlists/{spotify_id(number)}/items"
        async with self._session.get(address, params=params) as answer:
            return ENTRIES.decode(await answer.read())

    async def _add(self, number: int) -> Snapshot:
        address = f"{self._url}/playlists/{spotify_id(number)}/items"
        body = {"uris": [f"spotify:track:{spotify_id(number)}"]}
        async with self._session.post(address, json=body) as answer:
            return SNAPSHOT.decode(await answer.read())


async def open_at(url: str) -> Bare:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=TASKS), headers={"Authorization": f"Bearer {TOKEN}"}
    )
    return Bare(session, url)
