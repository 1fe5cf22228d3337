"""Lists of tracks as files: valid in their format, whatever the names are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from hypothesis import given

from bot.services.track_files.entries import Entry, Format
from bot.services.track_files.written import NOT_XML, begun, put
from tests.bot.services.track_files.odd import ABOUT, AT, ENTRIES
from tests.bot.services.track_files.xspf_rules import SPACE, URI, broken_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

from hypothesis import strategies as st

PLENTY = 10_000_000
TRACK = Entry(
    "Title",
    "A, B",
    "Album",
    214_600,
    "GBAYE0601498",
    "spotify:track:" + "1" * 22,
    "Ada",
    AT,
    "for the way home",
)
LOCAL = Entry("Härte & Co", "Nobody", uri="spotify:local:Nobody::H\xe4rte+%26+Co:12")
NOTHING = Entry()


def written(kind: Format, entries: Sequence[Entry]) -> bytes:
    made = begun(kind, ABOUT, PLENTY, {"name": "x"})
    with made.table("items"):
        put(made, [(entry, {}) for entry in entries], 1)
    (file,) = made.finish("x")
    return file.data


@given(st.lists(ENTRIES, max_size=4))
def test_xspf_is_valid(entries: list[Entry]) -> None:
    """Every file keeps the format's rules, with as many tracks as there were."""
    data = written(Format.XSPF, entries)
    assert broken_rules(data) == []
    tracks = ET.fromstring(data).findall(f"{SPACE}trackList/{SPACE}track")  # noqa: S314 - our own
    shown = [track.findtext(f"{SPACE}title") or "" for track in tracks]
    assert shown == [NOT_XML.sub("", entry.title) for entry in entries]


def test_xspf() -> None:
    """A track with everything, a local file, and an entry Spotify shows nothing of."""
    data = written(Format.XSPF, [TRACK, LOCAL, NOTHING]).decode()
    assert (
        "<track><location>https://open.spotify.com/track/1111111111111111111111</location>"
        "<identifier>spotify:track:1111111111111111111111</identifier><identifier>urn:isrc:GBAYE0601498</identifier>"
        "<title>Title</title><creator>A, B</creator><annotation>for the way home</annotation><album>Album</album>"
        '<duration>214600</duration><meta rel="http://purl.org/dc/terms/contributor">Ada</meta>'
        '<meta rel="http://purl.org/dc/terms/date">2026-11-29T12:00:00Z</meta></track>'
    ) in data
    assert "<location>spotify:local:Nobody::H%C3%A4rte+%26+Co:12</location>" in data
    assert "<track></track>" in data


def test_xspf_rules_find_what_is_wrong() -> None:
    """The rules themselves: a second title, an address with a space and a length in words are found."""
    wrong = written(Format.XSPF, [TRACK]).replace(b"<title>Title", b"<title>x</title><title>Title")
    wrong = wrong.replace(b"spotify:track:", b"spotify track").replace(b">214600<", b">3:34<")
    assert len(broken_rules(wrong)) == 3


@given(st.lists(ENTRIES, max_size=4))
def test_jspf_has_its_structure(entries: list[Entry]) -> None:
    """One playlist with its tracks, and every value of the kind the format wants."""
    playlist = json.loads(written(Format.JSPF, entries))["playlist"]
    assert {"title", "location", "date", "track"} <= playlist.keys()
    assert len(playlist["track"]) == len(entries)
    for track in playlist["track"]:
        assert all(URI.fullmatch(one) for one in (*track["location"], *track["identifier"]))
        assert isinstance(track.get("duration", 0), int)
        assert all(isinstance(track.get(key, ""), str) for key in ("title", "creator", "album", "annotation"))
        assert all(
            URI.fullmatch(rel) and isinstance(value, str)
            for one in track.get("meta", ())
            for rel, value in one.items()
        )


def test_jspf() -> None:
    """A track with everything."""
    assert json.loads(written(Format.JSPF, [TRACK]))["playlist"]["track"] == [
        {
            "location": ["https://open.spotify.com/track/1111111111111111111111"],
            "identifier": ["spotify:track:1111111111111111111111", "urn:isrc:GBAYE0601498"],
            "title": "Title",
            "creator": "A, B",
            "annotation": "for the way home",
            "album": "Album",
            "duration": 214600,
            "meta": [
                {"http://purl.org/dc/terms/contributor": "Ada"},
                {"http://purl.org/dc/terms/date": "2026-11-29T12:00:00Z"},
            ],
        }
    ]


@given(st.lists(ENTRIES, max_size=4))
def test_m3u8_lines(entries: list[Entry]) -> None:
    """Each line is a directive or an address, whatever breaks a name has; one address for each track."""
    lines = written(Format.M3U8, entries).decode().split("\n")
    assert lines[0] == "#EXTM3U"
    told = [line for line in lines[2:-1] if line.startswith("#")]
    assert all(re.match(r"#EXTINF:-?\d+,|#EXTALB:", line) for line in told)
    assert [line for line in lines[2:-1] if not line.startswith("#")] == [entry.link for entry in entries]


def test_m3u8() -> None:
    """A track, a local file, and nothing for an entry without an address."""
    assert written(Format.M3U8, [TRACK, LOCAL, NOTHING]).decode().split("\n")[2:] == [
        "#EXTINF:215,A, B - Title",
        "#EXTALB:Album",
        "https://open.spotify.com/track/1111111111111111111111",
        "#EXTINF:-1,Nobody - Härte & Co",
        "spotify:local:Nobody::H%C3%A4rte+%26+Co:12",
        "",
    ]
