"""The table "What went wrong" of docs/spotify-client.md: each row happens, with its error and Spotify's words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.spotify import Spotify, errors
from bot.spotify.oauth import UserToken
from bot.spotify.scopes import Scope
from bot.spotify.session_stores import FileTokens, MemoryTokens
from sandbox.clock import Clock
from sandbox.fake_spotify import FakeSpotify
from sandbox.fake_spotify.authorizing import AuthorizeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAGE = (Path(__file__).parents[3] / "docs" / "spotify-client.md").read_text("utf-8")
REDIRECT = "http://127.0.0.1:8080/callback"
CLIENT_ID, CLIENT_SECRET = "c11e47", "the-sandbox-keeps-no-secret"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeSpotify]:
    async with FakeSpotify(
        clock=clock, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uris=[REDIRECT]
    ) as made:
        yield made


def open_spotify(
    fake: FakeSpotify,
    clock: Clock,
    *,
    client_id: str = CLIENT_ID,
    secret: str = CLIENT_SECRET,
    redirect: str = REDIRECT,
) -> Spotify:
    return Spotify(
        client_id,
        secret,
        redirect_uri=redirect,
        market="SE",
        api_url=fake.api_url,
        accounts_url=fake.accounts_url,
        now=clock.now,
    )


@pytest.fixture
async def spotify(fake: FakeSpotify, clock: Clock) -> AsyncIterator[Spotify]:
    async with open_spotify(fake, clock) as opened:
        yield opened


def row(start: str) -> str:
    (found,) = [line for line in PAGE.splitlines() if line.startswith(f"| {start}")]
    return found


def says(start: str, error: BaseException, *words: str | None) -> None:
    """The row names this error and these words of Spotify's."""
    found = row(start)
    assert f"`{type(error).__name__}`" in found
    for one in words:
        assert one
        assert f"`{one.partition(' When the')[0]}" in found.replace(". ...`", ".`"), one


def user(fake: FakeSpotify, name: str = "ada") -> UserToken:
    scopes = frozenset(Scope)
    return UserToken(fake.user_token(name, scopes), scopes)


async def test_on_the_consent_page(fake: FakeSpotify, clock: Clock) -> None:
    """Wrong redirect addresses and client ids are told to the person only, on Spotify's page."""
    for start, client_id, redirect in (
        ("Redirect address isn't", CLIENT_ID, f"{REDIRECT}/"),
        ("Redirect address with", CLIENT_ID, "http://localhost:8080/callback"),
        ("Wrong client ID", "another", REDIRECT),
    ):
        async with open_spotify(fake, clock, client_id=client_id, redirect=redirect) as opened:
            asking = opened.session(MemoryTokens()).ask(())
        with pytest.raises(AuthorizeError) as told:
            await fake.consent(asking.url, "ada")
        assert f"`{told.value}`" in row(start)


async def test_credentials(fake: FakeSpotify, clock: Clock) -> None:
    """A wrong secret is the operator's matter."""
    async with open_spotify(fake, clock, secret="wrong") as opened:
        with pytest.raises(errors.SpotifyCredentialsError) as refused:
            await opened.app.token()
    says("Wrong client secret", refused.value, refused.value.error, refused.value.error_description)
    async with open_spotify(fake, clock, client_id="wrong") as opened:
        with pytest.raises(errors.SpotifyCredentialsError):
            await opened.app.token()


async def test_consent(fake: FakeSpotify, spotify: Spotify, clock: Clock, tmp_path: Path) -> None:
    """No, a used code, another page's address, a withdrawn and an expired consent."""
    session = spotify.session(FileTokens(tmp_path / "tokens.json"))
    asking = session.ask({Scope.USER_TOP_READ})
    with pytest.raises(errors.SpotifyConsentError) as denied:
        await session.finish(asking, await fake.consent(asking.url, "ada", allow=False))
    says("Person pressed Cancel", denied.value, denied.value.error)
    address = await fake.consent(asking.url, "ada")
    with pytest.raises(errors.SpotifyStateError) as foreign:
        await session.finish(session.ask(()), address)
    says("Address of another", foreign.value)
    await session.finish(asking, address)
    with pytest.raises(errors.SpotifyGrantError) as used:
        await session.finish(asking, address)
    says("Code used twice", used.value, used.value.error, used.value.error_description)
    assert (await session.run(spotify.client.top_tracks)).items
    clock.advance(timedelta(days=185))
    with pytest.raises(errors.SpotifyGrantError) as ended:
        await session.token()
    says("Expired or withdrawn", ended.value, ended.value.error, ended.value.error_description)
    asking = session.ask(())
    await session.finish(asking, await fake.consent(asking.url, "ada"))
    fake.revoke("ada")
    with pytest.raises(errors.SpotifyGrantError) as revoked:
        await session.run(spotify.client.me)
    says("Expired or withdrawn", revoked.value, revoked.value.error, revoked.value.error_description)


async def test_not_allowed(fake: FakeSpotify, spotify: Spotify) -> None:
    """The user list, the two kinds of Premium, scopes, devices, closed endpoints, other people's lists."""
    client, ada = spotify.client, user(fake)
    with pytest.raises(errors.SpotifyNotRegisteredError) as stranger:
        await client.me(user(fake, "barbara"))
    says("Person isn't on", stranger.value, stranger.value.message)
    token = UserToken(fake.user_token("ada"), frozenset(Scope))  # it knows less than it says
    with pytest.raises(errors.SpotifyScopeError) as scope:
        await client.my_playlists(token)
    says("Missing scope", scope.value, scope.value.message)
    with pytest.raises(errors.SpotifyNoDeviceError) as silent:
        await client.play(ada)
    says("Nothing to play on", silent.value, silent.value.reason)
    fake.person("ada").listening.premium = False
    with pytest.raises(errors.SpotifyPremiumError) as poor:
        await client.play(ada)
    says("Listener without", poor.value, poor.value.reason)
    with pytest.raises(errors.SpotifyNotAvailableError) as closed:
        await client.user_playlists(ada, "ada.reel")
    says("Endpoint only", closed.value, closed.value.message)
    with pytest.raises(errors.SpotifyForbiddenError) as foreign:
        await client.playlist_items(ada, fake.known_playlists.followed.id)
    says("Contents of", foreign.value, foreign.value.message)
    with pytest.raises(errors.SpotifyNotFoundError) as missing:
        await client.playlist(ada, fake.known_playlists.editorial.id)
    says("Unknown ID", missing.value, missing.value.message)
    fake.switches.owner_has_premium = False
    with pytest.raises(errors.SpotifyOwnerPremiumError) as owner:
        await client.me(ada)
    says("App's owner", owner.value, owner.value.message.partition(" When")[0])
    fake.switches.owner_has_premium = True
    fake.expire_access_tokens()
    with pytest.raises(errors.SpotifyUnauthorizedError) as old:
        await client.me(ada)
    says("Access token expired", old.value, old.value.message)


@pytest.mark.parametrize("quota", [False, True])
async def test_too_many(fake: FakeSpotify, spotify: Spotify, clock: Clock, *, quota: bool) -> None:
    """A 429 says until when; nothing goes out before."""
    fake.rate_limit(600, quota=quota)
    for _ in range(2):
        with pytest.raises(errors.SpotifyRateLimitedError) as limited:
            await spotify.client.me(user(fake))
        assert limited.value.quota is quota
        assert timedelta(seconds=590) < limited.value.until - clock.now() <= timedelta(seconds=600)
    assert len(fake.calls_to("GET /me")) == 1
    assert row("Too many requests")
    assert row("Day's quota")
    clock.advance(601)
    await spotify.client.me(user(fake))
