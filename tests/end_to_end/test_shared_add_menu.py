"""The message menu: every Spotify link of somebody's message, one question, an outcome for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State, Via
from bot.stores.lists import Mode, Rules
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import spotify_shows
from tests.end_to_end.voting import new_card
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

MENU = "Add to playlist"


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads; the acoustic version is not wanted."""
    rules = Rules(blocked_tracks=(world.spotify.known.acoustic.uri,))
    return await lend(world, linked, world.spotify.known_playlists.empty, rules=rules)


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


async def ask(member: Actor, message: Message) -> Message:
    return await (await member.message_menu(MENU, message)).reply()


def question_lines(asked: Message) -> list[str]:
    """Of the question: one for each link, below its title."""
    (card,) = asked.components
    lines: list[str] = card["components"][0]["content"].splitlines()
    return lines[1:]


async def announced(world: World, member: Actor, uri: str, shared: SharedPlaylist) -> Message:
    """The bot's public line about what the member added."""
    await (await member.command("add", track=uri, playlist=shared.name)).reply()

    def look() -> Message | None:
        said = (message for message in member.messages() if not message.ephemeral)
        return next((message for message in said if f"<@{member.member.id}> added" in message.text), None)

    return await world.discord.wait_for(look, "the public line")


async def test_what_the_bot_said(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Of the bot's own “X added T to P” P is not offered for itself: T is in it, and that is said."""
    known = world.spotify.known
    said = await announced(world, linus, known.plain.uri, shared)
    asked = await ask(linus, said)
    assert f"Already in {shared.name}" in asked.text
    assert known.plain.name in asked.text
    assert "track/" in asked.text
    assert "playlist/" not in asked.text
    assert asked.menus() == []
    assert asked.buttons() == []
    assert uris(world) == [known.plain.uri]


async def test_what_the_bot_said_for_another(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Where there are other playlists they are offered, and P is not, whichever is the default."""
    known, own = world.spotify.known, world.spotify.known_playlists.own
    owner = world.discord.actor("ada", channel="music")
    other = await lend(world, owner, own, list_id="list0002", name="Other Tape")
    third = await lend(
        world, owner, world.spotify.known_playlists.collaborative, list_id="list0003", name="Third Tape"
    )
    await (
        await owner.choose(
            await (await owner.command("shared settings", list=shared.name)).reply(), "default"
        )
    ).updated()
    said = await announced(world, linus, known.live.uri, shared)
    asked = await ask(linus, said)
    assert "playlist/" not in asked.text
    (menu,) = asked.menus()
    assert {option.label for option in menu.options} == {other.name, third.name}
    before = len(own.items)
    chosen = await (await linus.choose(asked, other.name)).updated()
    pressed = await linus.press(chosen, f"Add to {other.name}")
    done = await pressed.updated()
    await world.discord.wait_for(lambda: "✅" in done.text or None, "outcome")
    assert [entry.uri for entry in own.items[before:]] == [known.live.uri]
    assert uris(world) == [known.live.uri]


async def test_what_the_bot_said_long_ago(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """What is no longer in P can go in again."""
    known = world.spotify.known
    said = await announced(world, linus, known.live.uri, shared)
    assert known.live.name in (await (await linus.command("shared undo")).reply()).text
    await spotify_shows(world, lambda: uris(world) == [])
    asked = await ask(linus, said)
    assert next(button.label for button in asked.buttons()) == f"Add to {shared.name}"


async def test_a_playlist_for_itself(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor
) -> None:
    """A member's link to a shared playlist is offered for the others, and never adds it to itself."""
    known, playlists = world.spotify.known, world.spotify.known_playlists
    await (await linked.command("add", track=known.live.uri, playlist=shared.name)).reply()
    other = await lend(world, linked, playlists.own, list_id="list0002", name="Other Tape")
    said = await linked.say(f"{playlists.empty.url} and {known.plain.url}")
    asked = await ask(linked, said)
    asked = await (await linked.choose(asked, shared.name)).updated()
    assert "the playlist itself" in asked.text
    done = await (await linked.press(asked, f"Add to {shared.name}")).updated()
    await world.discord.wait_for(lambda: "✅" in done.text or None, "outcome")
    assert uris(world) == [known.live.uri, known.plain.uri]
    alone = await ask(linked, await linus.say(playlists.empty.url))
    assert next(button.label for button in alone.buttons()) == f"Add to {other.name}"


@pytest.mark.two_processes
async def test_all_links(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """Text and embeds are looked through; each link gets its own outcome, and the note is kept."""
    known = world.spotify.known
    await (await linked.command("add", track=known.explicit.uri)).reply()
    text = (
        f"https://open.spotify.com/intl-de/track/{known.plain.id}?si=1 and {known.acoustic.uri}, "
        f"{known.explicit.uri}; spotify:track:{'0' * 22}"
    )
    embeds = [{"title": "More", "description": f"<https://open.spotify.com/track/{known.live.id}>"}]
    said = await linked.say(text, embeds=embeds)
    asked = await ask(linus, said)
    assert asked.ephemeral
    for track in (known.plain, known.acoustic, known.explicit, known.live):
        assert track.name in asked.text
    assert "isn't on Spotify" in asked.text
    judged = [(line[0] if line[0] in "♻⛔⚠" else "") for line in question_lines(asked)]
    assert judged == ["", "⛔", "♻", "⚠", ""]
    form = await (await linus.press(asked, "Note…")).modal()
    noted = await (await linus.submit(form, {form.fields[0].custom_id: "from the thread"})).updated()
    assert "from the thread" in noted.text
    await world.restart_bot()
    pressed = await linus.press(noted, f"Add to {shared.name}")
    await world.discord.wait_for(lambda: "✅" in noted.text or None, "outcome")
    marks = [line[0] for line in noted.text.splitlines() if line[0] in "✅♻⛔⚠"]
    assert marks == ["✅", "⛔", "♻", "✅"]
    assert f"<@{linked.member.id}> added it" in noted.text
    assert uris(world) == [known.explicit.uri, known.plain.uri, known.live.uri]
    assert "added 2 tracks to" in (await pressed.message(2)).text
    kept = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED}, 9)
    assert {(one.via, one.note) for one in kept} == {(Via.MENU, "from the thread")}


@pytest.mark.two_processes
async def test_which_list(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """With several lists the default one is chosen beforehand, and another can be."""
    await world.app.services.shared.core.finder.set_default(shared.guild_id, shared.list_id)
    other = await lend(world, linked, world.spotify.known_playlists.own, list_id="list0002", name="Aardvark")
    known = world.spotify.known.explicit
    asked = await ask(linus, await linked.say(known.uri))
    (menu,) = asked.menus()
    assert [option.label for option in menu.options] == [shared.name, other.name]
    assert next(button.label for button in asked.buttons()) == f"Add to {shared.name}"
    assert "⛔" not in asked.text
    blocked = replace(other, rules=Rules(blocked_tracks=(known.uri,)))
    other = await world.app.stores.lists.swap(other, blocked) or other
    changed = await (await linus.choose(asked, other.name)).updated()
    assert "⛔" in changed.text
    other = await world.app.stores.lists.swap(other, replace(other, rules=Rules())) or other
    await (await linus.press(changed, f"Add to {other.name}")).updated()
    await world.discord.wait_for(lambda: "✅" in changed.text or None, "outcome")
    assert uris(world) == []
    assert world.spotify.known_playlists.own.items[-1].uri == known.uri


@pytest.mark.usefixtures("shared")
async def test_album_link(world: World, linked: Actor, linus: Actor) -> None:
    """An album's link brings its tracks, after the same question."""
    album = world.spotify.known.album
    asked = await ask(linus, await linked.say(f"https://open.spotify.com/album/{album.id}"))
    everything = len([each for each in world.spotify.catalogue.tracks.values() if each.album.id == album.id])
    assert f"(album, {everything} tracks)" in asked.text
    await (await linked.command("add", track=world.spotify.known.plain.uri)).reply()
    asked = await ask(linus, await linked.say(f"https://open.spotify.com/album/{album.id}"))
    assert f"(album, {everything - 1} of {everything} tracks can be added)" in asked.text
    await linus.press(asked, "Add to Friday Mix")
    await world.discord.wait_for(lambda: "✅" in asked.text or None, "outcome")
    assert f"{everything - 1} tracks added. Left out:" in asked.text
    assert "already in it" in asked.text
    assert len(uris(world)) == everything
    asked = await ask(linus, await linked.say(f"https://open.spotify.com/album/{album.id}"))
    assert "none of it can be added" in asked.text


@pytest.mark.usefixtures("shared")
async def test_forwarded(world: World, linked: Actor, linus: Actor) -> None:
    """The links of a forwarded message are offered as if they stood there, an app's card included."""
    known = world.spotify.known
    said = await linked.say(f"hear https://open.spotify.com/track/{known.plain.id}。")
    assert known.plain.name in (await ask(linus, await linus.forward(said))).text
    card = await (await linked.command("track", query=known.live.uri)).reply()
    assert known.live.name in (await ask(linus, await linus.forward(card))).text


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("command", ["track", "add"])
async def test_own_card(world: World, linked: Actor, linus: Actor, command: str) -> None:
    """Of the bot's own card of a track the track is offered, and not the album that it names, too."""
    known, own = world.spotify.known, world.spotify.known_playlists.own
    options = (
        {"query": known.live.uri} if command == "track" else {"track": known.live.uri, "playlist": own.name}
    )
    card = await (await linked.command(command, **options)).reply()
    assert "open.spotify.com/album/" in card.text
    member = linus if command == "track" else linked  # what /add says is private
    asked = await ask(member, card)
    (line,) = question_lines(asked)
    assert line.startswith(f"**[{known.live.name}](https://open.spotify.com/track/{known.live.id})**")
    await member.press(asked, "Add to Friday Mix")
    await world.discord.wait_for(lambda: "✅" in asked.text or None, "outcome")
    assert uris(world) == [known.live.uri]


async def test_card_of_an_album(world: World, linked: Actor, linus: Actor) -> None:
    """Of the card of what was proposed at once each track is offered, and not the album besides."""
    voting = await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.VOTE)
    other = await lend(
        world, linked, world.spotify.known_playlists.own, list_id="list0002", name="Other Tape"
    )
    before = {message.id for message in world.discord.messages}
    url = f"https://open.spotify.com/album/{world.spotify.known.album.id}"
    asked = await (await linus.command("add", track=url, playlist=voting.name)).reply()
    yes = next(
        button.label for button in asked.buttons() if button.label and button.label.startswith("Propose ")
    )
    await linus.press(asked, yes)
    card = await new_card(world, before)
    assert url in card.text
    asked = await ask(linus, card)
    assert f"Add to {other.name}" in asked.text
    assert all("/track/" in line for line in question_lines(asked))
    assert url not in asked.text


@pytest.mark.usefixtures("shared")
async def test_unknown_short_link(linked: Actor, linus: Actor) -> None:
    """Where nobody can tell where a short link leads, the way on is said."""
    asked = await ask(linus, await linked.say("hear https://spotify.link/nowhere"))
    assert "Open the link once and paste what the address bar shows." in asked.text


@pytest.mark.usefixtures("shared")
async def test_unplayable(world: World, linked: Actor, linus: Actor) -> None:
    """What Spotify does not play here says so in the question, and goes in on request."""
    known = world.spotify.known.elsewhere
    asked = await ask(linus, await linked.say(known.uri))
    assert "can't play this in the country" in asked.text
    await linus.press(asked, "Add to Friday Mix")
    await world.discord.wait_for(lambda: "✅" in asked.text or None, "outcome")
    assert uris(world) == [known.uri]


@pytest.mark.two_processes
@pytest.mark.usefixtures("shared")
async def test_pressed_twice(world: World, linked: Actor, linus: Actor) -> None:
    """Yes counts once, also when Discord delivers it twice."""
    known = world.spotify.known
    asked = await ask(linus, await linked.say(f"{known.plain.uri} {known.explicit.uri}"))
    pressed = await linus.press(asked, "Add to Friday Mix")
    world.discord.gateway.repeat("INTERACTION_CREATE")
    await pressed.message(2)
    again = await (await linked.command("add", track=known.live.uri)).reply()
    assert "Added" in again.text
    assert uris(world) == [known.plain.uri, known.explicit.uri, known.live.uri]
    assert asked.text.count("✅") == 2


@pytest.mark.two_processes
@pytest.mark.usefixtures("shared")
async def test_kept(world: World, linked: Actor, linus: Actor) -> None:
    """What waits is told with the reason, and later that it is in."""
    world.spotify.faults.add(
        Fault(match="POST /playlists/*/items", kind="status", status=429, retry_after=60)
    )
    asked = await ask(linus, await linked.say(world.spotify.known.plain.uri))
    await linus.press(asked, "Add to Friday Mix")
    await world.discord.wait_for(lambda: "⏳" in asked.text or None, "word of it")
    await world.advance(seconds=61)
    await world.discord.wait_for(lambda: "✅" in asked.text or None, "the truth")
    assert uris(world) == [world.spotify.known.plain.uri]


async def test_nothing_there(world: World, linked: Actor, linus: Actor) -> None:
    """No link, no list: each is said; a title that looks like a link brings nothing in."""
    said = await linked.say(f"https://open.spotify.com.evil.example/track/{world.spotify.known.plain.id}")
    assert "no Spotify link" in (await ask(linus, said)).text
    said = await linked.say(world.spotify.known.plain.uri)
    assert "No shared playlist here yet" in (await ask(linus, said)).text
    assert uris(world) == []
