"""Searches by free text: one cache for everything, and suggestions while somebody types, which cost little.

Suggestions come from what is known already where that will do: the answer to the same text, or to its beginning, if
something in it still fits. Only when somebody pauses is Spotify asked.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from bot.errors import BotError
from bot.services.ttl_cache import TtlCache
from bot.spotify.errors import SpotifyBudgetError, SpotifyError
from bot.spotify.limits import SEARCH_PAGE
from bot.spotify.purpose import Priority, Purpose, Share
from bot.stores.lists import name_key, search_key
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Album, ArtistDetails, Audiobook, Episode, Playlist, Show, Track
    from bot.spotify.oauth import AppToken

    Thing: TypeAlias = Track | Album | ArtistDetails | Playlist | Show | Episode | Audiobook

Kind: TypeAlias = Literal["track", "album", "artist", "playlist", "show", "episode", "audiobook"]

log = logging.getLogger(__name__)

KEEP: Final = timedelta(minutes=10)  # Spotify's terms allow at most a day
SHORTEST: Final = 2  # letters before suggestions make sense
LONGEST: Final = 200  # letters of a query that are sent
PAUSE_S: Final = 0.5  # when typing faster than this, Spotify is only asked for the last text
PATIENCE_S: Final = 2.0  # Discord drops suggestions after three seconds


class Searches:
    """found: is told of what every search found."""

    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience_s: float = PATIENCE_S,
        found: Callable[[Iterable[Thing]], None] = lambda _things: None,
    ) -> None:
        """patience_s: how long a suggestion may take."""
        self._keeper = keeper
        self._client = client
        self._sleep = sleep
        self._patience_s = patience_s
        self._found = found
        self._answers: TtlCache[tuple[Kind, str], tuple[Thing, ...]] = TtlCache(now, keep=KEEP, size=2_000)
        self._typing: dict[int, object] = {}

    async def find(self, kind: Kind, text: str, *, share: Share | None = None) -> tuple[Thing, ...]:
        """Up to ten, best first; empty for an empty text. Raises the SpotifyError tree."""
        wanted = _tidy(text)
        return await self._ask(kind, wanted, Purpose(Priority.LOOKUP, share)) if wanted else ()

    async def suggest(
        self, kind: Kind, text: str, member_id: int, *, share: Share | None = None
    ) -> tuple[Thing, ...]:
        """The same for a text that is still being typed; empty on any problem, never an error."""
        this = self._typing[member_id] = object()  # what they typed before is no longer wanted
        wanted = _tidy(text)
        try:
            if len(wanted) < SHORTEST:
                return ()
            known = self._known(kind, wanted)
            if known is not None:
                return known
            async with asyncio.timeout(self._patience_s):
                await self._sleep(PAUSE_S)
                if self._typing.get(member_id) is not this:
                    return ()
                return await self._ask(kind, wanted, Purpose(Priority.SUGGESTION, share))
        except (SpotifyError, BotError, TimeoutError) as error:
            log.info("no suggestions: %s", type(error).__name__)
            return ()
        finally:
            if self._typing.get(member_id) is this:
                del self._typing[member_id]

    def _known(self, kind: Kind, text: str) -> tuple[Thing, ...] | None:
        """The answer to the text, or what fits of that to its longest known beginning; None: Spotify may know more.

        It can't if it sent less than a page for the beginning, each for a reason we see.
        """
        known = self._answers.get((kind, text))
        if known is not None:
            return known
        for end in range(len(text) - 1, SHORTEST - 1, -1):
            beginning = text[:end].rstrip()
            known = self._answers.get((kind, beginning))
            if known is not None:
                fitting = tuple(one for one in known if _fits(one, text))
                is_all = len(known) < SEARCH_PAGE and all(_fits(one, beginning) for one in known)
                return fitting if fitting or is_all else None
        return None

    async def _ask(self, kind: Kind, text: str, purpose: Purpose) -> tuple[Thing, ...]:
        async def ask() -> tuple[Thing, ...]:
            client = self._client.serving(purpose)
            things = await self._keeper.as_app(lambda token: _search(client, token, kind, text))
            self._found(things)
            return things

        try:
            return await self._answers.ask((kind, text), ask)
        except SpotifyBudgetError:
            if purpose.priority is Priority.SUGGESTION:
                raise
            return await ask()  # perhaps a suggestion asked first, and was refused


async def _search(client: SpotifyClient, token: AppToken, kind: Kind, text: str) -> tuple[Thing, ...]:
    things: tuple[Thing, ...]
    match kind:
        case "track":
            things = (await client.search_tracks(token, text)).items
        case "album":
            things = (await client.search_albums(token, text)).items
        case "artist":
            things = (await client.search_artists(token, text)).items
        case "playlist":
            things = (await client.search_playlists(token, text)).items
        case "show":
            things = (await client.search_shows(token, text)).items
        case "episode":
            things = (await client.search_episodes(token, text)).items
        case "audiobook":
            things = (await client.search_audiobooks(token, text)).items
    return tuple(one for one in things if one.id)


def _fits(thing: Thing, text: str) -> bool:
    """Whether every word typed begins a word of its name or its artists."""
    names = [thing.name, *(artist.name for artist in getattr(thing, "artists", ()))]
    words = search_key(" ".join(names)).split()
    return all(any(word.startswith(typed) for word in words) for typed in search_key(text).split())


def _tidy(query: str) -> str:
    """The same form for equivalent searches: spaces folded, letters compared as in names."""
    return name_key(one_line(query))[:LONGEST]
