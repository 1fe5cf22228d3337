"""Tokens and consent against a loopback accounts service."""

from __future__ import annotations

import asyncio
import base64
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from bot.spotify.errors import (
    SpotifyAnswerLostError,
    SpotifyCredentialsError,
    SpotifyError,
    SpotifyGrantError,
    SpotifyOutcomeUnknownError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
    SpotifyUnavailableError,
)
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import OAuth, challenge_of, new_verifier
from bot.spotify.transport import Transport
from tests.bot.spotify.recorded import recorded
from tests.bot.spotify.scripted import DROP, Reply, Scripted, reply

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from tests.bot.spotify.conftest import Time

BASIC = "Basic " + base64.b64encode(b"c11e47:marker-client-secret").decode()


def test_authorize_url(oauth: OAuth, server: Scripted) -> None:
    """The consent page's address carries what spotify.com documents, with PKCE and without the secret."""
    url = oauth.authorize_url(state="s+t/a&te", challenge="ch_al", scopes="user-top-read user-library-read")
    split = urlsplit(url)
    assert f"{split.scheme}://{split.netloc}{split.path}" == f"{server.url}/authorize"
    assert dict(parse_qsl(split.query, strict_parsing=True)) == {
        "response_type": "code",
        "client_id": "c11e47",
        "redirect_uri": "https://tape.example/callback?x=1",
        "state": "s+t/a&te",
        "scope": "user-library-read user-top-read",
        "show_dialog": "true",
        "code_challenge_method": "S256",
        "code_challenge": "ch_al",
    }


def test_pkce() -> None:
    """The challenge is the one of RFC 7636, appendix B; verifiers are fresh and long enough."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    made = {new_verifier() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43,128}", one) for one in made)


async def test_exchange(server: Scripted, oauth: OAuth, clock: Time) -> None:
    """A code is exchanged with secret, verifier and the same redirect address."""
    server.script = [Reply(200, recorded("token-authorization_code"))]
    grant = await oauth.exchange("co/de+", "verify")
    (call,) = server.calls
    assert (call.method, call.target) == ("POST", "/api/token")
    assert call.headers["authorization"] == BASIC
    assert call.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(call.body.decode(), strict_parsing=True) == {
        "grant_type": ["authorization_code"],
        "code": ["co/de+"],
        "redirect_uri": ["https://tape.example/callback?x=1"],
        "code_verifier": ["verify"],
    }
    assert (grant.access, grant.refresh) == ("invented-access", "invented-refresh")
    assert grant.scopes == frozenset({"playlist-read-private", "playlist-modify-private"})
    assert grant.expires_at == clock.now() + timedelta(hours=1)


@pytest.mark.parametrize(("name", "rotated"), [("refresh", None), ("refresh_rotated", "invented-refresh-2")])
async def test_refresh(server: Scripted, oauth: OAuth, name: str, rotated: str | None) -> None:
    """A refresh may bring a new refresh token or none."""
    server.script = [Reply(200, recorded(f"token-{name}"))]
    grant = await oauth.refresh("old one")
    assert server.calls[0].body == b"grant_type=refresh_token&refresh_token=old+one"
    assert (grant.access, grant.refresh) == ("invented-access-2", rotated)


@pytest.mark.parametrize("extra", [{}, {"scope": None, "refresh_token": None, "expires_in": None}])
async def test_sparse_answer(server: Scripted, oauth: OAuth, clock: Time, extra: dict[str, None]) -> None:
    """Fields that are absent or null mean: scopes as before, the old refresh token, an hour."""
    server.script = [reply(200, {"access_token": "a", **extra})]
    grant = await oauth.refresh("r")
    assert (grant.refresh, grant.scopes, grant.expires_at) == (None, None, clock.now() + timedelta(hours=1))


async def test_app_token(server: Scripted, oauth: OAuth, clock: Time) -> None:
    """The app's own token comes by client credentials, and is asked for again after a fault."""
    server.script = [Reply(503), DROP, Reply(200, recorded("token-client_credentials"))]
    token = await oauth.app_token()
    assert {call.body for call in server.calls} == {b"grant_type=client_credentials"}
    assert token.value == "invented-app-token"
    assert token.expires_at - clock.now() < timedelta(hours=1)  # counted from before the request
    assert len(server.calls) == 3


