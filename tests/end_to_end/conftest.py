"""A fresh world for each test: the real bot between a simulated Discord and a simulated Spotify."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.fake_discord.gateway_sessions import Intent
from sandbox.world import World
from tests.end_to_end.lending import LONG_S
from tests.mongo_server.server import on_mongodb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sandbox.fake_discord import Actor

DATABASES = ["sqlite", pytest.param("mongo", marks=pytest.mark.real_part)]
IN_TURN, HALVES = "two processes in turn", "two processes"
SHARED = "tests.end_to_end.test_shared_"
QUIET = {"discord.client", "discord.gateway"}  # what they say at ERROR is about faults a test asked for


@pytest.fixture
def openapi() -> Path | None:
    """Discord's official description, where the environment names it."""
    name = os.environ.get("MIXTAPE_DISCORD_OPENAPI")
    return Path(name) if name else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever a server shares is shown on every database we keep; the rest on the default one.

    What is marked so is shown with two processes on MongoDB, in place of one.
    """
    if "database" not in metafunc.fixturenames:
        return
    if together := _together(metafunc.definition):
        metafunc.parametrize("database", ["sqlite", *together])
    elif metafunc.module.__name__.startswith(SHARED):
        metafunc.parametrize("database", DATABASES)


def _together(test: pytest.Item) -> list[Any]:
    """How two processes run it, if the test or its module is marked so and the test is no exception."""
    mark = test.get_closest_marker("two_processes")
    if mark is None or test.get_closest_marker("one_process"):
        return []
    return [pytest.param(HALVES if mark.kwargs.get("halves") else IN_TURN, marks=pytest.mark.real_part)]


@pytest.fixture
def database() -> str:
    return "sqlite"


@pytest.fixture
def settings(database: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """Those that make the bot use the database."""
    if database != "sqlite":
        return on_mongodb(request.getfixturevalue("mongo_uri"))
    return {}


@pytest.fixture
async def world(
    openapi: Path | None, settings: dict[str, str], database: str, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[World]:
    """The bot is online. Afterwards: no body broke a rule of Discord's, and nothing was logged as an error.

    Of two processes, one is this one. They are given commands, presses and forms in turn; or this one has Tape Heads,
    the other Night Shift. In both cases, what happens without a command is done by either.
    """
    processes = 2 if database in {IN_TURN, HALVES} else 1
    made = World(openapi=openapi, settings=settings, processes=processes)
    made.discord.gateway.in_turn = database == IN_TURN
    async with made:
        made.app.services.shared.reconciliation.drift.patience_s = LONG_S
        yield made
        assert made.discord.problems == []
        assert made.discord.flaws == []
        if processes > 1:
            others = made.log_path.read_text()
            assert [line for line in others.splitlines() if " ERROR " in line] == []
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors if record.name not in QUIET] == []


@pytest.fixture
async def reading_world(openapi: Path | None, settings: dict[str, str]) -> AsyncIterator[World]:
    """The bot is online and reads messages."""
    world = World(openapi=openapi, settings=settings | {"DROP_CHANNELS": "on"})
    world.discord.gateway.privileged = Intent.MESSAGE_CONTENT
    async with world:
        yield world
        assert world.discord.problems == []
        assert world.discord.flaws == []


@pytest.fixture
def ada(world: World) -> Actor:
    """A member in the music channel of Tape Heads who is on the app's user list."""
    return world.discord.actor("ada", channel="music")


@pytest.fixture
def linus(world: World) -> Actor:
    """Somebody beside her who has never linked anything."""
    return world.discord.actor("linus", channel="music")


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
