"""A shared playlist as files: complete, in order, harmless in a spreadsheet, and never larger than Discord takes."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import unicodedata
import zipfile
from datetime import timedelta
from itertools import chain
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.export_files import FORMULA_SIGNS, CsvFiles
from bot.services.shared.reports.export import Exporter
from bot.services.shared.reports.page import Away
from bot.services.shared.reports.titles import Titles
from bot.services.track_files.entries import Format
from bot.spotify.models import Album, Artist, Track
from bot.spotify.models.things import ExternalIds
from bot.stores.contributions import Ballot, BallotKind, State
from bot.stores.history import Event, Happening, Snapshot, SnapshotInfo
from bot.stores.likes import Like
from bot.visible import without_unseen
from tests.bot.link_desk import ADA, GRACE
from tests.shared_records import NOW, a_list, bring

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.services.export_files import ExportFile
    from bot.stores import Stores
    from tests.bot.link_desk import Time

SHARED = a_list("0" * 22, owner_id=ADA, account_id="a", name="Frühling @ 春/../x")
PLENTY = 10_000_000
URIS = [f"spotify:track:{number:022}" for number in range(4)]
LOCAL = "spotify:local:a:b:c:1"


class SomeNames:
    """Ada's name is known; it tries to be a formula."""

    async def of(self, member_ids: Collection[int]) -> Mapping[int, str]:
        return {ADA: "=HYPERLINK(1)"} if ADA in member_ids else {}


@pytest.fixture
def exporting(stores: Stores, time: Time) -> Exporter:
    return Exporter(stores.contributions, stores.history, stores.snapshots, stores.likes, now=time.now)


@pytest.fixture
async def filled(stores: Stores) -> Stores:
    """Three items and a local file, in another order than they were written, and something that left."""
    ballot = Ballot(1, BallotKind.VOTE_IN, ADA, NOW, NOW, open=False, yes=5, no=2)
    await bring(stores, SHARED, 1, URIS[0], ADA, note="+1, really", ballot=ballot)
    await bring(stores, SHARED, 2, URIS[1], None)
    await bring(stores, SHARED, 3, URIS[2], GRACE, created_at=NOW + timedelta(days=1))
    await bring(stores, SHARED, 4, URIS[3], GRACE, state=State.REMOVED)
    info = SnapshotInfo(SHARED.list_id, 0, NOW, "foreign", 4)
    order = (URIS[2], LOCAL, URIS[0], URIS[1])
    await stores.snapshots.put(Snapshot(info, order, SHARED.playlist_id), keep=5)
    await stores.likes.put(Like(SHARED.list_id, URIS[0], GRACE, "list00000001", NOW))
    await stores.likes.put(Like(SHARED.list_id, URIS[0], ADA, "list00000001", NOW))
    await stores.history.append(
        Event("e1", 500, SHARED.list_id, NOW, Happening.LANDED, None, ADA, uri=URIS[0]),
        Event(
            "e2", 500, SHARED.list_id, NOW, Happening.DECLINED, GRACE, ADA, detail={"reason": "@x", "yes": 1}
        ),
    )
    return stores


def rows(file: ExportFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))


