"""Finds a track, or an episode, for what a member typed: a name, a link, a URI or an ID. Nobody needs to be linked."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import MsgspecError

from bot.errors import BotError, NothingFoundError, StoreUnavailableError
from bot.services import playable
from bot.services.searches import PATIENCE_S, Searches
from bot.services.ttl_cache import TtlCache
from bot.spotify.errors import SpotifyError, SpotifyNotFoundError
from bot.spotify.limits import KEPT_AT_MOST
from bot.spotify.models import Track
from bot.spotify.purpose import Priority, Purpose, Share
from bot.spotify.refs import parse_ref, short_links_in
from bot.spotify.short_links import followed
from bot.stores.bodies import Body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from bot.services.searches import Thing
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Ref
    from bot.stores import KnownTracks

log = logging.getLogger(__name__)

# Of a track: by this process, after by another, after by the client. Together no longer than Spotify's terms allow.
KNOWN: Final = KEPT_AT_MOST / 3
_TRACK: Final = Body(Track)


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
        known: KnownTracks | None = None,
    ) -> None:
        """patience_s: how long a suggestion may take. known: what other processes have looked up."""
        self._keeper = keeper
        self._client = client
        self._patience_s = patience_s
        self._now = now
        self._known = known
        self._tracks: TtlCache[str, Track] = TtlCache(now, keep=KNOWN, size=5_000)
        self.searches = Searches(
            keeper, client, now=now, sleep=sleep, patience_s=patience_s, found=self._remember
        )

    async def track(self, query: str, *, share: Share | None = None) -> FoundTrack:
        """The best match. Raises RefError for an unusable link, NothingFoundError, and the SpotifyError tree."""
        first, *others = await self.candidates(query, share=share)
        return FoundTrack(first, tuple(others))

    async def candidates(self, query: str, *, share: Share | None = None) -> tuple[Track, ...]:
        """1-10 tracks, best first; exactly one if `query` is a link, URI or ID. Raises the same as `track`."""
        query = await self.followed(query, share=share)
        ref = playable.ref_in(query)
        if ref is not None:
            return (await self._by_ref(ref, Purpose(Priority.LOOKUP, share)),)
        tracks = _tracks(await self.searches.find("track", query, share=share))
        if not tracks:
            raise NothingFoundError(query)
        return tracks

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
        if not short_links_in(text):
            return text
        return await followed(self._client.serving(Purpose(Priority.LOOKUP, share)), text)

    async def suggest_tracks(
        self, text: str, member_id: int, *, share: Share | None = None
    ) -> tuple[Track, ...]:
        """Up to 10 tracks for a text that is still being typed; empty on any problem, never an error."""
        try:
            ref = playable.ref_in(text)
            if ref is None:
                return _tracks(await self.searches.suggest("track", text, member_id, share=share))
            async with asyncio.timeout(self._patience_s):
                return (await self._by_ref(ref, Purpose(Priority.SUGGESTION, share)),)
        except (SpotifyError, BotError, TimeoutError) as error:
            log.info("no suggestions: %s", type(error).__name__)
            return ()

    async def _by_ref(self, ref: Ref, purpose: Purpose) -> Track:
        client = self._client.serving(purpose)

        async def episode() -> Track:
            return playable.as_track(await self._keeper.as_app(lambda token: client.episode(token, ref.id)))

        async def track() -> Track:
            return await self._keeper.as_app(lambda token: client.track(token, ref.id))

        key, ask = playable.key_of(ref), episode if ref.kind == playable.EPISODE else track
        return await self._tracks.ask(key, partial(self._shared, key, ask))

    async def _shared(self, key: str, ask: Callable[[], Awaitable[Track]]) -> Track:
        """What another process has looked up, or Spotify's answer, which the others then know as well."""
        if self._known is None:
            return await ask()
        try:
            if (known := await self._known.get(key, self._now())) is not None:
                return _TRACK.unpack(known)
        except (StoreUnavailableError, MsgspecError) as error:  # an older bot's record can be of another form
            log.info("what is known of a track couldn't be read: %s", type(error).__name__)
        track = await ask()
        try:
            now = self._now()
            await self._known.put(key, _TRACK.pack(track), now, now + KNOWN)
        except StoreUnavailableError as error:
            log.info("a track couldn't be kept for other processes: %s", type(error).__name__)
        return track

    def _remember(self, things: Iterable[Thing]) -> None:
        for one in things:
            if isinstance(one, Track) and one.id:
                self._tracks.put(playable.track_key(one), one)


def _tracks(things: Iterable[Thing]) -> tuple[Track, ...]:
    return tuple(one for one in things if isinstance(one, Track))
