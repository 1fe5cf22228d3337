"""`python -m bot keys`: the keys change while the bot works, and nobody is lost; what can't be done is refused."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.key_file import KeyFile
from bot.keys.actions import SETTLED_AFTER
from bot.sealing import fingerprint, new_key
from sandbox.world import World
from tests.end_to_end.conftest import DATABASES
from tests.end_to_end.lending import add, made_by, make, spotify_shows
from tests.mongo_server.server import on_mongodb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from sandbox.fake_discord import Actor

ROOT = Path(__file__).parents[2]
ADDED_BEFORE, ADDED_WHILE = 2, 6
TIME_S = 60  # for one command, on a busy machine


async def start(environment: Mapping[str, str], folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "keys",
        *arguments,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def keys(environment: Mapping[str, str], folder: Path, *arguments: str) -> tuple[int | None, str]:
    """Exit status, and what it said on either output."""
    process = await start(environment, folder, *arguments)
    async with asyncio.timeout(TIME_S):
        said, errors = await process.communicate()
    return process.returncode, (said + errors).decode()


def with_key_file(settings: dict[str, str], folder: Path) -> dict[str, str]:
    """The same, with the keys in a file of their own."""
    file = folder / "mixtape.keys"
    file.write_text(f"{settings['TOKEN_KEYS']}\n")
    file.chmod(0o600)
    others = {name: value for name, value in settings.items() if name != "TOKEN_KEYS"}
    return others | {"TOKEN_KEYS_FILE": str(file)}


class Operator:
    """Runs the command beside the bot of this world."""

    def __init__(self, world: World) -> None:
        self.environment = world.environment
        self.folder = world.directory
        self.file = Path(self.environment.get("TOKEN_KEYS_FILE") or world.directory / "data" / "token.keys")

    async def does(self, *arguments: str, status: int = 0) -> str:
        found, said = await keys(self.environment, self.folder, *arguments)
        assert found == status, said
        assert not any(key in said for key in self.kept())
        return said

    async def shown(self) -> dict[str, dict[str, int]]:
        """What each key seals, by its role."""
        report = json.loads(await self.does("list", "--json"))
        assert set(report["unreadable"].values()) == {0}
        return {each["role"]: each["seals"] for each in report["keys"]}

    def kept(self) -> list[str]:
        """The keys in the file, in their order."""
        return [line for line in self.file.read_text().splitlines() if not line.startswith("#")]

    def quarter_of_an_hour_later(self) -> None:
        changed = self.file.stat().st_mtime - SETTLED_AFTER.total_seconds()
        os.utime(self.file, (changed, changed))

    async def killed_in_the_middle(self) -> None:
        """`rotate`, ended by kill -9 when the new key is the first; with SQLite, before anything is turned to it."""
        with self._nothing_can_be_written():
            process = await start(self.environment, self.folder, "rotate")
            assert process.stdout is not None
            async with asyncio.timeout(TIME_S):
                assert b"is the first key now" in await process.stdout.readline()
            with suppress(ProcessLookupError):  # with MongoDB, it may be done
                process.send_signal(signal.SIGKILL)
            await process.communicate()

    @contextmanager
    def _nothing_can_be_written(self) -> Iterator[None]:
        if "MONGODB_URI" in self.environment:
            yield
            return
        database = sqlite3.connect(self.folder / "data" / "mixtape.sqlite3", isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")
        finally:
            database.close()


@pytest.fixture
def settings(settings: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """With MongoDB, the keys are in a file that the settings name."""
    return with_key_file(settings, tmp_path) if settings else settings


@pytest.fixture
async def world(openapi: Path | None, settings: dict[str, str]) -> AsyncIterator[World]:
    """The bot is online, in a process of its own. Afterwards, its log names no error."""
    async with World(bot="process", openapi=openapi, settings=settings) as made:
        yield made
        assert made.discord.problems == []
        said = made.log_path.read_text()
    assert [line for line in said.splitlines() if " ERROR " in line] == []


async def add_many(world: World, member: Actor, uris: list[str]) -> None:
    """One after the other; every time, the owner's access has ended, so her tokens are refreshed."""
    for uri in uris:
        world.spotify.expire_access_tokens()
        await add(member, uri)


@pytest.mark.parametrize("database", DATABASES)
async def test_while_the_bot_works(world: World) -> None:
    """Keys are added, rotated (once killed in the middle) and dropped while tracks are added and tokens refreshed.

    Then the new key seals everything, each track is in the playlist once, everybody is still linked, and a bot that is
    killed and started again opens all of it.
    """
    operator = Operator(world)
    ada, grace, linus = (world.discord.actor(name, channel="music") for name in ("ada", "grace", "linus"))
    for member in (ada, grace):
        await world.link(member)
    await make(ada)
    uris = [track.uri for track in world.spotify.release(ADDED_BEFORE + ADDED_WHILE)]
    await add_many(world, linus, uris[:ADDED_BEFORE])
    [old] = operator.kept()
    adding = asyncio.create_task(add_many(world, linus, uris[ADDED_BEFORE:]))
    await operator.does("add")
    assert operator.kept()[0] == old
    await operator.killed_in_the_middle()
    await operator.does("rotate")
    await adding
    [playlist] = made_by(world, "ada", "Our Tape")
    await spotify_shows(world, lambda: len(playlist.items) == len(uris))
    assert sorted(entry.uri for entry in playlist.items) == sorted(uris)
    assert "Try again at" in await operator.does("drop", fingerprint(old), status=1)
    operator.quarter_of_an_hour_later()
    assert (await operator.shown())["older"] == {"account": 0, "attempt": 0, "reply": 0}
    await operator.does("drop", fingerprint(old))
    assert old not in operator.kept()
    assert stat.S_IMODE(operator.file.stat().st_mode) == 0o600
    await world.kill_bot()
    await world.start_bot()
    world.spotify.expire_access_tokens()
    for member in (ada, grace):
        assert "Spotify" in (await (await member.command("account")).reply()).text
        answer = (await (await member.command("playlists")).reply()).text
        assert "/link" not in answer
    assert (await operator.shown())["first"]["account"] == 2


