"""Finds a track, or an episode, for what a member typed: a name, a link, a URI or an ID. Nobody needs to be linked."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import BotError, NothingFoundError
from bot.services import playable
from bot.services.ttl_cache import TtlCache
from bot.spotify.errors import SpotifyBudgetError, SpotifyError, SpotifyNotFoundError
from bot.spotify.purpose import Priority, Purpose, Share
from bot.spotify.refs import parse_ref, short_links_in
from bot.spotify.short_links import followed
from bot.stores.lists import name_key
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Ref, Track

log = logging.getLogger(__name__)

KEEP = timedelta(minutes=10)  # Spotify's terms allow at most a day
SHORTEST = 2  # letters before suggestions make sense
LONGEST = 200  # letters of a query that are sent
PAUSE_S = 0.15  # when typing faster than this, Spotify is only asked for the last text
PATIENCE_S = 2.0  # Discord drops suggestions after three seconds


@dataclass(frozen=True, slots=True)
class FoundTrack:
    """`others` are further matches of a text search, best first; empty if a link named the track."""

    track: Track
    others: tuple[Track, ...] = ()


class Lookups:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """patience_s: how long a suggestion may take."""
        self._keeper = keeper
        self._client = client
        self._sleep = sleep
        self._patience_s = patience_s
        self._searches: TtlCache[str, tuple[Track, ...]] = TtlCache(now, keep=KEEP, size=1_000)
        self._tracks: TtlCache[str, Track] = TtlCache(now, keep=KEEP, size=5_000)
        self._typing: dict[int, object] = {}

    async def track(self, query: str, *, share: Share | None = None) -> FoundTrack:
        """The best match. Raises RefError for an unusable link, NothingFoundError, and the SpotifyError tree."""
        first, *others = await self.candidates(query, share=share)
        return FoundTrack(first, tuple(others))

    async def candidates(self, query: str, *, share: Share | None = None) -> tuple[Track, ...]:
        """1-10 tracks, best first; exactly one if `query` is a link, URI or ID. Raises the same as `track`."""
        return await self._candidates(query, Purpose(Priority.LOOKUP, share))

    async def by_key(self, key: str, *, share: Share | None = None) -> Track:
        """A track or an episode, by what `key_of` made. Raises SpotifyNotFoundError if there is none."""
        return await self._by_ref(playable.ref_of(key), Purpose(Priority.LOOKUP, share))

    async def by_uri(self, uri: str, *, share: Share | None = None) -> Track:
        """The same; also for what isn't a URI of a track or an episode."""
        ref = parse_ref(uri, playable.KINDS)
        if ref is None:
            raise SpotifyNotFoundError(uri)
        return await self._by_ref(ref, Purpose(Priority.LOOKUP, share))

    async def followed(self, text: str, *, share: Share | None = None) -> str:
        """The text with its short links replaced by their targets, as far as Spotify knows them."""
        return await self._followed(text, Purpose(Priority.LOOKUP, share))

    async def _followed(self, text: str, purpose: Purpose) -> str:
        return await followed(self._client.serving(purpose), text) if short_links_in(text) else text

    async def _candidates(self, query: str, purpose: Purpose) -> tuple[Track, ...]:
        query = await self._followed(query, purpose)
        ref = playable.ref_in(query)
        if ref is not None:
            return (await self._by_ref(ref, purpose),)
        text = _tidy(query)
        tracks = await self._search(text, purpose) if text else ()
        if not tracks:
            raise NothingFoundError(query)
        return tracks

    async def suggest_tracks(
        self, text: str, member_id: int, *, share: Share | None = None
    ) -> tuple[Track, ...]:
        """Up to 10 tracks for a text that is still being typed; empty on any problem, never an error.

        When a member types fast, only the last text is sent to Spotify; all members share the answer to the same text.
        """
        purpose = Purpose(Priority.SUGGESTION, share)
        tidied = _tidy(text)
        if len(tidied) < SHORTEST:
            return ()
        try:
            async with asyncio.timeout(self._patience_s):
                ref = playable.ref_in(text)
                if ref is not None:
                    return (await self._by_ref(ref, purpose),)
                return await self._suggest(tidied, member_id, purpose)
        except (SpotifyError, BotError, TimeoutError) as error:
            log.info("no suggestions: %s", type(error).__name__)
            return ()

    async def _suggest(self, text: str, member_id: int, purpose: Purpose) -> tuple[Track, ...]:
        known = self._searches.get(text)
        if known is not None:
            return known
        this = self._typing[member_id] = object()
        await self._sleep(PAUSE_S)
        if self._typing.get(member_id) is not this:
            return ()
        del self._typing[member_id]
        return await self._search(text, purpose)

    async def _by_ref(self, ref: Ref, purpose: Purpose) -> Track:
        client = self._client.serving(purpose)

        async def episode() -> Track:
            return playable.as_track(await self._keeper.as_app(lambda token: client.episode(token, ref.id)))

        async def track() -> Track:
            return await self._keeper.as_app(lambda token: client.track(token, ref.id))

        return await self._tracks.ask(
            playable.key_of(ref), episode if ref.kind == playable.EPISODE else track
        )

    async def _search(self, text: str, purpose: Purpose) -> tuple[Track, ...]:
        try:
            return await self._searches.ask(text, lambda: self._ask_spotify(text, purpose))
        except SpotifyBudgetError:
            if purpose.priority is Priority.SUGGESTION:
                raise
            return await self._ask_spotify(text, purpose)  # perhaps a suggestion asked first, and was refused

    async def _ask_spotify(self, text: str, purpose: Purpose) -> tuple[Track, ...]:
        client = self._client.serving(purpose)
        page = await self._keeper.as_app(lambda token: client.search_tracks(token, text))
        tracks = tuple(track for track in page.items if track.id)
        for track in tracks:
            if track.id:
                self._tracks.put(track.id, track)
        return tracks


def _tidy(query: str) -> str:
    """The same form for equivalent searches: spaces folded, letters compared as in names."""
    return name_key(one_line(query))[:LONGEST]
