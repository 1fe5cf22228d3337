"""Playlists: finding, reading, creating and changing them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

import msgspec

from bot.spotify.api.arguments import check_page, checked_id
from bot.spotify.api.calling import Calling, allowed, read_written, with_scopes
from bot.spotify.errors import SpotifyRequestError, SpotifyUnavailableError
from bot.spotify.limits import COVER_BYTES, DESCRIPTION_LENGTH, LONGEST_PAGE
from bot.spotify.models import Image, OpenedPlaylist, Page, Playlist, PlaylistItem
from bot.spotify.scopes import creating
from bot.spotify.shapes import PageShape, Shape

if TYPE_CHECKING:
    from bot.spotify.oauth import UserToken


_PLAYLISTS: Final = PageShape(Playlist)
_PLAYLIST: Final = Shape(Playlist)
_ITEMS: Final = PageShape(PlaylistItem)
_IMAGES: Final = Shape(tuple[Image, ...])


class _OpenedShape:
    """A playlist and the first page of its items, from the same answer."""

    _playlist: Final = Shape(OpenedPlaylist)
    _items: Final = PageShape(PlaylistItem, key="items")

    def read(self, body: bytes) -> OpenedPlaylist:
        opened = self._playlist.read(body)
        try:
            first = self._items.read(body)
        except SpotifyUnavailableError:  # not everyone can see them, nor under this name everywhere
            return opened
        return msgspec.structs.replace(opened, first=first)


_OPENED: Final = _OpenedShape()


class Playlists(Calling):
    """With a user token; every method names the scopes it needs.

    Source: developer.spotify.com/documentation/web-api/concepts/playlists
    """

    async def my_playlists(
        self, token: UserToken, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[Playlist]:
        """The account's own and followed playlists, in the account's order. limit: 1-50, offset: 0-100 000.

        Scope: playlist-read-private, playlist-read-collaborative. Spotify leaves out others' collaborative ones.
        Source: developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists
        """
        check_page(limit, LONGEST_PAGE, offset)
        path = f"/me/playlists?limit={limit}&offset={offset}"
        return await self._read(allowed(token, "my_playlists"), path, _PLAYLISTS)

    async def playlist(self, token: UserToken, playlist_id: str) -> Playlist:
        """One playlist without its items. Scope: playlist-read-private for private ones.

        Raises SpotifyNotFoundError, in development mode also for every list made by Spotify itself.
        Source: developer.spotify.com/documentation/web-api/reference/get-playlist
        """
        path = f"/playlists/{checked_id(playlist_id)}?additional_types=track,episode"
        return await self._read(allowed(token, "playlist"), path, _PLAYLIST)

    async def opened_playlist(self, token: UserToken, playlist_id: str) -> OpenedPlaylist:
        """Like `playlist`, with the first page of items from the same answer: the items of exactly that version.

        Continue with `playlist_items` after that page, whose length isn't documented. Scope: as for `playlist_items`.
        Source: developer.spotify.com/documentation/web-api/reference/get-playlist
        """
        path = f"/playlists/{checked_id(playlist_id)}?additional_types=track,episode"
        return await self._read(allowed(token, "playlist_items"), path, _OPENED)

    async def playlist_items(
        self, token: UserToken, playlist_id: str, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[PlaylistItem]:
        """Entries of a playlist, in playing order. limit: 1-50, offset: 0-based. Go on until `next` is None.

        Scope: playlist-read-private. Raises SpotifyForbiddenError if the account neither owns nor shares the playlist.
        Source: developer.spotify.com/documentation/web-api/reference/get-playlists-items
        """
        check_page(limit, LONGEST_PAGE, offset)
        query = f"limit={limit}&offset={offset}&additional_types=track,episode"
        path = f"/playlists/{checked_id(playlist_id)}/items?{query}"
        return await self._read(allowed(token, "playlist_items"), path, _ITEMS)

    async def playlist_cover(self, token: UserToken, playlist_id: str) -> tuple[Image, ...]:
        """The cover in its sizes, or none; the addresses expire within a day. Scope: none.

        Source: developer.spotify.com/documentation/web-api/reference/get-playlist-cover
        """
        path = f"/playlists/{checked_id(playlist_id)}/images"
        return await self._read(allowed(token, "playlist_cover"), path, _IMAGES)

    async def create_playlist(
        self,
        token: UserToken,
        name: str,
        *,
        public: bool = True,
        collaborative: bool = False,
        description: str | None = None,
    ) -> Playlist:
        """Create an empty playlist. Sent exactly once; after a SpotifyOutcomeUnknownError, check the newest ones.

        public: only whether it's shown on the profile: everyone with the link can open it either way, and
        Spotify has been seen to ignore False, so trust what the answer says. A collaborative one can't be public.
        Scope: playlist-modify-public; -private for one that isn't public; both for a collaborative one.
        Source: developer.spotify.com/documentation/web-api/reference/create-playlist
        """
        if not name.strip():
            raise SpotifyRequestError("a playlist needs a name")
        with_scopes(token, creating(public=public, collaborative=collaborative))
        details = _details(name, public, collaborative, description)
        response = await self._write(token, "POST", "/me/playlists", details)
        return read_written(_PLAYLIST, response)

    async def change_playlist(
        self,
        token: UserToken,
        playlist_id: str,
        *,
        name: str | None = None,
        public: bool | None = None,
        collaborative: bool | None = None,
        description: str | None = None,
    ) -> None:
        """Change the given details; the account must own the playlist. A collaborative one can't be public.

        Scope: playlist-modify-public or -private.
        Source: developer.spotify.com/documentation/web-api/reference/change-playlist-details
        """
        details = _details(name, public, collaborative, description)
        if not details:
            raise SpotifyRequestError("nothing to change")
        path = f"/playlists/{checked_id(playlist_id)}"
        await self._write(allowed(token, "change_playlist"), "PUT", path, details, again=True)

    async def upload_cover(self, token: UserToken, playlist_id: str, jpeg: bytes) -> None:
        """Give a playlist its own cover. jpeg: up to about 190 KB, since its base64 must stay below 256 KB.

        Spotify accepts it and shows it a few seconds later. This call has its own rate limit.
        Scope: ugc-image-upload and playlist-modify-public or -private.
        Source: developer.spotify.com/documentation/web-api/reference/upload-custom-playlist-cover
        """
        payload = base64.b64encode(jpeg)
        if not jpeg.startswith(b"\xff\xd8\xff") or len(payload) > COVER_BYTES:
            raise SpotifyRequestError(f"expected a JPEG of at most {COVER_BYTES * 3 // 4} bytes")
        path = f"/playlists/{checked_id(playlist_id)}/images"
        await self._write(allowed(token, "upload_cover"), "PUT", path, payload, again=True)


def _details(
    name: str | None,
    public: bool | None,  # noqa: FBT001 - private, and the callers pass on names of their own
    collaborative: bool | None,  # noqa: FBT001 - the same
    description: str | None,
) -> dict[str, object]:
    """A playlist's details in Spotify's format; those that are None stay as they are."""
    if public and collaborative:
        raise SpotifyRequestError("a collaborative playlist can't be public")
    if name is not None and not name.strip():
        raise SpotifyRequestError("a playlist needs a name")
    if description is not None and (
        len(description) > DESCRIPTION_LENGTH or len(description.splitlines()) > 1
    ):
        # Spotify answers 500 to a line break
        raise SpotifyRequestError(f"a description is one line of at most {DESCRIPTION_LENGTH} characters")
    given = {"name": name, "public": public, "collaborative": collaborative, "description": description}
    return {key: value for key, value in given.items() if value is not None}