@pytest.mark.parametrize("broken", [DROP, Reply(500), Reply(200, b"{"), Reply(200, b"{}"), Reply(200)])
async def test_codes_and_refresh_tokens_are_sent_once(server: Scripted, oauth: OAuth, broken: Reply) -> None:
    """Whatever went wrong, neither a code nor a refresh token is sent a second time.

    Nor is it called a write of unknown outcome: nobody can go and look at Spotify what became of it.
    """
    server.script = [broken]
    for asked in (oauth.exchange("code", "verifier"), oauth.refresh("token")):
        with pytest.raises(SpotifyUnavailableError) as caught:
            await asked
        assert not isinstance(caught.value, SpotifyOutcomeUnknownError)
    assert len(server.calls) == 2


@pytest.mark.parametrize("token", ["", " ", "a b", "a\r\nX-Header: b", "ä", "\x00"])
async def test_no_token(server: Scripted, oauth: OAuth, token: str) -> None:
    """What can't be sent in a header isn't taken for a token: what is stored stays as it is."""
    server.script = [reply(200, {"access_token": token, "expires_in": 3600, "refresh_token": "new"})]
    with pytest.raises(SpotifyUnavailableError):
        await oauth.refresh("old")


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        (DROP, True),
        (Reply(200, b"{"), True),
        (Reply(200), True),
        (Reply(502), True),
        (Reply(504, b"<html>"), True),
        (Reply(500), False),
        (Reply(503, b"<html>busy</html>"), False),
        (Reply(400, b'{"error":"temporarily_unavailable"}'), False),
    ],
)
async def test_lost_answers(server: Scripted, oauth: OAuth, answer: Reply, *, lost: bool) -> None:
    """An answer is lost if it broke off, can't be read or never reached the gateway, not if it reports a failure."""
    server.script = [answer]
    with pytest.raises(SpotifyUnavailableError) as caught:
        await oauth.refresh("token")
    assert isinstance(caught.value, SpotifyAnswerLostError) is lost


async def test_timeout(server: Scripted, session: ClientSession, clock: Time) -> None:
    """An answer that doesn't come in time is lost, too."""
    oauth = OAuth(
        Transport(session, Limiter(clock.now), sleep=clock.sleep, timeout_s=0.4),
        client_id="c11e47",
        client_secret="marker-client-secret",
        redirect_uri="https://tape.example/callback",
        now=clock.now,
        accounts_url=server.url,
    )
    server.script = [Reply(hold=asyncio.Event())]
    with pytest.raises(SpotifyAnswerLostError):
        await oauth.refresh("token")


async def test_never_sent(oauth: OAuth) -> None:
    """A refresh that never left this machine has no answer that could be lost."""
    oauth._token_url = "http://127.0.0.1:9/api/token"  # where nobody listens
    with pytest.raises(SpotifyUnavailableError) as caught:
        await oauth.refresh("token")
    assert not isinstance(caught.value, SpotifyAnswerLostError)


@pytest.mark.parametrize(("life", "kept_s"), [(-1, 0), (10**30, 24 * 3600)])
async def test_impossible_life(server: Scripted, oauth: OAuth, clock: Time, life: int, kept_s: int) -> None:
    """A token that ends before it began, or never, is kept for a time that exists."""
    server.script = [reply(200, {"access_token": "a", "expires_in": life})]
    assert (await oauth.refresh("r")).expires_at == clock.now() + timedelta(seconds=kept_s)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, recorded("token-ended"), SpotifyGrantError),
        (400, recorded("token-revoked"), SpotifyGrantError),
        (401, recorded("token-ended"), SpotifyGrantError),
        (400, recorded("token-bad_client"), SpotifyCredentialsError),
        (401, recorded("token-bad_client"), SpotifyCredentialsError),
        (400, b'{"error":"unauthorized_client"}', SpotifyCredentialsError),
        (400, b'{"error":"unsupported_grant_type","error_description":null}', SpotifyRequestError),
        (400, b'{"error":"invalid_request"}', SpotifyRequestError),
        (400, b'{"error":"temporarily_unavailable"}', SpotifyUnavailableError),
        (400, b"", SpotifyUnavailableError),
        (403, b"<html>blocked</html>", SpotifyUnavailableError),
        (400, b'{"error":{"status":400,"message":"x"}}', SpotifyUnavailableError),
        (400, b'{"error":5}', SpotifyUnavailableError),
        (302, b"", SpotifyUnavailableError),
        (429, b"", SpotifyRateLimitedError),
    ],
)
async def test_refusals(
    server: Scripted, oauth: OAuth, status: int, body: bytes, error: type[SpotifyError]
) -> None:
    """Only `invalid_grant` ends a consent, only `invalid_client` blames the operator; the rest is a passing fault."""
    server.script = [Reply(status, body)]
    with pytest.raises(error) as caught:
        await oauth.refresh("token")
    assert type(caught.value) is error
    assert caught.value.status == status