@pytest.fixture
async def both(openapi: Path | None, mongo_uri: str, tmp_path: Path) -> AsyncIterator[World]:
    """Two processes of the bot on one MongoDB, with one key file. They are given interactions in turn."""
    world = World(
        bot="process", processes=2, openapi=openapi, settings=with_key_file(on_mongodb(mongo_uri), tmp_path)
    )
    world.discord.gateway.in_turn = True
    async with world:
        yield world
        said = world.log_path.read_text()
    assert [line for line in said.splitlines() if " ERROR " in line] == []


@pytest.mark.real_part
async def test_two_bots(both: World) -> None:
    """Each opens what the other sealed, with whichever key, at every step; and the old one is gone in the end."""
    operator = Operator(both)
    ada = both.discord.actor("ada", channel="music")
    await both.link(ada)
    [old] = operator.kept()

    async def both_refresh() -> None:
        for _ in range(2):
            both.spotify.expire_access_tokens()
            assert "Road Trip" in (await (await ada.command("playlists")).reply()).text

    await operator.does("add")
    await both_refresh()
    await operator.does("rotate")
    await both_refresh()
    operator.quarter_of_an_hour_later()
    await operator.does("drop", fingerprint(old))
    await both_refresh()
    assert (await operator.shown())["first"]["account"] == 1


@pytest.fixture
async def quiet() -> AsyncIterator[Operator]:
    """The bot has run once and made its key."""
    async with World(bot="process") as world:
        await world.link(world.discord.actor("ada"))
        await world.stop_bot()
        yield Operator(world)


async def test_refusals(quiet: Operator) -> None:
    """What would lose somebody, or makes no sense, is refused by name with the next step, and changes nothing."""
    [first] = quiet.kept()
    before = quiet.file.read_bytes()
    for arguments, words in (
        (("drop", fingerprint(first)), "is the first key"),
        (("drop", "no such"), f"There are: {fingerprint(first)}"),
    ):
        assert words in await quiet.does(*arguments, status=1)
    assert quiet.file.read_bytes() == before
    assert "There is no other key" in await quiet.does("rotate")
    await quiet.does("add")
    [_, second] = quiet.kept()
    assert "isn't the first key yet" in await quiet.does("add", status=1)
    await quiet.does("rotate")
    quiet.file.write_text(f"{first}\n{second}\n")  # as if by hand: the old one first again
    quiet.quarter_of_an_hour_later()
    refused = await quiet.does("drop", fingerprint(second), status=1)
    assert f"{fingerprint(second)} still seals 1 linked account" in refused
    await quiet.does("rotate")
    await quiet.does("drop", fingerprint(second))
    assert quiet.kept() == [first]
    assert "# former" in quiet.file.read_text()


async def test_never_used(quiet: Operator) -> None:
    """A key that was added and never became the first can be dropped at once."""
    await quiet.does("add")
    [first, second] = quiet.kept()
    assert "next" in await quiet.does("list")
    await quiet.does("drop", fingerprint(second))
    assert quiet.kept() == [first]
    assert "# former" not in quiet.file.read_text()


async def test_another_at_work(quiet: Operator) -> None:
    """Two at once don't undo each other's change: the second is told to wait."""
    with KeyFile(quiet.file).alone():
        assert "is running" in await quiet.does("add", status=1)


async def test_in_the_environment(quiet: Operator) -> None:
    """Keys in TOKEN_KEYS can be listed, and what they seal turned; how to change them by hand is said."""
    [old], new = quiet.kept(), new_key()
    environment = {**quiet.environment, "TOKEN_KEYS": f"{new},{old}"}
    status, said = await keys(environment, quiet.folder, "rotate")
    assert (status, f"{fingerprint(new)} seals 1 linked account; 1 of them turned" in said) == (0, True)
    status, said = await keys(environment, quiet.folder, "list")
    assert (status, "Keys in TOKEN_KEYS" in said) == (0, True)
    for arguments in (("add",), ("drop", fingerprint(old))):
        status, said = await keys(environment, quiet.folder, *arguments)
        assert (status, "set TOKEN_KEYS_FILE" in said) == (1, True)
    assert new not in said


async def test_nothing_there(tmp_path: Path, quiet: Operator) -> None:
    """Before the first start, there is nothing to change; without its database, nothing is dropped; each is said."""
    elsewhere = {**quiet.environment, "DATA_DIR": str(tmp_path / "none")}
    for arguments in (("list",), ("add",), ("rotate",), ("drop", "12345678")):
        status, said = await keys(elsewhere, quiet.folder, *arguments)
        assert (status, "isn't there yet" in said) == (1, True)
    status, said = await keys({**quiet.environment, "DISCORD_TOKEN": ""}, quiet.folder, "list")
    assert (status, "DISCORD_TOKEN is missing" in said) == (78, True)
    (quiet.file.parent / "mixtape.sqlite3").write_bytes(b"no database" * 100)
    await quiet.does("add")
    before = quiet.file.read_bytes()
    status, said = await keys(quiet.environment, quiet.folder, "rotate")
    assert (status, "database can't be used" in said) == (69, True)
    assert quiet.file.read_bytes() == before
