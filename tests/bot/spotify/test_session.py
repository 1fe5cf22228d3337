"""A consent for a program of one's own: asked for with PKCE, kept fresh, ended."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from bot.spotify.errors import (
    SpotifyConsentError,
    SpotifyGrantError,
    SpotifyImplicitGrantError,
    SpotifyRequestError,
    SpotifyStateError,
    SpotifyUnauthorizedError,
    SpotifyUnavailableError,
)
from bot.spotify.oauth import OAuth, UserToken, challenge_of, code_of
from bot.spotify.session import Session
from bot.spotify.session_stores import KeptTokens, MemoryTokens
from tests.bot.spotify.recorded import recorded
from tests.bot.spotify.scripted import DROP, Reply, Scripted, reply

if TYPE_CHECKING:
    from bot.spotify.transport import Transport
    from tests.bot.spotify.conftest import Time

BACK = "http://127.0.0.1:8080/callback"


@pytest.fixture
def public(transport: Transport, server: Scripted, clock: Time) -> OAuth:
    """An app without a client secret."""
    return OAuth(
        transport,
        client_id="c11e47",
        client_secret=None,
        redirect_uri=BACK,
        now=clock.now,
        accounts_url=server.url,
    )


@pytest.fixture
def kept(clock: Time) -> KeptTokens:
    return KeptTokens("marker-a", "marker-r", clock.now() + timedelta(hours=1), frozenset({"user-top-read"}))


@pytest.fixture
def store(kept: KeptTokens) -> MemoryTokens:
    return MemoryTokens(kept)


@pytest.fixture
def consent(public: OAuth, store: MemoryTokens, clock: Time) -> Session:
    return Session(public, store, now=clock.now)


async def test_consent(public: OAuth, server: Scripted, clock: Time) -> None:
    """PKCE without a secret: the verifier's challenge goes out, the verifier and the client id follow the code."""
    session = Session(public, store := MemoryTokens(), now=clock.now)
    asking = session.ask({"user-top-read"})
    sent = dict(parse_qsl(urlsplit(asking.url).query))
    assert sent["code_challenge"] == challenge_of(asking.verifier)
    assert sent["scope"] == "user-top-read"
    server.script = [Reply(200, recorded("token-authorization_code"))]
    token = await session.finish(asking, f"{BACK}?code=the-code&state={asking.state}")
    (call,) = server.calls
    assert "authorization" not in call.headers
    assert parse_qs(call.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": [BACK],
        "code_verifier": [asking.verifier],
        "client_id": ["c11e47"],
    }
    assert token == UserToken(
        "invented-access", frozenset({"playlist-read-private", "playlist-modify-private"})
    )
    assert await session.token() == token
    tokens = await store.load()
    assert tokens is not None
    assert tokens.refresh == "invented-refresh"


def test_what_came_back() -> None:
    """The address that comes back is believed only with the state that was sent."""
    assert code_of(f"{BACK}?code=c%2B&state=s", state="s") == "c+"
    for query in ("code=c", "code=c&state=t", "state=&code=c", "error=access_denied&state=t"):
        with pytest.raises(SpotifyStateError):
            code_of(f"{BACK}?{query}", state="s")
    with pytest.raises(SpotifyConsentError) as denied:
        code_of(f"{BACK}?error=access_denied&state=s", state="s")
    assert denied.value.error == "access_denied"
    with pytest.raises(SpotifyConsentError):
        code_of(f"{BACK}?state=s", state="s")


def test_implicit_grant(public: OAuth) -> None:
    """Whoever tries the implicit grant reads since when it is gone and what to use."""
    with pytest.raises(SpotifyImplicitGrantError, match=r"2025-11-27.*PKCE"):
        public.implicit_url(state="s", scopes=())


def test_implicit_answer() -> None:
    """So does who gets an access token in an address."""
    with pytest.raises(SpotifyImplicitGrantError, match=r"2025-11-27.*PKCE"):
        code_of(f"{BACK}#access_token=x&token_type=Bearer", state="s")


async def test_without_a_secret(public: OAuth, server: Scripted) -> None:
    """Without a secret there is no app token and no consent page without PKCE; refreshing names the client."""
    with pytest.raises(SpotifyRequestError):
        await public.app_token()
    with pytest.raises(SpotifyRequestError):
        public.authorize_url(state="s", challenge=None, scopes=())
    server.script = [Reply(200, recorded("token-refresh"))]
    await public.refresh("r")
    (call,) = server.calls
    assert call.body == b"grant_type=refresh_token&refresh_token=r&client_id=c11e47"
    assert "authorization" not in call.headers


