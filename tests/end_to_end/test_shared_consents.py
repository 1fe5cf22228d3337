"""What a server sees of its owner's consent: that it's refused, in doubt, lost, and that it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.consents import DOUBT, consent_ends
from bot.stores.lists import Settings
from sandbox.fake_discord.faults import Fault as DiscordFault
from sandbox.fake_spotify.faults import Fault
from tests.end_to_end.lending import nothing_to_tell, spotify_shows
from tests.shared_records import lend

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

PEOPLE = ("ada", "grace", "linus", "margaret", "edsger")


async def add(world: World, actor: Actor, number: int, words: str) -> list[str]:
    """Add so many tracks, each of which is answered with these words."""
    tracks = list(world.spotify.catalogue.tracks.values())[:number]
    for track in tracks:
        reply = await (await actor.command("add", track=track.uri)).reply()
        await world.discord.wait_for(lambda reply=reply: words in reply.text or None, words)  # type: ignore[misc]
    return [track.uri for track in tracks]


def refuse(world: World) -> Callable[[], None]:
    """Spotify refuses every refresh token, until what is returned is called."""
    tokens = world.spotify.state.tokens
    kept = dict(tokens.refresh_tokens)
    tokens.refresh_tokens = {value: replace(one, revoked=True) for value, one in kept.items()}

    def accept() -> None:
        tokens.refresh_tokens = kept

    return accept


def refusals(world: World) -> int:
    return len([one for one in world.spotify.calls_to("POST /api/token") if one.status == 400])


async def refused(world: World, number: int) -> None:
    """Wait until Spotify has refused so many refreshes in all."""
    await spotify_shows(world, lambda: refusals(world) >= number)


async def settled(world: World) -> None:
    """Wait until what is due by now is done."""
    await world.app.services.consent_watch.run()


async def test_set_aside(world: World, linked: Actor, linus: Actor) -> None:
    """A young consent that Spotify refuses for a while is kept, its owner and the members are told what is going on,
    and what was accepted goes in by itself, in order, once Spotify accepts it again.
    """
    await lend(world, linked, world.spotify.known_playlists.empty)
    await world.advance(hours=2)
    accept = refuse(world)
    wanted = await add(world, linus, 4, "Spotify refused its owner's link")
    reply = await (await linked.command("playlists")).reply()
    assert "though it should still be valid" in reply.text
    await world.restart_bot()
    assert refusals(world) == 1
    await world.advance(hours=12)
    await refused(world, 2)
    await settled(world)
    assert world.spotify.known_playlists.empty.uris == []
    accept()
    await world.advance(hours=12, minutes=1)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_withdrawn_after_all(
    world: World, linked: Actor, linus: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    """A young consent that is still refused a day later has ended: it was tried twice again, the owner is told to
    link again, the operator's log says what waits and how long it's kept, and then that goes in, in order.
    """
    await lend(world, linked, world.spotify.known_playlists.empty)
    world.spotify.revoke("ada")
    await world.advance(hours=2)
    wanted = await add(world, linus, 3, "Spotify refused its owner's link")
    assert refusals(world) == 1
    await world.advance(hours=12)
    await refused(world, 2)
    await settled(world)
    assert await world.app.stores.accounts.of_member(linked.member.id) is not None
    await world.advance(hours=12, minutes=1)
    await refused(world, 3)
    await settled(world)
    await world.advance(seconds=10)
    letter = world.discord.actor("ada", dm=True)
    await world.discord.wait_for(
        lambda: [one for one in letter.messages() if "Your Spotify link has ended" in one.text] or None,
        "a letter",
    )
    assert await world.app.stores.accounts.of_member(linked.member.id) is None
    assert refusals(world) == 3
    member = f"member {linked.member.id}"
    waits, ended = [one.getMessage() for one in caplog.records if one.getMessage().startswith(member)][-2:]
    assert waits.removeprefix(
        f"{member}: nothing goes into 1 of their shared playlists until they link "
    ) == ("again; 3 tracks wait, and are kept for as long as that takes")
    assert ended == f"{member}: consent ended after 1 days, tokens erased"
    await world.link(linked)
    await world.advance(seconds=10)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_renewed_while_in_doubt(world: World, linked: Actor, linus: Actor) -> None:
    """Who links again instead of waiting goes on at once."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    world.spotify.revoke("ada")
    await world.advance(hours=2)
    wanted = await add(world, linus, 2, "Spotify refused its owner's link")
    await world.link(linked)
    await world.advance(minutes=1)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_answer_lost(world: World, linked: Actor, linus: Actor) -> None:
    """Spotify replaced the token, and its answer was lost: two more tries at most, then one prompt to link again.

    What was accepted waits for that, and goes in in order.
    """
    await lend(world, linked, world.spotify.known_playlists.empty)
    world.spotify.switches.rotate_refresh_tokens = True
    await world.advance(hours=2)
    world.spotify.faults.add(Fault("POST /api/token", "reset_after"))
    await (await linked.command("playlists")).reply()
    wanted = await add(world, linus, 3, "Spotify refused its owner's link")
    await world.advance(minutes=11)
    await refused(world, 2)
    await settled(world)
    await world.advance(seconds=10)
    letter = world.discord.actor("ada", dm=True)

    def prompts() -> int:
        return len([one for one in letter.messages() if "Your Spotify link has ended" in one.text])

    await world.discord.wait_for(lambda: prompts() or None, "a prompt")
    await world.advance(days=2)
    await settled(world)
    assert prompts() == 1
    assert refusals(world) == 2
    await world.link(linked)
    await world.advance(seconds=10)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_incident(world: World, linked: Actor, caplog: pytest.LogCaptureFixture) -> None:
    """Five refused within a minute: nobody loses the link, however long it lasts, the operator is told once, in the log
    and by message, and it all goes on by itself when it's over, which the operator is told, too.
    """
    operator = world.discord.actor("grace", dm=True)
    world.app.bot._operator_ids = frozenset({operator.member.id})
    await lend(world, linked, world.spotify.known_playlists.empty)
    actors = [world.discord.actor(name, channel="music") for name in PEOPLE]
    for actor in actors[1:]:
        await world.link(actor)
    await world.advance(hours=2)
    accept = refuse(world)
    for actor in actors:
        assert "though it should still be valid" in (await (await actor.command("playlists")).reply()).text
    wanted = await add(world, actors[2], 3, "Spotify refused its owner's link")
    logged = [one for one in caplog.records if "it's an incident there" in one.getMessage()]
    assert [one.levelname for one in logged] == ["ERROR"]
    refusing = "Spotify has refused many links that should still be valid"
    assert refusing in (await (await linked.command("status")).reply()).text
    for _ in range(6):
        await world.advance(hours=9)
        await settled(world)
    assert len(await world.app.stores.accounts.everyone()) == len(PEOPLE)
    await told(world, operator, "Spotify refused 5 links within a minute")
    caplog.clear()
    accept()
    await world.advance(minutes=16)
    target = world.spotify.known_playlists.empty
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted
    for actor in actors:
        assert "should still be valid" not in (await (await actor.command("playlists")).reply()).text
    assert refusing not in (await (await linked.command("status")).reply()).text
    await told(world, operator, "Spotify accepts the links again")
    assert len(about_it(operator, "Spotify refused 5 links")) == 1


