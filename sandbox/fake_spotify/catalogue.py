"""The music there is: artists, albums, tracks and a few podcast episodes, none of them real."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.fake_spotify.ids import make_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Artist:
    id: str
    name: str
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Album:
    """`name` is empty after a takedown; `release_date` is YYYY, YYYY-MM or YYYY-MM-DD."""

    id: str
    name: str
    kind: str  # album, single or compilation
    release_date: str
    artists: tuple[Artist, ...]
    total_tracks: int
    upc: str


@dataclass(frozen=True, slots=True)
class Track:
    """`isrc` names the recording: the same recording on two albums is two tracks. `markets` None: everywhere."""

    id: str
    name: str
    artists: tuple[Artist, ...]
    album: Album
    duration_ms: int
    isrc: str
    explicit: bool
    track_number: int
    popularity: int
    markets: frozenset[str] | None = None
    restriction: str | None = None  # why nobody may play it, wherever they are

    @property
    def uri(self) -> str:
        return f"spotify:track:{self.id}"

    @property
    def url(self) -> str:
        return f"https://open.spotify.com/track/{self.id}"

    def playable_in(self, market: str | None) -> bool:
        """Without any market, content counts as unavailable.

        Source: developer.spotify.com/documentation/web-api/reference/get-track (parameter `market`).
        """
        here = market is not None and (self.markets is None or market in self.markets)
        return here and self.restriction is None


@dataclass(frozen=True, slots=True)
class Episode:
    id: str
    name: str
    show_id: str
    show_name: str
    duration_ms: int
    release_date: str
    explicit: bool = False

    @property
    def uri(self) -> str:
        return f"spotify:episode:{self.id}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Nothing in it changes, so every fake of a process begins with the same one; what labels do makes another."""

    artists: Mapping[str, Artist]
    albums: Mapping[str, Album]
    tracks: Mapping[str, Track]
    episodes: Mapping[str, Episode]
    album_tracks: Mapping[str, tuple[Track, ...]]

    def as_it_is(self, track: Track) -> Track | None:
        """A track that an album or the search still lists, as it is by now; None: it was taken down."""
        return self.tracks.get(track.id)

    def of_uri(self, uri: str) -> Track | Episode | None:
        """What a playlist may hold under this URI."""
        scheme, _, id_ = uri.rpartition(":")
        if scheme == "spotify:track":
            return self.tracks.get(id_)
        return self.episodes.get(id_) if scheme == "spotify:episode" else None


@dataclass(frozen=True, slots=True)
class NewTrack:
    """A track before it stands on an album. `recording` None: one of its own."""

    name: str
    duration_ms: int = 215_000
    explicit: bool = False
    popularity: int = 40
    guests: tuple[Artist, ...] = ()
    recording: str | None = None
    markets: frozenset[str] | None = None


@dataclass(slots=True)
class Builder:
    """Puts a catalogue together, album by album."""

    artists: dict[str, Artist] = field(default_factory=dict)
    albums: dict[str, Album] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    episodes: dict[str, Episode] = field(default_factory=dict)
    album_tracks: dict[str, tuple[Track, ...]] = field(default_factory=dict)

    def artist(self, name: str, *genres: str) -> Artist:
        made = Artist(make_id("artist", len(self.artists), name), name, genres)
        self.artists[made.id] = made
        return made

    def album(
        self, artist: Artist, name: str, release_date: str, tracks: Iterable[NewTrack], *, kind: str = "album"
    ) -> tuple[Track, ...]:
        """Release an album and answer its tracks, in order."""
        listed = tuple(tracks)
        number = len(self.albums)
        upc = f"{40_000_000_000 + number:013d}"
        made = Album(make_id("album", number, name), name, kind, release_date, (artist,), len(listed), upc)
        placed = tuple(self._place(made, position, new) for position, new in enumerate(listed, start=1))
        self.albums[made.id] = made
        self.album_tracks[made.id] = placed
        self.tracks.update((track.id, track) for track in placed)
        return placed

    def episode(self, show: str, name: str, release_date: str, duration_ms: int) -> Episode:
        made = Episode(
            make_id("episode", show, name), name, make_id("show", show), show, duration_ms, release_date
        )
        self.episodes[made.id] = made
        return made

    def finish(self) -> Catalogue:
        return Catalogue(self.artists, self.albums, self.tracks, self.episodes, self.album_tracks)

    def _place(self, album: Album, position: int, new: NewTrack) -> Track:
        return Track(
            id=make_id("track", album.id, position),
            name=new.name,
            artists=(*album.artists, *new.guests),
            album=album,
            duration_ms=new.duration_ms,
            isrc=new.recording or self.next_isrc(len(self.tracks) + position, album.release_date),
            explicit=new.explicit,
            track_number=position,
            popularity=new.popularity,
            markets=new.markets,
        )

    @staticmethod
    def next_isrc(number: int, release_date: str) -> str:
        """ZZ is nobody's country, so no real recording bears such a code."""
        return f"ZZMXT{release_date[2:4]}{number:05d}"
