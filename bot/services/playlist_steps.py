"""The requests that change a playlist: what one of each does, for shared playlists and for members' own.

Spotify takes out every copy of a URI, adds a hundred in a row, and moves a contiguous run: positions count from 0 in
the list as it is at that moment (developer.spotify.com/documentation/web-api/concepts/playlists). Local files can be
moved, but neither added nor taken out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out every copy of each; up to a hundred different URIs."""

    uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Take `length` items starting at `start` to before the one that is at `before` now."""

    start: int
    before: int
    length: int


@dataclass(frozen=True, slots=True)
class Add:
    """Insert up to a hundred in a row at `position`."""

    uris: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Empty the playlist, and put up to a hundred in."""

    uris: tuple[str, ...]
