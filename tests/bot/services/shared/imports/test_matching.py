"""Which track a line means: only what surely is it counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.imports.matching import fitting, most_requests
from bot.services.track_files.entries import Entry
from bot.spotify.models import Album, Artist, Track
from tests.bot.services.track_files.odd import ENTRIES

HELLO = Entry("Hello", "Ada", duration_ms=200_000)


def track(
    number: int, name: str = "Hello", artist: str = "Ada", ms: int = 200_000, album: str = "A"
) -> Track:
    return Track(
        f"spotify:track:{number:022}",
        name,
        f"{number:022}",
        duration_ms=ms,
        artists=tuple(Artist(one, one.lower()) for one in artist.split(";")),
        album=Album(album),
    )


@pytest.mark.parametrize(
    "found",
    [
        track(1),
        track(1, "HELLO (Remastered 2011)"),
        track(1, "Hello (feat. Grace)"),
        track(1, artist="Ada;Grace"),
        track(1, ms=203_000),
        track(1, "Hello", "Áda"),
    ],
)
def test_surely(found: Track) -> None:
    """Other case, accents, guests, a remaster and a second of silence make no difference."""
    assert fitting(HELLO, [found]) == found


@pytest.mark.parametrize(
    "found",
    [
        track(1, "Hello (Live)"),
        track(1, "Hello - Ombrik Remix"),
        track(1, "Hello Again"),
        track(1, artist="Adam"),
        track(1, artist="Grace", name="Hello (Ada Cover)"),
        track(1, ms=260_000),
        track(1, album="Live at the Hall"),
    ],
)
def test_not_surely(found: Track) -> None:
    """Another version, title, artist or length is not it."""
    assert fitting(HELLO, [found]) is None


def test_two_could_be_it() -> None:
    """Two recordings of one name: only a length tells which; two releases of one recording are one."""
    short, long = track(1), track(2, ms=300_000)
    nameless = replace(HELLO, duration_ms=None)
    assert fitting(nameless, [short, long]) is None
    assert fitting(HELLO, [short, long]) == short
    assert fitting(replace(HELLO, duration_ms=301_000), [short, long]) == long
    assert fitting(nameless, [short, track(3, album="Best of", ms=201_000)]) == short


def test_either_order() -> None:
    """Where nobody knows which comes first, both are tried; elsewhere the columns say it."""
    turned = Entry("Ada", "Hello")
    assert fitting(turned, [track(1)], either_order=True) == track(1)
    assert fitting(turned, [track(1)]) is None


def test_costs() -> None:
    """A link one, a name one, an ISRC two at most, nothing for what names no track."""
    isrc = "GBAYE0601498"
    costs = [
        None,
        Entry(uri="spotify:track:x", isrc=isrc),
        HELLO,
        Entry(isrc=isrc),
        replace(HELLO, isrc=isrc),
    ]
    assert [most_requests(entry) for entry in costs] == [0, 1, 1, 1, 2]


@given(ENTRIES, st.lists(st.builds(track, st.integers(0, 9), st.text(), st.text()), max_size=4))
def test_anything(entry: Entry, found: list[Track]) -> None:
    """Whatever the names are, the answer is one of what was found, or nothing."""
    assert fitting(entry, found, either_order=True) in [None, *found]
