"""Invents the catalogue: some thousand tracks with the mess of a real one, the same for the same seed."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from sandbox.fake_spotify import words
from sandbox.fake_spotify.catalogue import Builder, NewTrack
from sandbox.fake_spotify.known import KnownTracks, release_known
from sandbox.fake_spotify.search import Index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.fake_spotify.catalogue import Artist, Catalogue, Track

ARTISTS = 150
SOME_MARKETS = frozenset({"JP", "BR"})


@lru_cache(maxsize=4)
def invent(seed: int) -> tuple[Catalogue, Index, KnownTracks]:
    """The catalogue of this seed, ready to be searched, and the tracks every seed has. Made once per process."""
    builder = Builder()
    known = release_known(builder)
    random = Random(seed)
    artists = [
        builder.artist(words.name_of_an_artist(random), random.choice(words.GENRES)) for _ in range(ARTISTS)
    ]
    for artist in artists:
        for _ in range(random.randint(1, 3)):
            _release(builder, random, artist, artists)
    catalogue = builder.finish()
    return catalogue, Index(catalogue), known


def more(catalogue: Catalogue, count: int) -> tuple[Catalogue, tuple[Track, ...]]:
    """The catalogue with `count` more tracks, no two alike, each by an artist of its own; no search finds them."""
    builder = Builder(
        dict(catalogue.artists),
        dict(catalogue.albums),
        dict(catalogue.tracks),
        dict(catalogue.episodes),
        dict(catalogue.album_tracks),
    )
    made: list[Track] = []
    for number in range(count):
        artist = builder.artist(f"Artist {number}")
        new = NewTrack(f"Track {number}", duration_ms=120_000 + number * 7 % 180_000)
        made += builder.album(artist, f"Album {number}", "2026", [new])
    return builder.finish(), tuple(made)


def _release(builder: Builder, random: Random, artist: Artist, artists: Sequence[Artist]) -> None:
    """An album; often one of its songs also as a single, sometimes remixed or live."""
    date = _date(random)
    new = [_song(random, artist, artists) for _ in range(random.randint(6, 14))]
    tracks = builder.album(artist, words.title(random), date, new)
    if random.random() < 0.4:
        song = random.choice(tracks)
        builder.album(artist, song.name, date, [_again(song), *_versions(random, song)], kind="single")
    if random.random() < 0.1:
        hall = words.place(random)
        live = [_version(song, f"Live at {hall}", random.randint(5_000, 60_000)) for song in tracks[:8]]
        builder.album(artist, f"Live at {hall}", _date(random), live)
    if random.random() < 0.06:
        year = random.randint(2005, 2025)
        old = [_version(song, f"{year} Remaster", random.randint(-900, 900)) for song in tracks]
        builder.album(artist, f"{tracks[0].album.name} (Deluxe Edition)", str(year), old)


def _song(random: Random, artist: Artist, artists: Sequence[Artist]) -> NewTrack:
    name = words.title(random)
    guests: tuple[Artist, ...] = ()
    if random.random() < 0.08:
        guests = tuple(guest for guest in random.sample(artists, random.randint(1, 2)) if guest is not artist)
        if guests:
            name = f"{name} (feat. {' & '.join(guest.name for guest in guests)})"
    return NewTrack(
        name,
        duration_ms=random.randint(95_000, 420_000),
        explicit=random.random() < 0.12,
        popularity=random.randint(0, 90),
        guests=guests,
        markets=SOME_MARKETS if random.random() < 0.02 else None,
    )


def _again(song: Track) -> NewTrack:
    """The same recording once more."""
    return NewTrack(
        song.name, song.duration_ms, song.explicit, song.popularity, song.artists[1:], song.isrc, song.markets
    )


def _versions(random: Random, song: Track) -> list[NewTrack]:
    """What else stands on a single: other recordings of the song."""
    kinds = [f"{words.name_of_somebody(random)} Remix", "Acoustic", "Radio Edit", "Instrumental"]
    return [
        _version(song, kind, random.randint(-30_000, 60_000))
        for kind in random.sample(kinds, random.randint(0, 2))
    ]


def _version(song: Track, kind: str, longer_ms: int) -> NewTrack:
    return NewTrack(
        f"{song.name} - {kind}",
        duration_ms=max(30_000, song.duration_ms + longer_ms),
        explicit=song.explicit,
        popularity=song.popularity // 2,
        guests=song.artists[1:],
    )


def _date(random: Random) -> str:
    """Most releases are known to the day, old ones to the month or year."""
    year = random.randint(1964, 2026)
    if year < 1985:
        return str(year) if random.random() < 0.6 else f"{year}-{random.randint(1, 12):02d}"
    return f"{year}-{random.randint(1, 10):02d}-{random.randint(1, 28):02d}"
