"""Lists of tracks as people bring them: every format, as common tools write it, and whatever else is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.services.track_files.entries import Entry, Format
from bot.services.track_files.handed_back import handed_back
from bot.services.track_files.lines import (
    MOST_BYTES,
    MOST_LINES,
    Kind,
    Problem,
    TrackList,
    UnreadableFileError,
)
from bot.services.track_files.naming import isrc_in, length_in
from bot.services.track_files.read import read
from tests.bot.services.track_files.odd import ENTRIES, ID, TEXTS
from tests.bot.services.track_files.test_written import written

if TYPE_CHECKING:
    from collections.abc import Sequence

ID_1, ID_2 = "1" * 22, "2ab" + "Z" * 19
URI_1, URI_2 = f"spotify:track:{ID_1}", f"spotify:track:{ID_2}"
LINK_2 = f"https://open.spotify.com/track/{ID_2}"
ISRC = "GBAYE0601498"

EXPORTIFY = f"""Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit,Added By
{URI_1},"Hello, World",Album,"Ada;Grace",2020-01-01,214600,50,false,ada
{URI_2},Other,,Nobody,2020,1000,1,true,
"""
TUNE_MY_MUSIC = f"""Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id
"Hello, World","Ada, Grace",Album,My list,Playlist,{ISRC},{ID_1}
Other,Nobody,,My list,Playlist,,
"""
SOUNDIIZ = f"""title;artist;album;isrc;addedDate;addedBy;url
Hello, World;Ada;Album;{ISRC};2024-01-01;;{LINK_2}
Other;Nobody;;;;;
"""
GERMAN = "sep=;\r\nTitel;Interpret;Album;Dauer\r\nGrüße;Bär;Schön;3:34\r\n"


def entries(found: TrackList) -> list[Entry | None]:
    return [line.entry for line in found.lines]


def test_exportify() -> None:
    """A link, names and a length in milliseconds, from columns with their own names."""
    found = read("liked.csv", EXPORTIFY.encode())
    assert entries(found) == [
        Entry("Hello, World", "Ada;Grace", "Album", 214_600, uri=URI_1),
        Entry("Other", "Nobody", "", 1_000, uri=URI_2),
    ]
    assert found.lines[1].raw[:2] == (URI_2, "Other")
    assert found.head[0] == "Track URI"


def test_tune_my_music() -> None:
    """A bare id in a column that says so is a link; a row without one is looked for by name."""
    assert entries(read("My list.csv", TUNE_MY_MUSIC.encode("utf-8-sig"))) == [
        Entry("Hello, World", "Ada, Grace", "Album", isrc=ISRC, uri=URI_1),
        Entry("Other", "Nobody"),
    ]


def test_soundiiz() -> None:
    """Semicolons separate; a comma in a title doesn't."""
    assert entries(read("x.csv", SOUNDIIZ.encode())) == [
        Entry("Hello, World", "Ada", "Album", isrc=ISRC, uri=URI_2),
        Entry("Other", "Nobody"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    """As spreadsheets save it, in each of their encodings, with the line that names the separator."""
    (entry,) = entries(read("x.csv", GERMAN.encode(encoding)))
    assert entry == Entry("Grüße", "Bär", "Schön", 214_000)


def test_tabs_and_no_head() -> None:
    """Tabs separate, too; a table of links needs no names of columns."""
    assert entries(read("x.tsv", b"Title\tArtist\nA\tB\n")) == [Entry("A", "B")]
    assert entries(read("x.csv", f"1,{LINK_2}\n2,{URI_1}\n3,none\n".encode())) == [
        Entry(uri=URI_2),
        Entry(uri=URI_1),
        None,
    ]


def test_jspf_of_others() -> None:
    """ListenBrainz writes one address as a text, not a list; an ISRC stands among the identifiers."""
    tracks = [
        {"title": "A", "creator": "B", "identifier": "https://musicbrainz.org/recording/x", "duration": 1000},
        {"identifier": [f"isrc:{ISRC}"], "location": LINK_2},
        {"title": "only a title"},
        7,
    ]
    found = read("x.jspf", json.dumps({"playlist": {"track": tracks}}).encode())
    assert entries(found) == [Entry("A", "B", "", 1_000), Entry(isrc=ISRC, uri=URI_2), None, None]


def test_xspf_of_others() -> None:
    """A file with other elements, comments and another encoding."""
    text = """<?xml version="1.0" encoding="ISO-8859-1"?><!-- x --><playlist version="1" xmlns="http://xspf.org/ns/0/">
    <trackList><track><title> Gr\xfc\xdfe </title><creator>B</creator><extension application="x"><title>no</title>
    </extension></track><track><location>file:///x.mp3</location></track></trackList></playlist>"""
    assert entries(read("x.xspf", text.encode("latin-1"))) == [Entry("Grüße", "B"), None]


BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><title>&b;</title></track></trackList></playlist>"""
FILE = """<!DOCTYPE x SYSTEM "file:///etc/passwd"><playlist><trackList/></playlist>"""


@pytest.mark.parametrize("text", [BOMB, FILE])
def test_document_types(text: str) -> None:
    """A file that could expand without end, or read other files, is refused before anything is expanded."""
    with pytest.raises(UnreadableFileError) as refused:
        read("x.xspf", text.encode())
    assert refused.value.problem is Problem.DOCTYPE


def test_m3u8_of_others() -> None:
    """Names from the line above where the address is a file; directives of players are skipped."""
    text = (
        "#EXTM3U\n#EXTINF:215,Ada - Hello - World\nmusic/x.mp3\n#EXTVLCOPT:x\n#EXTINF:-1,Nothing\ny.mp3\n"
        + LINK_2
    )
    found = read("x.m3u", text.encode())
    assert entries(found) == [Entry("Hello - World", "Ada", "", 215_000), None, Entry(uri=URI_2)]
    assert found.lines[0].raw == ("#EXTINF:215,Ada - Hello - World", "music/x.mp3")


def test_pasted() -> None:
    """Links, several to a line, and artist and title with any dash; what is neither is known to be."""
    text = f"""
1. Ada Lovelace \u2013 Notes
* Grace - Hopper \u2014 Bug
{LINK_2}?si=x and {URI_1}
https://open.spotify.com/album/{ID_1}
just words
"""
    found = read("message.txt", text.encode())
    assert found.kind is Kind.TEXT
    assert entries(found) == [
        Entry("Notes", "Ada Lovelace"),
        Entry("Hopper \u2014 Bug", "Grace"),
        Entry(uri=URI_2),
        Entry(uri=URI_1),
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("x.csv", b"x" * (MOST_BYTES + 1), Problem.SIZE),
        ("x.txt", b"a - b\n" * (MOST_LINES + 1), Problem.LINES),
        ("x.csv", b"title,artist\n" + b"a,b\n" * (MOST_LINES + 1), Problem.LINES),
        ("x.xspf", b"<playlist><trackList>" + b"<track/>" * (MOST_LINES + 2), Problem.LINES),
        ("x.jspf", b'{"playlist":{"track":[' + b"1," * MOST_LINES + b"1]}}", Problem.LINES),
        ("x.txt", b" \n", Problem.EMPTY),
        ("x.csv", b"", Problem.EMPTY),
        ("x.csv", b"title,artist\n", Problem.EMPTY),
        ("x.m3u8", b"#EXTM3U\n", Problem.EMPTY),
        ("x.csv", b"day,amount\nMonday,7\n", Problem.COLUMNS),
        ("x.xspf", b"<html></html>", Problem.BROKEN),
        ("x.xspf", b"<playlist>", Problem.BROKEN),
        ("x.xspf", b"<a>" * 100, Problem.BROKEN),
        ("x.jspf", b"{", Problem.BROKEN),
        ("x.jspf", b"[" * 50_000, Problem.BROKEN),
        ("x.json", b'{"items": []}', Problem.BROKEN),
    ],
    ids=lambda one: str(one)[:20],
)
def test_refusals(name: str, data: bytes, problem: Problem) -> None:
    """Each file that can't be used has its reason."""
    with pytest.raises(UnreadableFileError) as refused:
        read(name, data)
    assert refused.value.problem is problem


ANY_NAME = st.sampled_from(["x.csv", "x.tsv", "x.jspf", "x.xspf", "x.m3u8", "x.txt", "x", ""])
FRAGMENTS = st.sampled_from(
    [
        b"\xff\xfe",
        b"\x00",
        b"<playlist>",
        b"<trackList><track>",
        b"<title>",
        b"</title>",
        b"&#0;",
        b"<![CDATA[",
        b"#EXTM3U\n",
        b"#EXTINF:1,",
        b'{"playlist":{"track":[',
        b"{}",
        b"]}}",
        b'"',
        b"sep=;\n",
        b"title,artist\n",
        b"Track URI;isrc\n",
        LINK_2.encode(),
        URI_1.encode(),
        b" - ",
        b"\n",
        b"\r",
        b",",
        b";",
        b"spotify:track:",
    ]
)


@given(ANY_NAME, st.lists(FRAGMENTS | st.binary(max_size=8), max_size=20).map(b"".join))
@example("x.csv", b'title,artist\n"a\nb')
def test_anything(name: str, data: bytes) -> None:
    """Whatever is sent is read or refused; what can be read can be handed back and read again."""
    try:
        found = read(name, data)
    except UnreadableFileError:
        return
    assert 0 < len(found.lines) <= MOST_LINES
    back = handed_back(found.kind, found.head, found.lines)
    try:
        again = read(back.name, back.data)
    except UnreadableFileError as refused:
        assert refused.problem in {Problem.EMPTY, Problem.COLUMNS}  # noqa: PT017 - of lines that said nothing
        assert not any(entries(found))
        return
    assert [entry.uri for entry in entries(again) if entry and entry.uri] == [
        entry.uri for entry in entries(found) if entry and entry.uri
    ]


@given(
    st.lists(ENTRIES, min_size=1, max_size=5),
    st.sampled_from([Format.CSV, Format.JSPF, Format.XSPF, Format.M3U8]),
)
def test_export_and_import(exported: Sequence[Entry], kind: Format) -> None:
    """What we export can be imported: the same tracks in the same order, whatever they are called."""
    found = read(f"x.{kind}", written(kind, exported))
    assert [entry and entry.uri for entry in entries(found)] == [entry.uri for entry in exported]
    if kind is not Format.M3U8:  # which has no place for it
        assert [entry and entry.isrc for entry in entries(found)] == [entry.isrc for entry in exported]


@given(st.lists(st.tuples(ID, TEXTS), min_size=1, max_size=5))
def test_handed_back_tables(rows: list[tuple[str, str]]) -> None:
    """A table handed back has the columns it came with, and the rows that were left."""
    head = ("Spotify - id", "my column")
    table = "\r\n".join(
        ['"Spotify - id","my column"', *(f'{one},"{text.replace(chr(34), "")}"' for one, text in rows)]
    )
    found = read("x.csv", table.encode(errors="replace"))
    left = found.lines[1:]
    if left:
        again = read("y.csv", handed_back(found.kind, found.head, left).data)
        assert again.head == head
        assert entries(again) == [line.entry for line in left]


@pytest.mark.parametrize(
    ("text", "milliseconds", "length"),
    [
        ("3:34", False, 214_000),
        ("1:02:05", False, 3_725_000),
        ("214", False, 214_000),
        ("214600", False, 214_600),
        ("9000", True, 9_000),
        ("214.6", False, 214_600),
        ("214,6", False, 214_600),
        ("0", False, None),
        ("-1", False, None),
        ("999999999", True, None),
        ("soon", False, None),
        ("\u0663:\u0663\u0664", False, None),
    ],
)
def test_lengths(text: str, length: int | None, *, milliseconds: bool) -> None:
    """Every common way to write a length; nonsense is none."""
    assert length_in(text, milliseconds=milliseconds) == length


@pytest.mark.parametrize("text", [ISRC, "gb-aye-06-01498", f"urn:isrc:{ISRC}", f" ISRC:{ISRC} "])
def test_isrcs(text: str) -> None:
    """As registered, with hyphens, and as an address."""
    assert isrc_in(["x", text]) == ISRC
