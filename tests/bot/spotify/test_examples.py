"""docs/spotify-client.md is true: its examples run as they stand, against the sandbox, and its errors exist."""

from __future__ import annotations

import asyncio
import inspect
import re
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.spotify import Spotify, errors
from bot.spotify.session_stores import FileTokens
from sandbox.clock import Clock
from sandbox.fake_spotify import FakeSpotify
from sandbox.ports import ReservedPort
from tests.bot.spotify.programs import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PAGE = (Path(__file__).parents[3] / "docs" / "spotify-client.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"^## (.+?)\n(?:(?!^## ).)*?```python\n(.+?)```", PAGE, re.MULTILINE | re.DOTALL))
REDIRECT = "http://127.0.0.1:8080/callback"
LAST = "\n\nasyncio.run(main())\n"


@pytest.fixture
async def fake() -> AsyncIterator[FakeSpotify]:
    async with FakeSpotify(
        clock=Clock(),
        client_id="your client id",
        client_secret="your client secret",
        redirect_uris=[REDIRECT, "http://127.0.0.1/callback"],
    ) as spotify:
        yield spotify


async def run(
    title: str, fake: FakeSpotify, ids: dict[str, str], *, answer: Callable[[str], str] | None = None
) -> list[str]:
    """Run an example and answer what it prints.

    Only this is changed: where Spotify is, ids and titles that stand for the reader's own, and who types.
    """
    text = EXAMPLES[title]
    assert text.endswith(LAST)
    for shown, real in ids.items():
        assert shown in text
        text = text.replace(shown, real)
    printed: list[str] = []
    names: dict[str, Any] = {
        "print": lambda *words: printed.append(" ".join(map(str, words))),
        "input": lambda: answer(printed[-1].split()[-1]) if answer else "",
    }
    exec(compile(text.removesuffix(LAST), title, "exec"), names)  # noqa: S102 - a text of our own docs
    names["Spotify"] = partial(Spotify, api_url=fake.api_url, accounts_url=fake.accounts_url)
    await names["main"]()
    return printed


def test_all_are_run() -> None:
    """Every example of the page has its test here."""
    ours = inspect.getsource(inspect.getmodule(run) or pytest)
    assert all(f'"{title}"' in ours for title in EXAMPLES)
    assert len(EXAMPLES) == 6
    assert PAGE.count("```python") == len(EXAMPLES)


async def test_three_lines(fake: FakeSpotify, tmp_path: Path) -> None:
    """The shortest program runs as it stands: settings in the environment, a browser that agrees."""
    with closing(ReservedPort()) as reserved:
        desk = Desk(tmp_path, fake, reserved.number)
        ran = await desk.run(EXAMPLES["In three lines"], **desk.browser())
    assert ran.out == f"{fake.person('ada').display_name}\n", ran.err


async def test_track(fake: FakeSpotify) -> None:
    """A track is looked up by its id."""
    known = fake.known.plain
    printed = await run("Look up a track by its ID", fake, {"11dFghVXANMlKmJXsNCbNl": known.id})
    assert printed == [f"{known.name} by {', '.join(one.name for one in known.artists)}", known.url]


async def test_artist(fake: FakeSpotify) -> None:
    """An artist is searched, and their albums read."""
    printed = await run("Search for an artist", fake, {"quist": fake.known.artist.name})
    assert printed[0].startswith(fake.known.artist.name)
    assert fake.known.album.name in printed[0]


async def test_playlists(fake: FakeSpotify) -> None:
    """A user's public playlists are listed, all pages of them; development mode says that it may not."""
    for number in range(70):
        fake.new_playlist("grace", f"Tape {number}")
    title, ids = "List a user's public playlists", {"a.user.id": fake.person("grace").id}
    with pytest.raises(errors.SpotifyNotAvailableError):
        await run(title, fake, ids)
    fake.switches.extended = True
    printed = await run(title, fake, ids)
    assert len(printed) > 70
    assert printed[-1].startswith("Tape 69 0 https://open.spotify.com/playlist/")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the examples keep their file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_pkce(fake: FakeSpotify, folder: Path) -> None:
    """A person agrees, without a client secret in the program, and their music is read."""
    ada = fake.person("ada")
    for track in (fake.known.plain, fake.known.twice):
        ada.listening.saved[track.uri] = Clock().now()
    loop = asyncio.get_running_loop()

    def agree(address: str) -> str:
        return asyncio.run_coroutine_threadsafe(fake.consent(address, "ada"), loop).result(5)

    printed = await run("Authorize with PKCE, read top tracks and saved tracks", fake, {}, answer=agree)
    assert printed[1].startswith("Most heard: [")
    assert [line.split(" ", 2)[2] for line in printed[2:]] == [fake.known.twice.name, fake.known.plain.name]
    assert {call.token_kind for call in fake.calls_to("GET /me/*")} == {"user"}
    assert (folder / "spotify-tokens.json").exists()
    assert fake.client_secret not in (folder / "spotify-tokens.json").read_text("utf-8")


async def test_playback(fake: FakeSpotify, folder: Path) -> None:
    """Playback starts on a device, with the consent that lies in the file."""
    assert folder
    scopes = {"user-read-playback-state", "user-modify-playback-state"}
    async with Spotify(
        "your client id", redirect_uri=REDIRECT, api_url=fake.api_url, accounts_url=fake.accounts_url
    ) as spotify:
        session = spotify.session(FileTokens(Path("spotify-tokens.json")))
        asking = session.ask(scopes)
        await session.finish(asking, await fake.consent(asking.url, "ada"))
    playlist = fake.known_playlists.linus
    await run("Start playback on a device", fake, {"37i9dQZF1DXcBWIGoYBM5M": playlist.id})
    player = fake.person("ada").listening.player
    assert (player.playing, player.context) == (True, playlist.uri)
    assert player.device is fake.person("ada").listening.devices[0]


def test_what_went_wrong() -> None:
    """The table names errors that exist, and leaves out none of Spotify's."""
    named = set(re.findall(r"`(Spotify\w*Error)`", PAGE))
    classes = {
        name
        for name, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, errors.SpotifyError)
    }
    assert named <= classes
    assert classes - named == {"RefError"}  # of pasted links, no answer of Spotify's
