"""Between a proposal and its decision the playlist changes: nothing lands twice, and the proposer learns why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.stores.contributions import State
from bot.stores.lists import Mode, Rules
from tests.end_to_end.lending import add, made_by, make, only_list, said
from tests.end_to_end.voting import propose, says, stored

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World


async def lent(world: World, owner: Actor, mode: Mode = Mode.OPEN) -> SharedPlaylist:
    await make(owner)
    shared = await only_list(world)
    stored = await world.app.stores.lists.swap(shared, replace(shared, mode=mode))
    assert stored is not None
    return stored


def uris(world: World) -> list[str]:
    (made,) = made_by(world, "ada", "Our Tape")
    return made.uris


async def test_in_spotify_meanwhile(world: World, linked: Actor, linus: Actor) -> None:
    """Somebody put it in in Spotify before the curator approved: it is there once; card and letter say why."""
    shared = await lent(world, linked, Mode.APPROVAL)
    known = world.spotify.known.plain
    card = await propose(world, linus, known.uri)
    (made,) = made_by(world, "ada", "Our Tape")
    made.add([known.uri])
    await world.advance(minutes=11)
    await said(linus, "show")  # on use it is noticed
    letter = world.discord.next_message(world.discord.actor("linus", dm=True).channel)
    await linked.press(card, "Approve")
    await says(world, card, f"Approved by <@{linked.member.id}>, but not added", "already")
    assert card.buttons() == []
    told = await letter
    assert known.name in told.text
    assert "but not added: it was already in the playlist" in told.text
    await world.app.services.shared.outbox.dispatcher.work()
    assert uris(world) == [known.uri]
    assert "but didn't go in: it was already in the playlist" in await said(linked, "history")
    assert await world.app.stores.contributions.count(shared.list_id, {State.DECLINED}) == 1


async def test_blocked_meanwhile(world: World, linked: Actor, linus: Actor) -> None:
    """A track blocked after its proposal is not voted in."""
    shared = await lent(world, linked, Mode.VOTE)
    known = world.spotify.known.plain
    card = await propose(world, linus, known.uri)
    await world.app.stores.lists.swap(shared, replace(shared, rules=Rules(blocked_tracks=(known.uri,))))
    for name in ("grace", "margaret", "hedy"):
        await world.discord.actor(name, channel="music").press(card, "Add it")
    await says(world, card, "Accepted: 3 👍, 0 👎, but not added", "blocked in the meantime")
    assert (await stored(world, shared, known.uri)).state is State.DECLINED
    assert uris(world) == []


async def test_put_back_meanwhile(world: World, linked: Actor, linus: Actor) -> None:
    """What was taken out and is in again is neither offered nor put back a second time."""
    shared = await lent(world, linked)
    known = world.spotify.known.plain
    await add(linus, known.uri)
    await said(linus, "undo")
    gone = await stored(world, shared, known.uri)
    assert gone.state is State.REMOVED
    (choice,) = await linked.suggest("shared undo", "what", "")
    assert choice.name.startswith("Put back")
    await add(linus, known.uri)
    assert [one.name for one in await linked.suggest("shared undo", "what", "")] == [
        choice.name.replace("Put back", "Remove")
    ]
    past = await (await linked.command("shared history")).reply()
    (menu,) = [one for one in past.menus() if one.placeholder == "Undo something…"]
    assert [option.label.partition(":")[0] for option in menu.options] == ["Remove"]
    refused = await said(linked, "undo", what=gone.contribution_id)
    assert "already in the playlist" in refused
    assert uris(world) == [known.uri]
