"""What members are told later reaches them, also when the bot is restarted in between, and once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import QUEUE, State
from bot.stores.lists import Mode, Roles, Settings, Trouble
from sandbox.fake_discord.faults import Fault as DiscordFault
from sandbox.fake_spotify.faults import Fault
from tests.end_to_end.lending import nothing_to_tell
from tests.end_to_end.voting import propose
from tests.shared_records import consent_given, lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World


@pytest.fixture
async def curated(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list: in when a curator says so; grace is one."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    target = world.spotify.known_playlists.empty
    return await lend(world, linked, target, mode=Mode.APPROVAL, roles=Roles(curate=(curator.id,)))


def letters(world: World, name: str, text: str) -> list[Message]:
    """The direct messages to a member that say so."""
    return [one for one in world.discord.actor(name, dm=True).messages() if text in one.text]


async def test_restart_before_the_telling(world: World, curated: SharedPlaylist, linus: Actor) -> None:
    """A decision is told although the bot is restarted between the decision and the message about it; and once."""
    assert curated.mode is Mode.APPROVAL
    card = await propose(world, linus, world.spotify.known.explicit.uri)
    world.discord.faults.add(DiscordFault("POST /users/@me/channels", kind="reset_before"))
    grace = world.discord.actor("grace", channel="music")
    await grace.press(card, "Approve")
    await world.discord.wait_for(lambda: not world.discord.faults.waiting or None, "a try")
    await world.restart_bot()
    assert letters(world, "linus", "which you proposed") == []
    await world.advance(minutes=3)
    await world.discord.wait_for(lambda: letters(world, "linus", "which you proposed") or None, "a letter")
    await world.restart_bot()
    await world.advance(minutes=3)
    assert len(letters(world, "linus", "which you proposed")) == 1


@pytest.mark.parametrize("status", [403, 404])
async def test_refused_once(world: World, curated: SharedPlaylist, linus: Actor, status: int) -> None:
    """A letter that Discord refuses once comes all the same; one refusal does not mean that nobody wants it."""
    assert curated.mode is Mode.APPROVAL
    card = await propose(world, linus, world.spotify.known.explicit.uri)
    world.discord.faults.add(DiscordFault("POST /users/@me/channels", status=status))
    await world.discord.actor("grace", channel="music").press(card, "Approve")
    await world.discord.wait_for(lambda: not world.discord.faults.waiting or None, "a try")
    await world.rest()  # until it's noted when the next try is due
    await world.advance(seconds=15)
    await world.discord.wait_for(lambda: letters(world, "linus", "which you proposed") or None, "a letter")


async def test_longer_than_a_reply_lasts(world: World, linked: Actor, linus: Actor) -> None:
    """What waits longer than Discord lets a reply change is not promised to change it; it is told when it is in."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    known = world.spotify.known.explicit
    world.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", retry_after=3_600))
    reply = await (await linus.command("add", track=known.uri)).reply()
    await world.discord.wait_for(lambda: "Accepted for" in reply.text or None, "the reply")
    assert "I'll DM you once it is in." in reply.text
    assert "I'll update this message" not in reply.text
    await world.restart_bot()
    await world.advance(hours=1, minutes=1)
    (letter,) = await world.discord.wait_for(
        lambda: letters(world, "linus", "✅ Added to") or None, "word of it"
    )
    assert known.name in letter.text


async def kept_at_restart(world: World, linus: Actor, **options: object) -> Message:
    """A reply that promises to change, of a bot that was restarted before it did."""
    world.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", retry_after=60))
    reply = await (await linus.command("add", **options)).reply()
    for button in reply.buttons():
        if button.label.startswith("Add "):
            reply = await (await linus.press(reply, button.label)).updated()
    await world.discord.wait_for(lambda: "I'll update this message" in reply.text or None, "the promise")
    await world.restart_bot()
    assert "I'll update this message" in reply.text
    return reply


async def all_go_in(world: World, shared: SharedPlaylist, member: Actor) -> None:
    """What waits of the member is written now, and time passes, so that what is left behind is noticed."""
    await world.advance(seconds=61)
    waiting = await world.app.stores.contributions.latest_of(shared.list_id, member.member.id, QUEUE, 99)
    for held in waiting:
        done = await world.app.services.shared.outbox.dispatcher.settled(held, 60, patient=True)
        assert done.state is State.LANDED
    await world.advance(minutes=1)


async def test_reply_after_a_restart(world: World, linked: Actor, linus: Actor) -> None:
    """A reply that promised to change does so although the bot was restarted; what took the track back is gone."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty)
    reply = await kept_at_restart(world, linus, track=world.spotify.known.explicit.uri)
    await all_go_in(world, shared, linus)
    await world.discord.wait_for(lambda: "Added to" in reply.text or None, "the change")
    assert [button.label for button in reply.buttons()] == ["Open in Spotify"]
    await nothing_to_tell(world)


async def test_reply_about_several_after_a_restart(world: World, linked: Actor, linus: Actor) -> None:
    """So does one about an album."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty)
    album = f"https://open.spotify.com/album/{world.spotify.known.album.id}"
    reply = await kept_at_restart(world, linus, track=album)
    await all_go_in(world, shared, linus)
    await world.discord.wait_for(lambda: "✅ Added to" in reply.text or None, "the change")
    assert f": {len(world.spotify.known_playlists.empty.items)} tracks" in reply.text


