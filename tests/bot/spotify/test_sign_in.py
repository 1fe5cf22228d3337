"""Signing in from a program of one's own: the browser, the one callback, pasting, and silence the next time."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.spotify import MemoryTokens, Spotify
from bot.spotify.errors import SpotifySetupError
from bot.spotify.sign_in import Callback
from sandbox.ports import ReservedPort

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.clock import Clock
    from sandbox.fake_spotify import FakeSpotify
    from tests.bot.spotify.programs import Desk

THREE_LINES = """
import asyncio
from bot.spotify import Spotify

async def main():
    async with Spotify.from_env() as spotify:
        await spotify.sign_in({arguments})
        print((await spotify.me()).id)

asyncio.run(main())
"""
TOP = THREE_LINES.format(arguments='"user-top-read"')


@pytest.fixture
async def spotify(desk: Desk, sandbox_clock: Clock) -> AsyncIterator[Spotify]:
    async with Spotify.from_env(None, environment=desk.env, now=sandbox_clock.now) as opened:
        yield opened


async def test_three_lines(desk: Desk, fake: FakeSpotify) -> None:
    """Three lines answer: the browser comes back to the program; the next time, nothing is asked."""
    first = await desk.run(TOP, **desk.browser())
    assert (first.out, first.status) == (f"{fake.person('ada').id}\n", 0), first.err
    assert "You're signed in. You can close this page." in desk.shown.read_text("utf-8")
    again = await desk.run(TOP)
    assert (again.out, again.err) == (first.out, "")
    [tokens] = (desk.home / ".spotify-tokens").glob("*.json")
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    assert stat.S_IMODE(tokens.parent.stat().st_mode) == 0o700


async def test_more_scopes(desk: Desk) -> None:
    """Who needs more is asked again, and keeps what they were granted before."""
    await desk.run(TOP, **desk.browser())
    more = THREE_LINES.format(arguments='"user-library-read"').replace(
        "(await spotify.me()).id", PRINT_SCOPES
    )
    result = await desk.run(more, **desk.browser())
    assert result.out == "['user-library-read', 'user-top-read']\n", result.err


PRINT_SCOPES = "sorted((await spotify.person.token()).scopes)"


async def test_over(desk: Desk, fake: FakeSpotify, sandbox_clock: Clock) -> None:
    """A consent that was withdrawn is asked for again."""
    await desk.run(TOP, **desk.browser())
    fake.revoke("ada")
    [path] = (desk.home / ".spotify-tokens").glob("*.json")
    async with Spotify.from_env(None, environment=desk.env, now=sandbox_clock.now) as spotify:
        store = spotify._store(None, path.parent)  # the same file, whose access token has run out
        kept = await store.load()
        assert kept is not None
        sandbox_clock.advance(timedelta(hours=2))
        assert await spotify.session(store).scopes() is None
    assert (await desk.run(TOP, **desk.browser("grace"))).out == f"{fake.person('grace').id}\n"


async def test_users(desk: Desk, fake: FakeSpotify) -> None:
    """Each name has tokens of its own, and signing out deletes only these."""
    for name in ("ada", "grace"):
        program = THREE_LINES.format(arguments=f'"user-top-read", user="{name}"')
        assert (await desk.run(program, **desk.browser(name))).out == f"{fake.person(name).id}\n"
    out = THREE_LINES.format(arguments='user="grace"').replace(
        "print((await spotify.me()).id)", 'await spotify.sign_out(user="ada")'
    )
    assert (await desk.run(out)).status == 0
    assert [path.name for path in (desk.home / ".spotify-tokens").glob("*.json")] == ["c11e47-grace.json"]


@pytest.mark.parametrize("why", ["no browser", "not wanted", "https", "port"])
async def test_pasted(desk: Desk, fake: FakeSpotify, why: str) -> None:
    """Without a browser, or where nobody can listen, the address is pasted; a wrong one is asked for again."""
    env, arguments = {}, '"user-top-read"'
    if why == "not wanted":
        arguments += ", open_browser=False"
        env = desk.browser("grace")
    if why == "https":
        env = {"SPOTIFY_REDIRECT_URI": "https://example.org/callback"}
    with closing(ReservedPort()) as other:
        if why == "port":
            listening = other._socket  # another program's
            listening.listen()
            env = {"SPOTIFY_REDIRECT_URI": f"http://127.0.0.1:{other.number}/callback"}
        process = await desk.start(THREE_LINES.format(arguments=arguments), **env)
        assert process.stderr
        assert process.stdin
        lines = [(await process.stderr.readline()).decode()]
        while not lines[-1].startswith("http"):
            lines.append((await process.stderr.readline()).decode())
            assert lines[-1], lines
        process.stdin.write(f"{desk.redirect}?code=x&state=another\n".encode())
        process.stdin.write((await fake.consent(lines[-1].strip(), "ada")).encode() + b"\n")
        out, err = await process.communicate()
    assert out.decode() == f"{fake.person('ada').id}\n", err.decode()
    assert "That isn't the address you ended up on" in err.decode()


async def test_nothing_pasted(desk: Desk) -> None:
    """A program that nobody watches says so instead of waiting for ever."""
    result = await desk.run(TOP)
    assert result.status == 1
    assert "SpotifyConsentError: no address was pasted, so nobody is signed in." in result.err


async def test_declined(desk: Desk) -> None:
    """Who presses Cancel reads that nothing was changed, and the program gets an error."""
    result = await desk.run(TOP, **desk.browser("ada", "cancel"))
    assert "SpotifyConsentError: access_denied" in result.err
    assert "You declined, so nothing was changed. You can close this page." in desk.shown.read_text("utf-8")
    assert not (desk.home / ".spotify-tokens").exists()


async def test_never_came_back(desk: Desk) -> None:
    """A browser that never comes back is not waited for longer than the program said."""
    program = THREE_LINES.format(arguments='"user-top-read", patience_s=0.1')
    (desk.folder / "idle.py").write_text("", "utf-8")
    browser = desk.browser()["BROWSER"].replace("browser.py", "idle.py")
    result = await desk.run(program, BROWSER=browser)
    assert "nobody came back from Spotify's page" in result.err


async def test_only_one_callback(spotify: Spotify, fake: FakeSpotify, desk: Desk) -> None:
    """What isn't the answer to this page changes nothing and doesn't end the waiting; the answer counts once."""
    person = spotify.session(store := MemoryTokens())
    asking = person.ask("user-top-read")
    callback = Callback(person, asking, desk.redirect)
    back = await fake.consent(asking.url, "ada")
    async with callback.listening() as listens, aiohttp.ClientSession() as browser:
        assert listens
        for wrong in (
            desk.redirect,
            f"{desk.redirect}?code=x&state=forged",
            f"{desk.redirect}?error=access_denied",
            back.replace("/callback", "/elsewhere"),
        ):
            async with browser.get(wrong) as page:
                assert page.status in {400, 404}
        async with browser.get(back, headers={"Host": "rebound.example"}) as page:
            assert page.status == 404
        async with browser.post(back) as page:
            assert page.status == 404
        assert not callback.done.done()
        assert await store.load() is None
        async with browser.get(back) as page:
            assert page.status == 200
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert "code=" not in await page.text()
        async with browser.get(back) as page:
            assert page.status == 410
    await callback.done
    assert (kept := await store.load())
    assert kept.scopes == {"user-top-read"}


async def test_exchange_fails(spotify: Spotify, fake: FakeSpotify, desk: Desk) -> None:
    """If Spotify rejects the code, page and program both say so."""
    person = spotify.session(MemoryTokens())
    asking = person.ask("user-top-read")
    callback = Callback(person, asking, desk.redirect)
    back = (await fake.consent(asking.url, "ada")).replace("code=", "code=not-")
    async with callback.listening(), aiohttp.ClientSession() as browser, browser.get(back) as page:
        assert page.status == 502
        assert "Invalid authorization code" in await page.text()
    with pytest.raises(Exception, match="Invalid authorization code"):
        await callback.done


async def test_own_store(spotify: Spotify, fake: FakeSpotify) -> None:
    """Tokens in a store of one's own are used silently, and show_dialog is the program's choice."""
    store = MemoryTokens()
    person = spotify.session(store)
    asking = person.ask("user-top-read", show_dialog=False)
    assert "show_dialog" not in parse_qs(urlsplit(asking.url).query)
    assert parse_qs(urlsplit(person.ask("").url).query)["show_dialog"] == ["true"]
    await person.finish(asking, await fake.consent(asking.url, "ada"))
    assert await (await spotify.sign_in("user-top-read", store=store)).me() == await spotify.me()


async def test_no_redirect(fake: FakeSpotify) -> None:
    """Without a redirect address nobody can be asked, and the error says which setting is missing."""
    async with Spotify(fake.client_id) as spotify:
        with pytest.raises(SpotifySetupError, match="SPOTIFY_REDIRECT_URI"):
            await spotify.sign_in(store=MemoryTokens())
