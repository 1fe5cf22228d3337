"""♥ on what is in a shared playlist: on cards, announcements, the digest and its pages; kept, and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.schedule import CHANGED
from bot.stores.lists import ListStatus, Mode, Rules, Trouble, WhenFull
from tests.end_to_end.lending import add, make, only_list, said, spotify_shows
from tests.end_to_end.test_shared_delete import delete, file_of
from tests.end_to_end.test_shared_removed import becomes
from tests.end_to_end.test_shared_rounds import began_to_count, change, digests
from tests.end_to_end.voting import propose, says, stored

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's new list, where everybody adds."""
    await make(linked)
    return await only_list(world)


@pytest.fixture
def grace(world: World) -> Actor:
    return world.discord.actor("grace", channel="music")


async def liked(actor: Actor, message: Message, label: str = "Like") -> Message:
    """What the member is told, privately, after pressing ♥, whatever number stands on it by now."""
    ids = [button.custom_id or "" for button in message.buttons()]
    single = next((each for each in ids if each.startswith("sp:like:")), label)
    reply = await (await actor.press(message, single if label == "Like" else label)).reply()
    assert reply.ephemeral
    return reply


async def line_of(world: World, actor: Actor) -> Message:
    """The public line that says what the member added."""
    begin = f"<@{actor.member.id}> added"
    return await world.discord.wait_for(
        lambda: next((one for one in world.discord.messages if begin in one.text), None), "the line"
    )


async def hearts(world: World, shared: SharedPlaylist) -> dict[str, int]:
    """How many likes there are, by recording."""
    return dict(await world.app.stores.likes.counts(shared.list_id))


async def test_on_the_announcement(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor, grace: Actor
) -> None:
    """Twice is once, one's own doesn't count; a like can be taken back, and survives a restart."""
    await add(linus, world.spotify.known.plain.uri)
    line = await line_of(world, linus)
    assert "your own like doesn't count" in (await liked(linus, line)).text
    assert "it has 1 like now" in (await liked(linked, line)).text
    first = await liked(grace, line)
    assert "You like this. In **[Our Tape]" in first.text
    assert "it has 2 likes now" in first.text
    again = await liked(grace, line)
    assert "You already like this" in again.text
    assert "♥ 2" in await said(linus, "show")
    await world.restart_bot()
    back = await (await grace.press(again, "Take it back")).updated()
    assert "taken back" in back.text
    assert "♥ 1" in await said(linus, "show")
    assert "it has 2 likes now" in (await (await grace.press(back, "Like it again")).updated()).text
    assert sum((await hearts(world, shared)).values()) == 2


async def test_announcement_shows_the_count(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor, grace: Actor
) -> None:
    """The button of an announcement shows how many like it, soon after they do, wherever they did."""
    assert shared
    await add(linus, world.spotify.known.plain.uri)
    line = await line_of(world, linus)
    said_before = line.text.splitlines()[0]
    reply = await liked(grace, line)
    await labelled(world, line, "1")
    page = await (await linked.command("shared show")).reply()
    asked = await liked(linked, page, "Like…")
    await (await linked.choose(asked, asked.menus()[0].options[0].value)).updated()
    await labelled(world, line, "2")
    await (await linked.choose(asked)).updated()
    await (await grace.press(reply, "Take it back")).updated()
    await labelled(world, line, "Like")
    assert line.text.splitlines()[0] == said_before
    await world.restart_bot()
    await liked(grace, line)
    await labelled(world, line, "1")


async def labelled(world: World, line: Message, label: str) -> None:
    """Wait until ♥ on the announcement says so; time passes, so that it may be drawn anew."""
    await world.advance(seconds=3)
    await world.discord.wait_for(lambda: [one.label for one in line.buttons()] == [label] or None, label)


async def test_on_a_decided_card(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor, grace: Actor
) -> None:
    """A card that says a track is in has ♥ and shows the count, drawn anew a moment later, also after a restart."""
    await change_list(world, mode=Mode.APPROVAL)
    card = await propose(world, linus, world.spotify.known.explicit.uri)
    await linked.press(card, "Approve")
    await says(world, card, "✅ Added: approved by")
    await world.discord.wait_for(lambda: [b.label for b in card.buttons()] == ["Like"] or None, "♥")
    assert "· ♥" not in card.text
    await liked(grace, card)
    await says(world, card, "· ♥ 1")
    await world.restart_bot()
    reply = await liked(linked, card)
    await says(world, card, "· ♥ 2")
    await (await linked.press(reply, "Take it back")).updated()
    await says(world, card, "· ♥ 1")
    held = await stored(world, shared, world.spotify.known.explicit.uri)
    assert held.ballot
    assert held.ballot.shown


