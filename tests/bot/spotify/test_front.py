"""The front door: where its settings come from, whose token a call uses, and which network it goes through."""

from __future__ import annotations

import ast
import asyncio
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from bot.spotify import MemoryTokens, Spotify, SpotifyClient, UserToken, new_session
from bot.spotify.calls import Calls
from bot.spotify.errors import (
    SpotifyGrantError,
    SpotifyRequestError,
    SpotifySetupError,
    SpotifyUnavailableError,
)
from bot.spotify.scopes import Scope, scopes_of
from sandbox.clock import Clock
from sandbox.fake_spotify import FakeSpotify

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parents[3]
REDIRECT = "http://127.0.0.1:8080/callback"
APP = {"SPOTIFY_CLIENT_ID": "c11e47", "SPOTIFY_CLIENT_SECRET": "s"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeSpotify]:
    async with FakeSpotify(
        clock=Clock(), client_id="c11e47", client_secret="s", redirect_uris=[REDIRECT]
    ) as made:
        yield made


async def page_of(spotify: Spotify) -> str:
    """The address of the consent page, which has the client ID and the redirect address in it."""
    async with spotify:
        return spotify.session(MemoryTokens()).ask("").url


async def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our names and spotipy's are read, ours first; the environment comes before the file."""
    monkeypatch.chdir(tmp_path)
    spotipys = {"SPOTIPY_CLIENT_ID": "theirs", "SPOTIPY_REDIRECT_URI": "http://127.0.0.1:9090"}
    page = await page_of(Spotify.from_env(environment=spotipys))
    assert "client_id=theirs" in page
    assert "9090" in page
    assert "client_id=ours" in await page_of(
        Spotify.from_env(environment={"SPOTIFY_CLIENT_ID": "ours", **spotipys})
    )
    (tmp_path / ".env").write_text("SPOTIFY_CLIENT_ID=filed\nSPOTIPY_REDIRECT_URI='http://127.0.0.1:7070'\n")
    page = await page_of(Spotify.from_env(environment={"SPOTIFY_CLIENT_ID": " "}))
    assert "client_id=filed" in page
    assert "7070" in page
    assert "client_id=theirs" in await page_of(Spotify.from_env(environment=spotipys))
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "set")
    assert "client_id=set" in await page_of(Spotify.from_env())


async def test_options_come_first() -> None:
    """What a program says itself counts more than what was found."""
    found = {**APP, "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:1"}
    spotify = Spotify.from_env(None, environment=found, redirect_uri="http://127.0.0.1:2")
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A2&" in await page_of(spotify)


def test_no_client_id(tmp_path: Path) -> None:
    """A missing client ID is named, together with where it belongs."""
    with pytest.raises(SpotifySetupError, match=r"Set SPOTIFY_CLIENT_ID .*dashboard\.$"):
        Spotify.from_env(tmp_path / ".env", environment={})
    (tmp_path / ".env").write_text("SPOTIFY_MARKET=SE\n")
    with pytest.raises(SpotifySetupError, match=r"in the environment or in .*\.env\.$"):
        Spotify.from_env(tmp_path / ".env", environment={})


async def test_whose_token(fake: FakeSpotify) -> None:
    """Without a person, music is read with the app's token; with one, with theirs; and nobody else's things are."""
    environment = {**APP, "SPOTIFY_API_URL": fake.api_url, "SPOTIFY_ACCOUNTS_URL": fake.accounts_url}
    async with Spotify.from_env(None, environment=environment, redirect_uri=REDIRECT) as spotify:
        assert (await spotify.track(fake.known.plain.id)).name == fake.known.plain.name
        with pytest.raises(SpotifyGrantError, match="nobody has signed in"):
            await spotify.me()
        person = spotify.session(store := MemoryTokens())
        asking = person.ask("user-top-read")
        await person.finish(asking, await fake.consent(asking.url, "ada"))
        await spotify.sign_in("user-top-read", store=store)
        assert (await spotify.me()).id == (await person.me()).id == fake.person("ada").id
        await spotify.artist(fake.known.artist.id)
        await spotify.top_tracks("short_term", limit=3)
        await spotify.sign_out(store=store)
        assert spotify.person is None
    kinds = [call.token_kind for call in fake.calls_to("GET /*")]
    assert kinds == ["app", "user", "user", "user", "user"]