async def test_csv(exporting: Exporter, filled: Stores) -> None:
    """Two tables: items in the playlist's order, and the history; nothing begins like a formula."""
    assert filled
    made = await exporting.export(SHARED, Format.CSV, SomeNames(), most_bytes=PLENTY)
    items, history = map(rows, made.files)
    assert [row["uri"] for row in items] == [URIS[2], LOCAL, URIS[0], URIS[1]]
    assert items[2] == {
        "place": "3",
        "uri": URIS[0],
        "title": "",
        "artists": "",
        "album": "",
        "length": "",
        "duration_ms": "",
        "isrc": "",
        "link": f"https://open.spotify.com/track/{URIS[0][14:]}",
        "added_by_id": str(ADA),
        "added_by": "'=HYPERLINK(1)",
        "added_at": "2026-11-20T12:00:00Z",
        "via": "command",
        "note": "'+1, really",
        "likes": "1",
        "votes_for": "5",
        "votes_against": "2",
        "state": "landed",
        "round": "1",
    }
    assert (items[1]["added_by_id"], items[3]["via"]) == ("", "spotify")
    assert [row["happening"] for row in history] == ["declined", "landed"]
    assert history[0]["detail"] == "reason=@x yes=1"
    assert [file.name for file in made.files] == [
        "fruhling-x-2026-11-20-items.csv",
        "fruhling-x-2026-11-20-history.csv",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\xa0=", "＝", "＋", "－", "＠"])  # noqa: RUF001 - on purpose
async def test_formulas(exporting: Exporter, stores: Stores, start: str) -> None:
    """Whatever a note begins with, a spreadsheet takes it for text."""
    await bring(stores, SHARED, 1, URIS[0], ADA, note=f"{start}cmd|' /C calc'!A0")
    made = await exporting.export(SHARED, Format.CSV, SomeNames(), most_bytes=PLENTY)
    assert f"'{start}cmd" in made.files[0].data.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("note", "written"),
    [
        ("nice;=HYPERLINK(1);x", "nice;'=HYPERLINK(1);x"),
        ("nice\t=1", "nice\t'=1"),
        ("nice|@SUM(1)", "nice|'@SUM(1)"),
        ("nice,+1", "nice,'+1"),
        ("nice;-1", "nice;'-1"),
        ("nice; \xa0\u3000\u200b=1", "nice;' \xa0\u3000\u200b=1"),
        ("nice\n=1", "nice\n'=1"),
        ("nice\r\n  =1", "nice\r\n'  =1"),
        ("nice\u2028=1", "nice\u2028'=1"),
        ('nice;"=1"', 'nice;"\'=1"'),
        ('"=1"', '"\'=1"'),
        ("nice;;=1;=2", "nice;;'=1;'=2"),
        ("nice;\uff1d1", "nice;'\uff1d1"),
        ("\uff1b\uff0b1", "\uff1b'\uff0b1"),
        ("\ufe661", "'\ufe661"),
        ("\u22121", "'\u22121"),
        ("\t=1", "'\t'=1"),
        ("\u2003\ufeff=1", "'\u2003\ufeff=1"),
        ("half-time, 1+1=2; a@b", "half-time, 1+1=2; a@b"),
        ("Artist - Title", "Artist - Title"),
        ("thanks @linus", "thanks @linus"),
        ("rock'n'roll", "rock'n'roll"),
    ],
    ids=ascii,
)
async def test_other_cells(exporting: Exporter, stores: Stores, note: str, written: str) -> None:
    """Whatever splits the file into cells, none of them begins like a formula; all else is written as it is."""
    await bring(stores, SHARED, 1, URIS[0], ADA, note=note)
    made = await exporting.export(SHARED, Format.CSV, SomeNames(), most_bytes=PLENTY)
    table = made.files[0].data.decode("utf-8-sig")
    assert [row["note"] for row in csv.DictReader(io.StringIO(table, newline=""))] == [written]


def test_every_sign() -> None:
    """Every sign of Unicode that means one of formulas is known as one."""
    signs = {
        char
        for char in map(chr, range(sys.maxunicode))
        if unicodedata.normalize("NFKC", char)[0] in "=+-@\u2212"
    }
    assert signs == FORMULA_SIGNS


def first_sign(cell: str) -> str:
    """The first of it that can be seen, in the form all its kinds have in common."""
    return unicodedata.normalize("NFKC", without_unseen(cell).strip().lstrip('"').strip())[:1]


ODD = st.sampled_from(
    ["=", "+", "-", "@", "\uff1d", "\u2212", "\ufe63", ";", "\t", "|", ",", ":", "\n", "\r", '"', "'"]
)
CELLS = st.lists(
    ODD | st.sampled_from(" \xa0\u3000\u200b\u2028ax1") | st.characters(exclude_categories=["Cs"]),
    max_size=12,
).map("".join)


@given(CELLS, st.sampled_from(",;\t|:^~/"))
@settings(deadline=None)
def test_whatever_splits(text: str, splitter: str) -> None:
    """Split by a reader of tables or by force, no cell begins with a sign of formulas."""
    files = CsvFiles(PLENTY)
    with files.table("t"):
        files.write([{"before": "a", "text": text, "after": 1}])
    (file,) = files.finish("x")
    table = file.data.decode("utf-8-sig")
    read = csv.reader(io.StringIO(table, newline=""), delimiter=splitter)
    forced = re.split(rf"[{re.escape(splitter)}\r\n\u2028\u2029]", table)
    for cell in [*chain.from_iterable(read), *forced]:
        assert first_sign(cell) not in {"=", "+", "-", "@", "\u2212"}


async def test_json(exporting: Exporter, filled: Stores) -> None:
    """One document with the same; ids are texts, as JavaScript would round them."""
    assert filled
    made = await exporting.export(SHARED, Format.JSON, SomeNames(), most_bytes=PLENTY)
    (file,) = made.files
    held = json.loads(file.data)
    assert held["list"] == SHARED.name
    assert [item["uri"] for item in held["items"]] == [URIS[2], LOCAL, URIS[0], URIS[1]]
    assert held["items"][2]["added_by_id"] == str(ADA)
    assert [event["happening"] for event in held["history"]] == ["declined", "landed"]
    assert (made.items, made.events, made.complete) == (4, 2, True)


