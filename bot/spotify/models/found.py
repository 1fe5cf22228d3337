"""The answer of a search that looked for several kinds of things at once."""

from __future__ import annotations

from msgspec import Struct

from bot.spotify.models.music import Album, ArtistDetails, Track
from bot.spotify.models.pages import Page
from bot.spotify.models.playlists import Playlist
from bot.spotify.models.spoken import Audiobook, Episode, Show


class Found(Struct, frozen=True, gc=False):
    """One page per kind; empty for kinds that weren't requested."""

    tracks: Page[Track] = Page()
    albums: Page[Album] = Page()
    artists: Page[ArtistDetails] = Page()
    playlists: Page[Playlist] = Page()
    shows: Page[Show] = Page()
    episodes: Page[Episode] = Page()
    audiobooks: Page[Audiobook] = Page()
