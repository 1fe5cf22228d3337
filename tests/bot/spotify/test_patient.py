"""Bent answers of Spotify: a bad field costs only itself, a bad entry only itself, and its place stays empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.spotify.errors import SpotifyNotFoundError, SpotifyPremiumError, SpotifyUnavailableError
from bot.spotify.models import AlbumDetails, Page, PlaylistItem, Queue, Track
from bot.spotify.responses import error_of, quota_used_up
from bot.spotify.shapes import CursorShape, FoundShape, PageShape, SeveralShape, Shape
from tests.bot.spotify.scripted import reply

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import AppToken
    from tests.bot.spotify.scripted import Scripted

ID: Final = "01TapeHeadTestTrack000"


def track(number: int = 1, **changes: object) -> dict[str, Any]:
    key = f"{number:022d}"
    return {
        "uri": f"spotify:track:{key}",
        "id": key,
        "name": f"Song {number}",
        "type": "track",
        "duration_ms": 215_000,
        "explicit": False,
        "artists": [{"name": "The Fakes", "id": key, "uri": f"spotify:artist:{key}"}],
        "album": {
            "name": "Loopback",
            "images": [{"url": "https://i.scdn.co/image/x", "width": 64, "height": 64}],
        },
        "external_ids": {"isrc": "SEXXX1900001"},
        "external_urls": {"spotify": f"https://open.spotify.com/track/{key}"},
    } | changes


def body(document: object) -> bytes:
    return json.dumps(document).encode()


# A value of the wrong kind for a field a track can be without, and what is left of the field.
BENT_FIELDS: Final[list[tuple[str, Any, Any]]] = [
    ("name", 7, ""),
    ("name", None, ""),
    ("id", ["x"], None),
    ("type", {}, "track"),
    ("duration_ms", 215_000.0, 215_000),
    ("duration_ms", 215_000.4, 215_000),
    ("duration_ms", "215000", 215_000),
    ("duration_ms", "3:35", None),
    ("duration_ms", -1, None),
    ("duration_ms", 1e300, None),
    ("duration_ms", 2**64, None),
    ("duration_ms", float("inf"), None),
    ("duration_ms", float("nan"), None),
    ("duration_ms", {"ms": 1}, None),
    ("explicit", "perhaps", False),
    ("explicit", None, False),
    ("is_playable", "no idea", None),
    ("track_number", "A1", None),
    ("track_number", [1], None),
    ("artists", None, ()),
    ("artists", "The Fakes", ()),
    ("artists", [None, 3, "x", []], ()),
    ("external_ids", [], None),
    ("external_urls", "https://x", None),
    ("restrictions", "market", None),
    ("show", 5, None),
    ("album", "Loopback", None),
]


@pytest.mark.parametrize(("field", "value", "left"), BENT_FIELDS, ids=lambda value: repr(value)[:30])
def test_field(field: str, value: object, left: object) -> None:
    """A field of the wrong kind costs only itself, or is understood."""
    bent = Shape(Track).read(body(track() | {field: value}))
    good = Shape(Track).read(body(track()))
    if left is not None or field in {
        "duration_ms",
        "is_playable",
        "track_number",
        "id",
        "album",
        "restrictions",
        "show",
    }:
        assert getattr(bent, field) == left
    for other in set(Track.__struct_fields__) - {field}:
        assert getattr(bent, other) == getattr(good, other)


@pytest.mark.parametrize(
    "image",
    [{}, {"url": None}, {"url": 5}, None, "x", {"url": "u", "width": "w"}, {"url": "u", "height": 64.5}],
)
def test_picture(image: object) -> None:
    """A picture without an address costs only itself, one without a size only the size."""
    good = {"url": "https://i.scdn.co/image/x"}
    album = {"name": "Loopback", "images": [image, good], "release_date": "2019"}
    read = Shape(Track).read(body(track(album=album))).album
    assert read is not None
    assert (read.name, read.release_date, read.images[-1].url) == ("Loopback", "2019", good["url"])
    assert len(read.images) == (2 if isinstance(image, dict) and image.get("url") == "u" else 1)


BENT: Final[list[Any]] = [
    None,
    {},
    [],
    "spotify:track:x",
    5,
    True,
    {"uri": None},
    {"uri": None, "id": None, "name": ""},
    {"uri": 5, "name": "Song"},
    {"id": ID},
]


@pytest.mark.parametrize("bent", BENT, ids=repr)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_entry_keeps_its_place(bent: object, place: int) -> None:
    """A track that cannot be read leaves a gap in the page where it stood, and the others theirs."""
    entries: list[Any] = [track(1), track(2)]
    entries.insert(place, bent)
    page = PageShape(Track).read(body({"items": entries, "total": 9, "next": "x"}))
    assert [one and one.name for one in page.row] == [
        *["Song 1", "Song 2"][:place],
        None,
        *["Song 1", "Song 2"][place:],
    ]
    assert (page.skipped, page.gaps, page.held, page.total, page.next) == (1, (place,), 3, 9, "x")
    album = Shape(AlbumDetails).read(body({"id": ID, "name": "A", "tracks": {"items": entries, "total": 3}}))
    assert (album.name, [one and one.name for one in album.tracks.row]) == (
        "A",
        [one and one.name for one in page.row],
    )
    assert (album.tracks.skipped, album.tracks.held, album.tracks.total) == (1, 3, 3)
    several = SeveralShape(Track, key="tracks").read(body({"tracks": entries}))
    assert (len(several.items), several.skipped) == (2, 1)
    cursors = CursorShape(Track, key="tracks").read(
        body({"tracks": {"items": entries, "cursors": {"after": "a"}}})
    )
    assert (len(cursors.items), cursors.skipped, cursors.after) == (2, 1, "a")
    queue = Shape(Queue).read(body({"currently_playing": track(5), "queue": entries}))
    assert ([one.name for one in queue.queue], queue.skipped) == (["Song 1", "Song 2"], 1)
    assert queue.currently_playing is not None


@pytest.mark.parametrize("key", ["item", "track"])
@pytest.mark.parametrize("bent", BENT, ids=repr)
def test_playlist_entry(bent: object, key: str) -> None:
    """What stands in a playlist and cannot be read is an entry without content, in its place, with its moment."""
    moment = "2026-11-01T10:00:00Z"
    entries = [{key: track(1)}, {key: bent, "added_at": moment, "added_by": {"id": "ada"}}, {key: track(3)}]
    page = PageShape(PlaylistItem).read(body({"items": entries, "total": 3}))
    assert [item.content and item.content.name for item in page.items] == ["Song 1", None, "Song 3"]
    middle = page.items[1]
    assert middle.added_at is not None
    assert middle.added_by is not None
    assert (middle.added_by.id, page.skipped) == ("ada", 0)


@pytest.mark.parametrize("moment", ["yesterday", "", [], {}, "2026-11-01T10:00:00", "2026-13-01T10:00:00Z"])
def test_moment(moment: object) -> None:
    """A moment that is none, or has no time zone, costs only itself."""
    page = PageShape(PlaylistItem).read(body({"items": [{"item": track(), "added_at": moment}]}))
    assert page.items[0].content is not None
    assert page.items[0].added_at is None


@pytest.mark.parametrize(
    "text", [b'"Half \\ud83d a character"', b'"\\udc4d"', b'"bytes \xff\xfe"', b'"cut \xf0\x9f\x91"']
)
def test_no_characters(text: bytes) -> None:
    """Half a character in one title costs the page nothing, and what is read can be sent and stored."""
    answer = body({"items": [track(1), track(2, name="@@"), track(3)], "total": 3}).replace(b'"@@"', text)
    page = PageShape(Track).read(answer)
    assert [one.id for one in page.items] == [track(number)["id"] for number in (1, 2, 3)]
    assert "\N{REPLACEMENT CHARACTER}" in page.items[1].name.encode().decode()
    assert len(FoundShape().read(b'{"tracks":' + answer + b"}").tracks.items) == 3


def test_search_of_several_kinds() -> None:
    """In a search a page that cannot be read costs only its kind, and a bad entry only itself."""
    found = FoundShape().read(
        body({"tracks": {"items": [track(1), None, {}], "total": 3}, "albums": {"items": "x"}})
    )
    assert ([one.name for one in found.tracks.items], found.tracks.skipped) == (["Song 1"], 2)
    assert found.albums == Page()
    with pytest.raises(SpotifyUnavailableError):
        FoundShape().read(body({"albums": {"items": "x"}}))


def test_flags_come_all_or_not_at_all() -> None:
    """Where the places say what is meant, nothing is left out."""
    with pytest.raises(SpotifyUnavailableError):
        Shape(tuple[bool, ...]).read(body([True, "?", False]))


@pytest.mark.parametrize("total", [None, "many", -1.5, [], {}, float("nan"), 1e400], ids=repr)
def test_surroundings(total: object) -> None:
    """A page is as good as its entries, whatever it says of itself."""
    page = PageShape(Track).read(body({"items": [track(1)], "total": total, "limit": total, "next": 5}))
    assert [one.name for one in page.items] == ["Song 1"]


JUNK: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(set(Track.__struct_fields__) - {"uri"})), JUNK))
def test_no_field_costs_the_track(fields: dict[str, object]) -> None:
    """Whatever a track's fields hold, its address is read, and so are its neighbours."""
    page = PageShape(Track).read(body({"items": [track(1), track(2, **fields), track(3)]}))
    assert [one.uri for one in page.items] == [track(number)["uri"] for number in (1, 2, 3)]


