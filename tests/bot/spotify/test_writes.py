"""Changing playlists, the library and the player: sent as Spotify takes it, in chunks, and honest about the outcome."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.spotify.errors import (
    SpotifyNoDeviceError,
    SpotifyOutcomeUnknownError,
    SpotifyPartlyDoneError,
    SpotifyPremiumError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
    SpotifyUnauthorizedError,
)
from tests.bot.spotify.every_call import JPEG
from tests.bot.spotify.scripted import DROP, Reply, Scripted, reply

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import UserToken

LIST = "01TapeHeadTestList0000"
URIS = [f"spotify:track:{number:022d}" for number in range(250)]
MADE = reply(201, {"snapshot_id": "made"})


def bodies(server: Scripted) -> list[object]:
    return [json.loads(call.body) for call in server.calls]


@pytest.mark.parametrize(("position", "places"), [(None, [None] * 3), (7, [7, 107, 207])])
async def test_many_additions(
    server: Scripted,
    client: SpotifyClient,
    user_token: UserToken,
    position: int | None,
    places: list[int | None],
) -> None:
    """More than a hundred go in as chunks, in order, each behind the one before."""
    server.script = [MADE]
    assert await client.add_many_items(user_token, LIST, URIS, position=position) == "made"
    sent = [json.loads(call.body) for call in server.calls]
    assert [len(body["uris"]) for body in sent] == [100, 100, 50]
    assert [uri for body in sent for uri in body["uris"]] == URIS
    assert [body.get("position") for body in sent] == places


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(DROP, SpotifyOutcomeUnknownError), (reply(429, {}, Retry_After="9"), SpotifyRateLimitedError)],
)
async def test_stopped_midway(
    server: Scripted, client: SpotifyClient, user_token: UserToken, trouble: Reply, kind: type[Exception]
) -> None:
    """When a chunk fails, the error says how many are surely in, and why the next ones may not be."""
    server.script = [MADE, trouble]
    with pytest.raises(SpotifyPartlyDoneError) as partly:
        await client.add_many_items(user_token, LIST, URIS)
    assert partly.value.done == 100
    assert type(partly.value.cause) is kind
    assert len(server.calls) == 2


async def test_failed_at_once(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """When nothing was done yet, the error is the plain one."""
    server.script = [reply(401, {})]
    for write in (
        client.add_many_items(user_token, LIST, URIS),
        client.replace_items(user_token, LIST, URIS),
        client.remove_items(user_token, LIST, URIS),
        client.save(user_token, URIS),
    ):
        with pytest.raises(SpotifyUnauthorizedError):
            await write


async def test_replace(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """Replacing many puts the first hundred in place of all and adds the rest; an empty list empties."""
    server.script = [MADE]
    await client.replace_items(user_token, LIST, URIS)
    assert [(call.method, len(json.loads(call.body)["uris"])) for call in server.calls] == [
        ("PUT", 100),
        ("POST", 100),
        ("POST", 50),
    ]
    server.script, server.calls[:] = [MADE, MADE, Reply(400)], []
    with pytest.raises(SpotifyPartlyDoneError) as partly:
        await client.replace_items(user_token, LIST, URIS)
    assert partly.value.done == 200
    server.script, server.calls[:] = [MADE, Reply(400)], []
    with pytest.raises(SpotifyPartlyDoneError) as partly:
        await client.replace_items(user_token, LIST, URIS)
    assert partly.value.done == 100
    server.script, server.calls[:] = [MADE], []
    await client.replace_items(user_token, LIST, [])
    assert bodies(server) == [{"uris": []}]


async def test_move(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """Moving sends places only, never URIs beside them, and goes out once."""
    server.script = [MADE]
    await client.move_items(user_token, LIST, start=5, before=0, length=2, snapshot="was")
    assert bodies(server) == [{"range_start": 5, "insert_before": 0, "range_length": 2, "snapshot_id": "was"}]
    server.script, server.calls[:] = [DROP], []
    with pytest.raises(SpotifyOutcomeUnknownError):
        await client.move_items(user_token, LIST, start=5, before=0)
    assert len(server.calls) == 1


async def test_remove(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """Removing names each URI once, under `items`, a hundred at a time, each from the version before."""
    server.script = [reply(200, {"snapshot_id": "1"}), reply(200, {"snapshot_id": "2"})]
    assert await client.remove_items(user_token, LIST, [*URIS[:150], URIS[0]], snapshot="0") == "2"
    sent = [json.loads(call.body) for call in server.calls]
    assert [call.method for call in server.calls] == ["DELETE", "DELETE"]
    assert [body["snapshot_id"] for body in sent] == ["0", "1"]
    assert [item["uri"] for body in sent for item in body["items"]] == URIS[:150]


async def test_repeatable_write(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """A write that may be repeated is, and if that does not help either its outcome is unknown, not failed."""
    server.script = [Reply(503), DROP, Reply(200)]
    await client.change_playlist(user_token, LIST, name="Tape")
    assert len(server.calls) == 3
    server.script, server.calls[:] = [Reply(503)], []
    with pytest.raises(SpotifyOutcomeUnknownError):
        await client.change_playlist(user_token, LIST, name="Tape")
    with pytest.raises(SpotifyOutcomeUnknownError):
        await client.save(user_token, URIS[:1])


async def test_create(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """A playlist is made in one request that is never repeated, and what Spotify made of it is answered."""
    server.script = [reply(201, {"id": LIST, "name": "Tape", "public": True})]
    made = await client.create_playlist(user_token, "Tape", public=False, description="one line")
    assert (server.calls[0].method, server.calls[0].target) == ("POST", "/v1/me/playlists")
    assert bodies(server) == [
        {"name": "Tape", "public": False, "collaborative": False, "description": "one line"}
    ]
    assert made.public  # as Spotify says, not as it was asked
    for lost in (DROP, Reply(500), Reply(201, b"{")):
        server.script, server.calls[:] = [lost], []
        with pytest.raises(SpotifyOutcomeUnknownError):
            await client.create_playlist(user_token, "Tape")
        assert len(server.calls) == 1


async def test_details_spotify_chokes_on(
    server: Scripted, client: SpotifyClient, user_token: UserToken
) -> None:
    """What would be refused, or answered with 500, is not sent."""
    for wrong in (
        client.create_playlist(user_token, " "),
        client.create_playlist(user_token, "a", public=True, collaborative=True),
        client.create_playlist(user_token, "a", description="two\nlines"),
        client.change_playlist(user_token, LIST, description="x" * 301),
        client.change_playlist(user_token, LIST, name=""),
        client.change_playlist(user_token, LIST),
        client.upload_cover(user_token, LIST, b"\x89PNG"),
        client.upload_cover(user_token, LIST, JPEG + b"x" * 200_000),
        client.add_many_items(user_token, LIST, []),
        client.remove_items(user_token, LIST, ["spotify:local:a:b:c:1"]),
        client.move_items(user_token, LIST, start=-1, before=0),
        client.move_items(user_token, LIST, start=0, before=1, length=0),
        client.save(user_token, []),
        client.save(user_token, ["spotify:chapter:01TapeHeadTestTrack000"]),
        client.volume(user_token, 101),
        client.seek(user_token, -1),
        client.play(user_token, context="spotify:album:01TapeHeadTestTrack000", uris=URIS[:1]),
        client.play(user_token, uris=["spotify:album:01TapeHeadTestTrack000"]),
        client.enqueue(user_token, "spotify:album:01TapeHeadTestTrack000"),
    ):
        with pytest.raises(SpotifyRequestError):
            await wrong
    assert server.calls == []


async def test_cover(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """A cover goes as one line of base64; 202 without a body is success."""
    server.script = [Reply(202)]
    await client.upload_cover(user_token, LIST, JPEG)
    (call,) = server.calls
    assert (call.method, call.headers["content-type"]) == ("PUT", "image/jpeg")
    assert base64.b64decode(call.body, validate=True) == JPEG


async def test_library(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """The library takes URIs in the query, forty at a time, and no body."""
    server.script = [Reply(200)]
    await client.save(user_token, URIS[:81])
    sent = [parse_qs(urlsplit(call.target).query)["uris"][0].split(",") for call in server.calls]
    assert [len(uris) for uris in sent] == [40, 40, 1]
    assert {call.body for call in server.calls} == {b""}
    server.script, server.calls[:] = [Reply(200), Reply(400)], []
    with pytest.raises(SpotifyPartlyDoneError) as partly:
        await client.unsave(user_token, URIS[:81])
    assert partly.value.done == 40
    server.script, server.calls[:] = [reply(200, [True] * 40), reply(200, [False])], []
    assert await client.is_saved(user_token, URIS[:41]) == (True,) * 40 + (False,)


@pytest.mark.parametrize("answer", [Reply(204), Reply(200, b"OK"), Reply(202, b"{"), Reply(200, b"\xff\xfe")])
async def test_orders_answer_nothing(
    server: Scripted, client: SpotifyClient, user_token: UserToken, answer: Reply
) -> None:
    """Any success of the player is success, whatever stands in it."""
    server.script = [answer]
    await client.play(user_token)
    await client.pause(user_token)
    await client.skip(user_token)
    await client.change_playlist(user_token, LIST, name="x")
    assert len(server.calls) == 4


async def test_player_refusals(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """Why the player refuses is told by `reason`; each order went out once."""
    server.script = [
        reply(404, {"error": {"status": 404, "message": "gone", "reason": "NO_ACTIVE_DEVICE"}}),
        reply(403, {"error": {"status": 403, "message": "no", "reason": "PREMIUM_REQUIRED"}}),
        DROP,
    ]
    with pytest.raises(SpotifyNoDeviceError):
        await client.play(user_token)
    with pytest.raises(SpotifyPremiumError):
        await client.play(user_token)
    with pytest.raises(SpotifyOutcomeUnknownError):
        await client.play(user_token)
    assert len(server.calls) == 3


async def test_nothing_plays(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """204, or an empty answer, means that nothing plays."""
    for answer in (Reply(204), Reply(200), reply(200, None)):
        server.script = [answer]
        assert await client.playback(user_token) is None
        assert await client.currently_playing(user_token) is None
