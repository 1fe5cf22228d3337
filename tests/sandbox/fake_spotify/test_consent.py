"""The consent page: what it shows, what it refuses, where it sends people."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from sandbox.fake_spotify import AuthorizeError, FakeSpotify
from sandbox.fake_spotify.authorizing import is_registered, is_secure
from tests.sandbox.fake_spotify.api import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Api, Reply

if TYPE_CHECKING:
    from sandbox.clock import Clock


async def _open(api: Api, url: str) -> Reply:
    async with api.session.get(url) as page:
        return Reply(page.status, await page.text(), page.headers)


async def _press(api: Api, url: str, **form: str) -> Reply:
    async with api.session.post(url, data=form, allow_redirects=False) as answer:
        return Reply(answer.status, await answer.text(), answer.headers)


async def test_page(api: Api) -> None:
    """It names the app, says the scopes in words and offers everybody to be."""
    page = await _open(api, api.authorize_url())
    assert page.status == 200
    for text in (
        "Mixtape",
        "Access your private playlists.",
        "Manage your public playlists.",
        "Grace ✨",
        "Cancel",
    ):
        assert text in page.text
    assert "Manage your private playlists." not in page.text
    assert (
        page.text.count("not on the app&#39;s user list") + page.text.count("not on the app's user list") == 1
    )


async def test_nothing_asked(api: Api) -> None:
    """Without scopes the page says what public data is."""
    assert "your name, picture and public playlists" in (await _open(api, api.authorize_url(scope=None))).text


async def test_page_escapes(clock: Clock) -> None:
    """No name and no parameter becomes HTML."""
    hostile = FakeSpotify(
        clock=clock,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uris=[REDIRECT_URI],
        app_name="<b>x",
    )
    hostile.people["ada"].display_name = "<script>"
    async with hostile as spotify, aiohttp.ClientSession() as session:
        api = Api(spotify, session)
        page = await _open(api, api.authorize_url(state='"><script>'))
    assert "<script>" not in page.text
    assert "<b>x" not in page.text


async def test_agree(api: Api, spotify: FakeSpotify) -> None:
    """Agreeing sends the browser back with a code and the state as it was."""
    answer = await _press(api, api.authorize_url(), person="grace", decision="agree")
    assert answer.status == 302
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == REDIRECT_URI
    assert parse_qs(back.query) == {"code": [spotify.issued[-1].value], "state": ["state & more"]}


async def test_cancel(api: Api) -> None:
    """Cancelling sends the browser back with access_denied and the state, even if nobody was chosen."""
    answer = await _press(api, api.authorize_url(), decision="cancel")
    back = urlsplit(answer.headers["Location"])
    assert (answer.status, parse_qs(back.query)) == (
        302,
        {"error": ["access_denied"], "state": ["state & more"]},
    )


async def test_without_browser(api: Api, spotify: FakeSpotify) -> None:
    """`consent` leads where the page leads."""
    agreed = await spotify.consent(api.authorize_url(state=None), "ada")
    assert agreed == f"{REDIRECT_URI}?code={spotify.issued[-1].value}"
    denied = await spotify.consent(api.authorize_url(state="s"), "ada", allow=False)
    assert denied == f"{REDIRECT_URI}?error=access_denied&state=s"


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"client_id": "somebody else"}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": f"{REDIRECT_URI}/"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "https://evil.example/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://localhost:8080/callback"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"redirect_uri": None}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"scope": "playlist-read-private make-coffee"}, "INVALID_SCOPE: Invalid scope"),
        ({"code_challenge_method": "plain"}, "code_challenge_method must be S256"),
        ({"code_challenge": "short"}, "code_challenge must be"),
    ],
)
async def test_refused(api: Api, spotify: FakeSpotify, other: dict[str, str | None], text: str) -> None:
    """A wrong request ends on Spotify's own page, whichever way it comes; nobody is sent back."""
    url = api.authorize_url(**other)
    page = await _open(api, url)
    assert (page.status, text in page.text) == (400, True)
    assert (await _press(api, url, person="ada", decision="agree")).status == 400
    with pytest.raises(AuthorizeError, match=text):
        await spotify.consent(url, "ada")


@pytest.mark.parametrize(
    "uri", ["https://bot.example/cb", "http://127.0.0.1:8080/cb", "http://[::1]:8080/cb"]
)
def test_secure(uri: str) -> None:
    """https, or http on a loopback address."""
    assert is_secure(uri)


@pytest.mark.parametrize(
    "uri",
    ["http://192.168.0.5/cb", "http://localhost/cb", "https://localhost/cb", "ftp://127.0.0.1/cb", "", "x"],
)
def test_insecure(uri: str) -> None:
    """Localhost is no loopback address here."""
    assert not is_secure(uri)


def test_registered_without_port() -> None:
    """A loopback address may be registered without a port; any port then fits, but no other path."""
    registered = frozenset({"http://127.0.0.1/callback", "https://bot.example/callback"})
    assert is_registered(registered, "http://127.0.0.1:49152/callback")
    assert not is_registered(registered, "http://127.0.0.1:49152/elsewhere")
    assert not is_registered(registered, "https://bot.example:8443/callback")