@example([{"uri": ""}, 1])
@settings(deadline=None)
@given(st.lists(st.integers(0, 9) | JUNK.filter(lambda junk: not isinstance(junk, int)), max_size=12))
def test_row(entries: list[Any]) -> None:
    """Every entry that can be read stands in the row where it stood in the answer."""
    answer = [track(entry) if isinstance(entry, int) else entry for entry in entries]
    page = PageShape(Track).read(body({"items": answer}))
    assert len(page.row) == page.held == len(entries)
    for entry, one in zip(entries, page.row, strict=True):
        assert (one.name if one else None) == (f"Song {entry}" if isinstance(entry, int) else None)


@pytest.mark.parametrize(
    "bent", [{"uri": None, "id": None, "name": ""}, {"uri": None, "id": ID, "name": "Song"}]
)
async def test_track_without_address(
    server: Scripted, client: SpotifyClient, app_token: AppToken, bent: object
) -> None:
    """A track Spotify answers without its address is not there any more; nobody is told to try again."""
    server.script = [reply(200, bent)]
    with pytest.raises(SpotifyNotFoundError):
        await client.track(app_token, ID)


@pytest.mark.parametrize("message", [5, [], "half \ud83d a character"])
def test_refusals(message: object) -> None:
    """A bent message does not hide the reason beside it."""
    assert quota_used_up(body({"error": {"status": 429, "message": message, "reason": "QUOTA_EXCEEDED"}}))
    refused = error_of(
        403, body({"error": {"status": 403, "message": message, "reason": "PREMIUM_REQUIRED"}})
    )
    assert isinstance(refused, SpotifyPremiumError)
