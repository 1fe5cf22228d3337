"""python -m bot.spotify, run for real against the sandbox's Spotify: tables, JSON, exit statuses, and what to do."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.spotify import FileTokens, Spotify
from bot.spotify.commands import ALL, KINDS, SCOPES
from bot.spotify.cures import Exit
from bot.spotify.scopes import NEEDED, Scope
from sandbox.fake_spotify import FakeSpotify, Fault
from sandbox.ports import ReservedPort
from tests.bot.spotify.programs import Desk, Ran

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.clock import Clock

COMMANDS = (
    "login",
    "me",
    "track",
    "search",
    "artist",
    "playlists",
    "saved",
    "top",
    "devices",
    "play",
    "logout",
)


async def start(desk: Desk, *arguments: str, **env: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.spotify", *arguments),
        cwd=desk.folder,
        env=desk.env | env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def run(desk: Desk, *arguments: str, typed: str = "", **env: str) -> Ran:
    process = await start(desk, *arguments, **env)
    out, err = await process.communicate(typed.encode())
    return Ran(out.decode(), err.decode(), process.returncode)


async def sign_in(desk: Desk, fake: FakeSpotify, scopes: Collection[str] = ALL, who: str = "ada") -> None:
    """As `login` would leave it."""
    async with Spotify.from_env(None, environment=desk.env) as spotify:
        person = spotify.session(FileTokens(desk.home / ".spotify-tokens" / f"{fake.client_id}.json"))
        asking = person.ask(scopes)
        await person.finish(asking, await fake.consent(asking.url, who))


def failed(ran: Ran, status: Exit) -> str:
    """The one line it says on standard error, and nothing else anywhere."""
    assert (ran.status, ran.out) == (status, ""), ran.err
    [line] = ran.err.splitlines()
    return line


async def test_sign_in_and_out(desk: Desk, fake: FakeSpotify) -> None:
    """`login` opens the browser and is remembered; `me` then answers; `logout` deletes the tokens."""
    signed = await run(desk, "login", **desk.browser())
    assert (signed.status, signed.out) == (0, f"Signed in as {fake.person('ada').display_name}.\n"), (
        signed.err
    )
    shown = await run(desk, "me")
    assert re.search(rf"^Name +{fake.person('ada').display_name}$", shown.out, re.MULTILINE), shown.err
    assert (await run(desk, "logout")).status == 0
    assert "bot.spotify login" in failed(await run(desk, "me"), Exit.SIGN_IN)


async def test_people(desk: Desk, fake: FakeSpotify) -> None:
    """With --user, several people sign in beside each other."""
    for name in ("ada", "grace"):
        await run(desk, "login", "--user", name, **desk.browser(name))
    for name in ("ada", "grace"):
        shown = await run(desk, "me", "--json", "--user", name)
        assert json.loads(shown.out)["id"] == fake.person(name).id


async def test_pasted(desk: Desk, fake: FakeSpotify) -> None:
    """Without a browser, the address is shown, and the one that comes back is pasted."""
    process = await start(desk, "login", "--no-browser", "--scopes", "user-top-read")
    assert process.stderr is not None
    page = b""
    while not page.startswith(b"http"):
        page = await process.stderr.readline()
    answer = await fake.consent(page.decode().strip(), "ada")
    out, _ = await process.communicate(f"{answer}\n".encode())
    assert (process.returncode, out) == (0, f"Signed in as {fake.person('ada').display_name}.\n".encode())


async def test_declined(desk: Desk) -> None:
    """Who declines is told that nothing was changed."""
    ran = await run(desk, "login", **desk.browser(decision="decline"))
    assert ran.status == Exit.SIGN_IN
    assert "You declined on Spotify's page, so nothing was changed." in ran.err


async def test_track(desk: Desk, fake: FakeSpotify) -> None:
    """A track is shown by link, URI or ID, with the app's own token; --json has all of it."""
    known = fake.known.plain
    for way in (known.id, known.uri, known.url):
        ran = await run(desk, "track", way)
        assert re.search(rf"^Title +{re.escape(known.name)}$", ran.out, re.MULTILINE), ran.err
        assert ran.out.rstrip().endswith(known.url)
    sent = json.loads((await run(desk, "track", known.id, "--json")).out)
    assert (sent["id"], sent["name"]) == (known.id, known.name)


async def test_search(desk: Desk, fake: FakeSpotify) -> None:
    """Anything can be searched; more than a page of Spotify's is read if --limit asks for it."""
    ran = await run(desk, "search", fake.known.plain.name)
    assert ran.out.splitlines()[0].split() == ["Title", "Artists", "Album", "Length", "ID"]
    assert fake.known.plain.id in ran.out
    for kind in KINDS:
        assert (await run(desk, "search", "a", "--kind", kind)).status == 0, kind
    many = json.loads((await run(desk, "search", "a", "--limit", "25", "--json")).out)
    assert len(many) == 25
    assert (await run(desk, "search", "xqzzyx")).out == "Nothing there.\n"


