"""Fifty members press both buttons of one card two hundred times at once, on each database."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.stores.contributions import State, Tally
from bot.stores.lists import Mode, Settings
from sandbox.fake_discord.places import DriverError
from tests.end_to_end.voting import propose, says, stored
from tests.shared_records import lend

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

MEMBERS, PRESSES = 50, 200
CROWDED_S = 30
EDITS_S = 2.0  # between two edits of a card
MOST_EDITS = 6  # besides one each time; with the last count and the decision


def edits(world: World, card: Message) -> int:
    path = f"/channels/{card.channel.id}/messages/{card.id}"
    return sum(call.method == "PATCH" and call.path == path for call in world.discord.calls)


async def press(actor: Actor, card: Message, label: str) -> None:
    """Unless the card has been decided: then there's no such button any more."""
    with suppress(DriverError):
        await (await actor.press(card, label)).acknowledged()


async def crowd_presses(world: World, card: Message) -> None:
    """Each member both buttons, twice, in one order or the other; all at once. Returns when all is answered."""
    world.discord.state.answer_within_s = CROWDED_S  # all of them, Discord and the bot are one process here
    names = [f"member{number}" for number in range(MEMBERS)]
    for name in names:
        world.discord.join(name, "Tape Heads")
    actors = [world.discord.actor(name, channel="music") for name in names]
    labels = ("Add it", "Skip it")
    presses = [
        (actors[number % MEMBERS], labels[(number // MEMBERS + number % MEMBERS // 17) % 2])
        for number in range(PRESSES)
    ]

    await asyncio.gather(*(press(actor, card, label) for actor, label in presses))
    under_way = [task for task in asyncio.all_tasks() if task.get_name().startswith("discord-ui-dynamic")]
    if under_way:
        await asyncio.wait(under_way)


async def test_the_count_is_right(world: World) -> None:
    """Nothing is decided: every member counts once, with their last press, and the card shows just that."""
    ada = world.discord.actor("ada", channel="music")
    await world.link(ada)
    shared = await lend(
        world,
        ada,
        world.spotify.known_playlists.empty,
        mode=Mode.VOTE,
        settings=Settings(votes_needed=MEMBERS + 1),
    )
    known = world.spotify.known.explicit
    card = await propose(world, world.discord.actor("linus", channel="music"), known.uri)
    begun = asyncio.get_running_loop().time()
    await crowd_presses(world, card)
    held = await stored(world, shared, known.uri)
    now = await world.app.stores.votes.tally(held.contribution_id, 1)
    await says(world, card, f"{now.yes} 👍, {now.no} 👎")
    assert now.yes + now.no == MEMBERS
    passed = asyncio.get_running_loop().time() - begun
    assert edits(world, card) <= passed / EDITS_S + MOST_EDITS


async def test_one_decision_one_item(world: World) -> None:
    """It is decided on the way: one decision by the count that is kept, one item in the playlist."""
    ada = world.discord.actor("ada", channel="music")
    await world.link(ada)
    playlist = world.spotify.known_playlists.empty
    shared = await lend(world, ada, playlist, mode=Mode.VOTE, settings=Settings(votes_needed=4))
    known = world.spotify.known.explicit
    card = await propose(world, world.discord.actor("linus", channel="music"), known.uri)
    await crowd_presses(world, card)
    actors = [world.discord.actor(f"member{number}", channel="music") for number in range(MEMBERS)]
    # Should it be undecided by chance
    await asyncio.gather(*(press(actor, card, "Add it") for actor in actors))
    await says(world, card, "✅ Added: ")
    held = await stored(world, shared, known.uri)
    assert held.state is State.LANDED
    assert held.ballot is not None
    assert held.ballot.yes - held.ballot.no == 4
    assert await world.app.stores.votes.tally(held.contribution_id, 1) == Tally(
        held.ballot.yes, held.ballot.no
    )
    assert f"{held.ballot.yes} 👍, {held.ballot.no} 👎" in card.text
    assert [entry.uri for entry in playlist.items] == [known.uri]
    page = await world.app.stores.history.page(shared.list_id, limit=50)
    told = [event.happening for event in page.events if event.contribution_id == held.contribution_id]
    assert sorted(told) == ["accepted", "landed", "proposed"]
    assert [button.label for button in card.buttons()] == ["Like"]
