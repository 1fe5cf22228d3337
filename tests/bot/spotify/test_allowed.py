"""What a token or an app may not do is said in time: scopes before asking, closed endpoints after asking once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.spotify.client import SpotifyClient
from bot.spotify.errors import (
    SpotifyNotAvailableError,
    SpotifyNotFoundError,
    SpotifyNotRegisteredError,
    SpotifyScopeError,
)
from bot.spotify.oauth import UserToken
from bot.spotify.purpose import Priority, Purpose
from bot.spotify.scopes import Scope
from bot.spotify.transport import Request, Response
from tests.bot.spotify.recorded import recorded
from tests.bot.spotify.scripted import Reply, Scripted, reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.spotify.oauth import AppToken
    from bot.spotify.transport import Transport

LIST = "01TapeHeadTestList0000"
URI = "spotify:track:01TapeHeadTestTrack000"
ARTIST = "spotify:artist:01TapeHeadTestTrack000"
PUBLIC, PRIVATE = "playlist-modify-public", "playlist-modify-private"
FORBIDDEN = reply(403, {"error": {"status": 403, "message": "Forbidden"}})


@pytest.mark.parametrize(
    ("call", "granted", "missing", "any_one"),
    [
        (lambda c, t: c.my_playlists(t), set(), {"playlist-read-private"}, False),
        (lambda c, t: c.add_items(t, LIST, [URI]), {"user-top-read"}, {PUBLIC, PRIVATE}, True),
        (lambda c, t: c.upload_cover(t, LIST, b"\xff\xd8\xff"), {PUBLIC}, {"ugc-image-upload"}, False),
        (
            lambda c, t: c.upload_cover(t, LIST, b"\xff\xd8\xff"),
            {"ugc-image-upload"},
            {PUBLIC, PRIVATE},
            True,
        ),
        (lambda c, t: c.create_playlist(t, "a"), {PRIVATE}, {PUBLIC}, False),
        (lambda c, t: c.create_playlist(t, "a", public=False), {PUBLIC}, {PRIVATE}, False),
        (
            lambda c, t: c.create_playlist(t, "a", public=False, collaborative=True),
            {PUBLIC},
            {PRIVATE},
            False,
        ),
        (lambda c, t: c.save(t, [URI, ARTIST]), {"user-library-modify"}, {"user-follow-modify"}, False),
        (lambda c, t: c.is_saved(t, [URI]), {"user-library-modify"}, {"user-library-read"}, False),
        (
            lambda c, t: c.queue(t),
            {"user-read-playback-state"},
            {"user-read-currently-playing"},
            False,
        ),
    ],
)
async def test_missing_scope(
    server: Scripted,
    client: SpotifyClient,
    call: Callable[[SpotifyClient, UserToken], Awaitable[object]],
    granted: set[str],
    missing: set[str],
    *,
    any_one: bool,
) -> None:
    """A token without the scopes a call needs is refused with their names, and nothing goes out."""
    with pytest.raises(SpotifyScopeError) as refused:
        await call(client, UserToken("t", frozenset(granted)))
    assert refused.value.missing == missing
    assert (refused.value.any_one, refused.value.status) == (any_one, None)
    assert server.calls == []


async def test_scope_as_spotify_says(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """When Spotify itself finds a scope missing, the error is the same kind, without names."""
    server.script = [reply(403, {"error": {"status": 403, "message": "Insufficient client scope"}})]
    with pytest.raises(SpotifyScopeError) as refused:
        await client.my_playlists(user_token)
    assert (refused.value.missing, refused.value.status) == (frozenset(), 403)


@pytest.mark.parametrize(
    "words", [FORBIDDEN, Reply(403), Reply(404), reply(404, {"error": {"message": "Service not found"}})]
)
async def test_not_available(
    server: Scripted, client: SpotifyClient, app_token: AppToken, words: Reply
) -> None:
    """An endpoint Spotify keeps from this app is asked for once; from then on the answer is known."""
    server.script = [words]
    for _ in range(3):
        with pytest.raises(SpotifyNotAvailableError) as closed:
            await client.user_playlists(app_token, "ada.tape")
        assert closed.value.endpoint == "GET /users/{user_id}/playlists"
    with pytest.raises(SpotifyNotAvailableError):  # also through a view, and for another user
        await client.serving(Purpose(share=(1, 2))).user_playlists(app_token, "grace")
    assert len(server.calls) == 1
    with pytest.raises(SpotifyNotAvailableError):
        await client.tracks(app_token, ["01TapeHeadTestTrack000"])
    assert len(server.calls) == 2  # each endpoint by itself


async def test_remembered_by_the_caller(server: Scripted, transport: Transport, app_token: AppToken) -> None:
    """What was learnt can be kept beyond the client."""
    known: dict[str, str] = {}
    server.script = [FORBIDDEN]
    for _ in range(2):
        client = SpotifyClient(transport, api_url=f"{server.url}/v1", unavailable=known)
        with pytest.raises(SpotifyNotAvailableError, match="Forbidden"):
            await client.artist_top_tracks(app_token, "01TapeHeadTestTrack000")
    assert len(server.calls) == 1
    assert known == {"GET /artists/{id}/top-tracks": "Forbidden"}


async def test_not_about_the_endpoint(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """A missing user, or a person who may not come in, says nothing about the endpoint."""
    server.script = [
        reply(404, {"error": {"status": 404, "message": "Resource not found"}}),
        Reply(403, b"Check settings on developer.spotify.com/dashboard, the user may not be registered."),
        Reply(200, recorded("me_playlists-mixed")),
    ]
    with pytest.raises(SpotifyNotFoundError):
        await client.user_playlists(user_token, "nobody")
    with pytest.raises(SpotifyNotRegisteredError):
        await client.user_playlists(user_token, "ada.tape")
    assert (await client.user_playlists(user_token, "ada.tape")).skipped == 1


class Noting:
    """A `Sender` that notes what it was given."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def send(self, request: Request, /) -> Response:
        self.requests.append(request)
        return Response(200, recorded("track-full" if "tracks" in request.url else "add_items-created"))


async def test_what_a_request_is_for(app_token: AppToken) -> None:
    """Purpose, share and what may be kept go down with each request; writes are writes whatever they serve."""
    sender, ada = Noting(), UserToken("ada", frozenset(Scope))
    client = SpotifyClient(sender, metadata_s=60)
    guessing = client.serving(Purpose(Priority.SUGGESTION, share=(1, 2)))
    await client.track(app_token, "01TapeHeadTestTrack000")
    await guessing.track(ada, "01TapeHeadTestTrack000")
    await guessing.add_items(ada, LIST, [URI])
    plain, guess, write = sender.requests
    assert (plain.priority, plain.share, plain.cache_s, plain.cache_scope) == (Priority.LOOKUP, None, 60, "")
    assert (guess.priority, guess.share) == (Priority.SUGGESTION, (1, 2))
    assert guess.cache_scope == "ada"  # a user's answers are the user's
    assert (write.priority, write.share, write.changes, write.repeatable, write.cache_s) == (
        Priority.WRITE,
        (1, 2),
        True,
        False,
        0,
    )
