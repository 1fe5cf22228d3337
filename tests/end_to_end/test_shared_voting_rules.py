"""How members vote, as managers set it: only 👍, the count at the end, who can vote, and a curator or the votes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode, Roles
from tests.end_to_end.lending import only_list, said
from tests.end_to_end.voting import card_is_stored, new_card, propose, says, stored
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World

ONLY_UP: dict[str, Any] = {"Only 👍": True}


@pytest.fixture
def others(world: World) -> list[Actor]:
    return [world.discord.actor(name, channel="music") for name in ("grace", "margaret", "hedy")]


@pytest.fixture
async def voting(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list: in when members want it; grace is a curator."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    empty = world.spotify.known_playlists.empty
    return await lend(world, linked, empty, mode=Mode.VOTE, roles=Roles(curate=(curator.id,)))


async def set_votes(actor: Actor, topic: str = "voting", **typed: object) -> Message:
    shown = await (await actor.command("shared settings")).reply()
    form = await (await actor.choose(shown, topic)).modal()
    sent = await actor.submit(form, {label.replace("_", " "): each for label, each in typed.items()})
    return await sent.updated()


def labels(card: Message) -> list[str | None]:
    return [button.label for button in card.buttons()]


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


async def test_only_up(
    world: World, linked: Actor, voting: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """No button against: enough 👍 put it in, a second press says so, and what has too few expires."""
    known = world.spotify.known
    earlier = await propose(world, linus, known.plain.uri)
    saved = await set_votes(linked, **ONLY_UP)
    assert "Votes on proposals are 👍 only" in saved.text
    assert "go in once they have 3 👍 within 72 hours" in saved.text
    assert "✅ Votes on proposals are 👍 only" in await said(linus, "rules test", track=known.cover.uri)
    assert "Skip it" in labels(earlier)  # it goes on as it began
    card = await propose(world, linus, known.explicit.uri)
    assert labels(card) == ["Add it", "Withdraw", "Decline…"]
    assert "One vote each." in card.text
    assert "change yours" not in card.text
    await (await others[0].press(card, "Add it")).acknowledged()
    await says(world, card, "1 👍", "2 more 👍 and it goes in")
    assert "👎" not in card.text
    again = await (await others[0].press(card, "Add it")).reply()
    assert again.text == "You already voted 👍."
    for member in others[1:]:
        await (await member.press(card, "Add it")).acknowledged()
    await says(world, card, "✅ Added: 3 👍")
    assert "👎" not in card.text
    late = await propose(world, linus, known.cover.uri)
    await (await others[0].press(late, "Add it")).acknowledged()
    await says(world, late, "1 👍")
    await world.advance(hours=72)
    await says(world, late, "⌛ Expired: 1 👍 wasn't enough")
    assert uris(world) == [known.explicit.uri]
    assert (await stored(world, voting, known.cover.uri)).state is State.LAPSED


async def test_hidden_count(
    world: World, linked: Actor, voting: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """Nobody sees how a vote stands: not on the card, not in /shared pending; a voter hears that it counts. At the end
    everybody does.
    """
    known = world.spotify.known.explicit
    saved = await set_votes(linked, Show_the_count_at_the_end=True)
    assert "The count of a vote is shown once it ends." in saved.text
    assert "✅ The count of a vote is shown once it ends." in await said(linus, "rules test", track=known.uri)
    card = await propose(world, linus, known.uri)
    assert "It goes in once 👍 lead by 3. The count is shown when the vote ends." in card.text
    told = await (await others[0].press(card, "Skip it")).reply()
    assert told.text == "Your 👎 counts. The count is shown when the vote ends."
    changed = await (await others[0].press(card, "Add it")).reply()
    assert changed.text == "Your 👍 counts. The count is shown when the vote ends."
    await card_is_stored(world, voting, known.uri, card)
    await world.advance(seconds=5)
    assert "1 👍" not in card.text
    pending = await said(others[1], "pending")
    assert "count hidden until the end" in pending
    assert "👍 1" not in pending
    await (await others[1].press(card, "Add it")).reply()
    await (await others[2].press(card, "Add it")).acknowledged()
    await says(world, card, "✅ Added: 3 👍, 0 👎")
    assert uris(world) == [known.uri]


async def test_hidden_together(
    world: World, linked: Actor, voting: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """An album proposed at once is voted on with the count hidden and without 👎, on its one card."""
    await set_votes(linked, Show_the_count_at_the_end=True, **ONLY_UP)
    known = {message.id for message in world.discord.messages}
    url = f"https://open.spotify.com/album/{world.spotify.known.album.id}"
    asked = await (await linus.command("add", track=url)).reply()
    labelled = [button.label for button in asked.buttons() if button.label]
    await linus.press(asked, next(label for label in labelled if label.startswith("Propose ")))
    card = await new_card(world, known)
    assert labels(card) == ["Add all", "Withdraw all", "Decline all…"]
    assert "They go in with 3 👍. The count is shown when the vote ends." in card.text
    told = await (await others[0].press(card, "Add all")).reply()
    assert "Your 👍 counts." in told.text
    assert (await only_list(world)).list_id == voting.list_id


async def test_newcomers(
    world: World, linked: Actor, voting: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """Who joined lately reads when they can vote, and their press counts for nothing; later it counts."""
    known = world.spotify.known.explicit
    saved = await set_votes(linked, Days_in_the_server="2")
    assert "Only members who joined this server at least 2 days ago can vote." in saved.text
    assert "✅ Only members who joined this server" in await said(linus, "rules test", track=known.uri)
    world.discord.join("newt", "Tape Heads")
    newcomer = world.discord.actor("newt", channel="music")
    card = await propose(world, linus, known.uri)
    refused = await (await newcomer.press(card, "Add it")).reply()
    assert "members can vote once they've been in the server for 2 days. You can vote <t:" in refused.text
    await (await others[0].press(card, "Add it")).acknowledged()
    await says(world, card, "1 👍, 0 👎")
    await world.advance(seconds=timedelta(days=2).total_seconds())
    await (await newcomer.press(card, "Add it")).acknowledged()
    await says(world, card, "2 👍, 0 👎")
    assert (await stored(world, voting, known.uri)).state is State.PENDING


@pytest.mark.parametrize("first", ["curator", "votes"])
async def test_either(  # noqa: PLR0917 - what is combined
    world: World, linked: Actor, voting: SharedPlaylist, linus: Actor, others: list[Actor], first: str
) -> None:
    """A curator or the votes, whichever comes first: both are on the card, curators apart."""
    known = world.spotify.known.explicit
    saved = await set_votes(linked, "mode", When_a_member_adds_a_track="either")
    assert "Approval or vote: tracks go in once a curator approves them or 👍 lead by 3, within 72 hours" in (
        saved.text
    )
    card = await propose(world, linus, known.uri)
    assert labels(card) == ["Add it", "Skip it", "Withdraw", "Approve", "Decline…"]
    assert "A curator can also decide." in card.text
    await (await others[1].press(card, "Add it")).acknowledged()
    await says(world, card, "1 👍, 0 👎")
    assert "Only curators" in (await (await others[1].press(card, "Approve")).reply()).text
    if first == "curator":
        await others[0].press(card, "Approve")
        await says(world, card, f"✅ Added: approved by <@{others[0].member.id}>")
    else:
        for member in (others[0], others[2]):
            await (await member.press(card, "Add it")).acknowledged()
        await says(world, card, "✅ Added: 3 👍, 0 👎")
    assert uris(world) == [known.uri]
    assert (await stored(world, voting, known.uri)).state is State.LANDED


@pytest.mark.parametrize("typed", ["366", "-1", "two"])
async def test_refused(world: World, linked: Actor, voting: SharedPlaylist, typed: str) -> None:
    """Days that can't be are refused with their limits, and nothing changes."""
    shown = await (await linked.command("shared settings")).reply()
    form = await (await linked.choose(shown, "voting")).modal()
    refused = await (await linked.submit(form, {"Days in the server": typed, "Only 👍": True})).reply()
    assert "Days in the server must be 0 to 365 days" in refused.text
    assert (await only_list(world)).settings == voting.settings
    again = await (await linked.press(refused, "Edit again")).modal()
    assert [field.checked for field in again.fields] == [True, False, False]
    await (await linked.submit(again, {"Days in the server": "365"})).acknowledged()
    await world.discord.wait_for(
        lambda: any("Saved." in message.text for message in linked.messages()) or None, "the saved settings"
    )
    changed = (await only_list(world)).settings
    assert (changed.thumbs_up_only, changed.hide_count, changed.voter_days) == (True, False, 365)


