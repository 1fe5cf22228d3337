"""How much one member may lend: a ceiling, a manager's yes from the second list on; the first list is the default."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from sandbox.world import World
from tests.end_to_end.lending import YES_NEW, made_by, make, said
from tests.shared_records import a_list

if TYPE_CHECKING:
    from pathlib import Path

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message


@pytest.fixture
async def grace(world: World) -> Actor:
    """A member who may not manage the server, and lends one playlist to it."""
    grace = world.discord.actor("grace", channel="music")
    await world.link(grace)
    await make(grace, "Ear Plugs Only")
    return grace


async def lists(world: World) -> list[SharedPlaylist]:
    return list(await world.app.stores.lists.of_guild(world.discord.guild("Tape Heads").id))


async def names(world: World) -> list[str]:
    return [shared.name for shared in await lists(world)]


async def request(member: Actor, name: str = "Second") -> Message:
    """What everybody sees once the member has said yes to lending one more."""
    asked = await (await member.command("shared create", name=name)).reply()
    assert "a server manager has to agree" in asked.text
    pressed = await member.press(asked, YES_NEW)
    waits = await pressed.updated()
    assert "They can answer until <t:" in waits.text
    (shown,) = (message for message in pressed.messages if not message.ephemeral)
    assert f"wants to lend **{name}**" in shown.text
    assert "until <t:" in shown.text
    return shown


async def test_first_needs_nobody(world: World, grace: Actor) -> None:
    """A member's first list is lent at once."""
    assert await names(world) == ["Ear Plugs Only"]
    assert len(made_by(world, "grace", "Ear Plugs Only")) == 1
    assert "From the second one on" in await said(grace, "list")


@pytest.mark.two_processes(halves=True)
async def test_manager_allows(world: World, grace: Actor, ada: Actor, linus: Actor) -> None:
    """Nothing is made before a manager agrees, be it days and a restart later; who may not manage cannot."""
    shown = await request(grace)
    assert made_by(world, "grace", "Second") == []
    for member in (grace, linus):
        refused = await (await member.press(shown, "Allow")).reply()
        assert "Only server managers" in refused.text
    await world.advance(days=6)
    await world.restart_bot()
    done = await (await ada.press(shown, "Allow")).updated()
    await world.discord.wait_for(lambda: "agreed:" in done.text or None, "outcome")
    assert await names(world) == ["Ear Plugs Only", "Second"]
    assert len(made_by(world, "grace", "Second")) == 1
    assert {shared.owner_id for shared in await lists(world)} == {grace.member.id}
    assert not [button for button in done.buttons() if button.custom_id]


async def test_manager_declines(world: World, grace: Actor, ada: Actor, linus: Actor) -> None:
    """A no makes nothing, and says how to ask again; a manager and the member may say it, and nobody else."""
    shown = await request(grace)
    assert "Only server managers" in (await (await linus.press(shown, "Decline")).reply()).text
    done = await (await ada.press(shown, "Decline")).updated()
    assert "declined, so **Second** wasn't lent" in done.text
    back = await (await grace.press(await request(grace), "Decline")).updated()
    assert "withdrew the request" in back.text
    assert await names(world) == ["Ear Plugs Only"]
    assert made_by(world, "grace", "Second") == []


async def test_expired(world: World, grace: Actor, ada: Actor) -> None:
    """A request that was asked anew or is too old lends nothing."""
    first = await request(grace)
    second = await request(grace, "Third")
    assert "is no longer open" in (await (await ada.press(first, "Allow")).updated()).text
    await world.advance(days=7)
    assert "is no longer open" in (await (await ada.press(second, "Allow")).updated()).text
    assert await names(world) == ["Ear Plugs Only"]


async def test_lender_not_ready(world: World, grace: Actor, ada: Actor) -> None:
    """If the member is no longer linked, the manager reads who has to do what, and the request stays open."""
    shown = await request(grace)
    await (await grace.command("unlink")).reply()
    refused = await ada.press(shown, "Allow")
    assert "Press again once they have" in (await refused.message(2)).text
    await world.discord.wait_for(lambda: shown.buttons() or None, "buttons")
    assert "wants to lend **Second**" in shown.text
    assert await names(world) == ["Ear Plugs Only"]