async def test_reply_that_is_too_old(world: World, linked: Actor, linus: Actor) -> None:
    """After its 15 minutes a reply stays as it is, and what it could have been changed with is erased."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    reply = await kept_at_restart(world, linus, track=world.spotify.known.explicit.uri)
    world.spotify.faults.add(Fault("POST /playlists/*/items", "status", times=None, status=503))
    await world.advance(minutes=15)
    await nothing_to_tell(world)
    assert "I'll update this message" in reply.text


async def test_consent_ended(world: World, linked: Actor, linus: Actor) -> None:
    """When the owner's consent ends, the owner and the list's channel are told of it, once."""
    await lend(
        world,
        linked,
        world.spotify.known_playlists.empty,
        settings=Settings(cards_channel_id=linus.channel.id),
    )
    await consent_given(world.app.stores, linked.member.id, days_ago=180)
    world.spotify.revoke("ada")
    for track in (world.spotify.known.explicit, world.spotify.known.plain):
        await (await linus.command("add", track=track.uri)).reply()
    await world.advance(seconds=5)
    await world.discord.wait_for(
        lambda: letters(world, "ada", "Your Spotify link has ended") or None, "a letter"
    )
    said = "The owner's Spotify link has ended"
    await world.discord.wait_for(
        lambda: [one for one in linus.messages() if said in one.text] or None, "word in the channel"
    )
    assert len(letters(world, "ada", "Your Spotify link has ended")) == 1
    assert len([one for one in linus.messages() if said in one.text]) == 1


async def test_consent_noticed_late(world: World, linked: Actor, linus: Actor) -> None:
    """A list that notices late that the consent ended tells its channel, and the owner's one letter named it, too."""

    def words_there(place: Actor) -> list[Message] | None:
        return [one for one in place.messages() if "Spotify link has ended" in one.text] or None

    channels = (linus, world.discord.actor("linus", channel="general"))
    lists: list[SharedPlaylist] = []
    known = world.spotify.known_playlists
    for number, playlist in enumerate((known.empty, known.own)):
        settings = Settings(cards_channel_id=channels[number].channel.id)
        name = f"Tape {number}"
        lists.append(
            await lend(world, linked, playlist, list_id=f"list{number}", name=name, settings=settings)
        )
    await consent_given(world.app.stores, linked.member.id, days_ago=180)
    world.spotify.revoke("ada")
    changes, given = world.app.services.shared.core.changes, world.clock.now()
    for one, channel in zip(lists, channels, strict=True):
        await changes.set_trouble(one, Trouble.CONSENT_ENDED, since=given)
        await world.advance(minutes=1)
        (there,) = await world.discord.wait_for(partial(words_there, channel), "word in the channel")
        assert f"**[{one.name}](" in there.text
    (letter,) = letters(world, "ada", "Your Spotify link has ended")
    assert all(f"**{one.name}**" in letter.text for one in lists)


async def test_consent_of_two_lists(world: World, linked: Actor, linus: Actor) -> None:
    """Every list of the owner tells it in its channel, also when a command of theirs found out; they get one letter."""
    lists = []
    for number, channel in enumerate(("music", "general")):
        place = world.discord.actor("linus", channel=channel)
        lists.append(
            await lend(
                world,
                linked,
                (world.spotify.known_playlists.empty, world.spotify.known_playlists.own)[number],
                list_id=f"list{number}",
                name=f"Tape {number}",
                settings=Settings(cards_channel_id=place.channel.id),
            )
        )
    await consent_given(world.app.stores, linked.member.id, days_ago=180)
    world.spotify.revoke("ada")
    await (await linked.command("playlists")).reply()
    await (await linus.command("add", track=world.spotify.known.plain.uri, playlist=lists[1].name)).reply()
    while {one.trouble for one in await world.app.stores.lists.open()} != {Trouble.CONSENT_ENDED}:
        await (await linus.command("shared list")).reply()  # lets time pass, but not on the clock
    await world.advance(seconds=5)
    said = "The owner's Spotify link has ended"
    places = [linus, world.discord.actor("linus", channel="general")]

    def told() -> list[int]:
        return [len([one for one in place.messages() if said in one.text]) for place in places]

    await world.discord.wait_for(lambda: all(told()) or None, "word of it")
    await world.advance(minutes=3)
    await world.discord.wait_for(
        lambda: letters(world, "ada", "Your Spotify link has ended") or None, "a letter"
    )
    assert told() == [1, 1]
    (letter,) = letters(world, "ada", "Your Spotify link has ended")
    assert all(f"**{one.name}**" in letter.text for one in lists)
    for one in lists:
        now = await world.app.stores.lists.by_id(one.list_id)
        assert now is not None
        assert now.trouble is Trouble.CONSENT_ENDED
