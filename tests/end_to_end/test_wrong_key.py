"""A start with another key than the tokens were sealed with: refused before a member is told to link again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.sealing import new_key
from sandbox.world import World
from tests.end_to_end.test_process import Process, link_by_pasting, run_to_its_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

WAY_OUT = "start once with --forget-unreadable"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Ada and Linus have linked, and the bot was stopped. Its key is in the key file."""
    async with World(bot="none") as made:
        process = Process(made)
        await process.start()
        for name in ("ada", "linus"):
            await link_by_pasting(made, made.discord.actor(name), name)
        assert await process.end() == 0
        yield made


@pytest.mark.parametrize("where", ["TOKEN_KEYS", "token.keys"])
async def test_wrong_key(world: World, where: str) -> None:
    """It ends with 78 and says how many links it cannot read, and what to do; nothing is erased by it."""
    keys = world.directory / "data" / "token.keys"
    right = keys.read_text()
    environment = world.environment
    if where == "TOKEN_KEYS":
        environment = environment | {"TOKEN_KEYS": new_key()}
    else:
        keys.write_text(new_key() + "\n")
    status, said = await run_to_its_end(environment, world.directory)
    assert status == 78
    for words in (where, "2 of 2 linked accounts", WAY_OUT):
        assert words in said
    assert "Traceback" not in said
    keys.write_text(f"{new_key()}\n{right}")  # the former key, behind a newer one
    process = Process(world)
    await process.start()
    ada = world.discord.actor("ada")
    assert "Road Trip" in (await (await ada.command("playlists")).reply()).text
    assert await process.end() == 0


async def test_lost_key(world: World) -> None:
    """With the way out it starts; who had linked links again, and everything else is still there."""
    (world.directory / "data" / "token.keys").write_text(new_key() + "\n")
    process = Process(world)
    await process.start("--forget-unreadable")
    ada = world.discord.actor("ada")
    assert "No Spotify account is linked to you" in (await (await ada.command("account")).reply()).text
    await link_by_pasting(world, ada, "ada")
    assert "Road Trip" in (await (await ada.command("playlists")).reply()).text
    assert await process.end() == 0
    assert b"erased 2 of 2 links" in process.said
    await process.start()  # and from then on as ever
    assert "Road Trip" in (await (await ada.command("playlists")).reply()).text
    assert await process.end() == 0