async def test_without_pkce(oauth: OAuth, server: Scripted) -> None:
    """With a secret the plain code flow works too."""
    url = oauth.authorize_url(state="s", challenge=None, scopes=(), ask_again=False)
    assert dict(parse_qsl(urlsplit(url).query)).keys() == {
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
    }
    server.script = [Reply(200, recorded("token-authorization_code"))]
    await oauth.exchange("c", None)
    (call,) = server.calls
    assert (
        call.headers["authorization"] == "Basic " + base64.b64encode(b"c11e47:marker-client-secret").decode()
    )
    assert "code_verifier" not in parse_qs(call.body.decode())


async def test_refreshed_once(consent: Session, server: Scripted, clock: Time) -> None:
    """A thousand calls with an expired token cost one refresh, and an absent refresh token keeps the old one."""
    server.script = [Reply(200, recorded("token-refresh"))]
    clock.passed_s += 3600 - 119
    tokens = await asyncio.gather(*(consent.token() for _ in range(1000)))
    assert {token.value for token in tokens} == {"invented-access-2"}
    assert len(server.calls) == 1
    clock.passed_s += 3600
    await consent.token()
    assert parse_qs(server.calls[1].body.decode())["refresh_token"] == ["marker-r"]


async def test_rotation(consent: Session, store: MemoryTokens, server: Scripted, clock: Time) -> None:
    """A new refresh token is kept in place of the old one."""
    server.script = [Reply(200, recorded("token-refresh_rotated"))]
    clock.passed_s += 3600
    await consent.token()
    tokens = await store.load()
    assert tokens is not None
    assert tokens.refresh == "invented-refresh-2"


async def test_another_program_was_faster(
    consent: Session, store: MemoryTokens, kept: KeptTokens, server: Scripted, clock: Time
) -> None:
    """What another program has stored meanwhile counts, whether our refresh succeeded or was refused."""
    theirs = KeptTokens("theirs", "theirs-r", clock.now() + timedelta(hours=3), kept.scopes)
    for answer in (Reply(200, recorded("token-refresh")), Reply(400, recorded("token-revoked"))):
        hold = asyncio.Event()
        server.script = [Reply(answer.status, answer.body, hold=hold)]
        server.calls.clear()
        clock.passed_s = 3600
        wanted = asyncio.create_task(consent.token())
        await server.received(1)
        assert await store.save(theirs, since=kept)
        hold.set()
        assert (await wanted).value == "theirs"
        assert await store.save(kept, since=theirs)


async def test_consent_ended(consent: Session, store: MemoryTokens, server: Scripted, clock: Time) -> None:
    """An ended consent is forgotten and said with Spotify's own words; it is not tried again."""
    server.script = [Reply(400, recorded("token-ended"))]
    clock.passed_s += 3600
    with pytest.raises(SpotifyGrantError) as ended:
        await consent.token()
    said = json.loads(recorded("token-ended"))
    assert (ended.value.error, ended.value.error_description) == (said["error"], said["error_description"])
    assert await store.load() is None
    with pytest.raises(SpotifyGrantError):
        await consent.token()
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    "passing", [DROP, Reply(503), Reply(200, b"{"), reply(400, {"error": "server_error"})]
)
async def test_passing_fault(
    consent: Session, store: MemoryTokens, server: Scripted, clock: Time, passing: Reply
) -> None:
    """Spotify's own trouble does not end the consent."""
    held = await store.load()
    server.script = [passing]
    clock.passed_s += 3600
    with pytest.raises(SpotifyUnavailableError):
        await consent.token()
    assert await store.load() == held


async def test_refused_access_token(consent: Session, server: Scripted) -> None:
    """A call Spotify answers with 401 is repeated once with a new token."""
    server.script = [Reply(200, recorded("token-refresh"))]
    used: list[str] = []

    async def call(token: UserToken) -> None:
        used.append(token.value)
        raise SpotifyUnauthorizedError(status=401)

    with pytest.raises(SpotifyUnauthorizedError):
        await consent.run(call)
    assert used == ["marker-a", "invented-access-2"]


async def test_forget(consent: Session, store: MemoryTokens) -> None:
    """Nothing is left after forgetting."""
    await consent.forget()
    assert await store.load() is None


def test_nothing_printed(consent: Session, kept: KeptTokens) -> None:
    """Neither tokens nor an open consent page show their secrets."""
    asking = consent.ask(())
    printed = f"{kept} {kept!r} {asking}"
    assert "marker" not in printed
    assert asking.state not in printed
    assert asking.verifier not in printed
