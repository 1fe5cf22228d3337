"""What the client refuses to send, and how it takes refusals and garbled answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.spotify.errors import (
    SpotifyNotRegisteredError,
    SpotifyRequestError,
    SpotifyUnavailableError,
)
from tests.bot.spotify.recorded import LIST, TRACK, URI, recorded
from tests.bot.spotify.scripted import Reply, Scripted

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import AppToken, UserToken


async def test_plain_text_refusal(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """A 403 in plain text is understood like one in JSON."""
    text = b"Check settings on developer.spotify.com/dashboard, the user may not be registered."
    server.script = [Reply(403, text)]
    with pytest.raises(SpotifyNotRegisteredError):
        await client.me(user_token)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id": "ada', b"[]", b"null", b'{"id": 3}', b"\xff\xfe"])
async def test_garbled_read_is_asked_once_more(
    server: Scripted, client: SpotifyClient, user_token: UserToken, body: bytes
) -> None:
    """An unreadable answer to a read is asked for again, once."""
    server.script = [Reply(200, body), Reply(200, recorded("me-full"))]
    assert (await client.me(user_token)).display_name == "Ada"
    server.script = [Reply(200, body)]
    server.calls.clear()
    with pytest.raises(SpotifyUnavailableError):
        await client.me(user_token)
    assert len(server.calls) == 2


@pytest.mark.parametrize(
    "wrong_id",
    [
        "",
        "short",
        "x" * 21,
        "x" * 23,
        "../../../../../../me/x",
        "01TapeHeadTestTräck000",
        f"{TRACK}\n",
        "a/b?c=d" * 4,
    ],
)
async def test_only_ids_reach_a_path(
    server: Scripted, client: SpotifyClient, user_token: UserToken, wrong_id: str
) -> None:
    """What is not an id never becomes part of an address."""
    with pytest.raises(SpotifyRequestError):
        await client.track(user_token, wrong_id)
    with pytest.raises(SpotifyRequestError):
        await client.playlist(user_token, wrong_id)
    with pytest.raises(SpotifyRequestError):
        await client.playlist_items(user_token, wrong_id)
    with pytest.raises(SpotifyRequestError):
        await client.add_items(user_token, wrong_id, [URI])
    assert server.calls == []


async def test_limits_of_pages(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """Pages Spotify would refuse are not asked for: ten for a search, fifty for lists."""
    for limit, offset in [(0, 0), (11, 0), (10, -1), (10, 1001)]:
        with pytest.raises(SpotifyRequestError):
            await client.search_tracks(user_token, "x", limit=limit, offset=offset)
    for limit, offset in [(0, 0), (51, 0), (50, -1), (50, 100_001)]:
        with pytest.raises(SpotifyRequestError):
            await client.my_playlists(user_token, limit=limit, offset=offset)
        with pytest.raises(SpotifyRequestError):
            await client.playlist_items(user_token, LIST, limit=limit, offset=offset)
    with pytest.raises(SpotifyRequestError):
        await client.search_tracks(user_token, " ")
    assert server.calls == []


async def test_user_endpoints_refuse_the_app(
    server: Scripted, client: SpotifyClient, app_token: AppToken
) -> None:
    """An app token is refused where an account is meant: by mypy (it proves each ignore needed), and at run time."""
    with pytest.raises(TypeError):
        await client.me(app_token)  # type: ignore[arg-type] # the point of this test
    with pytest.raises(TypeError):
        await client.my_playlists(app_token)  # type: ignore[arg-type] # the point of this test
    with pytest.raises(TypeError):
        await client.playlist(app_token, LIST)  # type: ignore[arg-type] # the point of this test
    with pytest.raises(TypeError):
        await client.playlist_items(app_token, LIST)  # type: ignore[arg-type] # the point of this test
    with pytest.raises(TypeError):
        await client.add_items(app_token, LIST, [URI])  # type: ignore[arg-type] # the point of this test
    assert server.calls == []
