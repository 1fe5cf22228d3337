"""What Spotify lets the bot do, in words that follow “the bot can”: the same on our page and in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Text

if TYPE_CHECKING:
    from collections.abc import Collection

# In the order they are listed. Source: developer.spotify.com/documentation/web-api/concepts/scopes
WORDS: Final = {
    "playlist-read-private": Text("see your playlists, including private ones"),
    "playlist-read-collaborative": Text("see your collaborative playlists"),
    "playlist-modify-public": Text("add to and change your public playlists"),
    "playlist-modify-private": Text("add to and change your private playlists"),
    "ugc-image-upload": Text("set cover pictures for your playlists"),
    "user-library-read": Text("see what you've liked and saved"),
    "user-library-modify": Text("save and remove music in your library"),
    "user-follow-read": Text("see which artists you follow"),
    "user-follow-modify": Text("follow and unfollow artists"),
    "user-top-read": Text("see your top artists and tracks"),
    "user-read-recently-played": Text("see what you played recently"),
    "user-read-playback-state": Text("see what's playing, and on which device"),
    "user-read-currently-playing": Text("see what's playing right now"),
    "user-modify-playback-state": Text("control what plays on your devices"),
}
OTHER: Final = Text("use “{scope}”")


def in_words(scopes: Collection[str]) -> list[str]:
    """One phrase per scope, in a fixed order; a scope without a phrase appears under Spotify's name."""
    known = [words() for scope, words in WORDS.items() if scope in scopes]
    return known + [OTHER(scope=scope.replace("-", " ")) for scope in sorted(set(scopes) - WORDS.keys())]