def test_every_call() -> None:
    """Each call of the client is there without its token, with the same other arguments."""
    calls = {
        name: call
        for name, call in inspect.getmembers(SpotifyClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert calls.keys() == {
        name for name, call in vars(Calls).items() if inspect.isfunction(call) and not name.startswith("_")
    } - {"run", "run_for_anyone"}
    for name, call in calls.items():
        ours = inspect.signature(getattr(Calls, name))
        theirs = inspect.signature(call)
        assert [*ours.parameters.values()] == [
            one for one in theirs.parameters.values() if one.name != "token"
        ], name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("user-top-read", {"user-top-read"}),
        ("user-top-read  user-library-read\n", {"user-top-read", "user-library-read"}),
        ("user-top-read, user-library-read", {"user-top-read", "user-library-read"}),
        (["user-top-read"], {"user-top-read"}),
        ({Scope.USER_TOP_READ}, {"user-top-read"}),
        ("", set()),
    ],
)
def test_scopes(written: str | list[str], meant: set[str]) -> None:
    """Scopes can be one text or a collection."""
    assert scopes_of(written) == meant
    assert UserToken("x", written).scopes == meant


@pytest.mark.parametrize("written", ["user-top-raed", ["user-top-raed"], "user-library-read User-Top-Read"])
async def test_unknown_scope(written: str | list[str]) -> None:
    """An unknown scope is refused by name, with the one that was meant, wherever scopes are passed."""
    async with Spotify("c11e47", redirect_uri=REDIRECT) as spotify:
        with pytest.raises(
            SpotifyRequestError, match=r"unknown scope “user-top-raed|User-Top-Read”.*user-top-read"
        ):
            spotify.session(MemoryTokens()).ask(written)
        with pytest.raises(SpotifyRequestError, match="unknown scope"):
            spotify.oauth.authorize_url(state="s", challenge="c", scopes=written)
        with pytest.raises(SpotifyRequestError, match="unknown scope"):
            await spotify.sign_in(written, store=MemoryTokens())
    with pytest.raises(SpotifyRequestError, match=r"“x”\. Known: .*, user-top-read, "):
        scopes_of("x")


async def test_granted_scopes_are_not_judged() -> None:
    """What Spotify grants may be newer than our list."""
    assert UserToken("x", "user-top-read of-tomorrow").scopes == {"user-top-read", "of-tomorrow"}


@pytest.fixture
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that opens no tunnel, and what it was asked for."""
    asked: list[str] = []

    async def refuse(request: web.BaseRequest) -> web.Response:
        asked.append(f"{request.method} {request.raw_path}")
        return web.Response(status=502)

    runner = web.ServerRunner(web.Server(refuse))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    await runner.cleanup()


@pytest.mark.parametrize("way", ["proxy", "trust_env", "neither", "bypassed"])
async def test_proxy(proxy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """A proxy is used if it's named, or if the system's may be trusted; by itself, none is."""
    address, asked = proxy
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    if way != "proxy":
        monkeypatch.setenv("https_proxy", address)
    if way == "bypassed":
        monkeypatch.setenv("no_proxy", "127.0.0.1")
    async with Spotify(
        "c11e47",
        "s",
        accounts_url="https://127.0.0.1:1",
        proxy=address if way == "proxy" else None,
        trust_env=way != "neither",
    ) as spotify:
        with pytest.raises(SpotifyUnavailableError):
            await spotify.oauth.exchange("code", None)
    assert asked == (["CONNECT 127.0.0.1:1"] if way in {"proxy", "trust_env"} else [])


async def test_own_session(fake: FakeSpotify) -> None:
    """A session of one's own is used, with its headers, and stays open."""
    async with new_session(connections=1) as http:
        http.headers["X-Mine"] = "yes"
        async with Spotify(
            "c11e47", "s", http=http, api_url=fake.api_url, accounts_url=fake.accounts_url
        ) as spotify:
            await spotify.track(fake.known.plain.id)
        assert not http.closed
    async with aiohttp.ClientSession() as plain:
        async with Spotify(
            "c11e47", "s", http=plain, api_url=fake.api_url, accounts_url=fake.accounts_url
        ) as spotify:
            await spotify.track(fake.known.plain.id)
        assert not plain.closed


async def test_timeout() -> None:
    """A try ends when the program's time for it is over."""
    over = asyncio.Event()

    async def silent(_: web.BaseRequest) -> web.Response:
        await over.wait()
        return web.Response()

    runner = web.ServerRunner(web.Server(silent))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with Spotify("c11e47", "s", timeout_s=0.05, accounts_url=address) as spotify:
            with pytest.raises(SpotifyUnavailableError):
                await spotify.oauth.exchange("code", None)
    finally:
        over.set()
        await runner.cleanup()


def test_who_reads_the_environment() -> None:
    """In the client, only the front door looks at environment variables."""
    reads = {
        path.name
        for path in (ROOT / "bot" / "spotify").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "getenvb"}
    }
    assert reads == {"front.py"}
