"""The file itself: one JSON object with a version. Nothing in it depends on the ports of the sandbox that wrote it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from sandbox.bot_data import Copy
from sandbox.saving import discord_part, spotify_part
from sandbox.saving.discord_records import DiscordPart
from sandbox.saving.spotify_part import SpotifyPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.bot_data import BotData
    from sandbox.clock import SharedClock
    from sandbox.fake_discord import FakeDiscord
    from sandbox.fake_spotify import FakeSpotify

FORMAT = "mixtape-world"
VERSION = 1
MOST_NESTED = 64  # Discord's commands and messages nest less than half as deep
YEARS = range(2015, 2101)  # Discord's ids count from 2015 on
_DAMAGED = "not a world file, or a damaged one"
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class WorldFileError(Exception):
    """The file is not a world, or not one this sandbox can read. The text says why."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a world is made of. public_url: where the bot's own pages are."""

    clock: SharedClock
    discord: FakeDiscord
    spotify: FakeSpotify
    bot_data: BotData
    public_url: str


class _Head(Struct):
    format: str = ""
    version: int = 0


class _World(Struct, kw_only=True):
    format: str = FORMAT
    version: int = VERSION
    now: Annotated[datetime, Meta(tz=True)]
    discord: DiscordPart
    spotify: SpotifyPart
    bot: Copy


@dataclass(frozen=True, slots=True)
class Loaded:
    """A world that was read and found whole; nothing of it is in place yet."""

    now: datetime
    discord: discord_part.Restored
    spotify: spotify_part.Restored
    bot: Copy

    def put_into(self, world: Parts) -> None:
        """Replace everything. The bot must not be running, and both fakes must know their addresses."""
        world.clock.start_at(self.now)
        self.discord.put_into(world.discord)
        self.spotify.put_into(world.spotify)
        world.bot_data.replace(self.bot)


async def save(world: Parts) -> bytes:
    """Everything there is now. The bot goes on meanwhile."""
    saved = _World(
        now=world.clock.now(),
        discord=discord_part.save(world.discord),
        spotify=spotify_part.save(world.spotify),
        bot=await asyncio.to_thread(world.bot_data.copy),
    )
    text = msgspec.json.format(msgspec.json.encode(saved, order="deterministic"), indent=1).decode()
    for address, name in _addresses(world):
        text = re.sub(rf"{re.escape(address)}(?!\d)", name, text)
    return text.encode() + b"\n"


def read(world: Parts, data: bytes) -> Loaded:
    """Check the file to its end before anything is changed. Raises WorldFileError."""
    if _nesting(data) > MOST_NESTED:
        raise WorldFileError(f"{_DAMAGED}: it is nested too deeply")
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.format != FORMAT:
            raise WorldFileError("not a world file of the sandbox; GET /api/state writes one")
        if head.version != VERSION:
            raise WorldFileError(f"this file has version {head.version}, and this sandbox reads {VERSION}")
        text = data.decode()
        for address, name in _addresses(world):
            text = text.replace(name, address)
        saved = msgspec.json.decode(text, type=_World)
        if saved.now.year not in YEARS:
            raise WorldFileError(f"{_DAMAGED}: its time is {saved.now}")
        if flaw := saved.bot.flaw():
            raise WorldFileError(f"{_DAMAGED}: SQLite says of the bot's database: {flaw}")
        return Loaded(
            saved.now,
            discord_part.restore(saved.discord),
            spotify_part.restore(world.spotify, saved.spotify),
            saved.bot,
        )
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise WorldFileError(f"{_DAMAGED}: {error}") from error
    except LookupError as error:
        raise WorldFileError(f"{_DAMAGED}: it names {error}, which is not in it") from error


def _nesting(data: bytes) -> int:
    """How deep lists and objects stand in each other, at most. Brackets inside of texts do not count."""
    deepest = depth = 0
    for found in _BRACKETS.finditer(data):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _addresses(world: Parts) -> Iterator[tuple[str, str]]:
    """Where things are now, and what stands for it in the file; as they are, and inside another address's query."""
    for address, name in (
        (world.discord.state.base_url, "http://discord.invalid"),
        (world.spotify.accounts_url, "http://spotify.invalid"),
        (world.public_url, "http://bot.invalid"),
    ):
        yield address, name
        yield quote(address, safe=""), quote(name, safe="")
