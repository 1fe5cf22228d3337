"""Cards of proposals in the sandbox: votes, curators, the end of the time, restarts, and fifty members at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode, Roles
from tests.end_to_end.voting import propose, says, stored
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World

pytestmark = pytest.mark.two_processes


@pytest.fixture
def others(world: World) -> list[Actor]:
    """Three members who may vote, none of whom has linked anything."""
    return [world.discord.actor(name, channel="music") for name in ("grace", "margaret", "hedy")]


@pytest.fixture
async def voting(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list: in when members want it."""
    return await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.VOTE)


@pytest.fixture
async def curated(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list: in when a curator says so; grace is one."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    return await lend(
        world,
        linked,
        world.spotify.known_playlists.empty,
        mode=Mode.APPROVAL,
        roles=Roles(curate=(curator.id,)),
    )


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


@pytest.mark.two_processes(halves=True)
async def test_voted_in(world: World, voting: SharedPlaylist, linus: Actor, others: list[Actor]) -> None:
    """The card tells everything; three votes put the track in, and card and proposer say so, pinging nobody."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri, note="for @everyone")
    assert f"for **{voting.name}**" in card.text
    assert f"<@{linus.member.id}>" in card.text
    assert known.name in card.text
    assert "3 more 👍" in card.text
    assert "Artwork of " in str(card.components)
    assert f"](https://open.spotify.com/track/{known.id})" in card.text
    assert not card.pings.members
    assert not card.pings.everyone
    assert [button.label for button in card.buttons()] == ["Add it", "Skip it", "Withdraw", "Decline…"]
    letter = world.discord.next_message(world.discord.actor("linus", dm=True).channel)
    for member in others[:2]:
        assert await (await member.press(card, "Add it")).acknowledged() == 6
    await says(world, card, "2 👍, 0 👎", "1 more 👍")
    await others[2].press(card, "Add it")
    await says(world, card, "✅ Added: 3 👍, 0 👎")
    assert [button.label for button in card.buttons()] == ["Like"]
    assert uris(world) == [known.uri]
    told = await letter
    assert known.name in told.text
    assert voting.name in told.text


@pytest.mark.parametrize("last", ["Add it", "Skip it"])
async def test_voters_leave(
    world: World, voting: SharedPlaylist, linus: Actor, others: list[Actor], last: str
) -> None:
    """Whoever was in the server when they pressed has voted, for or against, also when they are gone by the end."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    for member in others[:2]:
        await (await member.press(card, last)).acknowledged()
        world.discord.leave(member.member.username, "Tape Heads")
    await says(world, card, "2 👍, 0 👎" if last == "Add it" else "0 👍, 2 👎")
    await world.restart_bot()
    await others[2].press(card, last)
    if last == "Add it":
        await says(world, card, "✅ Added: 3 👍, 0 👎")
        assert uris(world) == [known.uri]
    else:
        await says(world, card, "❌ Declined: 0 👍, 3 👎")
        assert (await stored(world, voting, known.uri)).state is State.DECLINED