async def test_a_crowd(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """Many who press at once all count, and their card is drawn a few times, not once for each."""
    await change_list(world, mode=Mode.APPROVAL)
    card = await propose(world, linus, world.spotify.known.explicit.uri)
    await linked.press(card, "Approve")
    await says(world, card, "✅ Added: approved by")
    await world.discord.wait_for(lambda: [b.label for b in card.buttons()] == ["Like"] or None, "♥")
    crowd = [world.discord.actor(name, channel="music") for name in ("grace", "margaret", "hedy", "ada")]
    runs = [await member.press(card, "Like") for member in crowd for _ in range(3)]
    replies = [await run.reply() for run in runs]
    assert all(reply.ephemeral for reply in replies)
    await says(world, card, "· ♥ 4")
    assert list((await hearts(world, shared)).values()) == [4]


async def test_on_a_page(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """On a page of the playlist a member chooses what they like, privately; what they leave out is taken back."""
    known = world.spotify.known
    for uri in (known.plain.uri, known.explicit.uri):
        await add(linus, uri)
    await add(grace, known.live.uri)
    page = await (await grace.command("shared show")).reply()
    asked = await liked(grace, page, "Like…")
    assert "your own likes don't count" in asked.text
    (menu,) = asked.menus()
    assert len(menu.options) == 2
    for option, uri in zip(menu.options, (known.plain.uri, known.explicit.uri), strict=True):
        assert world.title_of(uri) in option.label
    chosen = await (await grace.choose(asked, *[option.value for option in menu.options])).updated()
    assert "♥ You like 2 tracks of these" in chosen.text
    assert (await said(grace, "show")).count("♥ 1") == 2
    (menu,) = chosen.menus()
    less = await (await grace.choose(chosen, menu.options[0].value)).updated()
    assert "♥ You like 1 track of these" in less.text
    none = await (await grace.choose(less)).updated()
    assert "♥ You like 0 tracks of these" in none.text
    assert await hearts(world, shared) == {}


async def test_nothing_to_like(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Who added all of it reads so."""
    assert shared
    await add(linus, world.spotify.known.plain.uri)
    page = await (await linus.command("shared show")).reply()
    assert "nothing here to like" in (await liked(linus, page, "Like…")).text


async def test_on_the_digest(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """What a digest tells of can be liked from it."""
    await change(world, digest_channel_id=linked.channel.id)
    await began_to_count(world)
    for uri in (world.spotify.known.together.uri, world.spotify.known.plain.uri):
        assert "Added" in await add(linus, uri)
    await world.advance(days=1)
    message = await world.discord.wait_for(lambda: next(iter(digests(linked)), None), "the digest")
    asked = await liked(linked, message, "Like…")
    (menu,) = asked.menus()
    assert len(menu.options) == 2
    await (await linked.choose(asked, menu.options[1].value)).updated()
    assert list((await hearts(world, shared)).values()) == [1]


async def test_gone(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """What has left the playlist can't be liked any more, and the member reads that."""
    await add(linus, world.spotify.known.plain.uri)
    line = await line_of(world, linus)
    assert "Removed" in await said(linus, "undo")
    await world.advance(minutes=1)
    assert "no longer there" in (await liked(grace, line)).text
    assert await hearts(world, shared) == {}


async def test_blocked(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """A blocked member can't like anything."""
    await add(linus, world.spotify.known.plain.uri)
    line = await line_of(world, linus)
    await change_list(world, rules=Rules(blocked_members=(grace.member.id,)))
    assert "blocked you" in (await liked(grace, line)).text
    page = await (await grace.command("shared show")).reply()
    assert "blocked you" in (await liked(grace, page, "Like…")).text
    assert await hearts(world, shared) == {}


async def test_own_data(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """My likes are in my file, and gone when I delete my data."""
    uri = world.spotify.known.plain.uri
    await add(linus, uri)
    await liked(grace, await line_of(world, linus))
    [own] = (await file_of(grace))["likes"]
    assert own.items() >= {"list": shared.name, "guild_id": str(shared.guild_id), "uri": uri}.items()
    assert (await file_of(linus))["likes"] == []
    assert "erased" in await delete(grace)
    assert await hearts(world, shared) == {}


async def test_closed(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor, grace: Actor
) -> None:
    """Once a playlist is closed its likes are erased, and its old messages say that it is."""
    await add(linus, world.spotify.known.plain.uri)
    line = await line_of(world, linus)
    await liked(grace, line)
    asked = await (await linked.command("shared close")).reply()
    await (await linked.press(asked, "Close it")).updated()
    for _ in range(200):
        if not await hearts(world, shared):
            break
        await world.advance(seconds=10)
        await world.app.stores.ping()
    assert await hearts(world, shared) == {}
    assert "is closed" in (await liked(linked, line)).text


async def test_bot_removed(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """When the bot was removed from the server and not asked back in time, the likes are erased there."""
    await add(linus, world.spotify.known.plain.uri)
    await liked(grace, await line_of(world, linus))
    world.discord.expel(world.discord.guild("Tape Heads"))
    await becomes(world, shared, Trouble.BOT_REMOVED)
    assert await hearts(world, shared)
    await world.advance(days=30, minutes=1)
    for _ in range(200):
        if not await hearts(world, shared):
            break
        await world.advance(seconds=10)
        await world.app.stores.ping()
    assert await hearts(world, shared) == {}
    closed = await world.app.stores.lists.by_id(shared.list_id)
    assert closed
    assert closed.status is ListStatus.CLOSED


async def test_full_list(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor, grace: Actor
) -> None:
    """In a full list that drops its lowest, what is liked stays and what isn't leaves."""
    (playlist,) = [one for one in world.spotify.playlists_of("ada") if one.id == shared.playlist_id]
    first, second, third = (
        getattr(world.spotify.known, name).uri for name in ("plain", "explicit", "together")
    )
    await add(linus, first)
    await liked(grace, await line_of(world, linus))
    await add(linus, second)
    await change(world, most_items=2, when_full=WhenFull.DROP_LOWEST)
    assert "Added" in await add(linked, third)
    await world.advance(minutes=1)
    await spotify_shows(world, lambda: second not in playlist.uris)
    assert playlist.uris == [first, third]


async def change_list(world: World, **changes: object) -> SharedPlaylist:
    """Fields of the one list."""
    shared = await only_list(world)
    stored_list = await world.app.stores.lists.swap(shared, replace(shared, **changes))  # type: ignore[arg-type]
    assert stored_list is not None
    await world.app.services.shared.core.schedule.soon(shared.list_id, *CHANGED)
    return stored_list
