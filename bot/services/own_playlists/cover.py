"""Gives a playlist of one's own a cover."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.services.cover_pictures import as_cover
from bot.spotify.purpose import Purpose, Share

if TYPE_CHECKING:
    from bot.services.own_playlists.reading import PlaylistReader
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient

SCOPES: Final = frozenset({"ugc-image-upload", "playlist-modify-public", "playlist-modify-private"})


class PlaylistCover:
    def __init__(self, keeper: TokenKeeper, client: SpotifyClient, reader: PlaylistReader) -> None:
        self._keeper = keeper
        self._client = client
        self._reader = reader

    async def must_be_allowed(self, member_id: int) -> None:
        """Before anything is read. Raises NotLinkedError, ScopeMissingError."""
        await self._keeper.token(member_id, SCOPES)

    async def put(
        self, member_id: int, playlist_id: str, picture: bytes, *, share: Share | None = None
    ) -> None:
        """Spotify shows it some seconds later. Raises PictureError, NotYourPlaylistError, ScopeMissingError."""
        await self._reader.must_own(
            member_id, await self._reader.playlist(member_id, playlist_id, share=share)
        )
        jpeg = await asyncio.to_thread(as_cover, picture)
        client = self._client.serving(Purpose(share=share))
        await self._keeper.as_member(
            member_id, lambda token: client.upload_cover(token, playlist_id, jpeg), scopes=SCOPES
        )
