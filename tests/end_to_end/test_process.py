"""The bot as an operator starts it: `python -m bot`, told everything by settings."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_discord import Actor

STOP_S = 8
START_S = 60  # on a busy machine; how fast it starts is measured elsewhere


class Process:
    """A bot in a process of its own: online once started, told to end by SIGTERM. settings: the world's, or others."""

    def __init__(self, world: World, settings: Mapping[str, str] | None = None) -> None:
        self._world = world
        self._settings = settings or world.environment
        self.said = b""

    async def spawn(self, *arguments: str) -> None:
        self._process = await _spawn(self._settings, self._world.directory, *arguments)

    async def start(self, *arguments: str) -> None:
        await self.spawn(*arguments)
        await self._world.discord.wait_ready()

    async def says(self, words: str) -> None:
        """Wait until it has written a line with these words."""
        assert self._process.stdout is not None
        async with asyncio.timeout(START_S):
            while words.encode() not in self.said:
                line = await self._process.stdout.readline()
                assert line, self.said.decode()
                self.said += line

    async def end(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_S):
            rest, _ = await self._process.communicate()
            self.said += rest
        assert self._process.returncode is not None
        return self._process.returncode


async def run_to_its_end(environment: Mapping[str, str], folder: Path | str) -> tuple[int | None, str]:
    """Exit status and output of a bot that does not get as far as serving."""
    process = await _spawn(environment, folder)
    async with asyncio.timeout(START_S):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


async def _spawn(
    environment: Mapping[str, str], folder: Path | str, *arguments: str
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), **environment},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def link_by_pasting(world: World, actor: Actor, person: str = "ada") -> None:
    reply = await (await actor.command("link")).reply()
    authorize = next(button.url for button in reply.buttons() if button.url)
    address = await world.spotify.consent(authorize, person)
    modal = await (await actor.press(reply, "Paste the address")).modal()
    await (await actor.submit(modal, {modal.fields[0].custom_id: address})).reply()


def command_updates(world: World) -> int:
    return sum(call.method == "PUT" and call.path.endswith("/commands") for call in world.discord.calls)


async def test_python_m_bot(openapi: Path | None) -> None:
    """Plain `python -m bot` serves /track and /add, ends with 0 on SIGTERM, and knows the link afterwards."""
    async with World(bot="none", openapi=openapi) as world:
        process = Process(world)
        await process.start()
        ada = world.discord.actor("ada")
        card = await (await ada.command("track", query="Copper Umbrella")).reply()
        assert "Copper Umbrella" in card.text
        await link_by_pasting(world, ada)
        target = world.spotify.known_playlists.empty
        uri = world.spotify.known.plain.uri
        await (await ada.command("add", track=uri, playlist=target.name)).reply()
        assert [entry.uri for entry in target.items] == [uri]
        assert await process.end() == 0, process.said.decode()

        synced = command_updates(world)
        await process.start()
        assert "Road Trip" in (await (await ada.command("playlists")).reply()).text
        assert command_updates(world) == synced  # nothing changed, so Discord is not told again
        assert await process.end() == 0, process.said.decode()
        assert world.discord.problems == []


async def test_log_as_json() -> None:
    """With LOG_FORMAT=json, every line of a whole run is a JSON object, those of libraries, too."""
    async with World(bot="none") as world:
        process = Process(world, world.environment | {"LOG_FORMAT": "json"})
        await process.start()
        await (await world.discord.actor("ada").command("track", query="Copper Umbrella")).reply()
        assert await process.end() == 0, process.said.decode()
    lines = [json.loads(line) for line in process.said.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert {"bot.discord_bot", "discord.gateway"} <= {line["logger"] for line in lines}


async def test_wrong_settings() -> None:
    """Wrong settings: one message with every problem, no value, no traceback, exit 78."""
    wrong = {"SPOTIFY_REDIRECT_URI": "http://localhost:8080/callback", "WEB_PORT": "a-port-of-mine"}
    status, said = await run_to_its_end(wrong, "/")
    assert status == 78
    for name in (
        "DISCORD_TOKEN",
        "SPOTIFY_CLIENT_ID",
        "SPOTIFY_CLIENT_SECRET",
        "SPOTIFY_REDIRECT_URI",
        "WEB_PORT",
    ):
        assert name in said
    assert "localhost" in said
    assert "a-port-of-mine" not in said
    assert "Traceback" not in said


async def test_refused_token() -> None:
    """A Discord token that Discord refuses ends the bot with the setting's name and exit 78."""
    async with World(bot="none", settings={"DISCORD_TOKEN": "no.such.token"}) as world:
        status, said = await run_to_its_end(world.environment, world.directory)
        assert status == 78
        assert "DISCORD_TOKEN" in said
        assert "no.such.token" not in said
        assert "Traceback" not in said


async def test_second_process_on_one_file(openapi: Path | None) -> None:
    """A second bot on the same SQLite file refuses to start and names the file."""
    async with World(openapi=openapi) as world:
        status, said = await run_to_its_end(world.environment, world.directory)
        assert status not in {0, None}
        assert "mixtape.sqlite3" in said
        assert "Traceback" not in said
