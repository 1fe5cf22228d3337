"""Spotify's Web API as typed calls: everything an app can use today, one method per endpoint.

Written for apps in development mode created since February 2026; the larger pages of the old docs don't exist there.
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
    """The token is passed with each call, so refreshing it is up to others (`bot.spotify.session`).

    Every method can raise SpotifyRateLimitedError, SpotifyUnavailableError, SpotifyUnauthorizedError (401) and the
    SpotifyForbiddenError tree. Before anything is sent, they raise SpotifyRequestError for arguments that Spotify would
    reject, and SpotifyScopeError for a token that lacks scopes. Writes raise SpotifyOutcomeUnknownError if nobody knows
    whether they took effect.

    For the constructor's arguments see `Calling`. Read lists to their end with `bot.spotify.paging`.
    """
