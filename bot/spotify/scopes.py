"""What a person can allow an app to do, and which of it each call needs.

Source: developer.spotify.com/documentation/web-api/concepts/scopes and, call by call, .../reference
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.spotify.errors import SpotifyRequestError, SpotifyScopeError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Scope(StrEnum):
    """Equal to its name as a string, so both can be mixed in sets."""

    PLAYLIST_READ_PRIVATE = "playlist-read-private"
    PLAYLIST_READ_COLLABORATIVE = "playlist-read-collaborative"
    PLAYLIST_MODIFY_PUBLIC = "playlist-modify-public"
    PLAYLIST_MODIFY_PRIVATE = "playlist-modify-private"
    UGC_IMAGE_UPLOAD = "ugc-image-upload"
    USER_LIBRARY_READ = "user-library-read"
    USER_LIBRARY_MODIFY = "user-library-modify"
    USER_FOLLOW_READ = "user-follow-read"
    USER_FOLLOW_MODIFY = "user-follow-modify"
    USER_TOP_READ = "user-top-read"
    USER_READ_RECENTLY_PLAYED = "user-read-recently-played"
    USER_READ_PLAYBACK_STATE = "user-read-playback-state"
    USER_MODIFY_PLAYBACK_STATE = "user-modify-playback-state"
    USER_READ_CURRENTLY_PLAYING = "user-read-currently-playing"
    USER_READ_PLAYBACK_POSITION = "user-read-playback-position"
    USER_READ_PRIVATE = "user-read-private"
    USER_READ_EMAIL = "user-read-email"
    STREAMING = "streaming"  # for the Web Playback SDK; no call here needs it
    APP_REMOTE_CONTROL = "app-remote-control"  # for the iOS and Android SDKs, likewise


def scopes_of(scopes: str | Collection[str]) -> frozenset[Scope]:
    """Scopes as people write them: a collection of names, or one text with blanks or commas between them.

    Raises SpotifyRequestError for an unknown one, which it names, together with the one that was probably meant.
    """
    return frozenset(map(_scope, names_of(scopes)))


def names_of(scopes: str | Collection[str]) -> frozenset[str]:
    """The same, without checking the names: for what Spotify granted, which may be newer than this list."""
    return frozenset(re.findall(r"[^\s,]+", scopes) if isinstance(scopes, str) else scopes)


def known(scopes: Collection[str]) -> frozenset[Scope]:
    """Those of the granted scopes that can be asked for."""
    return frozenset(scope for scope in Scope if scope in scopes)


def _scope(name: str) -> Scope:
    try:
        return Scope(name)
    except ValueError:
        from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

        near = get_close_matches(str(name).lower(), list(Scope), n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(Scope)}."
        raise SpotifyRequestError(f"unknown scope “{name}”. {hint}") from None


class Needs(Struct, frozen=True):
    """every: all of them. any_one: one of them is enough, depending on the thing (such as public or private)."""

    every: frozenset[Scope] = frozenset()
    any_one: frozenset[Scope] = frozenset()

    def check(self, granted: Collection[str]) -> None:
        """Raises SpotifyScopeError, which names what's missing."""
        if missing := self.every.difference(granted):
            raise SpotifyScopeError(f"scopes missing: {', '.join(sorted(missing))}", missing=missing)
        if self.any_one and self.any_one.isdisjoint(granted):
            wanted = ", ".join(sorted(self.any_one))
            raise SpotifyScopeError(
                f"one of these scopes missing: {wanted}", missing=self.any_one, any_one=True
            )


def _every(*scopes: Scope) -> Needs:
    return Needs(every=frozenset(scopes))


NOTHING: Final = Needs()
_READ: Final = _every(Scope.PLAYLIST_READ_PRIVATE)
_EITHER: Final = frozenset({Scope.PLAYLIST_MODIFY_PUBLIC, Scope.PLAYLIST_MODIFY_PRIVATE})
_MODIFY: Final = Needs(any_one=_EITHER)
_LIBRARY: Final = _every(Scope.USER_LIBRARY_READ)
_TOP: Final = _every(Scope.USER_TOP_READ)
_STATE: Final = _every(Scope.USER_READ_PLAYBACK_STATE)
_STEER: Final = _every(Scope.USER_MODIFY_PLAYBACK_STATE)

# By the client's methods; those not listed need no scope. `library` is by kind, below.
NEEDED: Final[Mapping[str, Needs]] = {
    "my_playlists": _READ,  # collaborative ones only show with playlist-read-collaborative
    "playlist_items": _READ,
    "create_playlist": _MODIFY,  # by what is created: public, private or, if collaborative, both
    "change_playlist": _MODIFY,
    "add_items": _MODIFY,
    "replace_items": _MODIFY,
    "move_items": _MODIFY,
    "remove_items": _MODIFY,
    "upload_cover": Needs(frozenset({Scope.UGC_IMAGE_UPLOAD}), _EITHER),
    "saved_tracks": _LIBRARY,
    "saved_albums": _LIBRARY,
    "saved_shows": _LIBRARY,
    "saved_episodes": _LIBRARY,  # user-read-playback-position too, for resume points
    "saved_audiobooks": _LIBRARY,
    "followed_artists": _every(Scope.USER_FOLLOW_READ),
    "top_artists": _TOP,
    "top_tracks": _TOP,
    "playback": _STATE,
    "currently_playing": _every(Scope.USER_READ_CURRENTLY_PLAYING),
    "devices": _STATE,
    "queue": _every(Scope.USER_READ_CURRENTLY_PLAYING, Scope.USER_READ_PLAYBACK_STATE),
    "recently_played": _every(Scope.USER_READ_RECENTLY_PLAYED),
    "transfer": _STEER,
    "play": _STEER,
    "pause": _STEER,
    "skip": _STEER,
    "skip_back": _STEER,
    "seek": _STEER,
    "repeat": _STEER,
    "volume": _STEER,
    "shuffle": _STEER,
    "enqueue": _STEER,
}

# Saving, removing and checking things in the library, by the kind in their URIs.
SAVING: Final[Mapping[str, Scope]] = {
    **dict.fromkeys(("track", "album", "episode", "show", "audiobook"), Scope.USER_LIBRARY_MODIFY),
    "artist": Scope.USER_FOLLOW_MODIFY,
    "user": Scope.USER_FOLLOW_MODIFY,
    "playlist": Scope.PLAYLIST_MODIFY_PUBLIC,
}
ASKING: Final[Mapping[str, Scope]] = {
    **dict.fromkeys(("track", "album", "episode", "show", "audiobook"), Scope.USER_LIBRARY_READ),
    "artist": Scope.USER_FOLLOW_READ,
    "user": Scope.USER_FOLLOW_READ,
    "playlist": Scope.PLAYLIST_READ_PRIVATE,
}


def needs_for(table: Mapping[str, Scope], uris: Collection[str]) -> Needs:
    """What a call about these URIs needs."""
    return Needs(every=frozenset({table[uri.split(":")[1]] for uri in uris}))


def creating(*, public: bool, collaborative: bool) -> Needs:
    """What creating such a playlist needs. Source: .../reference/create-playlist"""
    if collaborative:
        return Needs(every=_EITHER)
    return _every(Scope.PLAYLIST_MODIFY_PUBLIC if public else Scope.PLAYLIST_MODIFY_PRIVATE)
