"""The titles of everything in a shared playlist, read from Spotify for one file and not kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.errors import LinkEndedError
from bot.services.shared.reports.page import NO_CONSENT, READ, away_because
from bot.spotify.errors import SpotifyError
from bot.spotify.limits import LONGEST_PAGE
from bot.spotify.paging import pages
from bot.spotify.purpose import Part, Priority, Purpose, Share

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.services.shared.reports.page import Away
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Page, PlaylistItem, Track
    from bot.stores.lists import SharedPlaylist

    Progress = Callable[[int, int], Awaitable[None]]  # so many of so many have been read

AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class Titles:
    """away: why not all could be read. until: of Away.WAITING."""

    tracks: Mapping[str, Track] = field(default_factory=dict)  # by URI
    away: Away | None = None
    until: datetime | None = None


NO_TITLES: Final = Titles()


class TitleReader:
    def __init__(self, keeper: TokenKeeper, client: SpotifyClient) -> None:
        self._keeper = keeper
        self._client = client

    async def read(self, shared: SharedPlaylist, progress: Progress, *, share: Share | None = None) -> Titles:
        """Page by page, as the owner. If Spotify or the owner is away, those read so far; never fails because of it."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share, Part.SHARED))

        async def page(*, offset: int) -> Page[PlaylistItem]:
            return await self._keeper.as_member(
                shared.owner_id,
                lambda token: client.playlist_items(
                    token, shared.playlist_id, limit=LONGEST_PAGE, offset=offset
                ),
                scopes=READ,
            )

        tracks: dict[str, Track] = {}
        done = 0
        try:
            if (await self._keeper.account(shared.owner_id)).account_id != shared.account_id:
                raise LinkEndedError
            async for part in pages(page, at_once=AT_ONCE):
                for entry in part.items:
                    if track := entry.content:
                        tracks[track.uri] = track
                        if track.linked_from and track.linked_from.uri:
                            tracks.setdefault(track.linked_from.uri, track)
                done += part.held
                await progress(done, part.total)
        except (*NO_CONSENT, SpotifyError) as error:
            return Titles(tracks, *away_because(error))
        return Titles(tracks)
