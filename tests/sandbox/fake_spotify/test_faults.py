"""Failing on demand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import msgspec
import pytest

from sandbox.fake_spotify import Fault

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.fake_spotify import FakeSpotify
    from tests.sandbox.fake_spotify.api import Api, Reply


async def _add(api: Api) -> Reply:
    own = api.spotify.known_playlists.own
    return await api.post(f"/playlists/{own.id}/items", {"uris": [api.spotify.known.live.uri]})


def _added(spotify: FakeSpotify) -> bool:
    return spotify.known.live.uri in spotify.known_playlists.own.uris


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
async def test_reset(api: Api, spotify: FakeSpotify, kind: str) -> None:
    """The connection breaks before or after the effect; the call is logged without a status."""
    spotify.faults.add(msgspec.convert({"match": "POST /playlists/*/items", "kind": kind}, Fault))
    with pytest.raises(aiohttp.ClientConnectionError):
        await _add(api)
    assert _added(spotify) is (kind == "reset_after")
    assert [call.status for call in spotify.calls_to("POST *")] == [None]
    assert (await _add(api)).status == 201


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (None, "application/json"),
        ("upstream connect error", "text/plain"),
        ("", "text/plain"),
        ("<html><h1>502 Bad Gateway</h1></html>", "text/html"),
    ],
)
async def test_status(api: Api, spotify: FakeSpotify, body: str | None, content_type: str) -> None:
    """Any status with JSON, plain text, nothing or HTML; nothing has happened."""
    spotify.faults.add(Fault("POST *", "status", status=502, body=body))
    reply = await _add(api)
    assert (reply.status, reply.headers["Content-Type"].split(";")[0]) == (502, content_type)
    assert reply.json["error"]["status"] == 502 if body is None else reply.text == body
    assert not _added(spotify)


async def test_status_with_effect(api: Api, spotify: FakeSpotify) -> None:
    """An error although it has happened."""
    spotify.faults.add(Fault("POST *", "status", status=500, effect=True))
    assert (await _add(api)).status == 500
    assert _added(spotify)


async def test_token_endpoint(api: Api, spotify: FakeSpotify) -> None:
    """The token endpoint fails in its own words."""
    spotify.faults.add(Fault("* /api/token", "status"))
    reply = await api.token(grant_type="client_credentials")
    assert (reply.status, reply.json) == (503, {"error": "server_error"})


async def test_rate_limit(api: Api, spotify: FakeSpotify) -> None:
    """A single 429, with or without header and reason."""
    spotify.faults.add(Fault("GET /me", "rate_limit", retry_after=7, reason="QUOTA_EXCEEDED"))
    spotify.faults.add(Fault("GET /me", "rate_limit"))
    first, second = await api.get("/me"), await api.get("/me")
    assert (first.status, first.headers["Retry-After"]) == (429, "7")
    assert first.json["error"]["reason"] == "QUOTA_EXCEEDED"
    assert (second.status, "Retry-After" in second.headers) == (429, False)


@pytest.mark.parametrize("wait", [3600, 7200, "Sat, 28 Nov 2026 13:00:00 GMT"])
async def test_long_wait(api: Api, spotify: FakeSpotify, wait: int | str) -> None:
    """A wait of hours, in seconds or as a date, stands in the header as it was given."""
    spotify.faults.add(Fault("GET /me", "rate_limit", retry_after=wait))
    reply = await api.get("/me")
    assert (reply.status, reply.headers["Retry-After"]) == (429, str(wait))


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [
        (404, None, "Resource not found"),
        (403, None, "Forbidden"),
        (403, "Playlist size limit reached", "Playlist size limit reached"),
        (400, "Payload contains a non-existing ID", "Payload contains a non-existing ID"),
    ],
)
async def test_passing_refusal(
    api: Api, spotify: FakeSpotify, status: int, message: str | None, said: str
) -> None:
    """One call is refused in Spotify's words, nothing has happened, and the next one works."""
    spotify.faults.add(Fault("POST /playlists/*/items", "status", status=status, message=message))
    refused = await _add(api)
    assert (refused.status, refused.message, _added(spotify)) == (status, said, False)
    assert (await _add(api)).status == 201


async def test_malformed(api: Api, spotify: FakeSpotify) -> None:
    """It has happened, but the answer is no JSON."""
    spotify.faults.add(Fault("POST *", "malformed"))
    reply = await _add(api)
    assert (reply.status, _added(spotify)) == (201, True)
    with pytest.raises(ValueError, match="Unterminated"):
        _ = reply.json


async def test_truncated(api: Api, spotify: FakeSpotify) -> None:
    """It has happened, but the answer ends in the middle."""
    spotify.faults.add(Fault("POST *", "truncated"))
    with pytest.raises(aiohttp.ClientPayloadError):
        await _add(api)
    assert _added(spotify)


