"""Keeps artists, tracks and members out of a shared playlist, and finds what curators name or link."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from bot.errors import BotError, NothingFoundError
from bot.services.shared.core.access import must_curate
from bot.shared_errors import SettingError
from bot.spotify.errors import SpotifyError
from bot.spotify.purpose import Priority, Purpose, Share
from bot.spotify.refs import ref_in, short_links_in
from bot.spotify.short_links import followed
from bot.stores.history import Happening
from bot.stores.lists import name_key

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from bot.services.lookups import Lookups
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import ArtistDetails, Track
    from bot.stores.lists import SharedPlaylist

T = TypeVar("T")

MOST_BLOCKED: Final = 25  # of each kind: as many as one menu shows
LONGEST: Final = 200  # letters of a name that are sent


class Blocked(StrEnum):
    """What can be blocked; the value is the field of the rules."""

    ARTISTS = "blocked_artists"
    TRACKS = "blocked_tracks"
    MEMBERS = "blocked_members"


class Blocking:
    def __init__(
        self,
        changes: SharedPlaylistChanges,
        keeper: TokenKeeper,
        client: SpotifyClient,
        lookups: Lookups,
    ) -> None:
        self._changes = changes
        self._keeper = keeper
        self._client = client
        self._lookups = lookups

    async def block(
        self, actor: Actor, shared: SharedPlaylist, kind: Blocked, query: str, *, share: Share | None
    ) -> tuple[SharedPlaylist, ArtistDetails | Track]:
        """Block the artist or track for a name or link, and return the list and what was found.

        Raises NotAllowedError, SettingError (too many), RefError, NothingFoundError and the SpotifyError tree.
        """
        must_curate(shared, actor)  # before Spotify is asked anything
        found: ArtistDetails | Track
        if kind is Blocked.ARTISTS:
            found = await self.artist(query, share=share)
            key = found.id
        else:
            found = (await self._lookups.track(query, share=share)).track
            key = found.uri

        def add(now: SharedPlaylist) -> SharedPlaylist:
            kept: tuple[str, ...] = getattr(now.rules, kind)
            return now if key in kept else _with(now, kind, (*kept, key))

        return await self._change(actor, shared, kind, add, {"blocked": key}), found

    async def unblock(
        self, actor: Actor, shared: SharedPlaylist, kind: Blocked, keys: Collection[str]
    ) -> SharedPlaylist:
        """keys: artist IDs or track URIs. Raises NotAllowedError."""

        def drop(now: SharedPlaylist) -> SharedPlaylist:
            kept: tuple[str, ...] = getattr(now.rules, kind)
            return _with(now, kind, tuple(key for key in kept if key not in keys))

        return await self._change(actor, shared, kind, drop, {"unblocked": " ".join(sorted(keys))})

    async def block_members(
        self, actor: Actor, shared: SharedPlaylist, member_ids: Collection[int]
    ) -> SharedPlaylist:
        """From now on, exactly these members are blocked. Raises NotAllowedError, SettingError (too many)."""
        members = tuple(sorted(set(member_ids)))
        blocked = " ".join(str(member_id) for member_id in members)
        return await self._change(
            actor,
            shared,
            Blocked.MEMBERS,
            lambda now: _with(now, Blocked.MEMBERS, members),
            {"blocked": blocked},
        )

    async def artist(self, query: str, *, share: Share | None) -> ArtistDetails:
        """The one a link names, or the best match for a name; an exact match first."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        if short_links_in(query):
            query = await followed(client, query)
        ref = ref_in(query, ("artist",))
        if ref is not None:
            return await self._artist(ref.id, share)
        text = " ".join(query.split())[:LONGEST]
        page = await self._keeper.as_app(lambda token: client.search_artists(token, text)) if text else None
        if page is None or not page.items:
            raise NothingFoundError(query)
        wanted = name_key(text)
        exact = (artist for artist in page.items if name_key(artist.name) == wanted)
        return next(exact, page.items[0])

    async def artist_names(self, ids: Collection[str], *, share: Share | None) -> dict[str, str]:
        """By ID; those Spotify doesn't return right now are missing."""
        found = await asyncio.gather(*(_or_none(self._artist(each, share)) for each in ids))
        return {one.id: one.name for one in found if one is not None}

    async def track_names(self, uris: Collection[str], *, share: Share | None) -> dict[str, Track]:
        """By URI; those Spotify doesn't return right now are missing."""
        asked = [(uri, self._lookups.by_uri(uri, share=share)) for uri in uris]
        found = await asyncio.gather(*(_or_none(question) for _, question in asked))
        return {uri: one for (uri, _), one in zip(asked, found, strict=True) if one is not None}

    async def _artist(self, artist_id: str, share: Share | None) -> ArtistDetails:
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        return await self._keeper.as_app(lambda token: client.artist(token, artist_id))

    async def _change(
        self,
        actor: Actor,
        shared: SharedPlaylist,
        kind: Blocked,
        update: Callable[[SharedPlaylist], SharedPlaylist],
        detail: dict[str, str | int],
    ) -> SharedPlaylist:
        def allowed(now: SharedPlaylist) -> SharedPlaylist:
            must_curate(now, actor)
            changed = update(now)
            if len(getattr(changed.rules, kind)) > MOST_BLOCKED:
                raise SettingError(kind, "most", most=MOST_BLOCKED)
            return changed

        return await self._changes.change(
            shared.guild_id,
            shared.list_id,
            allowed,
            Happening.CHANGED,
            actor_id=actor.member_id,
            detail={"what": str(kind), **detail},
        )


async def _or_none(question: Awaitable[T]) -> T | None:
    try:
        return await question
    except (SpotifyError, BotError):
        return None


def _with(shared: SharedPlaylist, kind: Blocked, value: tuple[str, ...] | tuple[int, ...]) -> SharedPlaylist:
    return replace(shared, rules=replace(shared.rules, **{str(kind): value}))  # type: ignore[arg-type] # its own kind
