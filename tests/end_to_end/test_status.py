"""/status: how the bot is doing for everyone, and the seats for whoever runs it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import VERSION
from sandbox.fake_spotify.faults import Fault
from sandbox.visitor import Visitor, consent
from sandbox.world import World
from tests.end_to_end.lending import nothing_to_tell
from tests.end_to_end.test_link import begin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message


async def status(actor: Actor) -> Message:
    return await (await actor.command("status")).reply()


async def turned_away(actor: Actor) -> None:
    """Barbara's Spotify account isn't on the app's user list."""
    _, page, _ = await begin(actor)
    async with Visitor() as visitor:
        await consent(visitor, page, "barbara")


@pytest.mark.usefixtures("linked")
async def test_told_by_link(linus: Actor) -> None:
    """/link says how many seats are taken."""
    reply = await (await linus.command("link")).reply()
    assert "**Seats** · 1 of 5 taken" in reply.text
    assert "All seats seem taken" not in reply.text


@pytest.fixture
def operator(world: World) -> Actor:
    """Grace runs the bot."""
    grace = world.discord.actor("grace", channel="music")
    world.app.bot._operator_ids = frozenset({grace.member.id})
    return grace


def letter(world: World) -> Message | None:
    """The latest direct message."""
    return next((one for one in reversed(world.discord.messages) if one.channel.guild is None), None)


async def test_for_everyone(world: World, linked: Actor, linus: Actor) -> None:
    """Private: Discord, the database, today's requests, the seats, the version; nothing about who."""
    reply = await status(linus)
    assert reply.ephemeral
    assert "SQLite, answers in" in reply.text
    used = world.app.services.status._limiter.used
    assert used > 0
    assert f"{used} of 800 requests used" in reply.text
    assert "Spotify isn't making me wait" in reply.text
    assert "**Seats** · 1 of 5 taken" in reply.text
    assert "may hold others" in reply.text
    assert f"Mixtape {VERSION}" in reply.text
    assert str(linked.member.id) not in reply.text
    assert reply.buttons() == []


