"""What labels do to the catalogue after a playlist was made: tracks come, go, come out anew, or may not be played."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from sandbox.fake_spotify.catalogue import Builder, NewTrack
from sandbox.fake_spotify.inventing import more
from sandbox.fake_spotify.search import Index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.state import State

Reason: TypeAlias = Literal[
    "market", "product", "explicit"
]  # of .../web-api/reference/get-track, `restrictions`


class Change(Struct):
    """One thing a label did. uri: of what; count: how many new tracks; reason: why it may not be played."""

    do: Literal["release", "lose", "reissue", "clean", "restrict"]
    uri: str = ""
    count: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    reason: Reason = "market"


class Label:
    """changes: everything so far, in order; the same seed and the same changes make the same catalogue."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._first, self._first_index = state.catalogue, state.index
        self.changes: list[Change] = []

    def begin_again(self, changes: Iterable[Change]) -> None:
        """The catalogue as it was made, and then these changes. Playlists stay as they are."""
        self._state.catalogue, self._state.index = self._first, self._first_index
        self.changes = []
        for change in changes:
            self.make(change)

    def make(self, change: Change) -> tuple[Track, ...]:
        """The tracks there are now instead, or in addition. Raises LookupError for a track there is not."""
        match change.do:
            case "release":
                self._state.catalogue, made = more(self._state.catalogue, change.count)
            case "lose":
                made = self._lose(change.uri)
            case "reissue":
                made = (self._reissue(self._track(change.uri)),)
            case "clean":
                made = (self._clean(self._track(change.uri)),)
            case "restrict":
                made = (self._restrict(self._track(change.uri), change.reason),)
        self.changes.append(change)
        return made

    def _track(self, uri: str) -> Track:
        track = self._state.catalogue.tracks.get(uri.rpartition(":")[2])
        if track is None:
            raise LookupError(f"Spotify knows no track {uri!r}")
        return track

    def _lose(self, uri: str) -> tuple[Track, ...]:
        """Its album lists nothing in its place, see `Catalogue.as_it_is`."""
        tracks, id_ = self._state.catalogue.tracks, uri.rpartition(":")[2]
        left = {key: track for key, track in tracks.items() if key != id_}
        self._state.catalogue = replace(self._state.catalogue, tracks=left)
        return ()

    def _clean(self, old: Track) -> Track:
        """Found by search, too."""
        new = self._reissue(old, clean=True)
        self._state.index = Index(self._state.catalogue)
        return new

    def _reissue(self, old: Track, *, clean: bool = False) -> Track:
        """The same recording, with the same ISRC, on a single of its own; the clean one has an ISRC of its own."""
        known = self._state.catalogue
        builder = Builder(
            dict(known.artists),
            dict(known.albums),
            dict(known.tracks),
            dict(known.episodes),
            dict(known.album_tracks),
        )
        isrc = None if clean else old.isrc
        again = NewTrack(
            old.name,
            old.duration_ms,
            old.explicit and not clean,
            old.popularity,
            old.artists[1:],
            isrc,
            old.markets,
        )
        (new,) = builder.album(old.artists[0], old.album.name, old.album.release_date, [again], kind="single")
        self._state.catalogue = builder.finish()
        return new

    def _restrict(self, track: Track, reason: Reason) -> Track:
        restricted = replace(track, restriction=reason)
        known = self._state.catalogue
        self._state.catalogue = replace(known, tracks={**known.tracks, track.id: restricted})
        return restricted
