"""Adding to a playlist through the client: one POST, never sent again, and certain or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.spotify.errors import (
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyOutcomeUnknownError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
    SpotifyUnauthorizedError,
)
from tests.bot.spotify.recorded import LIST, TRACK, URI, answer
from tests.bot.spotify.scripted import DROP, Reply, Scripted, reply

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import UserToken


@pytest.mark.parametrize(("position", "extra"), [(None, {}), (0, {"position": 0}), (7, {"position": 7})])
async def test_add(
    server: Scripted,
    client: SpotifyClient,
    user_token: UserToken,
    position: int | None,
    extra: dict[str, int],
) -> None:
    """An addition is one POST to `/items` with the URIs in the body; it answers the snapshot."""
    answer(server, "add_items-created", 201)
    assert await client.add_items(user_token, LIST, [URI], position=position) == "AAAAAinventedsnapshot"
    (call,) = server.calls
    assert (call.method, call.target) == ("POST", f"/v1/playlists/{LIST}/items")
    assert json.loads(call.body) == {"uris": [URI], **extra}
    assert call.headers["content-type"] == "application/json"
    assert call.headers["authorization"] == "Bearer marker-user-token"


@pytest.mark.parametrize(
    "broken",
    [
        DROP,
        Reply(500),
        Reply(502, b"<html>"),
        Reply(201, b'{"snap'),
        Reply(201),
        Reply(200, b"{}"),
        Reply(302),
    ],
    ids=["dropped", "500", "502", "cut off", "empty", "no snapshot", "redirect"],
)
async def test_add_without_a_clear_answer(
    server: Scripted, client: SpotifyClient, user_token: UserToken, broken: Reply
) -> None:
    """When the answer got lost the outcome is unknown, and the addition was sent once."""
    server.script = [broken]
    with pytest.raises(SpotifyOutcomeUnknownError):
        await client.add_items(user_token, LIST, [URI])
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, SpotifyRequestError),
        (401, SpotifyUnauthorizedError),
        (403, SpotifyForbiddenError),
        (404, SpotifyNotFoundError),
        (429, SpotifyRateLimitedError),
    ],
)
async def test_add_refused(
    server: Scripted, client: SpotifyClient, user_token: UserToken, status: int, error: type[Exception]
) -> None:
    """A refused addition is certain: nothing was added."""
    server.script = [reply(status, {"error": {"status": status, "message": "no"}})]
    with pytest.raises(error) as caught:
        await client.add_items(user_token, LIST, [URI])
    assert not isinstance(caught.value, SpotifyOutcomeUnknownError)


@pytest.mark.parametrize(
    "uris",
    [[], [URI] * 101, ["spotify:local:a:b:c:1"], ["spotify:album:" + TRACK], [TRACK], [URI, ""]],
    ids=["none", "101", "local file", "album", "bare id", "empty"],
)
async def test_only_tracks_and_episodes_are_added(
    server: Scripted, client: SpotifyClient, user_token: UserToken, uris: list[str]
) -> None:
    """Local files, albums and over-long lists are refused before anything is sent."""
    with pytest.raises(SpotifyRequestError):
        await client.add_items(user_token, LIST, uris)
    with pytest.raises(SpotifyRequestError):
        await client.add_items(user_token, LIST, [URI], position=-1)
    assert server.calls == []
