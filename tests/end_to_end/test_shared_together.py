"""What a member proposes at once in the sandbox: one card for all of it, from commands, menus and drop channels."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode, Roles, Rules, Settings
from sandbox.fake_discord.changes import NothingCameError
from tests.end_to_end.voting import new_card, says
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.world import World


@pytest.fixture
def world(reading_world: World) -> World:
    """The bot is online and reads messages."""
    return reading_world


@pytest.fixture
def others(world: World) -> list[Actor]:
    return [world.discord.actor(name, channel="music") for name in ("grace", "margaret", "hedy")]


async def lent(world: World, owner: Actor, mode: Mode, **changes: object) -> SharedPlaylist:
    """Ada's empty list; grace is a curator."""
    roles = Roles(curate=(world.discord.guild("Tape Heads").role("Curator").id,))
    target = world.spotify.known_playlists.empty
    return await lend(world, owner, target, mode=mode, roles=roles, **changes)


def on_album(world: World) -> list[Track]:
    known, tracks = world.spotify.known, world.spotify.catalogue.tracks.values()
    return [track for track in tracks if track.album.id == known.album.id]


def reviews(queue: Message) -> list[str]:
    """The custom_ids of the buttons beside what is to be decided."""
    return [button.custom_id or "" for button in queue.buttons() if button.label == "Review"]


async def propose_album(world: World, member: Actor) -> Message:
    """The one card of the album."""
    known = {message.id for message in world.discord.messages}
    url = f"https://open.spotify.com/album/{world.spotify.known.album.id}"
    asked = await (await member.command("add", track=url, note="side A")).reply()
    yes = next(
        button.label for button in asked.buttons() if button.label and button.label.startswith("Propose ")
    )
    await (await member.press(asked, yes)).updated()
    return await new_card(world, known)


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


def letters(world: World, name: str) -> list[Message]:
    return world.discord.actor(name, dm=True).messages()


async def over(world: World, card: Message) -> None:
    """All of it is decided; time passes, so that the card may be drawn anew."""
    for _ in range(5):
        await world.advance(seconds=2)
        with suppress(NothingCameError):
            await world.discord.wait_for(lambda: is_over(card) or None, "a card without votes", 4)
            return
    assert is_over(card)


def is_over(card: Message) -> bool:
    """Nothing is left to press but ♥."""
    return {button.label for button in card.buttons()} <= {"Like", "Like…"}


async def landed(world: World, wanted: list[str]) -> None:
    await world.advance(seconds=6)
    await world.discord.wait_for(lambda: uris(world) == wanted or None, f"{wanted} instead of {uris(world)}")


async def test_voted_in(world: World, linked: Actor, linus: Actor, others: list[Actor]) -> None:
    """Three votes put the whole album in, in its order; card and proposer say so once for all, also after a restart."""
    await lent(world, linked, Mode.VOTE)
    card = await propose_album(world, linus)
    tracks = [track.uri for track in on_album(world)]
    assert f"{len(tracks)} tracks" in card.text
    assert "One vote counts for all of them" in card.text
    assert "side A" in card.text
    labels = ["Add all", "Skip all", "Withdraw all", "Decline all…"]
    assert [button.label for button in card.buttons()] == labels
    own = await (await linus.press(card, "Add all")).reply()
    assert "your own vote doesn't count" in own.text
    await others[0].press(card, "Add all")
    await says(world, card, "1 👍, 0 👎", "2 more 👍 and they go in")
    again = await (await others[0].press(card, "Add all")).reply()
    assert "already voted" in again.text
    await world.restart_bot()
    for member in others[1:]:
        await (await member.press(card, "Add all")).acknowledged()
    await over(world, card)
    await says(world, card, "✅ Added: 3 👍, 0 👎")
    assert f"### [{world.spotify.known.album.name}](" in card.text
    await landed(world, tracks)
    await world.advance(seconds=20)
    await world.discord.wait_for(lambda: letters(world, "linus") or None, "a letter")
    told = letters(world, "linus")
    assert len(told) <= 2  # two where the machine needs seconds to put all of them in
    assert "tracks you proposed for **Friday Mix**" in told[0].text


async def test_curator_decides(world: World, linked: Actor, linus: Actor, others: list[Actor]) -> None:
    """A curator takes one alone under /shared pending, then declines the rest with a reason; the card tells both."""
    await lent(world, linked, Mode.APPROVAL)
    card = await propose_album(world, linus)
    assert [button.label for button in card.buttons()] == ["Approve all", "Decline all…", "Withdraw all"]
    refused = await (await others[1].press(card, "Approve all")).reply()
    assert "Only curators" in refused.text
    grace = others[0]
    waiting = await (await grace.command("shared pending")).reply()
    first = on_album(world)[0]
    shown = await (await grace.press(waiting, reviews(waiting)[0])).reply()
    assert "Proposed with" in shown.text
    await grace.press(shown, "Approve")
    rest = len(on_album(world)) - 1
    await says(world, card, "**1:** ✅ Added: approved by", f"Still open: 2 to {rest + 1}")
    form = await (await grace.press(card, "Decline all…")).modal()
    await grace.submit(form, {form.fields[0].custom_id: "one is enough"})
    await over(world, card)
    await says(world, card, f"**2 to {rest + 1}:** ❌ Declined by", "one is enough")
    await landed(world, [first.uri])


