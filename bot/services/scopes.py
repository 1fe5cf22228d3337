"""What Spotify lets the bot do, in words that follow “the bot can”: the same on our page and in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# In the order they are listed. Source: developer.spotify.com/documentation/web-api/concepts/scopes
WORDS = {
    "playlist-read-private": "see your playlists, including private ones",
    "playlist-read-collaborative": "see your collaborative playlists",
    "playlist-modify-public": "add to and change your public playlists",
    "playlist-modify-private": "add to and change your private playlists",
    "ugc-image-upload": "set cover pictures for your playlists",
    "user-library-read": "see what you've liked and saved",
    "user-library-modify": "save and remove music in your library",
    "user-follow-read": "see which artists you follow",
    "user-follow-modify": "follow and unfollow artists",
    "user-top-read": "see your top artists and tracks",
    "user-read-recently-played": "see what you played recently",
    "user-read-playback-state": "see what's playing, and on which device",
    "user-read-currently-playing": "see what's playing right now",
    "user-modify-playback-state": "control what plays on your devices",
}


def in_words(scopes: Collection[str]) -> list[str]:
    """One phrase per scope, in a fixed order; a scope without a phrase appears under Spotify's name."""
    known = [words for scope, words in WORDS.items() if scope in scopes]
    return known + [f"use “{scope.replace('-', ' ')}”" for scope in sorted(set(scopes) - WORDS.keys())]
