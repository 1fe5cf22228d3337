"""What tests and the tour can see and rely on."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import msgspec

from sandbox.fake_spotify import FakeSpotify
from sandbox.fake_spotify.inventing import invent
from tests.sandbox.fake_spotify.api import CLIENT_ID, CLIENT_SECRET, Api

if TYPE_CHECKING:
    from sandbox.clock import Clock


def test_same_seed() -> None:
    """One seed is one catalogue of some thousand tracks; the known tracks are in every one."""
    invent.cache_clear()
    (first, _, known), (other, _, other_known) = invent(1), invent(2)
    invent.cache_clear()
    assert invent(1)[0] == first
    assert first.tracks.keys() != other.tracks.keys()
    assert 2_000 < len(first.tracks) < 6_000
    assert known.plain == other_known.plain
    assert all(track.id in first.tracks for track in known.odd_titles)


def test_mess(spotify: FakeSpotify) -> None:
    """The catalogue holds recordings released twice, versions, odd dates, explicit songs and closed markets."""
    tracks = list(spotify.catalogue.tracks.values())
    recordings = [track.isrc for track in tracks]
    assert len(recordings) - len(set(recordings)) > 50
    for word in ("Remix", "Live at", "Remaster", "(feat. "):
        assert sum(word in track.name for track in tracks) > 10
    assert {len(track.album.release_date) for track in tracks} == {4, 7, 10}
    assert sum(track.explicit for track in tracks) > 100
    assert any(track.markets for track in tracks)


def test_ids_are_unique(spotify: FakeSpotify) -> None:
    """No recording code is shared by different songs, no name is empty but the withdrawn album's."""
    by_isrc: dict[str, set[str]] = {}
    for track in spotify.catalogue.tracks.values():
        by_isrc.setdefault(track.isrc, set()).add(track.name)
    assert all(len(names) == 1 for names in by_isrc.values())
    assert [album.name for album in spotify.catalogue.albums.values() if not album.name] == [""]


def test_known_playlists(spotify: FakeSpotify) -> None:
    """Ada has more than a page of playlists, of every kind."""
    known = spotify.known_playlists
    assert len(spotify.playlists_of("ada")) > 20
    assert (len(known.big.items), known.empty.items, known.private.public) == (1240, [], False)
    assert (known.collaborative.collaborative, known.followed.owner.name) == (True, "grace")


async def test_calls(api: Api, spotify: FakeSpotify) -> None:
    """Every call is remembered, with whose token it came, and without any secret."""
    await api.token(grant_type="client_credentials")
    await api.get("/me")
    await api.get("/search", token=spotify.app_token(), q="x", type="track")
    await api.get("/me", token="made-up")
    seen = [(call.method, call.path, call.status, call.token_kind, call.person) for call in spotify.calls]
    assert seen == [
        ("POST", "/api/token", 200, None, None),
        ("GET", "/me", 200, "user", "ada"),
        ("GET", "/search", 200, "app", None),
        ("GET", "/me", 401, "unknown", None),
    ]
    assert spotify.calls[0].grant_type == "client_credentials"
    assert spotify.calls_to("GET /search")[0].query == {"q": "x", "type": "track"}
    log = msgspec.json.encode(spotify.calls).decode()
    assert not any(secret.value in log for secret in spotify.issued)


async def test_two_do_not_share(clock: Clock) -> None:
    """Changing one fake's playlists leaves another's alone."""
    one, other = (
        FakeSpotify(clock=clock, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uris=[])
        for _ in range(2)
    )
    one.known_playlists.own.replace([])
    assert len(other.known_playlists.own.items) == 3


async def test_pictures(api: Api, spotify: FakeSpotify) -> None:
    """Cover addresses lead to square PNG pictures, another one for each album, the same each time."""
    track = (await api.get(f"/tracks/{spotify.known.plain.id}")).json
    seen = set()
    for image in track["album"]["images"]:
        async with api.session.get(image["url"]) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")
            seen.add(await answer.read())
            assert _size_of_png(await answer.read()) == (image["width"], image["height"])
    async with api.session.get(f"{spotify.accounts_url}/image/other-640") as answer:
        assert await answer.read() not in seen
    async with api.session.get(f"{spotify.accounts_url}/image/other-641") as answer:
        assert answer.status == 404


def _size_of_png(data: bytes) -> tuple[int, int]:
    """Read as strictly as a browser: signature, checksums, the right number of pixels."""
    stream = io.BytesIO(data)
    assert stream.read(8) == b"\x89PNG\r\n\x1a\n"
    chunks: dict[bytes, bytes] = {}
    while head := stream.read(8):
        length, kind = struct.unpack(">I4s", head)
        chunks[kind] = stream.read(length)
        assert struct.unpack(">I", stream.read(4)) == (zlib.crc32(kind + chunks[kind]),)
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    assert len(zlib.decompress(chunks[b"IDAT"])) == (width + 1) * height
    return width, height
