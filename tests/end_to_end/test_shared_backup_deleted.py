"""What members had deleted stays deleted when an older backup is restored: the bot deletes it again when it starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.backup import databases
from bot.backup.save import save
from bot.settings import Settings
from bot.storage import DATABASE
from bot.stores.contributions import State
from bot.stores.lists import Trouble
from tests.end_to_end.lending import add
from tests.end_to_end.test_shared_backup import restore
from tests.shared_records import lend
from tests.stores.backdoors import MongoBackdoor, SqliteBackdoor, places_of
from tests.stores.shared_calls import every

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World
    from tests.stores.backdoors import Backdoor

YES = "Yes, delete everything"


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list."""
    return await lend(world, linked, world.spotify.known_playlists.empty)


@pytest.fixture
def file(world: World) -> Path:
    return world.directory / "a.backup"


async def backup(world: World, file: Path) -> None:
    """As the command does, but by the world's clock, as the bot does."""
    async with databases.source(Settings.from_env(world.environment)) as source:
        await save(source, file, now=world.clock.now())
    await world.advance(seconds=1)


async def delete(actor: Actor) -> None:
    account = await (await actor.command("account")).reply()
    asked = await (await actor.press(account, "Delete my data")).reply()
    await (await actor.press(asked, YES)).updated()


def door(world: World) -> Backdoor:
    uri = world.environment.get("MONGODB_URI")
    return MongoBackdoor(uri) if uri else SqliteBackdoor(Path(world.environment["DATA_DIR"]) / DATABASE)


def places(world: World, actor: Actor) -> set[str]:
    with door(world) as opened:
        return places_of(actor.member.id, opened)


async def test_deleted_data(world: World, shared: SharedPlaylist, linus: Actor, file: Path) -> None:
    """After a restore, nothing of a member who had their data deleted since is anywhere in the database."""
    track, other = world.spotify.release(2)
    await world.link(linus, "grace")
    await add(linus, track.uri, shared.name)
    await backup(world, file)
    assert places(world, linus)
    await delete(linus)
    await restore(world, file, "--replace")
    assert places(world, linus) == set()
    assert await world.app.stores.contributions.count(shared.list_id, {State.LANDED}) == 1
    # and who comes back begins anew, and is left alone by later restores
    await add(linus, other.uri, shared.name)
    await restart_at(world, file)
    parts = await every(world.app.stores.personal_data.contributions(shared.list_id, linus.member.id))
    assert [one.uri for one in parts] == [other.uri]


async def restart_at(world: World, file: Path) -> None:
    """From a backup that is made now, after everything that was deleted."""
    later = file.with_name("later.backup")
    await backup(world, later)
    await restore(world, later, "--replace")


async def test_linked_again(world: World, shared: SharedPlaylist, linked: Actor, file: Path) -> None:
    """A link that was erased doesn't come back, not even if the member has linked again since; their lists say so."""
    await backup(world, file)
    await (await linked.command("unlink")).reply()
    await world.link(linked)
    await restore(world, file, "--replace")
    assert await world.app.stores.accounts.of_member(linked.member.id) is None
    after = await world.app.stores.lists.by_id(shared.list_id)
    assert after
    assert after.trouble is Trouble.OWNER_UNLINKED
    await world.link(linked)
    await world.restart_bot()  # it isn't deleted once more
    assert await world.app.stores.accounts.of_member(linked.member.id)
