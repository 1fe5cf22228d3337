"""The file itself: one JSON object with a version. Nothing in it depends on the ports of the sandbox that wrote it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from msgspec import Struct

from sandbox.bot_data import Copy
from sandbox.saving import discord_part, spotify_part
from sandbox.saving.discord_records import DiscordPart
from sandbox.saving.spotify_part import SpotifyPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world import World

FORMAT = "mixtape-world"
VERSION = 1


class WorldFileError(Exception):
    """The file is not a world, or not one this sandbox can read. The text says why."""


class _Head(Struct):
    format: str = ""
    version: int = 0


class _World(Struct, kw_only=True):
    format: str = FORMAT
    version: int = VERSION
    now: datetime
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

    def put_into(self, world: World) -> None:
        """Replace everything. The bot must not be running, and both fakes must know their addresses."""
        world.clock.start_at(self.now)
        self.discord.put_into(world.discord)
        self.spotify.put_into(world.spotify)
        world.bot_data.replace(self.bot)


async def save(world: World) -> bytes:
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


def read(world: World, data: bytes) -> Loaded:
    """Check the file to its end before anything is changed. Raises WorldFileError."""
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.format != FORMAT:
            raise WorldFileError("this is not a world of the sandbox; GET /api/state writes one")
        if head.version != VERSION:
            raise WorldFileError(f"this file has version {head.version}, and this sandbox reads {VERSION}")
        text = data.decode()
        for address, name in _addresses(world):
            text = text.replace(name, address)
        saved = msgspec.json.decode(text, type=_World)
        return Loaded(
            saved.now,
            discord_part.restore(saved.discord),
            spotify_part.restore(world.spotify, saved.spotify),
            saved.bot,
        )
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise WorldFileError(f"the file is damaged: {error}") from error
    except LookupError as error:
        raise WorldFileError(f"the file is damaged: it names {error}, which is not in it") from error


def _addresses(world: World) -> Iterator[tuple[str, str]]:
    """Where things are now, and what stands for it in the file; as they are, and inside another address's query."""
    for address, name in (
        (world.discord.state.base_url, "http://discord.invalid"),
        (world.spotify.accounts_url, "http://spotify.invalid"),
        (world.public_url, "http://bot.invalid"),
    ):
        yield address, name
        yield quote(address, safe=""), quote(name, safe="")