async def test_artist(desk: Desk, fake: FakeSpotify) -> None:
    """An artist is found by name or link, with albums; followers only where Spotify sends them."""
    artist = fake.known.artist
    for way in (artist.name, f"spotify:artist:{artist.id}"):
        ran = await run(desk, "artist", way)
        assert re.search(rf"^Name +{re.escape(artist.name)}$", ran.out, re.MULTILINE), ran.err
        assert fake.known.album.name in ran.out
    assert "Followers" not in ran.out
    fake.switches.extended = True
    assert "Followers" in (await run(desk, "artist", artist.name)).out


async def test_playlists(desk: Desk, fake: FakeSpotify) -> None:
    """One's own playlists; a user's public ones with extended quota, and otherwise a sentence that says so."""
    fake.new_playlist("ada", "Evenings")
    await sign_in(desk, fake)
    assert "Evenings" in (await run(desk, "playlists")).out
    fake.new_playlist("grace", "Tape")
    other = fake.person("grace").id
    assert "extended quota" in failed(await run(desk, "playlists", other), Exit.FAILED)
    fake.switches.extended = True
    assert "Tape" in (await run(desk, "playlists", other)).out


async def test_saved_and_top(desk: Desk, fake: FakeSpotify, sandbox_clock: Clock) -> None:
    """Saved tracks come newest first with their date, top lists with their place and for the range asked for."""
    saved = fake.person("ada").listening.saved
    for track in (fake.known.plain, fake.known.twice):
        saved[track.uri] = sandbox_clock.now()
    await sign_in(desk, fake)
    lines = (await run(desk, "saved")).out.splitlines()
    assert [line.split()[-1] for line in lines] == ["ID", fake.known.twice.id, fake.known.plain.id]
    assert lines[1].startswith(f"{sandbox_clock.now():%Y-%m-%d}  ")
    assert len((await run(desk, "saved", "--limit", "1")).out.splitlines()) == 2
    for span in ("short", "medium", "long"):
        ran = await run(desk, "top", "tracks", "--range", span)
        assert ran.out.splitlines()[1].startswith("1  "), ran.err
        assert fake.calls_to("GET /me/top/tracks")[-1].query["time_range"] == f"{span}_term"
    assert (await run(desk, "top", "artists", "--limit", "3")).out.count("\n") == 4


async def test_player(desk: Desk, fake: FakeSpotify) -> None:
    """Devices are listed; something plays on the one that is named, by name or ID, whatever its case."""
    await sign_in(desk, fake)
    listening = fake.person("ada").listening
    first = listening.devices[0]
    assert first.id in (await run(desk, "devices")).out
    assert "nothing to play on" in failed(await run(desk, "play"), Exit.FAILED)
    ran = await run(desk, "play", fake.known.plain.url, "--device", first.name.upper())
    assert (ran.status, listening.player.uri) == (0, fake.known.plain.uri), ran.err
    playlist = fake.known_playlists.linus
    assert (await run(desk, "play", playlist.uri, "--device", first.id)).status == 0
    assert listening.player.context == playlist.uri
    assert first.name in failed(await run(desk, "play", "--device", "Shed"), Exit.USAGE)
    listening.premium = False
    assert "Premium" in failed(await run(desk, "play"), Exit.FAILED)


async def test_width(desk: Desk, fake: FakeSpotify) -> None:
    """A table fits the terminal, with titles cut and IDs whole; piped, nothing is cut."""
    narrow = await run(desk, "search", fake.known.plain.name, COLUMNS="80")
    assert max(map(len, narrow.out.splitlines())) <= 80
    assert fake.known.plain.id in narrow.out
    assert "…" in (await run(desk, "search", "the", COLUMNS="60")).out
    assert "…" not in (await run(desk, "search", "the")).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "required: COMMAND"),
        (("sing",), "invalid choice"),
        (("track",), "required: LINK"),
        (("top", "--range", "weekly"), "invalid choice"),
        (("saved", "--limit", "0"), "a number from 1 to 10000"),
        (("track", "https://example.org/"), "no link to a thing on Spotify; what's needed here: track"),
        (("track", "spotify:album:2up3OPMp9Tb4dAKM2erWXQ"), "another kind (album)"),
        (("track", "https://spotify.link/abc"), "Short links"),
        (("search", " "), "Empty query."),
        (("login", "--scopes", "user-top-raed"), "Did you mean user-top-read?"),
    ],
)
async def test_wrong_use(desk: Desk, fake: FakeSpotify, arguments: tuple[str, ...], words: str) -> None:
    """Wrong input is status 2, says what's wrong, and asks Spotify nothing."""
    ran = await run(desk, *arguments)
    assert (ran.status, ran.out) == (Exit.USAGE, "")
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert fake.calls_to("GET /*") == []