async def test_trouble_at_spotify(world: World, grace: Actor, ada: Actor) -> None:
    """When making it fails, the request stays open, and a later yes makes one playlist."""
    shown = await request(grace)
    world.spotify.faults.add(Fault(match="POST /me/playlists", kind="status", status=503, times=9))
    await (await ada.press(shown, "Allow")).message(2)
    assert await names(world) == ["Ear Plugs Only"]
    world.spotify.faults.clear()
    done = await (await ada.press(shown, "Allow")).updated()
    await world.discord.wait_for(lambda: "agreed:" in done.text or None, "outcome")
    assert await names(world) == ["Ear Plugs Only", "Second"]
    assert len(made_by(world, "grace", "Second")) == 1


async def test_turned_off(world: World, grace: Actor, ada: Actor) -> None:
    """Managers may turn the question off, with a yes or in the list of playlists, and on again; others may not."""
    shown = await request(grace)
    done = await (await ada.press(shown, "Allow and stop asking")).updated()
    await world.discord.wait_for(lambda: "without asking" in done.text or None, "outcome")
    await make(grace, "Third")
    assert await names(world) == ["Ear Plugs Only", "Second", "Third"]
    shown_to_others = await (await grace.command("shared list")).reply()
    assert {button.label for button in shown_to_others.buttons()} == {"Show"}
    page = await (await ada.command("shared list")).reply()
    assert "without asking a manager" in page.text
    again = await (await ada.press(page, "Ask managers")).updated()
    assert "From the second one on" in again.text
    await request(grace, "Fourth")
    off = await (await ada.press(again, "Don't ask managers")).updated()
    assert "without asking a manager" in off.text


async def test_ceiling(world: World, grace: Actor, ada: Actor) -> None:
    """Five of one member at most, whoever agrees; what is lent already stays, and there is room once one is closed."""
    stores = world.app.stores
    (first,) = await lists(world)
    for number in range(6):  # as an older bot let them
        old = a_list(f"{number:022d}", owner_id=grace.member.id, account_id=first.account_id)
        await stores.lists.create(
            replace(old, guild_id=first.guild_id, list_id=f"old{number}", name=f"Old {number}")
        )
    refused = await said(grace, "create", name="One More")
    assert "A member can lend at most 5 playlists to a server" in refused
    assert "5 playlists" in await said(grace, "adopt", playlist="Ear Plugs")
    assert len(await lists(world)) == 7
    for shared in (await lists(world))[:2]:
        asked = await (await ada.command("shared close", list=shared.list_id)).reply()
        await (await ada.press(asked, "Close it")).updated()
    assert "5 playlists" in await said(grace, "create", name="One More")
    (rest, *_) = await lists(world)
    asked = await (await ada.command("shared close", list=rest.list_id)).reply()
    await (await ada.press(asked, "Close it")).updated()
    done = await (await ada.press(await request(grace, "One More"), "Allow")).updated()
    await world.discord.wait_for(lambda: "agreed:" in done.text or None, "outcome")
    assert len(await lists(world)) == 5


async def test_manager_asks_nobody(world: World, linked: Actor) -> None:
    """Who may manage the server lends a second list at once."""
    await make(linked, "Our Tape")
    await make(linked, "Other")
    assert await names(world) == ["Other", "Our Tape"]


async def test_first_is_the_default(world: World, grace: Actor, linked: Actor, linus: Actor) -> None:
    """The first list is the default, so /add without a list goes on working when others follow, whatever their name."""
    await make(linked, "A Tape")
    known = world.spotify.known
    added = await (await linus.command("add", track=known.plain.uri)).reply()
    assert "Added to **[Ear Plugs Only]" in added.text
    for text in ("", "p"):
        shown = await grace.suggest("shared show", "list", text)
        assert [choice.name for choice in shown] == ["Ear Plugs Only", "A Tape"]


async def test_killed_while_the_playlist_is_made(openapi: Path | None, settings: dict[str, str]) -> None:
    """A kill -9 before the bot read which playlist Spotify made: the next yes finds it, and makes no second one."""
    async with World(bot="process", openapi=openapi, settings=settings) as world:
        ada = world.discord.actor("ada", channel="music")
        await world.link(ada)
        asked = await (await ada.command("shared create", name="Our Tape")).reply()
        held = world.spotify.faults.add(Fault("POST /me/playlists", "latency"))
        await ada.press(asked, YES_NEW)
        await held.struck()
        await world.kill_bot()
        held.release()
        await world.start_bot()
        await world.advance(minutes=1)  # until then the killed process may be the one that makes it
        await (await ada.press(asked, YES_NEW)).updated()
        assert "Our Tape" in await said(ada, "list")
        assert len(made_by(world, "ada", "Our Tape")) == 1
