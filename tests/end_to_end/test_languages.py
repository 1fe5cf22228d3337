"""Two languages at once: private answers in the member's, public ones in the server's, commands in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.languages import languages, own_name
from bot.stores.lists import Mode
from cogs.ui.shared.lending import LEND
from sandbox.lending import lend_new
from sandbox.world import World
from tests.end_to_end.voting import card_is_stored, new_card, says
from tests.shared_records import lend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.wire import Payload


@pytest.fixture
def german(linus: Actor) -> Iterator[Actor]:
    """Linus with a German Discord; the server stays English."""
    linus.member.locale = "de"
    yield linus
    linus.member.locale = "en-GB"


async def test_private_and_public(world: World, linked: Actor, german: Actor) -> None:
    """A German member's proposal: their answer is German, the card for everybody English, and both keep to it."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.APPROVAL)
    track = world.spotify.known.explicit
    reply = await (await german.command("add", track=track.uri)).reply()
    assert reply.ephemeral
    assert "vorgeschlagen: " in reply.text
    card = await new_card(world, {reply.id})
    assert "Proposed by" in card.text
    await card_is_stored(world, shared, track.uri, card)
    await linked.press(card, "Approve")
    await says(world, card, "Added: approved by")
    await says(world, reply, "hinzugefügt")


async def test_said_in_public(world: World, linked: Actor, german: Actor) -> None:
    """The public line beside a German member's private answer is in the server's language."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    run = await german.command("add", track=world.spotify.known.explicit.uri)
    assert "hinzugefügt" in (await run.reply()).text
    line = await run.message(2)
    assert not line.ephemeral
    assert f"<@{german.member.id}> added **" in line.text


async def test_commands_can_be_clicked(world: World, linked: Actor, german: Actor) -> None:
    """A command named in a sentence is a link, whatever it's called in the reader's language."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    for member in (linked, german):
        told = await (await member.command("shared archive")).reply()
        assert "</shared rotate:" in told.text
        assert "`" not in told.text


async def test_managers_are_asked(world: World, german: Actor) -> None:
    """A German member's request to lend is German to them, and in the server's language to the managers."""
    await world.link(german)
    await lend_new(world, german, "Erstes Band")  # from the second one on managers are asked
    run = await german.command("shared create", name="Mein Band")
    asked = await run.reply()
    yes = next(button for button in asked.buttons() if LEND.template.fullmatch(button.custom_id or ""))
    await german.press(asked, yes.custom_id or "")
    await says(world, asked, "gefragt")
    request = next(one for one in reversed(world.discord.messages) if not one.ephemeral)
    assert "Mein Band" in request.text
    assert "wants to lend" in request.text


async def test_errors(world: World, german: Actor) -> None:
    """What went wrong is said in the member's language, also after a public answer was begun."""
    assert world.app.bot.online
    told = await (await german.command("track", query="zzzzqqqq nothing")).message(1)
    assert told.ephemeral
    assert "Spotify" in told.text
    assert "Spotify findet nichts zu" in told.text
    told = await (await german.command("playlists")).reply()
    assert "verknüpf" in told.text


async def test_server_chooses(world: World, linked: Actor, linus: Actor) -> None:
    """/language: what is public is German from then on, what is private stays each member's; and back again."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.APPROVAL)
    said = await (await linked.command("language", language="de")).reply()
    assert said.ephemeral
    assert "Deutsch" in said.text
    track = world.spotify.known.explicit
    reply = await (await linus.command("add", track=track.uri)).reply()
    assert "Proposed for" in reply.text
    card = await new_card(world, {said.id, reply.id})
    assert "hat das für" in card.text
    await card_is_stored(world, shared, track.uri, card)
    said = await (await linked.command("language", language="discord")).reply()
    assert "English" in said.text
    await linked.press(card, "Annehmen")
    await says(world, card, "Added: approved by")


async def test_told_later(world: World, linked: Actor, german: Actor) -> None:
    """The message that a proposal was decided is in the language of the member who gets it."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.APPROVAL)
    track = world.spotify.known.explicit
    reply = await (await german.command("add", track=track.uri)).reply()
    card = await new_card(world, {reply.id})
    await card_is_stored(world, shared, track.uri, card)
    form = await (await linked.press(card, "Decline…")).modal()
    await linked.submit(form, {form.fields[0].custom_id: "too loud"})
    await says(world, card, "Declined by")

    def letter() -> Message | None:
        return next((one for one in world.discord.messages if one.channel.guild is None), None)

    await world.advance(seconds=15)
    told = await world.discord.wait_for(letter, "letter")
    assert "abgelehnt" in told.text


@pytest.fixture
async def fixed() -> AsyncIterator[World]:
    async with World(settings={"LANGUAGE": "de"}) as world:
        yield world


async def test_operator_fixes(fixed: World) -> None:
    """With LANGUAGE set, everybody is spoken to in it, and a server cannot choose another."""
    ada = fixed.discord.actor("ada", channel="music", guild="Tape Heads")
    assert "Spotify" in (await (await ada.command("account")).reply()).text
    said = await (await ada.command("language", language="en")).reply()
    assert "Deutsch" in said.text
    guild = fixed.discord.guild("Tape Heads")
    assert await fixed.app.stores.values.get(f"language of server:{guild.id}") is None


async def test_commands_are_localised(world: World) -> None:
    """Discord gets every command's names and descriptions in each language, and the languages to choose from."""
    for language in languages()[1:]:
        for command in world.discord.commands:
            assert set(missing(command, language)) == set()
    (chooser,) = (one for one in world.discord.commands if one["name"] == "language")
    offered = [choice["name"] for choice in chooser["options"][0]["choices"]]
    assert offered[1:] == [own_name(code) for code in languages()]


async def test_podcast_command(world: World) -> None:
    """What is /show in English, as is a command of /shared, has a name of its own in German."""
    named = {one["name"]: one for one in world.discord.commands}
    assert named["show"]["name_localizations"]["de"] == "podcast"
    (of_shared,) = (one for one in named["shared"]["options"] if one["name"] == "show")
    assert of_shared["name_localizations"]["de"] == "zeigen"


def missing(thing: Payload, language: str) -> Iterator[str]:
    """What of a command as Discord got it, options included, has nothing in this language."""
    if language not in (thing.get("name_localizations") or {}) and thing["name"] not in SAME:
        yield f"name of {thing['name']}"
    if thing.get("description") and language not in (thing.get("description_localizations") or {}):
        yield f"description of {thing['name']}"
    for option in thing.get("options", ()):
        yield from missing(option, language)


SAME = {
    "album",
    "cover",
    "playlists",
    "playlist",
    "export",
    "version",
    "name",
    "member",
    "top",
    "status",
    "format",
}  # also called so in a language