async def test_no_settings(desk: Desk) -> None:
    """Without a client ID, or a redirect address to sign in with, it says what to set."""
    desk.env.pop("SPOTIFY_REDIRECT_URI")
    assert "SPOTIFY_REDIRECT_URI" in failed(await run(desk, "login"), Exit.SETUP)
    desk.env.pop("SPOTIFY_CLIENT_ID")
    assert "SPOTIFY_CLIENT_ID" in failed(await run(desk, "search", "x"), Exit.SETUP)


async def test_wrong_secret(desk: Desk, fake: FakeSpotify) -> None:
    """A wrong client ID or secret is named as such."""
    for name in ("SPOTIFY_CLIENT_SECRET", "SPOTIFY_CLIENT_ID"):
        line = failed(await run(desk, "track", fake.known.plain.id, **{name: "wrong"}), Exit.SETUP)
        assert "client ID and secret" in line


async def test_not_allowed(desk: Desk, fake: FakeSpotify) -> None:
    """A consent that lacks something names the command that adds it; another's account isn't on the list."""
    await sign_in(desk, fake, {Scope.USER_TOP_READ})
    line = failed(await run(desk, "saved"), Exit.SIGN_IN)
    assert line.endswith('Run: python -m bot.spotify login --scopes "user-library-read"')
    await sign_in(desk, fake, who="barbara")
    assert "user list" in failed(await run(desk, "me"), Exit.FAILED)


async def test_consent_over(desk: Desk, fake: FakeSpotify, sandbox_clock: Clock) -> None:
    """A withdrawn consent, and a broken file, lead to signing in again."""
    await sign_in(desk, fake)
    fake.expire_access_tokens()
    fake.revoke("ada")
    assert "bot.spotify login" in failed(await run(desk, "me"), Exit.SIGN_IN)
    await sign_in(desk, fake)
    [kept] = (desk.home / ".spotify-tokens").glob("*.json")
    kept.write_text("{half", "utf-8")
    assert "bot.spotify login" in failed(await run(desk, "me"), Exit.SIGN_IN)
    assert sandbox_clock.now() is not None


async def test_away(desk: Desk, fake: FakeSpotify) -> None:
    """Without a connection, with Spotify down or asking to wait, it says to try later, and when."""
    with closing(ReservedPort()) as nobody:
        line = failed(
            await run(
                desk, "track", fake.known.plain.id, SPOTIFY_ACCOUNTS_URL=f"http://127.0.0.1:{nobody.number}"
            ),
            Exit.LATER,
        )
    assert "Check the network, a firewall or a proxy" in line
    fake.rate_limit(timedelta(hours=3).total_seconds())
    assert "says to wait until" in failed(await run(desk, "search", "x"), Exit.LATER)


async def test_unknown(desk: Desk) -> None:
    """What Spotify doesn't know is said in a sentence."""
    line = failed(await run(desk, "track", "2up3OPMp9Tb4dAKM2erWXQ"), Exit.FAILED)
    assert line == "Spotify doesn't know that. Check the link or the ID."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("arguments", [("login", "--no-browser"), ("search", "x")])
async def test_interrupted(desk: Desk, fake: FakeSpotify, arguments: tuple[str, ...]) -> None:
    """Ctrl-C ends it at once, without a traceback, whether it waits for Spotify or for somebody to paste."""
    held = fake.faults.add(Fault("POST /api/token", kind="latency"))
    process = await start(desk, *arguments)
    assert process.stderr is not None
    if arguments[0] == "login":
        while not (await process.stderr.readline()).startswith(b"Then copy"):
            pass
    else:
        await held.struck()
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):
        status = await process.wait()  # standard input stays open, as at a terminal
    assert (status, (await process.stderr.read()).decode().strip()) == (Exit.STOPPED, "Stopped.")


@pytest.mark.parametrize("command", COMMANDS)
async def test_help(desk: Desk, command: str) -> None:
    """Every command explains itself, names the scopes it needs and the exit statuses."""
    ran = await run(desk, command, "--help", COLUMNS="200")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: python -m bot.spotify {command} ")
    assert all(scope in ran.out for scope in SCOPES.get(command, ()))
    assert all(f"  {status.value} " in ran.out for status in Exit if status is not Exit.STOPPED)
    assert command in (await run(desk, "--help")).out


def test_scopes() -> None:
    """What the commands ask for is what their calls need."""
    calls = {
        "playlists": "my_playlists",
        "saved": "saved_tracks",
        "top": "top_tracks",
        "devices": "devices",
        "play": "play",
    }
    for command, call in calls.items():
        NEEDED[call].check(SCOPES[command])