TABLES = (Format.CSV, Format.JSON)
PLAYLISTS = (Format.JSPF, Format.XSPF, Format.M3U8)


async def test_titles(exporting: Exporter, filled: Stores) -> None:
    """What Spotify said about a track stands beside who added it; a title is no formula, either."""
    assert filled
    track = Track(
        URIS[0],
        "=Title",
        "0" * 22,
        duration_ms=3_723_400,
        artists=(Artist("A, B"), Artist("C")),
        album=Album("Album"),
        external_ids=ExternalIds(isrc="GBAYE0601498"),
    )
    made = await exporting.export(
        SHARED, Format.CSV, SomeNames(), Titles({URIS[0]: track}, Away.SPOTIFY), most_bytes=PLENTY
    )
    row = rows(made.files[0])[2]
    assert row["title"] == "'=Title"
    assert (row["artists"], row["album"], row["length"]) == ("A, B, C", "Album", "1:02:03")
    assert (row["duration_ms"], row["isrc"], row["note"]) == ("3723400", "GBAYE0601498", "'+1, really")
    assert made.untitled == 3


@pytest.mark.parametrize("kind", PLAYLISTS)
async def test_of_players(exporting: Exporter, filled: Stores, kind: Format) -> None:
    """What other players read holds the playlist alone, in its order."""
    assert filled
    made = await exporting.export(SHARED, kind, SomeNames(), most_bytes=PLENTY)
    (file,) = made.files
    assert file.name == f"fruhling-x-2026-11-20-playlist.{kind}"
    text = file.data.decode()
    places = [text.index(f"track/{uri[14:]}") for uri in (URIS[2], URIS[0], URIS[1])]
    assert places == sorted(places)
    assert (made.items, made.events, made.complete) == (4, None, True)


@pytest.mark.parametrize("kind", [Format.JSPF, Format.XSPF])
async def test_of_players_limit(exporting: Exporter, stores: Stores, kind: Format) -> None:
    """Of more than a file may have, the first part is written, and how much is missing is known."""
    random = Random(7)  # noqa: S311 - what doesn't compress well
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    uris = tuple(f"spotify:track:{''.join(random.choices(letters, k=22))}" for _ in range(3_000))
    info = SnapshotInfo(SHARED.list_id, 0, NOW, "foreign", len(uris))
    await stores.snapshots.put(Snapshot(info, uris, SHARED.playlist_id), keep=5)
    for number, uri in enumerate(uris[:2_600], 1):
        await bring(stores, SHARED, number, uri, ADA)
    made = await exporting.export(SHARED, kind, SomeNames(), most_bytes=570_000)
    assert made.files[0].name.endswith(".zip")
    assert len(made.files[0].data) <= 570_000
    assert 0 < made.items < 2_600
    assert (made.left, made.complete) == (2_600 - made.items, False)


@pytest.mark.parametrize("kind", TABLES)
async def test_empty(exporting: Exporter, kind: Format) -> None:
    """A list without anything gives files that can be read."""
    made = await exporting.export(SHARED, kind, SomeNames(), most_bytes=PLENTY)
    assert (made.items, made.events, made.complete) == (0, 0, True)
    if kind is Format.JSON:
        assert json.loads(made.files[0].data)["items"] == []
    else:
        assert [rows(file) for file in made.files] == [[], []]


@pytest.mark.parametrize("kind", TABLES)
async def test_limit(exporting: Exporter, stores: Stores, kind: Format) -> None:
    """What is too large is compressed; what is too large even then keeps the newest history. It always reads well."""
    random = Random(6)  # noqa: S311 - what does not compress well
    events = [
        Event(
            f"e{number}",
            500,
            SHARED.list_id,
            NOW + timedelta(seconds=number),
            Happening.DECLINED,
            detail={"reason": random.randbytes(200).hex(), "number": number},
        )
        for number in range(4_000)
    ]
    await stores.history.append(*events)
    packed = await exporting.export(SHARED, kind, SomeNames(), most_bytes=1_700_000)
    assert [file.name.rpartition(".")[2] for file in packed.files] == ["zip"]
    assert packed.complete
    assert len(packed.files[0].data) < 1_700_000
    cut = await exporting.export(SHARED, kind, SomeNames(), most_bytes=1_000_000)
    assert len(cut.files[0].data) < 1_000_000
    assert cut.events is not None
    assert 0 < cut.events < 4_000
    assert not cut.complete
    with zipfile.ZipFile(io.BytesIO(cut.files[0].data)) as archive:
        last = archive.read(archive.namelist()[-1]).decode("utf-8-sig")
    told = json.loads(last)["history"] if kind is Format.JSON else csv.DictReader(io.StringIO(last))
    history = list(told)
    assert len(history) == cut.events
    assert "number=3999" in history[0]["detail"]
