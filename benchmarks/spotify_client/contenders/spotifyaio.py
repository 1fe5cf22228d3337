"""spotifyaio: aiohttp and mashumaro. It cannot read one track nor further pages: those are asked with its own parts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import spotifyaio.spotify  # type: ignore[import-not-found] # only in the benchmark's environment
from spotifyaio import SpotifyClient
from spotifyaio.models import PlaylistTrackResponse, SearchType, Track  # type: ignore[import-not-found] # only there, too
from yarl import URL

from benchmarks.spotify_client.contenders import TASKS, TOKEN, Untyped, fifty, spotify_id, words
from benchmarks.spotify_client.payloads import ITEMS, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable


class Spotifyaio:
    def __init__(self, client: Untyped, slow: Untyped) -> None:
        self._client = client
        self._slow = slow

    async def track(self, numbers: range) -> None:
        await fifty(lambda number: _track(self._client, spotify_id(number)), numbers)

    async def search(self, numbers: range) -> None:
        await fifty(lambda number: self._client.search(words(number), [SearchType.TRACK], limit=10), numbers)

    async def page(self, numbers: range) -> None:
        await fifty(lambda number: _page(self._client, spotify_id(number), number * PAGE % ITEMS), numbers)

    async def add(self, numbers: range) -> None:
        await fifty(
            lambda n: self._client.add_playlist_items(spotify_id(n), [f"spotify:track:{spotify_id(n)}"]),
            numbers,
        )

    async def whole(self) -> int:
        pages = [_page(self._slow, spotify_id(0), offset) for offset in range(0, ITEMS, PAGE)]
        return sum(len(page) for page in await asyncio.gather(*pages))

    async def close(self) -> None:
        await self._client.session.close()


async def _track(client: Untyped, track_id: str) -> Untyped:
    return Track.from_json(
        await client._get(  # noqa: SLF001 - the only way to this address
            f"v1/tracks/{track_id}"
        )
    )


async def _page(client: Untyped, playlist_id: str, offset: int) -> Untyped:
    params = {"limit": PAGE, "offset": offset}
    return PlaylistTrackResponse.from_json(
        await client._get(  # noqa: SLF001 - the only way to this address
            f"v1/playlists/{playlist_id}/tracks", params=params
        )
    ).items


class _Addresses:
    """Stands in for yarl's URL in the library's module, whose scheme and port are fixed to https and 443.

    It saves the library building the address, so the change does not slow it down.
    """

    @staticmethod
    def build(*, host: str, **_: object) -> URL:
        return URL(host)


async def open_at(url: str) -> Spotifyaio:
    build: Callable[..., Untyped] = SpotifyClient
    spotifyaio.spotify.URL = _Addresses
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=TASKS))
    return Spotifyaio(build(session, 10, url, TOKEN), build(session, 10, f"{url}/slow", TOKEN))
