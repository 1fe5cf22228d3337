"""/add to a shared playlist: straight in, by a decision, refused, known; for members with and without a link."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Recording, State
from bot.stores.lists import ListStatus, Mode, Rules, Settings
from sandbox.fake_spotify import Fault
from tests.end_to_end.voting import card_is_stored, new_card, says
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World

WRITE = "POST /playlists/*/items"
MANY = 50


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads: straight in."""
    return await lend(world, linked, world.spotify.known_playlists.empty)


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


@pytest.mark.two_processes
async def test_not_linked(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Without a link of one's own and without naming a list: it is in, the member and everybody are told once."""
    known = world.spotify.known.explicit
    run = await linus.command("add", track=known.uri, note="for @everyone")
    reply = await run.reply()
    assert reply.ephemeral
    assert f"Added to **[{shared.name}]" in reply.text
    assert known.name in reply.text
    assert uris(world) == [known.uri]
    line = await run.message(2)
    assert not line.ephemeral
    assert line.content.startswith(f"<@{linus.member.id}> added **[{known.name}]")
    assert not line.pings.members
    (kept,) = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED})
    assert kept.note == "for @everyone"


async def test_named_and_suggested(world: World, shared: SharedPlaylist, linked: Actor) -> None:
    """The server's lists come first among the suggestions, marked; name, value and link of the list all do."""
    suggested = await linked.suggest("add", "playlist", "", track="x")
    assert suggested[0].name == f"{shared.name} · shared here"
    assert any("Road" in choice.name for choice in suggested[1:])
    known = world.spotify.known
    ways = (str(suggested[0].value), shared.name.upper(), f"spotify:playlist:{shared.playlist_id}")
    tracks = (known.explicit, known.plain, known.acoustic)
    for way, track in zip(ways, tracks, strict=True):
        reply = await (await linked.command("add", track=track.uri, playlist=way)).reply()
        assert f"Added to **[{shared.name}]" in reply.text
    assert uris(world) == [track.uri for track in tracks]


async def test_unplayable(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """What Spotify does not play here is told first, and goes in with its note on request, after a restart, too."""
    known = world.spotify.known.elsewhere
    asked = await (await linus.command("add", track=known.uri, note="for Osaka")).reply()
    assert "can't play this in the country" in asked.text
    assert known.name in asked.text
    assert uris(world) == []
    await world.restart_bot()
    done = await (await linus.press(asked, "Add it anyway")).updated()
    assert f"Added to **[{shared.name}]" in done.text
    assert uris(world) == [known.uri]
    (kept,) = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED})
    assert kept.note == "for Osaka"


async def test_own_playlist_beside_it(world: World, shared: SharedPlaylist, linked: Actor) -> None:
    """A member's own playlists are still reached by name, and only the member is told."""
    known, own = world.spotify.known.explicit, world.spotify.known_playlists.own
    before = len(own.items)
    reply = await (await linked.command("add", track=known.uri, playlist=own.name)).reply()
    assert own.name in reply.text
    assert len(own.items) == before + 1
    assert shared.name not in reply.text
    assert uris(world) == []