def about_it(actor: Actor, words: str) -> list[Message]:
    """What says so where the actor is."""
    return [one for one in actor.messages() if words in one.text]


async def told(world: World, actor: Actor, words: str, number: int = 1) -> list[Message]:
    """Wait until it was said so often there."""
    await world.discord.wait_for(lambda: len(about_it(actor, words)) >= number or None, words)
    return about_it(actor, words)


async def nearly_over(world: World, actor: Actor, *, days: float) -> None:
    """The member's consent ends in so many days, as both the bot and Spotify see it."""
    account = await world.app.stores.accounts.of_member(actor.member.id)
    assert account is not None
    left = consent_ends(account.authorized_at) - world.clock.now()
    given = account.authorized_at - left + timedelta(days=days)
    while consent_ends(given) > world.clock.now() + timedelta(days=days):
        given -= timedelta(days=1)
    await world.app.stores.accounts.link(replace(account, authorized_at=given))
    tokens = world.spotify.state.tokens
    person = world.spotify.people[actor.member.username]
    for value, one in tokens.refresh_tokens.items():
        if one.consent.person is person:
            tokens.refresh_tokens[value] = replace(one, consent=replace(one.consent, given_at=given))


async def test_reminders(world: World, linked: Actor, linus: Actor) -> None:
    """Two weeks, one week and a day before the end, the owner and the playlist's channel are told, once each, how to
    renew it and how to hand over; at the end, what waits and for how long. After that, all goes in in order.
    """
    settings = Settings(cards_channel_id=linus.channel.id)
    await lend(world, linked, world.spotify.known_playlists.empty, settings=settings)
    letters = world.discord.actor("ada", dm=True)
    await nearly_over(world, linked, days=14.5)
    await settled(world)
    await nothing_to_tell(world)
    assert about_it(letters, "link ends") == []
    for number, days in enumerate((1, 7, 6), start=1):
        await world.advance(days=days)
        letter = (await told(world, letters, "Your Spotify link ends", number))[-1]
        assert "**Friday Mix**" in letter.text
        assert "/shared transfer" in letter.text or "</shared transfer:" in letter.text
        assert [button.label for button in letter.buttons()] == ["Renew the link"]
        word = (await told(world, linus, "The Spotify link of", number))[-1]
        assert f"<@{linked.member.id}>" in word.text
        assert "shared transfer" in word.text
        assert [button.label for button in word.buttons()] == ["Renew the link"]
        await world.restart_bot()
        await settled(world)
        await nothing_to_tell(world)
        assert len(about_it(letters, "Your Spotify link ends")) == number
        assert len(about_it(linus, "The Spotify link of")) == number
    page = await (await letters.press(letter, "Renew the link")).reply()
    assert any(button.url and "/link/" in button.url for button in page.buttons())
    target = world.spotify.known_playlists.empty
    world.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", retry_after=86_400))
    wanted = await add(world, linus, 3, "Accepted for")
    await world.advance(days=1)
    (letter,) = await told(world, letters, "Your Spotify link has ended")
    (word,) = await told(world, linus, "The owner's Spotify link has ended")
    for one in (letter, word):
        assert "3 tracks are waiting." in one.text
        assert "kept for as long as it takes" in one.text
        assert [button.label for button in one.buttons()] == ["Renew the link"]
    assert await world.app.stores.accounts.of_member(linked.member.id) is None
    await world.advance(days=3)
    await settled(world)
    await nothing_to_tell(world)
    assert len(about_it(letters, "Your Spotify link has ended")) == 1
    await world.link(linked)
    await world.advance(seconds=10)
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