async def test_huge(api: Api, spotify: FakeSpotify) -> None:
    """An answer as long as one wants; a reader may leave in between."""
    spotify.faults.add(Fault("GET /me", "huge", times=2, size=1_000_000))
    assert len((await api.get("/me")).text) > 900_000
    headers = {"Authorization": f"Bearer {api.ada}"}
    async with api.session.get(f"{spotify.api_url}/me", headers=headers) as answer:
        assert len(await answer.content.readexactly(1000)) == 1000
    assert (await api.get("/me")).status == 200


async def test_latency_until_released(api: Api, spotify: FakeSpotify) -> None:
    """A held call waits until it is released, without anybody sleeping."""
    held = spotify.faults.add(Fault("GET /me", "latency", times=2))
    calls = [asyncio.create_task(api.get("/me")) for _ in range(2)]
    await held.struck()
    assert not any(call.done() for call in calls)
    held.release()
    assert [reply.status for reply in await asyncio.gather(*calls)] == [200, 200]
    assert (held.hits, spotify.most_at_once) == (2, 2)


async def test_latency_by_seconds(api: Api, spotify: FakeSpotify) -> None:
    """Or for a given time."""
    spotify.faults.add(Fault("GET /me", "latency", delay_s=0.01))
    assert (await api.get("/me")).status == 200


async def test_slow_and_broken(api: Api, spotify: FakeSpotify) -> None:
    """Latency goes together with another fault."""
    slow = spotify.faults.add(Fault("GET /me", "latency", delay_s=0))
    spotify.faults.add(Fault("GET /me", "status", status=500))
    assert ((await api.get("/me")).status, slow.hits) == (500, 1)


async def test_when(api: Api, spotify: FakeSpotify) -> None:
    """A fault can let calls pass first, strikes so many times, only where it belongs, and can be cleared."""
    spotify.faults.add(Fault("GET /me", "status", after=1, times=2))
    assert [(await api.get("/me")).status for _ in range(4)] == [200, 503, 503, 200]
    spotify.faults.add(Fault("* /me/*", "status", times=None))
    assert [(await api.get(path)).status for path in ("/me", "/me/playlists", "/me/playlists")] == [
        200,
        503,
        503,
    ]
    spotify.faults.clear()
    assert (await api.get("/me/playlists")).status == 200


async def test_close_with_held_call(api: Api, spotify: FakeSpotify) -> None:
    """Closing does not wait for a call that is held."""
    held = spotify.faults.add(Fault("GET /me", "latency"))
    call = asyncio.create_task(api.get("/me"))
    await held.struck()
    async with asyncio.timeout(1):
        await spotify.close()
    await asyncio.wait([call])
    call.exception()


async def test_late(api: Api, spotify: FakeSpotify, clock: Clock) -> None:
    """No answer comes, and it happens some time later, at what is the end by then."""
    own = spotify.known_playlists.own
    spotify.faults.add(Fault("POST *", "late", late_s=25))
    with pytest.raises(aiohttp.ClientConnectionError):
        await _add(api)
    clock.advance(24)
    await spotify.faults.come_due()
    assert not _added(spotify)
    own.add([spotify.known.plain.uri])
    clock.advance(1)
    await api.get("/me")
    assert own.uris[-2:] == [spotify.known.plain.uri, spotify.known.live.uri]


async def test_stale(api: Api, spotify: FakeSpotify, clock: Clock) -> None:
    """Readers see a playlist as it was a while ago; its version's name may be older still."""
    own = spotify.known_playlists.own
    path, total, version = f"/playlists/{own.id}", len(own.items), own.snapshot_id
    await _add(api)
    clock.advance(10)
    newer = own.snapshot_id
    spotify.faults.add(Fault("GET /playlists/*/items", "stale", behind_s=11))
    assert (await api.get(f"{path}/items")).json["total"] == total
    spotify.faults.add(Fault("GET /playlists/*", "stale", behind_s=5, version_behind_s=20))
    shown = (await api.get(path)).json
    assert (shown["items"]["total"], shown["snapshot_id"]) == (total + 1, version)
    assert (await api.get(path)).json["snapshot_id"] == newer


async def test_bent(api: Api, spotify: FakeSpotify) -> None:
    """One part of an answer is another than it should be; where there is no such part, all is as it should be."""
    own = spotify.known_playlists.own
    spotify.faults.add(
        Fault("GET /playlists/*/items", "bent", times=2, at="items.1.item", value='{"uri": null}')
    )
    items = (await api.get(f"/playlists/{own.id}/items")).json["items"]
    assert items[1]["item"] == {"uri": None}
    assert [item["item"]["uri"] for item in items if item["item"]["uri"]] == [own.uris[0], *own.uris[2:]][
        : len(items) - 1
    ]
    assert (await api.get(f"/playlists/{own.id}/items?offset=5000")).json["items"] == []