async def test_no_such_list(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Who is not linked and names no list of the server learns just that."""
    reply = await (await linus.command("add", track="Copper Umbrella", playlist="Nope")).reply()
    assert "No shared playlist here is called “Nope”" in reply.text
    assert f"Choose **{shared.name}**" in reply.text
    link = f"https://open.spotify.com/playlist/{world.spotify.known_playlists.own.id}"
    reply = await (await linus.command("add", track="Copper Umbrella", playlist=link)).reply()
    assert f"isn't shared here. Choose **{shared.name}**" in reply.text
    assert uris(world) == []


async def test_nothing_shared(world: World, ada: Actor) -> None:
    """Where nothing is shared, the next step is named: to share one, or to link for playlists of one's own."""
    for command in ("show", "history", "pending", "stats", "rules show", "pause"):
        reply = await (await ada.command(f"shared {command}")).reply()
        assert re.fullmatch(
            r"No shared playlist here yet\. Start one with </shared create:\d+>\.", reply.text
        )
    reply = await (await ada.command("add", track=world.spotify.known.explicit.uri)).reply()
    assert "</shared create:" in reply.text
    assert "</link:" in reply.text


async def test_own_playlist_needed(world: World, linked: Actor) -> None:
    """Where nothing is shared, who is linked is asked for one of their own."""
    reply = await (await linked.command("add", track=world.spotify.known.explicit.uri)).reply()
    assert "Which of your playlists?" in reply.text


async def test_playlist_link_without_a_link(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Who has not linked cannot have a playlist read, and learns what goes into the server's playlist all the same."""
    link = f"https://open.spotify.com/playlist/{world.spotify.known_playlists.own.id}"
    reply = await (await linus.command("add", track=link)).reply()
    assert f"You can add tracks and albums to **{shared.name}** without one" in reply.text


@pytest.mark.parametrize(
    ("kind", "found"), [("artist", "an artist"), ("show", "a podcast"), ("audiobook", "an audiobook")]
)
async def test_other_links(shared: SharedPlaylist, linus: Actor, kind: str, found: str) -> None:
    """A link to what cannot be added is called what it is, with what can be."""
    link = f"https://open.spotify.com/{kind}/4uLU6hMCjMI75M1A2tKUQC"
    reply = await (await linus.command("add", track=link, playlist=shared.name)).reply()
    assert (
        f"a link to {found}. Paste a link to a track, an episode, an album or a playlist instead"
        in reply.text
    )


async def test_short_host(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """An address typed as spotify.com leads where open.spotify.com leads."""
    known = world.spotify.known.explicit
    reply = await (await linus.command("add", track=f"https://spotify.com/track/{known.id}")).reply()
    assert f"Added to **[{shared.name}]" in reply.text
    assert uris(world) == [known.uri]


@pytest.mark.two_processes
async def test_several_tracks(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """A title that several tracks bear gives a menu; it works after a restart, and the note is not lost."""
    known = world.spotify.known
    asked = await (await linus.command("add", track=known.original.name, note="the quiet one")).reply()
    assert uris(world) == []
    await world.restart_bot()
    done = await (await linus.choose(asked, known.acoustic.id)).updated()
    assert f"Added to **[{shared.name}]" in done.text
    assert uris(world) == [known.acoustic.uri]
    (kept,) = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED})
    assert kept.note == "the quiet one"


@pytest.mark.two_processes
async def test_card_button(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """The button under any track's card offers the server's lists, also to who is not linked."""
    known = world.spotify.known.explicit
    card = await (await linus.command("track", query=known.uri)).reply()
    asked = await (await linus.press(card, "Add to a playlist")).reply()
    assert asked.ephemeral
    done = await (await linus.choose(asked, shared.name)).updated()
    assert f"Added to **[{shared.name}]" in done.text
    assert uris(world) == [known.uri]


@pytest.mark.usefixtures("shared")
async def test_kept_while_spotify_pauses(world: World, linus: Actor) -> None:
    """Told to wait, the bot says it is kept and until when; the message changes once it is in."""
    known = world.spotify.known.explicit
    world.spotify.faults.add(Fault(match=WRITE, times=1, kind="status", status=429, retry_after=60))
    run = await linus.command("add", track=known.uri)
    kept = await run.reply()
    assert "Accepted for" in kept.text
    assert "<t:" in kept.text
    assert uris(world) == []
    await world.advance(seconds=61)
    await world.discord.wait_for(lambda: "Added to" in kept.text or None, "the truth")
    assert uris(world) == [known.uri]
    assert "added" in (await run.message(2)).text


@pytest.mark.two_processes
@pytest.mark.usefixtures("shared")
async def test_kept_while_the_owner_is_away(world: World, linked: Actor, linus: Actor) -> None:
    """Without the owner's consent it waits, and says for whom."""
    known = world.spotify.known.explicit
    await world.app.stores.accounts.unlink(linked.member.id)
    kept = await (await linus.command("add", track=known.uri)).reply()
    assert "owner" in kept.text
    assert uris(world) == []
    await world.link(linked)
    await world.advance(seconds=6)
    await world.discord.wait_for(lambda: "Added to" in kept.text or None, "the truth")
    assert uris(world) == [known.uri]


@pytest.mark.two_processes(halves=True)
@pytest.mark.usefixtures("shared")
async def test_taken_back(world: World, linus: Actor) -> None:
    """What waits can be taken back, once, and then never lands."""
    known = world.spotify.known.explicit
    world.spotify.faults.add(Fault(match=WRITE, times=1, kind="status", status=429, retry_after=60))
    kept = await (await linus.command("add", track=known.uri)).reply()
    done = await (await linus.press(kept, "Take it back")).updated()
    assert "aken back" in done.text
    await world.advance(seconds=61)
    await (await linus.command("add", track=world.spotify.known.plain.uri)).reply()
    assert uris(world) == [world.spotify.known.plain.uri]


@pytest.mark.two_processes
async def test_refused(world: World, linked: Actor, linus: Actor) -> None:
    """The rule's own sentence, and nothing is kept or said in public."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, rules=Rules(longest_s=30))
    run = await linus.command("add", track=world.spotify.known.plain.uri)
    reply = await run.reply()
    assert "at most 0:30 long" in reply.text
    assert reply.ephemeral
    assert await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, set(State)) == ()
    assert len(run.messages) == 1


@pytest.mark.two_processes
async def test_known(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """Something that is in already is said with who brought it, when and where; it is not added again."""
    known = world.spotify.known.explicit
    await (await linked.command("add", track=known.uri)).reply()
    reply = await (await linus.command("add", track=known.uri)).reply()
    assert f"is already in **[{shared.name}]" in reply.text
    assert f"<@{linked.member.id}> added it <t:" in reply.text
    assert f"<#{linked.channel.id}>" in reply.text
    assert not reply.pings.members
    assert uris(world) == [known.uri]


@pytest.mark.two_processes
async def test_paused(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """A paused list takes nothing and says so."""
    stores = world.app.stores
    await stores.lists.swap(shared, replace(shared, status=ListStatus.PAUSED))
    reply = await (await linus.command("add", track=world.spotify.known.plain.uri)).reply()
    assert "is paused" in reply.text
    assert await stores.contributions.latest_of(shared.list_id, linus.member.id, set(State)) == ()


@pytest.mark.two_processes(halves=True)
async def test_vote(world: World, linked: Actor, linus: Actor) -> None:
    """In a vote the private answer leads to the public card, and the member can take it back there and then."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.VOTE)
    reply = await (await linus.command("add", track=world.spotify.known.explicit.uri)).reply()
    assert reply.ephemeral
    assert "Members vote until <t:" in reply.text
    (see,) = [button.url for button in reply.buttons() if button.label == "See the card"]
    assert see is not None
    card = next(each for each in world.discord.messages if str(each.id) == see.rpartition("/")[2])
    assert f"for **{shared.name}**" in card.text
    done = await (await linus.press(reply, "Take it back")).updated()
    assert "aken back" in done.text
    await world.discord.wait_for(lambda: "↩️ Withdrawn" in card.text or None, "card")
    assert uris(world) == []


@pytest.mark.parametrize("restarted", [False, True], ids=["same process", "after a restart"])
@pytest.mark.parametrize(
    "way",
    [
        ("Approve", "✅ Added: approved by", "Added to **["),
        ("Approve", "but Spotify rejected it", "Spotify doesn't accept"),
        ("Decline…", "Declined by", "and declined"),
        ("Withdraw", "Withdrawn", "was taken back"),
    ],
)
async def test_no_stale_promise(
    world: World, linked: Actor, linus: Actor, way: tuple[str, str, str], *, restarted: bool
) -> None:
    """What was answered as proposed says what became of it, once that is decided on the public card."""
    button, on_card, said = way
    shared = await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.APPROVAL)
    track = world.spotify.known.explicit
    reply = await (await linus.command("add", track=track.uri)).reply()
    assert f"Proposed for **[{shared.name}]" in reply.text
    card = await new_card(world, {reply.id})
    await card_is_stored(world, shared, track.uri, card)
    if restarted:
        await world.restart_bot()
    if "Spotify rejected" in on_card:
        world.spotify.faults.add(Fault(WRITE, "status", status=400, times=9))
    pressed = await (linus if button == "Withdraw" else linked).press(card, button)
    if button == "Decline…":
        form = await pressed.modal()
        await linked.submit(form, {form.fields[0].custom_id: ""})
    await says(world, card, on_card)
    if restarted:  # nobody follows it any more: it is looked after within a minute
        await world.advance(minutes=1)
    await says(world, reply, said)
    assert "Proposed for" not in reply.text
    assert "Take it back" not in [one.label for one in reply.buttons()]


async def test_digest_keeps_it_quiet(world: World, linked: Actor, linus: Actor) -> None:
    """Where a digest tells what was added, no line is said in public."""
    settings = Settings(digest_channel_id=linked.channel.id)
    await lend(world, linked, world.spotify.known_playlists.empty, settings=settings)
    run = await linus.command("add", track=world.spotify.known.explicit.uri)
    assert "Added to" in (await run.reply()).text
    await (await linus.command("add", track=world.spotify.known.plain.uri)).reply()
    assert len(run.messages) == 1


@pytest.mark.two_processes
async def test_many_at_once(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """Fifty members' commands for the same track at the same moment: it goes in once, everybody gets an answer."""
    known = world.spotify.known.explicit
    runs = await asyncio.gather(
        *((linked, linus)[number % 2].command("add", track=known.uri) for number in range(MANY))
    )
    replies = await asyncio.gather(*(run.reply() for run in runs))
    assert uris(world) == [known.uri]
    assert sum("Added to" in reply.text for reply in replies) == 1
    assert sum("already" in reply.text for reply in replies) == MANY - 1
    assert len(await world.app.stores.contributions.alike(shared.list_id, [Recording(known.uri)])) == 1


@pytest.mark.two_processes(halves=True)
async def test_delivered_twice(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """The same command delivered twice is one contribution with one answer and one public line."""
    known = world.spotify.known.explicit
    run = await linus.command("add", track=known.uri)
    world.discord.gateway.repeat("INTERACTION_CREATE")
    await run.message(2)
    other = await (await linus.command("add", track=world.spotify.known.plain.uri)).reply()
    assert "Added to" in other.text
    assert uris(world) == [known.uri, world.spotify.known.plain.uri]
    assert "Added to" in run.messages[0].text
    assert len(run.messages) == 2
    assert len(await world.app.stores.contributions.alike(shared.list_id, [Recording(known.uri)])) == 1


@pytest.mark.two_processes(halves=True)
async def test_other_guild(world: World, shared: SharedPlaylist) -> None:
    """A list of one server is nowhere in another: neither suggested nor reached by id, name or link."""
    second = next(guild for guild in world.discord.guilds if guild.id != shared.guild_id)
    ada = world.discord.actor("ada", guild=second)
    suggested = await ada.suggest("add", "playlist", shared.name[:3], track="x")
    assert not any("shared here" in choice.name for choice in suggested)
    for way in (f"list:{shared.list_id}", shared.list_id, shared.name):
        reply = await (await ada.command("add", track=world.spotify.known.plain.uri, playlist=way)).reply()
        assert reply.ephemeral
        assert "Added" not in reply.text
    assert uris(world) == []
