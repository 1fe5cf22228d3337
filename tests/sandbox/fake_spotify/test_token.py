"""The token endpoint: each grant, and each way to be refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.fake_spotify.tokens import Consent
from tests.sandbox.fake_spotify.api import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, VERIFIER, Api, Reply

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.fake_spotify import FakeSpotify

SIX_MONTHS_AT_MOST = timedelta(days=184)


async def _code(api: Api, **other: str | None) -> str:
    back = await api.spotify.consent(api.authorize_url(**other), "ada")
    return parse_qs(urlsplit(back).query)["code"][0]


async def _exchange(
    api: Api, code: str, *, redirect_uri: str = REDIRECT_URI, code_verifier: str = VERIFIER
) -> Reply:
    return await api.token(
        grant_type="authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=code_verifier
    )


def _error(reply: Reply) -> tuple[int, str, str]:
    return reply.status, reply.json["error"], reply.json["error_description"]


async def test_client_credentials(api: Api) -> None:
    """The app's own token: an hour, no refresh token, no scope."""
    reply = await api.token(grant_type="client_credentials")
    assert reply.status == 200
    assert reply.json.keys() == {"access_token", "token_type", "expires_in"}
    assert reply.json["expires_in"] == 3600
    assert (await api.get("/search", token=reply.json["access_token"], q="tin", type="track")).status == 200


async def test_code(api: Api) -> None:
    """A code gives both tokens and says which scopes were granted."""
    reply = await _exchange(api, await _code(api))
    assert reply.json["scope"] == "playlist-modify-public playlist-read-private"
    assert (await api.get("/me", token=reply.json["access_token"])).json["id"] == "ada.reel"
    assert (
        await api.token(grant_type="refresh_token", refresh_token=reply.json["refresh_token"])
    ).status == 200


async def test_code_once(api: Api) -> None:
    """A code is good for one try, also when that fails."""
    used, tried = await _code(api), await _code(api)
    assert (await _exchange(api, used)).status == 200
    assert _error(await _exchange(api, used)) == (400, "invalid_grant", "Invalid authorization code")
    assert (await _exchange(api, tried, code_verifier="w" * 43)).status == 400
    assert (await _exchange(api, tried)).status == 400


async def test_code_old(api: Api, clock: Clock) -> None:
    """A code ends after ten minutes."""
    code = await _code(api)
    clock.advance(timedelta(minutes=10))
    assert _error(await _exchange(api, code)) == (400, "invalid_grant", "Invalid authorization code")


async def test_redirect_uri_repeated(api: Api) -> None:
    """The redirect address of the consent has to be repeated."""
    reply = await _exchange(api, await _code(api), redirect_uri=f"{REDIRECT_URI}/")
    assert _error(reply) == (400, "invalid_grant", "Invalid redirect URI")


async def test_verifier(api: Api) -> None:
    """A challenge once sent is enforced, besides the secret; without one no verifier is needed."""
    assert _error(await _exchange(api, await _code(api), code_verifier="")) == (
        400,
        "invalid_request",
        "code_verifier is missing",
    )
    assert _error(await _exchange(api, await _code(api), code_verifier="w" * 43))[1] == "invalid_grant"
    plain = await _code(api, code_challenge=None, code_challenge_method=None)
    assert (await _exchange(api, plain, code_verifier="")).status == 200


@pytest.mark.parametrize(
    ("basic", "description"),
    [
        ((CLIENT_ID, "wrong"), "Invalid client secret"),
        (("wrong", CLIENT_SECRET), "Invalid client"),
        (None, "Invalid client"),
    ],
)
async def test_app_unknown(api: Api, basic: tuple[str, str] | None, description: str) -> None:
    """Id and secret are checked with every grant."""
    for form in ({"grant_type": "client_credentials"}, {"grant_type": "refresh_token", "refresh_token": "x"}):
        assert _error(await api.token(basic=basic, **form)) == (400, "invalid_client", description)


async def test_only_forms(api: Api) -> None:
    """JSON is no form, so the grant type is missing."""
    headers = {
        "Authorization": "Basic "
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY6dGhlLXNhbmRib3gta2VlcHMtbm8tc2VjcmV0"
    }
    url, body = f"{api.spotify.accounts_url}/api/token", {"grant_type": "client_credentials"}
    async with api.session.post(url, json=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "unsupported_grant_type")


async def test_refresh_keeps_token(api: Api, spotify: FakeSpotify) -> None:
    """Usually a refresh brings no new refresh token, and the old one goes on working."""
    token = spotify.refresh_token("ada", ["playlist-read-private"])
    for _ in range(2):
        reply = await api.token(grant_type="refresh_token", refresh_token=token)
        assert reply.json.keys() == {"access_token", "token_type", "expires_in", "scope"}
        assert reply.json["scope"] == "playlist-read-private"


async def test_refresh_rotates(api: Api, spotify: FakeSpotify) -> None:
    """With the switch on, each refresh brings another refresh token and the old one is revoked."""
    spotify.switches.rotate_refresh_tokens = True
    old = spotify.refresh_token("ada")
    new = (await api.token(grant_type="refresh_token", refresh_token=old)).json["refresh_token"]
    assert new != old
    assert (
        _error(await api.token(grant_type="refresh_token", refresh_token=old))[2] == "Refresh token revoked"
    )
    assert (await api.token(grant_type="refresh_token", refresh_token=new)).status == 200


async def test_refresh_ends(api: Api, spotify: FakeSpotify, clock: Clock) -> None:
    """Six months after the consent it is over, however often it was refreshed, rotated or not."""
    spotify.switches.rotate_refresh_tokens = True
    token = spotify.refresh_token("ada")
    clock.advance(SIX_MONTHS_AT_MOST - timedelta(days=5))
    token = (await api.token(grant_type="refresh_token", refresh_token=token)).json["refresh_token"]
    clock.advance(timedelta(days=5))
    reply = await api.token(grant_type="refresh_token", refresh_token=token)
    assert _error(reply) == (400, "invalid_grant", "Refresh token expired")


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)),
        (datetime(2026, 8, 31, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)),
        (datetime(2026, 6, 30, tzinfo=UTC), datetime(2026, 12, 30, tzinfo=UTC)),
    ],
)
def test_six_months(given: datetime, ends: datetime) -> None:
    """Months of the calendar; where the day does not exist, the last one of the month."""
    assert Consent(None, frozenset(), given).ends_at == ends


async def test_revoked(api: Api, spotify: FakeSpotify) -> None:
    """Removing the app ends one person's refresh and access tokens, nobody else's."""
    tokens = {name: (spotify.refresh_token(name), spotify.user_token(name)) for name in ("ada", "grace")}
    spotify.revoke("ada")
    refresh, access = tokens["ada"]
    assert _error(await api.token(grant_type="refresh_token", refresh_token=refresh)) == (
        400,
        "invalid_grant",
        "Refresh token revoked",
    )
    assert (await api.get("/me", token=access)).status == 401
    refresh, access = tokens["grace"]
    assert (await api.token(grant_type="refresh_token", refresh_token=refresh)).status == 200
    assert (await api.get("/me", token=access)).status == 200


async def test_refresh_unknown(api: Api) -> None:
    """A refresh token nobody issued."""
    reply = await api.token(grant_type="refresh_token", refresh_token="made up")
    assert _error(reply) == (400, "invalid_grant", "Invalid refresh token")