async def test_renewed_in_time(world: World, linked: Actor, linus: Actor) -> None:
    """Who renews it is reminded no more: what wasn't sent yet is taken back, and so is what waits for a command."""
    settings = Settings(cards_channel_id=linus.channel.id)
    await lend(world, linked, world.spotify.known_playlists.empty, settings=settings)
    world.discord.members["ada"].accepts_dms = False
    letters = world.discord.actor("ada", dm=True)
    world.discord.faults.add(
        DiscordFault(f"POST /channels/{linus.channel.id}/messages", kind="status", status=503, times=None)
    )
    await nearly_over(world, linked, days=6.5)
    await settled(world)
    await world.advance(seconds=30)
    await world.discord.wait_for(lambda: world.discord.faults.waiting or None, "a try")
    await world.link(linked)
    world.discord.faults.clear()
    await world.advance(hours=3)
    await nothing_to_tell(world)
    await (await linked.command("playlists")).reply()
    assert about_it(linus, "Spotify link of") == []
    assert about_it(linus, "Your Spotify link ends") == []
    assert about_it(letters, "link ends") == []


@pytest.mark.parametrize("refuses", ["Discord", "the member"])
async def test_at_the_next_command(world: World, linked: Actor, refuses: str) -> None:
    """Where no private message goes through, they are told under their next command, once, and privately; also those
    who share nothing.
    """
    if refuses == "Discord":
        world.discord.members["ada"].accepts_dms = False
    else:
        await world.app.services.private_messages.switch(linked.member.id, on=False)
    await nearly_over(world, linked, days=6.5)
    await settled(world)
    await world.advance(seconds=1)
    await world.advance(seconds=30)
    await nothing_to_tell(world)
    await (await linked.command("playlists")).reply()
    (note,) = await told(world, linked, "Your Spotify link ends")
    assert note.ephemeral
    assert "Renew it before, and nothing changes." in note.text
    assert [button.label for button in note.buttons()] == ["Renew the link"]
    await (await linked.command("playlists")).reply()
    await (await linked.command("account")).reply()
    assert len(about_it(linked, "Your Spotify link ends")) == 1
    await world.advance(days=7)
    await settled(world)
    await world.advance(seconds=30)
    await nothing_to_tell(world)
    await (await linked.command("track", query="Copper Umbrella")).reply()
    (note,) = await told(world, linked, "Your Spotify link has ended: its six months are up")
    assert note.ephemeral


async def test_nothing_is_kept_about_who_unlinks(world: World, linked: Actor) -> None:
    """What is left for somebody's next command goes with the rest of their data."""
    world.discord.members["ada"].accepts_dms = False
    await nearly_over(world, linked, days=6.5)
    await settled(world)
    await world.advance(seconds=30)
    await nothing_to_tell(world)
    assert await world.app.services.private_messages.left(linked.member.id)
    await world.app.services.accounts.delete(linked.member.id)
    assert not await world.app.services.private_messages.left(linked.member.id)
    assert not await world.app.stores.values.starting(DOUBT)
