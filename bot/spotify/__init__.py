"""Spotify's Web API and accounts service, usable without the rest of Mixtape, of which it imports nothing.

    async with Spotify.from_env() as spotify:
        await spotify.sign_in("user-library-read")
        print(await spotify.saved_tracks(limit=10))

These are the names for your own programs; besides, `bot.spotify.models` has the answers and `bot.spotify.errors` what
can go wrong. See docs/spotify-client.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.front import Spotify
    from bot.spotify.models.refs import Ref
    from bot.spotify.oauth import AppToken, UserToken
    from bot.spotify.paging import entries, entries_by_cursor, pages
    from bot.spotify.refs import parse_ref
    from bot.spotify.scopes import Scope
    from bot.spotify.session import Person
    from bot.spotify.session_stores import FileTokens, KeptTokens, MemoryTokens, TokenStore
    from bot.spotify.transport import new_session

__all__ = [
    "AppToken",
    "FileTokens",
    "KeptTokens",
    "MemoryTokens",
    "Person",
    "Ref",
    "Scope",
    "Spotify",
    "SpotifyClient",
    "TokenStore",
    "UserToken",
    "entries",
    "entries_by_cursor",
    "new_session",
    "pages",
    "parse_ref",
]

# Loaded when they're first used: importing one part of the package doesn't load all others.
_HOMES = {
    "AppToken": "oauth",
    "FileTokens": "session_stores",
    "KeptTokens": "session_stores",
    "MemoryTokens": "session_stores",
    "Person": "session",
    "Ref": "models.refs",
    "Scope": "scopes",
    "Spotify": "front",
    "SpotifyClient": "client",
    "TokenStore": "session_stores",
    "UserToken": "oauth",
    "entries": "paging",
    "entries_by_cursor": "paging",
    "new_session": "transport",
    "pages": "paging",
    "parse_ref": "refs",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