def test_version() -> None:
    """What /status calls itself is the version of the project."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION


async def test_told_to_wait(world: World, linus: Actor) -> None:
    """What Spotify told the bot to wait for is shown."""
    world.spotify.faults.add(Fault("GET /search", "rate_limit", retry_after=600))
    await (await linus.command("track", query="Copper Umbrella")).message(1)
    reply = await status(linus)
    assert "Spotify wants no requests for searching until <t:" in reply.text


async def test_operator_sees_seats(linked: Actor, linus: Actor, operator: Actor) -> None:
    """Whoever runs the bot sees who has a seat and who waits, with the step to let them in."""
    await turned_away(linus)
    reply = await status(operator)
    assert reply.ephemeral
    holders, waiting = reply.text.split("Who is waiting for one")
    assert f"<@{linked.member.id}> · since <t:" in holders
    assert f"<@{linus.member.id}>" in waiting
    assert "Users Management" in waiting
    assert [one.url for one in reply.buttons() if one.url] == ["https://developer.spotify.com/dashboard"]


async def test_waiting_ends(world: World, linus: Actor, operator: Actor) -> None:
    """Whoever gets in waits no longer."""
    await turned_away(linus)
    assert "Who is waiting" in (await status(operator)).text
    await world.link(linus)
    reply = await status(operator)
    assert "Who is waiting" not in reply.text
    assert f"<@{linus.member.id}> · since" in reply.text


async def test_waiting_is_erased(world: World, linus: Actor, operator: Actor) -> None:
    """After 30 days nothing is kept of it; with Delete my data, at once."""
    await turned_away(linus)
    assert await world.app.services.accounts.is_kept(linus.member.id)
    await world.advance(days=31)
    assert "Who is waiting" not in (await status(operator)).text
    await world.app.services.seats.tidy()
    assert await world.app.stores.values.starting("waiting for a seat:") == {}
    await turned_away(linus)
    account = await (await linus.command("account")).reply()
    asked = await (await linus.press(account, "Delete my data")).reply()
    done = await (await linus.press(asked, "Yes, delete everything")).updated()
    assert "rased" in done.text
    assert await world.app.stores.values.starting("waiting for a seat:") == {}


async def test_in_export(world: World, linus: Actor) -> None:
    """Export my data has since when a member waits."""
    await turned_away(linus)
    made = await world.app.services.accounts.export(linus.member.id, most_bytes=1_000_000)
    assert b'"waiting_for_a_seat_since":"20' in made.files[0].data


async def test_asked_back(world: World, linked: Actor, operator: Actor) -> None:
    """A seat is asked back with a button: the member is told by direct message and under /account, and can unlink."""
    shown = await status(operator)
    question = await (await operator.press(shown, "Ask for it back")).reply()
    assert question.ephemeral
    assert f"<@{linked.member.id}>" in question.text
    done = await (await operator.press(question, "Yes, ask them")).updated()
    assert "Users Management* and remove them" in done.text
    told = await world.discord.wait_for(lambda: letter(world), "a direct message")
    assert told.seen_by(linked.member)
    assert f"<@{operator.member.id}> asks you for your Spotify seat" in told.text
    assert "asked for your seat" in (await (await linked.command("account")).reply()).text
    assert "asked for it back" in (await status(operator)).text
    await (await linked.command("unlink")).reply()
    assert await world.app.stores.values.starting("seat asked back:") == {}
    assert "Nobody has linked an account yet" in (await status(operator)).text
    question = await (await operator.press(shown, "Ask for it back")).reply()
    done = await (await operator.press(question, "Yes, ask them")).updated()
    assert "isn't linked any more" in done.text


async def test_given_back(world: World, linked: Actor, operator: Actor) -> None:
    """Whoever runs the bot is told when a member they asked has unlinked, with the step that frees the seat, once."""
    question = await (await operator.press(await status(operator), "Ask for it back")).reply()
    await (await operator.press(question, "Yes, ask them")).updated()
    await world.discord.wait_for(lambda: letter(world), "a direct message")
    await (await linked.command("unlink")).reply()

    def told() -> list[Message]:
        return [one for one in world.discord.messages if "has unlinked Spotify, after you asked" in one.text]

    (message,) = await world.discord.wait_for(lambda: told() or None, "word of it")
    assert message.seen_by(operator.member)
    assert not message.seen_by(linked.member)
    assert f"<@{linked.member.id}>" in message.text
    assert "*Users Management* and remove them" in message.text
    assert [button.label for button in message.buttons()] == ["Open the dashboard"]
    shown = await status(operator)
    assert "**Gave their seat back**" in shown.text
    assert f"<@{linked.member.id}>" in shown.text
    await world.app.services.seats.tidy()
    await world.restart_bot()
    await world.advance(minutes=1)
    assert len(told()) == 1
    await world.link(linked)
    assert "Gave their seat back" not in (await status(operator)).text


async def test_not_asked(world: World, linked: Actor, operator: Actor) -> None:
    """Who decides otherwise sends nothing."""
    question = await (await operator.press(await status(operator), "Ask for it back")).reply()
    done = await (await operator.press(question, "Don't ask")).updated()
    assert "nobody was asked" in done.text
    assert await world.app.services.seats.asked_back(linked.member.id) is None


async def test_only_operators_ask(world: World, linked: Actor, operator: Actor) -> None:
    """Someone who no longer runs the bot cannot ask with an old message."""
    shown = await status(operator)
    world.app.bot._operator_ids = frozenset({linked.member.id})
    refused = await (await operator.press(shown, "Ask for it back")).reply()
    assert "You don't have permission" in refused.text
    assert await world.app.services.seats.asked_back(linked.member.id) is None


@pytest.fixture
async def small() -> AsyncIterator[World]:
    async with World(settings={"SPOTIFY_SEATS": "1"}) as made:
        yield made


async def test_full(small: World) -> None:
    """When all seats seem taken, who has none is warned and told whom to ask; who has one is not."""
    ada, linus = (small.discord.actor(name, channel="music") for name in ("ada", "linus"))
    await small.link(ada)
    reply = await (await linus.command("link")).reply()
    assert "All seats seem taken" in reply.text
    assert "**Seats** · 1 of 1 taken" in reply.text
    assert "All seats seem taken" not in (await (await ada.command("link")).reply()).text


@pytest.fixture
async def unlimited() -> AsyncIterator[World]:
    async with World(extended=True, settings={"SPOTIFY_SEATS": "unlimited"}) as made:
        yield made


async def test_no_limit(unlimited: World) -> None:
    """With an extended app no limit is shown."""
    ada = unlimited.discord.actor("ada", channel="music")
    assert "**Seats**" not in (await (await ada.command("link")).reply()).text
    assert "taken, without a limit" in (await status(ada)).text


async def test_german(linked: Actor) -> None:
    """In the member's language."""
    linked.member.locale = "de"
    try:
        assert "**Plätze** · 1 von 5 belegt" in (await status(linked)).text
    finally:
        linked.member.locale = "en-GB"


async def test_no_messages_wanted(world: World, linked: Actor, operator: Actor) -> None:
    """Who has turned direct messages off gets none, and still learns of it under /account."""
    account = await (await linked.command("account")).reply()
    await (await linked.press(account, "Stop direct messages")).reply()
    question = await (await operator.press(await status(operator), "Ask for it back")).reply()
    done = await (await operator.press(question, "Yes, ask them")).updated()
    assert "unless they've turned those off" in done.text
    await nothing_to_tell(world)
    assert letter(world) is None
    assert "asked for your seat" in (await (await linked.command("account")).reply()).text
