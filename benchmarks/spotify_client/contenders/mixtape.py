"""Ours, as the bot has it: typed answers, quota and cache switched on; only concurrency and budget are larger."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.spotify_client.contenders import TASKS, TOKEN, fifty, spotify_id, words
from benchmarks.spotify_client.payloads import ITEMS, PAGE
from bot.spotify.cache import Cache
from bot.spotify.client import SpotifyClient
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import AppToken, UserToken
from bot.spotify.paging import pages
from bot.spotify.transport import Request, Response, Transport, new_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import aiohttp

    from bot.spotify.quota import Row
    from bot.spotify.quota_ledger import Block

BUDGET: Final = 10_000_000  # never used up here, but counted all the same


class Mixtape:
    def __init__(self, session: aiohttp.ClientSession, client: SpotifyClient, slow: SpotifyClient) -> None:
        self._session = session
        self._client = client
        self._slow = slow
        self._app = AppToken(TOKEN, datetime.now(UTC) + timedelta(hours=1))
        self._user = UserToken(TOKEN, frozenset({"playlist-read-private", "playlist-modify-public"}))

    async def track(self, numbers: range) -> None:
        await fifty(lambda number: self._client.track(self._app, spotify_id(number)), numbers)

    async def search(self, numbers: range) -> None:
        await fifty(lambda number: self._client.search_tracks(self._app, words(number)), numbers)

    async def page(self, numbers: range) -> None:
        await fifty(
            lambda n: self._client.playlist_items(self._user, spotify_id(n), offset=n * PAGE % ITEMS), numbers
        )

    async def add(self, numbers: range) -> None:
        await fifty(
            lambda n: self._client.add_items(self._user, spotify_id(n), [f"spotify:track:{spotify_id(n)}"]),
            numbers,
        )

    async def whole(self) -> int:
        read = partial(self._slow.playlist_items, self._user, spotify_id(0))
        return sum([len(page.items) async for page in pages(read, at_once=TASKS, total=ITEMS)])

    async def longest_decoding_s(self, bodies: Sequence[bytes]) -> float:
        held, took = [], []
        for body in bodies:
            client = SpotifyClient(Canned(body))
            begun = time.thread_time()
            held.append(await client.playlist_items(self._user, spotify_id(0)))
            took.append(time.thread_time() - begun)
        return max(took)

    async def close(self) -> None:
        await self._session.close()


class Canned:
    """Has the answer already."""

    def __init__(self, body: bytes) -> None:
        self._response = Response(200, body)

    async def send(self, _: Request, /) -> Response:
        return self._response


class TtlCache:
    """Stands for the store that keeps the quota's counters: asked once a second, as in the bot."""

    def __init__(self) -> None:
        self._spent: Counter[Row] = Counter()

    async def exchange(
        self, spent: Mapping[Row, int], blocks: Mapping[str, Block], /, *, since: int, oldest: int
    ) -> tuple[Mapping[Row, int], Mapping[str, Block]]:
        self._spent.update(spent)
        first = max(since, oldest)
        return {row: count for row, count in self._spent.items() if row[0] >= first}, blocks

    async def forget_member(self, member_id: int) -> None:
        for row in [row for row in self._spent if row[3] == member_id]:
            self._spent[*row[:3], 0] += self._spent.pop(row)


def _now() -> datetime:
    return datetime.now(UTC)


async def open_at(url: str) -> Mixtape:
    session = new_session(connections=TASKS)
    limiter = Limiter(_now, concurrency=TASKS, budget=BUDGET, ledger=TtlCache())
    sender = Cache(Transport(session, limiter), _now)
    return Mixtape(
        session,
        SpotifyClient(sender, api_url=f"{url}/v1", market="SE"),
        SpotifyClient(sender, api_url=f"{url}/slow/v1", market="SE"),
    )