async def test_hidden_removal(
    world: World, linked: Actor, voting: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """A vote to remove a track hides its count, too, and has both buttons all the same."""
    known = world.spotify.known.explicit
    shared = await world.app.stores.lists.swap(voting, replace(voting, mode=Mode.OPEN))
    assert shared is not None
    assert "Added" in (await (await linus.command("add", track=known.uri)).reply()).text
    await set_votes(linked, Show_the_count_at_the_end=True, **ONLY_UP)
    await world.advance(days=1)
    shown = await (await linus.command("shared show")).reply()
    held = await stored(world, voting, known.uri)
    await linus.choose(shown, held.contribution_id, menu="Start a vote to remove a track…")
    card = await world.discord.wait_for(
        lambda: next((each for each in world.discord.messages if "Remove it" in labels(each)), None), "card"
    )
    assert labels(card) == ["Remove it", "Keep it"]
    assert "The count is shown when the vote ends." in card.text
    told = await (await others[0].press(card, "Keep it")).reply()
    assert "Your 👎 counts." in told.text
    await (await others[1].press(card, "Remove it")).reply()
    assert "1 👍" not in card.text
    await world.advance(hours=72)
    await says(world, card, "💚 It stays: 1 👍, 1 👎")
    assert uris(world) == [known.uri]
