"""Making a playlist, changing what it is called and how it is shown, and taking it out of one's library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import PlaylistDetailsError, ScopeMissingError
from bot.spotify.limits import DESCRIPTION_LENGTH, NAME_LENGTH
from bot.spotify.purpose import Purpose, Share

if TYPE_CHECKING:
    from bot.services.own_playlists.reading import PlaylistReader
    from bot.services.playlists import Playlists
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Playlist

CHANGE: Final = frozenset({"playlist-modify-public", "playlist-modify-private"})


@dataclass(frozen=True, slots=True)
class Details:
    """As a form has them; checked by `checked`."""

    name: str
    description: str
    public: bool

    def checked(self) -> Details:
        """On one line each. Raises PlaylistDetailsError."""
        name, description = " ".join(self.name.split()), " ".join(self.description.split())
        if not 0 < len(name) <= NAME_LENGTH:
            raise PlaylistDetailsError("name", NAME_LENGTH)
        if len(description) > DESCRIPTION_LENGTH:
            raise PlaylistDetailsError("description", DESCRIPTION_LENGTH)
        return Details(name, description, self.public)


class PlaylistDetails:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(
        self, keeper: TokenKeeper, client: SpotifyClient, reader: PlaylistReader, playlists: Playlists
    ) -> None:
        self._keeper = keeper
        self._client = client
        self._reader = reader
        self._playlists = playlists

    async def must_be_linked(self, member_id: int) -> None:
        """Before a form is opened. Raises NotLinkedError, ScopeMissingError."""
        account = await self._keeper.account(member_id)
        if missing := CHANGE - account.scopes:
            raise ScopeMissingError(missing)

    async def create(self, member_id: int, wanted: Details, *, share: Share | None = None) -> Playlist:
        """An empty playlist as Spotify describes it: it may ignore `public`. Sent once.

        Raises PlaylistDetailsError.
        """
        new = wanted.checked()
        client = self._client.serving(Purpose(share=share))
        made = await self._keeper.as_member(
            member_id,
            lambda token: client.create_playlist(
                token, new.name, public=new.public, description=new.description or None
            ),
            scopes=CHANGE,
        )
        self._playlists.forget(member_id)
        return made

    async def newest_empty(self, member_id: int, name: str, *, share: Share | None = None) -> Playlist | None:
        """The empty one of the member's with that name, if Spotify didn't say whether it was made."""
        account = await self._keeper.account(member_id)
        self._playlists.forget(member_id)
        found = await self._playlists.all_of(member_id, share=share)
        return next(
            (
                playlist
                for playlist in found
                if playlist.name == name
                and playlist.owner.id == account.spotify_id
                and not playlist.item_count
            ),
            None,
        )

    async def change(
        self, member_id: int, playlist_id: str, wanted: Details, *, share: Share | None = None
    ) -> Playlist:
        """The playlist as Spotify describes it afterwards. Raises PlaylistDetailsError, NotYourPlaylistError."""
        new = wanted.checked()
        before = await self._reader.playlist(member_id, playlist_id, share=share)
        await self._reader.must_own(member_id, before)
        client = self._client.serving(Purpose(share=share))
        await self._keeper.as_member(
            member_id,
            lambda token: client.change_playlist(
                token,
                playlist_id,
                name=new.name,
                public=None if before.collaborative else new.public,
                description=new.description,
            ),
            scopes=CHANGE,
        )
        self._playlists.forget(member_id)
        return await self._reader.playlist(member_id, playlist_id, share=share)

    async def unfollow(self, member_id: int, playlist_id: str, *, share: Share | None = None) -> Playlist:
        """Take it out of the member's library; whoever else has it keeps it. Returns what it was."""
        playlist = await self._reader.playlist(member_id, playlist_id, share=share)
        client = self._client.serving(Purpose(share=share))
        await self._keeper.as_member(
            member_id,
            lambda token: client.unsave(token, [f"spotify:playlist:{playlist_id}"]),
            scopes=CHANGE,
        )
        self._playlists.forget(member_id)
        return playlist
