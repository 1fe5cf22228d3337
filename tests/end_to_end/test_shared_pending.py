"""/shared pending, votes to throw something out, and cards that get lost, in the sandbox."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Leave, State
from bot.stores.lists import Mode, Roles, Settings
from sandbox.fake_discord.faults import Fault
from sandbox.fake_spotify import Fault as Spoilt
from tests.end_to_end.lending import spotify_shows
from tests.end_to_end.voting import card_is_stored, new_card, propose, says, stored
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_discord.run import Run
    from sandbox.world import World


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator."""
    return world.discord.actor("grace", channel="music")


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list: in when members want it."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    return await lend(
        world,
        linked,
        world.spotify.known_playlists.empty,
        mode=Mode.VOTE,
        roles=Roles(curate=(curator.id,)),
        settings=Settings(voters_to_remove=2),
    )


async def test_pending(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """Everybody sees what waits, their own first, with the way to its card; nobody else sees that they looked."""
    known = world.spotify.known
    first = await propose(world, grace, known.plain.uri)
    await propose(world, linus, known.explicit.uri)
    reply = await (await linus.command("shared pending")).reply()
    assert reply.ephemeral
    assert "Proposals (2)" in reply.text
    assert reply.text.index(known.explicit.name) < reply.text.index(known.plain.name)
    assert f"https://discord.com/channels/{shared.guild_id}/{first.channel.id}/{first.id}" in reply.text
    assert "3 more 👍" in reply.text


async def test_why_it_is_not_in(world: World, shared: SharedPlaylist, linus: Actor, linked: Actor) -> None:
    """What was accepted and cannot be written stands there with the reason."""
    uri = world.spotify.known.plain.uri
    await (await linked.command("unlink")).reply()
    await bring(
        world.app.stores, shared, 1, uri, linus.member.id, state=State.QUEUED, guild_id=shared.guild_id
    )
    world.app.services.shared.outbox.dispatcher.wake(shared.list_id)
    await world.advance(seconds=60)
    reply = await (await linus.command("shared pending")).reply()
    assert "Accepted, going in (1)" in reply.text
    assert world.spotify.known.plain.name in reply.text


@pytest.mark.parametrize(
    ("unlinks", "why"),
    [
        (False, r"is limiting my requests; I.ll continue <t:\d+:R>"),
        (True, "no longer linked .*; I.ll continue once they link"),
    ],
)
async def test_on_its_way_out(
    world: World, shared: SharedPlaylist, linked: Actor, grace: Actor, *, unlinks: bool, why: str
) -> None:
    """What was taken back and cannot leave yet says why and until when, in the answer and in the queue."""
    known, playlist = world.spotify.known.plain, world.spotify.known_playlists.empty
    playlist.add([known.uri])
    held = await bring(world.app.stores, shared, 1, known.uri, grace.member.id)
    world.app.services.shared.history.undo.patience_s = 0
    if unlinks:
        await (await linked.command("unlink")).reply()
    else:
        world.spotify.faults.add(Spoilt("DELETE /playlists/*/items", "rate_limit", retry_after=3600))
        await (await grace.command("shared undo", what=held.contribution_id)).reply()
        await world.app.services.shared.outbox.dispatcher.work()
    told = (await (await grace.command("shared undo", what=held.contribution_id)).reply()).text
    await world.app.services.shared.outbox.dispatcher.work()
    queue = (await (await grace.command("shared pending")).reply()).text
    assert "Removing" in told
    assert "Going out (1)" in queue
    assert known.name in queue
    for text in (told, queue):
        assert re.search(why, text)


async def test_nothing_waits(shared: SharedPlaylist, linus: Actor) -> None:
    """An empty queue says so."""
    reply = await (await linus.command("shared pending")).reply()
    assert "Nothing is pending" in reply.text
    assert reply.menus() == []
    assert shared


async def test_decide_there(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """A card chosen from the queue works as the posted one does, and changes at once."""
    known = world.spotify.known.explicit
    posted = await propose(world, linus, known.uri)
    queue = await (await grace.command("shared pending")).reply()
    held = await stored(world, shared, known.uri)
    card = await (await review(grace, queue, held)).reply()
    assert card.ephemeral
    assert "Post the card again" in [button.label for button in card.buttons()]
    voted = await (await grace.press(card, "Add it")).updated()
    assert "1 👍, 0 👎" in voted.text
    await says(world, posted, "1 👍, 0 👎")
    form = await (await grace.press(card, "Decline…")).modal()
    await grace.submit(form, {form.fields[0].custom_id: ""})
    await says(world, posted, "Declined by")
    await says(world, card, "Declined by")


async def cards_now(world: World, member: Actor) -> list[Message]:
    """The public cards that are there, seconds and some answers of the bot later."""
    for _ in range(3):
        await world.advance(seconds=5)
        await (await member.command("shared pending")).reply()
    public = [message for message in world.discord.messages if not message.ephemeral and not message.deleted]
    return [message for message in public if "Proposed by" in message.text]


async def review(member: Actor, queue: Message, held: Contribution) -> Run:
    """Press the button beside it."""
    return await member.press(queue, f"sp:review:{held.contribution_id}")


async def vote_in_the_queue(member: Actor, held: Contribution) -> None:
    """A vote without the posted card."""
    queue = await (await member.command("shared pending")).reply()
    chosen = await (await review(member, queue, held)).reply()
    await (await member.press(chosen, "Add it")).updated()


async def test_deleted_card(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """A card that a moderator deleted is posted anew as soon as it would change, and the queue leads there."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    held = await stored(world, shared, known.uri)
    messages = {message.id for message in world.discord.messages}
    card.deleted = True
    await vote_in_the_queue(grace, held)
    again = await new_card(world, messages)
    await says(world, again, "1 👍, 0 👎", "Proposed by")
    assert again.channel is card.channel
    assert not again.pings.everyone
    await card_is_stored(world, shared, known.uri, again)
    queue = await (await linus.command("shared pending")).reply()
    assert f"https://discord.com/channels/{shared.guild_id}/{again.channel.id}/{again.id}" in queue.text
    assert f"/{card.id}" not in queue.text
    await (await world.discord.actor("hedy", channel="music").press(again, "Add it")).acknowledged()
    await says(world, again, "2 👍, 0 👎")
    await (await world.discord.actor("margaret", channel="music").press(again, "Add it")).acknowledged()
    await says(world, again, "✅ Added: 3 👍, 0 👎")
    assert await cards_now(world, linus) == [again]


async def test_deleted_before_a_restart(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """What was deleted while the bot was away is noticed when it is back, once."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    messages = {message.id for message in world.discord.messages}
    card.deleted = True
    await world.restart_bot()
    again = await new_card(world, messages)
    await world.restart_bot()
    assert await cards_now(world, linus) == [again]
    held = await stored(world, shared, known.uri)
    assert held.ballot is not None
    assert held.ballot.message_id == again.id


@pytest.mark.parametrize("gone", ["card", "channel", "access"])
async def test_deleted_where_cards_went(
    world: World, shared: SharedPlaylist, linus: Actor, gone: str
) -> None:
    """The new card stands where the list's cards go by then, also when the channel itself is gone, or closed to us."""
    guild, known = world.discord.guild("Tape Heads"), world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    held = await stored(world, shared, known.uri)
    general = guild.channel("general")
    settings = replace(shared.settings, cards_channel_id=general.id)
    assert await world.app.stores.lists.swap(shared, replace(shared, settings=settings))
    messages = {message.id for message in world.discord.messages}
    elsewhere = world.discord.actor("grace", channel="general")
    if gone == "card":
        card.deleted = True
    elif gone == "channel":
        guild.channels.remove(card.channel)
    else:
        world.discord.faults.add(Fault("PATCH /channels/*/messages/*", status=403, code=50001))
    await vote_in_the_queue(elsewhere, held)
    again = await new_card(world, messages)
    await says(world, again, "1 👍, 0 👎")
    assert again.channel is general
    await card_is_stored(world, shared, known.uri, again)
    queue = await (await elsewhere.command("shared pending")).reply()
    assert f"/{general.id}/{again.id}" in queue.text


async def test_no_channel_left(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Where no channel takes a card there is none, and it can be decided in the queue."""
    guild, known = world.discord.guild("Tape Heads"), world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    held = await stored(world, shared, known.uri)
    guild.channels.remove(card.channel)
    for name in ("grace", "hedy", "margaret"):
        await vote_in_the_queue(world.discord.actor(name, channel="general"), held)
        await world.advance(seconds=3)
    assert (await stored(world, shared, known.uri)).state in {State.QUEUED, State.SENDING, State.LANDED}


async def test_deleted_when_decided(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """What is decided as its card is found deleted gets no new one."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    held = await stored(world, shared, known.uri)
    queue = await (await grace.command("shared pending")).reply()
    chosen = await (await review(grace, queue, held)).reply()
    card.deleted = True
    form = await (await grace.press(chosen, "Decline…")).modal()
    await grace.submit(form, {form.fields[0].custom_id: ""})
    await says(world, chosen, "Declined by")
    assert await cards_now(world, linus) == []


async def test_posted_again(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """A curator has a card that has scrolled away posted again."""
    known = world.spotify.known.explicit
    await propose(world, linus, known.uri)
    held = await stored(world, shared, known.uri)
    messages = {message.id for message in world.discord.messages}
    queue = await (await grace.command("shared pending")).reply()
    chosen = await (await review(grace, queue, held)).reply()
    await (await grace.press(chosen, "Post the card again")).updated()
    again = await new_card(world, messages)
    await (await world.discord.actor("hedy", channel="music").press(again, "Add it")).acknowledged()
    await says(world, again, "1 👍, 0 👎")


async def test_only_curators_post(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Other members are not offered to post a card again."""
    known = world.spotify.known.explicit
    await propose(world, linus, known.uri)
    queue = await (await linus.command("shared pending")).reply()
    held = await stored(world, shared, known.uri)
    card = await (await review(linus, queue, held)).reply()
    assert "Post the card again" not in [button.label for button in card.buttons()]


async def test_elsewhere(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """In another server the list, its queue and its cards do not exist."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    ada = world.discord.actor("margaret", guild="Night Shift", channel="music")
    reply = await (await ada.command("shared pending", list=shared.list_id)).reply()
    assert known.name not in reply.text
    assert shared.name not in reply.text
    theirs = world.discord.actor("margaret", guild="Night Shift", channel="music")
    card.channel = theirs.channel  # as a control that was carried over
    refused = await (await theirs.press(card, "Add it")).reply()
    assert refused.ephemeral
    assert "no longer there" in refused.text
    assert (await stored(world, shared, known.uri)).state is State.PENDING


async def test_lost_answer_to_posting(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Discord took the card, but its answer got lost: there is still only one."""
    known = world.spotify.known.explicit
    world.discord.faults.add(Fault("POST /channels/*/messages", kind="reset_after"))
    card = await propose(world, linus, known.uri)
    await world.advance(seconds=60)
    await (await world.discord.actor("hedy", channel="music").press(card, "Add it")).acknowledged()
    await says(world, card, "1 👍, 0 👎")
    cards = [message for message in world.discord.messages if "Proposed by" in message.text]
    assert [message for message in cards if not message.ephemeral] == [card]
    assert (await stored(world, shared, known.uri)).state is State.PENDING


@pytest.mark.parametrize("leaving", [False, True])
async def test_voted_off(
    world: World, shared: SharedPlaylist, linus: Actor, grace: Actor, *, leaving: bool
) -> None:
    """Somebody asks on the page of the list; two others agree; it leaves the playlist, and who brought it is told.

    A vote counts also when whoever cast it has left the server since.
    """
    playlist = world.spotify.known_playlists.empty
    known = world.spotify.known.explicit
    playlist.add([known.uri])
    held = await bring(
        world.app.stores,
        shared,
        1,
        known.uri,
        linus.member.id,
        changed_at=world.clock.now() - timedelta(days=2),
    )
    page = await (await grace.command("shared show")).reply()
    before = {message.id for message in world.discord.messages}
    asked = await (await grace.choose(page, held.contribution_id)).reply()
    assert asked.ephemeral
    assert "The vote is open" in asked.text
    card = await new_card(world, before)
    assert f"Remove this from **{shared.name}**?" in card.text
    assert [button.label for button in card.buttons()] == ["Remove it", "Keep it"]
    letter = world.discord.next_message(world.discord.actor("linus", dm=True).channel)
    for name in ("margaret", "hedy"):
        await (await world.discord.actor(name, channel="music").press(card, "Remove it")).acknowledged()
        if leaving:
            world.discord.leave(name, "Tape Heads")
    await says(world, card, "🗑️ Voted out: 2 👍, 0 👎")
    await spotify_shows(world, lambda: not playlist.items)
    await world.app.services.shared.outbox.dispatcher.work()  # until it's noted, too
    assert "Voted out" in (await letter).text
    now = await stored(world, shared, known.uri)
    assert (now.state, now.leave) == (State.REMOVED, Leave.VOTED_OFF)
    again = await (await linus.command("add", track=known.uri)).reply()
    assert "voted" in again.text
    assert playlist.items == []


async def test_five_voters(world: World, linked: Actor, linus: Actor, grace: Actor) -> None:
    """As it is set at first: five voters without who began it, two thirds of them; one person alone never decides."""
    playlist = world.spotify.known_playlists.own
    shared = await lend(world, linked, playlist)
    uri = world.spotify.known.explicit.uri
    await (await linus.command("add", track=uri)).reply()
    held = await stored(world, shared, uri)
    await world.advance(hours=24)
    known = {message.id for message in world.discord.messages}
    past = await (await grace.command("shared history")).reply()
    await (await grace.choose(past, held.contribution_id)).reply()
    card = await new_card(world, known)
    assert "Needs at least 5 votes, two thirds in favour." in card.text
    own = await (await grace.press(card, "Remove it")).reply()
    assert "your own vote doesn't count" in own.text
    for number in range(6):
        world.discord.join(f"voter{number}", "Tape Heads")
    voters = [world.discord.actor(f"voter{number}", channel="music") for number in range(6)]
    for number, voter in enumerate(voters[:5]):
        await (await voter.press(card, "Remove it" if number < 3 else "Keep it")).acknowledged()
    await says(world, card, "3 👍, 2 👎", "1 more 👍")  # three of five are fewer than two thirds
    await voters[5].press(card, "Remove it")
    await says(world, card, "🗑️ Voted out: 4 👍, 2 👎")
    await spotify_shows(world, lambda: uri not in playlist.uris)


async def test_asked_from_the_history(world: World, linked: Actor, linus: Actor, grace: Actor) -> None:
    """A vote can also begin where the history tells of a track; not before it has been in for a day."""
    playlist = world.spotify.known_playlists.own
    shared = await lend(world, linked, playlist)
    uri = world.spotify.known.explicit.uri
    await (await linus.command("add", track=uri)).reply()
    held = await stored(world, shared, uri)
    past = await (await grace.command("shared history")).reply()
    (menu,) = (one for one in past.menus() if "voted out" in (one.placeholder or ""))
    assert menu.placeholder == "Tracks can be voted out after 24 hours in the playlist"
    assert menu.disabled
    await world.advance(hours=24)
    known = {message.id for message in world.discord.messages}
    past = await (await grace.command("shared history")).reply()
    asked = await (await grace.choose(past, held.contribution_id)).reply()
    assert "The vote is open" in asked.text
    assert "Remove this from" in (await new_card(world, known)).text