async def test_all_voters_leave(
    world: World, voting: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """When the time is over, the votes of those who left are in the count."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    for member in others[:2]:
        await (await member.press(card, "Add it")).acknowledged()
        world.discord.leave(member.member.username, "Tape Heads")
    await says(world, card, "2 👍, 0 👎")
    await world.advance(hours=72)
    await says(world, card, "⌛ Expired: 2 👍, 0 👎 wasn't enough")
    held = await stored(world, voting, known.uri)
    assert held.ballot is not None
    assert (held.state, held.ballot.yes, held.ballot.no) == (State.LAPSED, 2, 0)


@pytest.mark.parametrize("word", ["Approve", "Decline…"])
async def test_curator_leaves(
    world: World, curated: SharedPlaylist, linus: Actor, others: list[Actor], word: str
) -> None:
    """What a curator decided stands when they are gone, also when it has not reached Spotify yet."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    run = await others[0].press(card, word)
    if word == "Decline…":
        form = await run.modal()
        run = await others[0].submit(form, {form.fields[0].custom_id: "no"})
    await run.acknowledged()
    world.discord.leave("grace", "Tape Heads")
    grace = f"<@{others[0].member.id}>"
    await says(world, card, f"approved by {grace}" if word == "Approve" else f"Declined by {grace}")
    expected = State.LANDED if word == "Approve" else State.DECLINED
    await world.advance(seconds=5)
    assert (await stored(world, curated, known.uri)).state is expected


async def test_changed_mind(world: World, voting: SharedPlaylist, linus: Actor, others: list[Actor]) -> None:
    """A vote can be changed; the same again is answered privately, and one's own is refused."""
    card = await propose(world, linus, world.spotify.known.explicit.uri)
    await others[0].press(card, "Add it")
    await says(world, card, "1 👍, 0 👎")
    again = await (await others[0].press(card, "Add it")).reply()
    assert again.ephemeral
    assert "already voted" in again.text
    await others[0].press(card, "Skip it")
    await says(world, card, "0 👍, 1 👎")
    own = await (await linus.press(card, "Add it")).reply()
    assert own.ephemeral
    assert "your own vote doesn't count" in own.text
    assert voting.mode is Mode.VOTE


async def test_declined_with_reason(
    world: World, curated: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """A curator's reason stands on the card and reaches the proposer; without the role there is no form."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    assert "A curator decides" in card.text
    refused = await (await others[1].press(card, "Decline…")).reply()
    assert refused.ephemeral
    assert "Only curators" in refused.text
    letter = world.discord.next_message(world.discord.actor("linus", dm=True).channel)
    form = await (await others[0].press(card, "Decline…")).modal()
    await others[0].submit(form, {form.fields[0].custom_id: "too *loud* for <@1>"})
    await says(world, card, f"Declined by <@{others[0].member.id}>", "too \\*loud\\*")
    assert card.buttons() == []
    assert "too \\*loud\\*" in (await letter).text
    assert uris(world) == []
    assert (await stored(world, curated, known.uri)).state is State.DECLINED


async def test_approved(world: World, curated: SharedPlaylist, linus: Actor, others: list[Actor]) -> None:
    """One press of a curator, and it is in."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    await others[0].press(card, "Approve")
    await says(world, card, f"✅ Added: approved by <@{others[0].member.id}>")
    assert uris(world) == [known.uri]
    assert (await stored(world, curated, known.uri)).state is State.LANDED


@pytest.mark.two_processes(halves=True)
async def test_time_is_over(world: World, voting: SharedPlaylist, linus: Actor, others: list[Actor]) -> None:
    """After 72 hours without a decision it lapses; the buttons are gone and the proposer is told."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    await others[0].press(card, "Add it")
    await says(world, card, "1 👍, 0 👎")
    letter = world.discord.next_message(world.discord.actor("linus", dm=True).channel)
    await world.advance(hours=72)
    await says(world, card, "⌛ Expired: 1 👍, 0 👎 wasn't enough")
    assert card.buttons() == []
    assert "wasn't enough" in (await letter).text
    assert (await stored(world, voting, known.uri)).state is State.LAPSED


@pytest.mark.parametrize("mode", [Mode.VOTE, Mode.APPROVAL])
async def test_paused(world: World, linked: Actor, linus: Actor, others: list[Actor], mode: Mode) -> None:
    """While the list is paused nobody decides and nothing lapses; afterwards there is as much time as there was."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, mode=mode)
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    days = 2 if mode is Mode.VOTE else 6
    await world.advance(days=days)
    await (await linked.command("shared pause")).reply()
    button = "Add it" if mode is Mode.VOTE else "Approve"
    assert "is paused" in (await (await others[0].press(card, button)).reply()).text
    await says(world, card, "The playlist is paused")
    await world.advance(days=30)
    await world.app.services.shared.ballots.decisions.look_after(shared.list_id)
    await (await linked.command("shared resume")).reply()
    until = int((world.clock.now() + timedelta(days=1)).timestamp())
    shown = await says(world, card, "<t:")
    ends = int(re.findall(r"<t:(\d+):f>", shown.text)[0])
    assert abs(ends - until) < 60
    assert card.buttons()
    await world.advance(days=1)
    await says(world, card, "⌛ Expired")


async def test_restart(world: World, voting: SharedPlaylist, linus: Actor, others: list[Actor]) -> None:
    """The card goes on working after a restart, and shows what was not shown yet."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    held = await stored(world, voting, known.uri)
    await world.app.stores.votes.cast(
        held.contribution_id, 1, others[0].member.id, world.clock.now(), yes=True
    )
    await world.restart_bot()
    await says(world, card, "1 👍, 0 👎")
    await others[1].press(card, "Add it")
    await others[2].press(card, "Add it")
    await says(world, card, "Added")
    assert uris(world) == [known.uri]


async def test_lost_permission(
    world: World, curated: SharedPlaylist, linus: Actor, others: list[Actor]
) -> None:
    """Who lost the role between the card and the press is refused; the card stays as it is."""
    card = await propose(world, linus, world.spotify.known.explicit.uri)
    guild = world.discord.guild("Tape Heads")
    guild.members[others[0].member].remove(guild.role("Curator"))
    refused = await (await others[0].press(card, "Approve")).reply()
    assert refused.ephemeral
    assert "Only curators" in refused.text
    assert (await stored(world, curated, world.spotify.known.explicit.uri)).state is State.PENDING


async def test_withdrawn(world: World, voting: SharedPlaylist, linus: Actor, others: list[Actor]) -> None:
    """The proposer takes it back on the card; nobody else can."""
    known = world.spotify.known.explicit
    card = await propose(world, linus, known.uri)
    refused = await (await others[0].press(card, "Withdraw")).reply()
    assert refused.ephemeral
    await linus.press(card, "Withdraw")
    await says(world, card, "↩️ Withdrawn")
    assert card.buttons() == []
    assert (await stored(world, voting, known.uri)).state is State.WITHDRAWN
