"""Near the end of the day's budget: what members still get, and that a restart does not forget what was used."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.fake_spotify import Fault
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor

BUDGET = {"SPOTIFY_DAILY_BUDGET": "40"}
REFUSED = "today's Spotify requests"  # words of a used-up budget
USED_UP = "Today's Spotify requests of this kind are used up"


async def look_up(actor: Actor, world: World, number: int) -> str:
    track = list(world.spotify.catalogue.tracks)[number]
    run = await actor.command("track", query=f"spotify:track:{track}")
    return (await run.reply()).text


async def test_one_guild_leaves_something_to_the_other() -> None:
    """A member who looks up without end is refused with the time, while a member of another guild is served."""
    async with World(settings=BUDGET) as world:
        ada, barbara = world.discord.actor("ada"), world.discord.actor("barbara")
        answers = [await look_up(ada, world, number) for number in range(40)]
        served = sum(REFUSED not in answer for answer in answers)
        assert 25 <= served <= 30
        assert "<t:" in answers[-1]
        assert REFUSED not in await look_up(barbara, world, 50)


async def test_one_person_in_many_servers() -> None:
    """Who asks in several servers, and in direct messages, has one share; so somebody elsewhere is served as before.

    That holds after a restart, too.
    """
    async with World(settings=BUDGET) as world:
        world.discord.members["margaret"].installed = True
        places = [
            world.discord.actor("margaret", guild="Night Shift"),
            world.discord.actor("margaret", guild="Elsewhere"),  # the bot is not there
            world.discord.actor("margaret", dm=True),
        ]
        answers = [await look_up(places[number % 3], world, number) for number in range(40)]
        assert sum(REFUSED not in answer for answer in answers) <= 30
        assert "the rest is for others" in answers[-1]
        await world.restart_bot()
        for place in places:
            assert REFUSED in await look_up(place, world, 41)
        linus = world.discord.actor("linus")
        served = [REFUSED not in await look_up(linus, world, 50 + number) for number in range(12)]
        assert sum(served) >= 6


async def test_used_up_over_a_restart() -> None:
    """What was used counts after a restart; suggestions end first, from memory they go on, a day later all is well."""
    async with World(settings=BUDGET) as world:
        members = [world.discord.actor(name) for name in ("ada", "grace", "linus", "margaret", "barbara")]
        assert await members[0].suggest("track", "query", "copper")
        for number in range(50):  # until each has had their share
            await look_up(members[number % 5], world, number)
        assert await members[0].suggest("track", "query", "copper")
        assert await members[0].suggest("track", "query", "umbrella") == []
        await world.restart_bot()
        before = len(world.spotify.calls)
        texts = await asyncio.gather(*(look_up(member, world, 60) for member in members))
        texts += [await look_up(member, world, 61 + number) for number, member in enumerate(members)]
        assert all(REFUSED in text for text in texts)
        assert len(world.spotify.calls) <= before + 1  # the app's token
        late = world.discord.actor(
            "hedy"
        )  # of the same server: nobody's share was forgotten, nor is it theirs
        assert REFUSED in await look_up(late, world, 69)
        world.clock.advance(timedelta(hours=24, minutes=15))
        assert REFUSED not in await look_up(members[0], world, 70)


async def test_only_what_is_used_up_stops() -> None:
    """If Spotify's quota for searching is used up, links go on; later one request finds out whether it's over."""
    async with World() as world:
        ada, grace = world.discord.actor("ada"), world.discord.actor("grace")
        used_up = Fault("GET /search", "rate_limit", times=2, retry_after=None, reason="QUOTA_EXCEEDED")
        world.spotify.faults.add(used_up)
        for actor, words in ((ada, "copper umbrella"), (grace, "small hours")):
            refused = await (await actor.command("track", query=words)).reply()
            assert USED_UP in refused.text
        searches = [call for call in world.spotify.calls if call.path == "/search"]
        assert len(searches) == 1  # the second wasn't sent
        assert "used up" not in await look_up(grace, world, 1)
        await world.restart_bot()
        assert "Try again <t:" in (await (await ada.command("track", query="lanterns")).reply()).text
        await world.advance(minutes=61)
        runs = [await one.command("track", query="lanterns") for one in (ada, grace)]
        assert [USED_UP in (await run.reply()).text for run in runs] == [True, True]
        searches = [call for call in world.spotify.calls if call.path == "/search"]
        assert len(searches) == 2  # one of them tried it, and it isn't over
        await world.advance(hours=2, minutes=1)
        found = await (await ada.command("track", query="copper umbrella")).reply()
        assert "Copper Umbrella" in found.text
