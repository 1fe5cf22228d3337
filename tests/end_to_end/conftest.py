"""A fresh world for each test: the real bot between a simulated Discord and a simulated Spotify."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sandbox.fake_discord import Actor

QUIET = {"discord.client", "discord.gateway"}  # what they say at ERROR is about faults a test asked for


@pytest.fixture
def openapi() -> Path | None:
    """Discord's official description, where the environment names it."""
    name = os.environ.get("MIXTAPE_DISCORD_OPENAPI")
    return Path(name) if name else None


@pytest.fixture
async def world(openapi: Path | None, caplog: pytest.LogCaptureFixture) -> AsyncIterator[World]:
    """The bot is online. Afterwards: no body broke a rule of Discord's, and nothing was logged as an error."""
    async with World(openapi=openapi) as made:
        yield made
        assert made.discord.problems == []
        assert made.discord.flaws == []
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors if record.name not in QUIET] == []


@pytest.fixture
def ada(world: World) -> Actor:
    """A member in the music channel of Tape Heads who is on the app's user list."""
    return world.discord.actor("ada", channel="music")


@pytest.fixture
async def linked(world: World, ada: Actor) -> Actor:
    """Ada, with her Spotify account linked."""
    await world.link(ada)
    return ada


@pytest.fixture(autouse=True)
def _all_is_logged() -> Iterator[None]:
    logging.getLogger().setLevel(logging.INFO)
    yield
    logging.getLogger().setLevel(logging.WARNING)
