"""Spotify's Web API as typed calls: everything an app can use today, one method per endpoint.

Written for apps in development mode made since February 2026; the larger pages of old documentation do not exist there.
Source: developer.spotify.com/documentation/web-api/reference and .../references/changes/february-2026
"""

from __future__ import annotations

from bot.spotify.api.catalogue import Catalogue
from bot.spotify.api.extended import Extended
from bot.spotify.api.me import Account
from bot.spotify.api.player import Player
from bot.spotify.api.playlist_items import PlaylistItems
from bot.spotify.api.playlists import Playlists
from bot.spotify.api.search import Searching


class SpotifyClient(Searching, Catalogue, Account, Playlists, PlaylistItems, Player, Extended):
    """The token is handed in with each call, so refreshing it is somebody else's business (`bot.spotify.session`).

    Every method may raise SpotifyRateLimitedError, SpotifyUnavailableError, SpotifyUnauthorizedError (401) and the
    SpotifyForbiddenError tree; SpotifyRequestError also for arguments that Spotify would refuse, and SpotifyScopeError
    for a token whose scopes are not enough: both before anything is sent. Writes raise SpotifyOutcomeUnknownError when
    nobody knows whether they took effect.

    For the arguments of the constructor see `Calling`. Lists are read to their end with `bot.spotify.paging`.
    """
