"""The rules every call of the Web API passes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.fake_spotify.api import EVERY_SCOPE, Api

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.fake_spotify import FakeSpotify


async def test_no_token(api: Api) -> None:
    """Without a token, 401 in JSON."""
    reply = await api.get("/me", token=None)
    assert (reply.status, reply.json["error"]["status"], reply.message) == (401, 401, "No token provided")


async def test_bad_token(api: Api) -> None:
    """A token nobody issued, 401."""
    reply = await api.get("/search", token="made-up", q="x", type="track")
    assert (reply.status, reply.message) == (401, "Invalid access token")


async def test_expired_token(api: Api, clock: Clock) -> None:
    """An access token ends after an hour on the clock."""
    clock.advance(3599)
    assert (await api.get("/me")).status == 200
    clock.advance(1)
    reply = await api.get("/me")
    assert (reply.status, reply.message) == (401, "The access token expired")


async def test_expired_on_demand(api: Api, spotify: FakeSpotify) -> None:
    """Every access token can be ended at once; new ones work."""
    spotify.expire_access_tokens()
    assert (await api.get("/me")).status == 401
    assert (await api.get("/me", token=spotify.user_token("ada"))).status == 200


@pytest.mark.parametrize("path", ["/me", "/me/playlists", "/playlists/{own}/items"])
async def test_app_token_refused(api: Api, spotify: FakeSpotify, path: str) -> None:
    """What belongs to people is not for the app's own token."""
    path = path.format(own=spotify.known_playlists.own.id)
    reply = await api.get(path, token=spotify.app_token())
    assert (reply.status, reply.message) == (401, "Valid user authentication required")


async def test_not_registered(api: Api, spotify: FakeSpotify) -> None:
    """Logging in works for everybody, but calls fail as bare text for a person missing from the user list."""
    token = spotify.user_token("barbara", EVERY_SCOPE)
    reply = await api.get("/me", token=token)
    assert reply.status == 403
    assert reply.text == "Check settings on developer.spotify.com/dashboard, the user may not be registered."
    assert reply.headers["Content-Type"].startswith("text/plain")
    spotify.allowlist.add("barbara")
    assert (await api.get("/me", token=token)).status == 200


async def test_not_registered_as_json(api: Api, spotify: FakeSpotify) -> None:
    """The same refusal also exists as JSON."""
    spotify.switches.errors_as_text = False
    reply = await api.get("/me", token=spotify.user_token("barbara"))
    assert "the user may not be registered" in reply.message


async def test_five_seats(spotify: FakeSpotify) -> None:
    """Five of the six people are on the list."""
    assert spotify.allowlist == set(spotify.people) - {"barbara"}


async def test_extended_has_no_list(api: Api, spotify: FakeSpotify) -> None:
    """Extended quota lets everybody in."""
    spotify.switches.extended = True
    assert (await api.get("/me", token=spotify.user_token("barbara"))).status == 200


async def test_owner_without_premium(api: Api, spotify: FakeSpotify) -> None:
    """Without the owner's Premium every call fails, the app's own too, as bare text."""
    spotify.switches.owner_has_premium = False
    for token in (spotify.app_token(), api.ada):
        reply = await api.get("/search", token=token, q="x", type="track")
        assert reply.status == 403
        assert reply.text.startswith("Active premium subscription required for the owner of the app.")


@pytest.mark.parametrize(
    "path",
    [
        "/tracks?ids=a",
        "/albums?ids=a",
        "/artists?ids=a",
        "/artists/x/top-tracks",
        "/artists/x/related-artists",
        "/users/ada/playlists",
        "/me/tracks/contains",
        "/browse/new-releases",
        "/recommendations",
        "/audio-features/x",
        "/markets",
    ],
)
async def test_removed(api: Api, path: str) -> None:
    """What development mode has lost answers 403 Forbidden."""
    reply = await api.get(path)
    assert (reply.status, reply.message) == (403, "Forbidden")


async def test_unknown_path(api: Api) -> None:
    """A path that never was answers 404."""
    reply = await api.get("/playlist/x")
    assert (reply.status, reply.message) == (404, "Service not found")


@pytest.mark.parametrize("header", ["7200", None])
async def test_rate_limit(api: Api, spotify: FakeSpotify, clock: Clock, header: str | None) -> None:
    """Told to wait, every call gets 429, with or without Retry-After, until the time is over."""
    spotify.rate_limit(timedelta(hours=2), tell=header is not None)
    reply = await api.get("/me")
    assert (reply.status, reply.headers.get("Retry-After")) == (429, header)
    assert "reason" not in reply.json["error"]
    clock.advance(timedelta(hours=2))
    assert (await api.get("/me", token=spotify.user_token("ada"))).status == 200


async def test_quota(api: Api, spotify: FakeSpotify) -> None:
    """A used-up quota carries its reason; the token endpoint is not concerned."""
    spotify.rate_limit(86_400, quota=True)
    reply = await api.get("/me")
    assert reply.json["error"] == {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}
    assert (await api.token(grant_type="client_credentials")).status == 200


async def test_rolling_window(api: Api, spotify: FakeSpotify, clock: Clock) -> None:
    """With a limit set, calls count over a window of 30 seconds that moves along."""
    spotify.switches.calls_per_30_s = 2
    assert [(await api.get("/me")).status for _ in range(3)] == [200, 200, 429]
    assert int((await api.get("/me")).headers["Retry-After"]) <= 30
    clock.advance(30)
    assert (await api.get("/me")).status == 200