async def test_approved(world: World, linked: Actor, linus: Actor, others: list[Actor]) -> None:
    """One press of a curator, and all of it is in."""
    await lent(world, linked, Mode.APPROVAL)
    card = await propose_album(world, linus)
    await others[0].press(card, "Approve all")
    await over(world, card)
    await landed(world, [track.uri for track in on_album(world)])
    await says(world, card, f"✅ Added: approved by <@{others[0].member.id}>")


async def test_withdrawn(world: World, linked: Actor, linus: Actor, others: list[Actor]) -> None:
    """Whoever proposed it takes all of it back, and nobody else."""
    shared = await lent(world, linked, Mode.VOTE)
    card = await propose_album(world, linus)
    assert (
        "Only the member who added it can take it back"
        in (await (await others[1].press(card, "Withdraw all")).reply()).text
    )
    await linus.press(card, "Withdraw all")
    await over(world, card)
    await says(world, card, "↩️ Withdrawn")
    stores = world.app.stores
    assert await stores.contributions.count(shared.list_id, {State.WITHDRAWN}) == len(on_album(world))


async def test_posted_again(world: World, linked: Actor, linus: Actor, others: list[Actor]) -> None:
    """A curator has the card of all posted again from any of its tracks, and it is the one that is drawn then."""
    await lent(world, linked, Mode.VOTE)
    first = await propose_album(world, linus)
    waiting = await (await others[0].command("shared pending")).reply()
    shown = await (await others[0].press(waiting, reviews(waiting)[1])).reply()
    known = {message.id for message in world.discord.messages}
    await (await others[0].press(shown, "Post the card again")).updated()
    second = await new_card(world, known)
    assert f"{len(on_album(world))} tracks" in second.text
    await others[1].press(first, "Add all")
    await says(world, second, "1 👍, 0 👎")


async def test_message_menu(world: World, linked: Actor, linus: Actor) -> None:
    """All links of a message, an album among them, are one proposal on one card, each once; refused ones are named."""
    known = world.spotify.known
    rules = Rules(open_proposals=50, blocked_tracks=(known.acoustic.uri,))
    await lent(world, linked, Mode.VOTE, rules=rules)
    album = f"https://open.spotify.com/album/{known.album.id}"
    said = await linked.say(f"{known.explicit.uri} {known.acoustic.uri} {album}")
    before = {message.id for message in world.discord.messages}
    asked = await (await linus.message_menu("Add to playlist", said)).reply()
    await (await linus.press(asked, "Add to Friday Mix")).updated()
    await world.discord.wait_for(lambda: "🗳️" in asked.text or None, "outcome")
    marks = [line[0] for line in asked.text.splitlines() if line[0] in "🗳⛔♻⚠"]
    assert marks == ["🗳", "⛔", "🗳"]
    card = await new_card(world, before)
    assert known.explicit.name in card.text
    assert on_album(world)[0].name in card.text
    await world.advance(minutes=2)
    public = [one for one in world.discord.messages if one.id not in before and not one.ephemeral]
    assert public == [card]


async def test_drop_channel(world: World, linked: Actor, linus: Actor) -> None:
    """All links of a dropped message are one card in the channel for cards; what doesn't fit is refused."""
    guild = world.discord.guild("Tape Heads")
    settings = Settings(drop_channel_id=linus.channel.id, cards_channel_id=guild.channel("general").id)
    shared = await lent(world, linked, Mode.VOTE, settings=settings, rules=Rules(open_proposals=2))
    known = world.spotify.known
    before = {message.id for message in world.discord.messages}
    dropped = await linus.say(f"{known.explicit.uri} {known.plain.uri} {known.acoustic.uri}")
    await world.discord.wait_for(lambda: list(dropped.reactions) == ["🗳️", "⛔"] or None, "reactions")
    card = await new_card(world, before | {dropped.id})
    assert card.channel.name == "general"
    assert "2 tracks" in card.text
    assert known.explicit.name in card.text
    assert known.plain.name in card.text
    held = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.PENDING}, 9)
    assert sorted(one.origin for one in held) == [f"message {dropped.id}/0", f"message {dropped.id}/1"]
    await world.advance(minutes=2)
    public = [one for one in world.discord.messages if one.id not in before and one.id != dropped.id]
    assert public == [card]
