"""docs/spotify-client.md is true: its programs run as they stand, and what it says one sees is what one sees."""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.spotify import FileTokens, MemoryTokens, Spotify
from bot.spotify.cures import cure
from bot.spotify.errors import SpotifyError
from bot.spotify.front import Options
from bot.spotify.oauth import UserToken, code_of
from bot.spotify.scopes import Scope
from sandbox.fake_spotify import AuthorizeError, FakeSpotify
from sandbox.ports import ReservedPort
from tests.bot.spotify.programs import Desk, Ran
from tests.bot.spotify.test_guide_tables import PAGE, rows, section

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.clock import Clock

FIRST = "The Spotify client"
PROGRAMS: dict[str, str] = dict(
    re.findall(r"^#{1,3} ([^\n]+)\n(?:(?!^#).)*?^```python\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL)
)


async def run(
    desk: Desk, title: str, *arguments: str, shown: str = "", real: str = "", **env: str
) -> list[str]:
    """The lines that a program of the page prints, saved as a file and started as a person would.

    shown, real: an ID in the text that stands for the reader's own.
    """
    file = desk.folder / "program.py"
    assert shown in PROGRAMS[title]
    file.write_text(PROGRAMS[title].replace(shown, real) if shown else PROGRAMS[title], "utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(file),
        *arguments,
        cwd=desk.folder,
        env=desk.env | desk.browser() | env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    ran = Ran(out.decode(), err.decode(), process.returncode)
    assert ran.status == 0, ran.err
    return ran.out.splitlines()


def test_all_are_run() -> None:
    """Every program of the page is run by a test here: the first answer and the seven."""
    source = Path(__file__).read_text("utf-8")
    assert all(f'"{title}"' in source for title in PROGRAMS)
    assert len(PROGRAMS) == PAGE.count("```python") == 1 + 7
    assert len([line for line in PROGRAMS[FIRST].splitlines() if line]) == 3


async def test_first(desk: Desk, fake: FakeSpotify) -> None:
    """The three lines at the top answer."""
    known = fake.known.plain
    printed = await run(desk, "The Spotify client", shown="11dFghVXANMlKmJXsNCbNl", real=known.id)
    assert printed == [f"{known.name} by {known.artists[0].name}"]


async def test_track(desk: Desk, fake: FakeSpotify) -> None:
    """A track by its ID."""
    known = fake.known.plain
    printed = await run(desk, "A track by its ID", known.id)
    assert printed == [f"{known.name} by {', '.join(one.name for one in known.artists)}", known.url]


@pytest.mark.parametrize("extended", [False, True])
async def test_artist(desk: Desk, fake: FakeSpotify, *, extended: bool) -> None:
    """An artist with genres, with followers where Spotify sends them, and with albums."""
    fake.switches.extended = extended
    artist = fake.known.artist
    async with Spotify.from_env(None, environment=desk.env) as spotify:
        sent = (await spotify.search_artists(artist.name, limit=1)).items[0]
    assert (sent.id, sent.followers is not None) == (artist.id, extended)
    printed = await run(desk, "An artist with genres and followers", artist.name)
    followers = sent.followers.total if sent.followers else "unknown"
    genres = ", ".join(sent.genres) or "none"
    assert printed[0] == f"{artist.name} {artist.id} genres: {genres} followers: {followers}"
    assert any(line.startswith("   ") and line.endswith(f" {fake.known.album.name}") for line in printed)


async def test_playlists(desk: Desk, fake: FakeSpotify) -> None:
    """A user's public playlists, all pages of them."""
    fake.switches.extended = True
    for number in range(70):
        fake.new_playlist("grace", f"Tape {number}")
    printed = await run(desk, "A user's public playlists", fake.person("grace").id)
    address = "https://open.spotify.com/playlist/"
    assert [line.partition(address)[0] for line in printed[-70:]] == [f"Tape {n} 0 " for n in range(70)]


async def test_me(desk: Desk, fake: FakeSpotify) -> None:
    """Who am I; the next run is silent, without any browser."""
    ada = fake.person("ada")
    for env in ({}, {"BROWSER": "/nowhere"}):
        assert await run(desk, "Who am I", **env) == [f"{ada.display_name} {ada.id}"]


async def test_saved(desk: Desk, fake: FakeSpotify, sandbox_clock: Clock) -> None:
    """Saved tracks, newest first."""
    for track in (fake.known.plain, fake.known.twice):
        fake.person("ada").listening.saved[track.uri] = sandbox_clock.now()
    day = f"{sandbox_clock.now():%Y-%m-%d}"
    printed = await run(desk, "Saved tracks")
    assert printed == [f"{day} {track.name}" for track in (fake.known.twice, fake.known.plain)]


async def test_top(desk: Desk, fake: FakeSpotify) -> None:
    """Top tracks, by range."""
    token = UserToken(fake.user_token("ada", {Scope.USER_TOP_READ}), {Scope.USER_TOP_READ})
    expected = []
    async with Spotify.from_env(None, environment=desk.env) as spotify:
        for span in ("short_term", "medium_term", "long_term"):
            page = await spotify.client.top_tracks(token, span, limit=5)
            expected.append(f"{span} {[track.name for track in page.items]}")
    assert await run(desk, "Top tracks") == expected


async def test_playback(desk: Desk, fake: FakeSpotify) -> None:
    """Devices, and a playlist that starts on the first one."""
    listening, playlist = fake.person("ada").listening, fake.known_playlists.linus
    printed = await run(desk, "Devices and playback", playlist.id)
    assert printed == [f"{one.name} {one.kind} {one.volume}" for one in listening.devices]
    player = listening.player
    assert (player.playing, player.context, player.device) == (True, playlist.uri, listening.devices[0])


class Trouble:
    """What can go wrong, each answering what one sees then: an error and what the command says about it."""

    def __init__(self, fake: FakeSpotify, desk: Desk, clock: Clock) -> None:
        self.fake, self.desk, self.clock = fake, desk, clock

    def open(self, **env: str) -> Spotify:
        return Spotify.from_env(None, environment=self.desk.env | env, now=self.clock.now)

    async def on_the_page(self, **env: str) -> None:
        async with self.open(**env) as spotify:
            await self.fake.consent(spotify.session(MemoryTokens()).ask("user-top-read").url, "ada")

    async def invalid_scope(self) -> None:
        async with self.open() as spotify:
            url = spotify.session(MemoryTokens()).ask("user-top-read").url
            await self.fake.consent(url.replace("user-top-read", "user-top-raed"), "ada")

    async def unknown_scope(self) -> None:
        async with self.open() as spotify:
            await spotify.sign_in("user-top-raed")

    async def call(self, call: Callable[[Spotify, UserToken], Awaitable[object]], who: str = "ada") -> None:
        token = UserToken(self.fake.user_token(who, frozenset(Scope)), frozenset(Scope))
        async with self.open() as spotify:
            await call(spotify, token)

    async def app(self, **env: str) -> None:
        async with self.open(**env) as spotify:
            await spotify.track(self.fake.known.plain.id)

    async def nobody_there(self) -> None:
        with closing(ReservedPort()) as port:
            await self.app(SPOTIFY_ACCOUNTS_URL=f"http://127.0.0.1:{port.number}")

    async def no_client_id(self) -> None:
        Spotify.from_env(None, environment={})

    async def expired(self) -> None:
        async with self.open() as spotify:
            person = spotify.session(MemoryTokens())
            asking = person.ask("user-top-read")
            await person.finish(asking, await self.fake.consent(asking.url, "ada"))
            self.clock.advance(timedelta(days=185))
            await person.top_tracks()

    async def scope_missing(self) -> None:
        await self.call(lambda spotify, token: spotify.client.top_tracks(UserToken(token.value, "")))

    async def implicit(self) -> None:
        code_of("http://127.0.0.1:8080/callback#access_token=x", state="y")

    async def no_premium(self) -> None:
        self.fake.person("ada").listening.premium = False
        await self.call(lambda spotify, token: spotify.client.play(token))

    async def owner_without_premium(self) -> None:
        self.fake.switches.owner_has_premium = False
        await self.call(lambda spotify, token: spotify.client.me(token))

    async def wait(self) -> None:
        self.fake.rate_limit(3600)
        await self.app()


TROUBLES: dict[str, Callable[[Trouble], Awaitable[object]]] = {
    "INVALID_CLIENT: Invalid redirect URI": lambda it: it.on_the_page(
        SPOTIFY_REDIRECT_URI="http://127.0.0.1:8080/callback/"
    ),
    "INVALID_CLIENT: Insecure redirect URI": lambda it: it.on_the_page(
        SPOTIFY_REDIRECT_URI="http://localhost:8080/callback"
    ),
    "INVALID_CLIENT: Invalid client": lambda it: it.on_the_page(SPOTIFY_CLIENT_ID="another"),
    "Spotify doesn't accept this client ID and secret": lambda it: it.app(SPOTIFY_CLIENT_SECRET="another"),
    "there is no client ID": Trouble.no_client_id,
    "unknown scope": Trouble.unknown_scope,
    "INVALID_SCOPE: Invalid scope": Trouble.invalid_scope,
    "Spotify can't be reached": Trouble.nobody_there,
    "the consent is over": Trouble.expired,
    "The consent doesn't cover this": Trouble.scope_missing,
    "Spotify ended the implicit grant on 2025-11-27": Trouble.implicit,
    "This account isn't on the app's user list": lambda it: it.call(
        lambda spotify, token: spotify.client.me(token), "barbara"
    ),
    "The owner of the app needs Spotify Premium": Trouble.owner_without_premium,
    "The player only takes commands from accounts with Spotify Premium": Trouble.no_premium,
    "There is nothing to play on": lambda it: it.call(lambda spotify, token: spotify.client.play(token)),
    "Spotify only lets apps with extended quota do this": lambda it: it.call(
        lambda spotify, token: spotify.client.user_playlists(token, "ada.reel")
    ),
    "Spotify says to wait until": Trouble.wait,
}


@pytest.mark.parametrize("seen", TROUBLES)
async def test_trouble(fake: FakeSpotify, desk: Desk, sandbox_clock: Clock, seen: str) -> None:
    """What a row of the trouble table says one sees is what one sees."""
    with pytest.raises((SpotifyError, AuthorizeError)) as raised:
        await TROUBLES[seen](Trouble(fake, desk, sandbox_clock))
    error: Any = raised.value
    said = cure(error)[1] if isinstance(error, SpotifyError) else ""
    assert seen in f"{error} {said}"


async def test_broken_file(fake: FakeSpotify, desk: Desk) -> None:
    """A broken file of tokens counts as none: the person is asked again, and it's written anew."""
    store = FileTokens(desk.folder / "tokens.json")
    (desk.folder / "tokens.json").write_bytes(b"\x00{half")
    async with Spotify.from_env(None, environment=desk.env) as spotify:
        assert await spotify.resume(store=store) is None
        person = spotify.session(store)
        asking = person.ask("")
        await person.finish(asking, await fake.consent(asking.url, "ada"))
        assert await spotify.resume(store=store) is not None


def test_all_troubles() -> None:
    """Every row of the trouble table is provoked by a test here."""
    firsts = [first for first, *_ in rows("Trouble")]
    shown = {found[0] for first in firsts if (found := re.findall(r"`([^`]+)`", first))}
    assert shown == set(TROUBLES)
    assert [first for first in firsts if "`" not in first] == ["Signed in yesterday, asked again today"]


async def test_options(desk: Desk, fake: FakeSpotify) -> None:
    """What the list of options writes works: with the tokens as arguments, and a list read to its end."""
    listed = section("Options")
    assert "spotify.client.track(await spotify.app.token(), track_id)" in listed
    async with Spotify.from_env(None, environment=desk.env) as spotify:
        track = await spotify.client.track(await spotify.app.token(), fake.known.plain.id)
        assert track.name == fake.known.plain.name
    for name in re.findall(r"`(\w+)=", listed):
        assert name in Options.__annotations__ or name in {"at_once", "connections"}, name
