"""The shared playlist of the sandbox that is under way."""

from __future__ import annotations

from sandbox.example import DROP_CHANNEL, GUILD, PLAYLIST, make_example
from sandbox.world import World


async def test_made_by_members() -> None:
    """Five tracks of four members are in, one proposal has a vote, and the bot broke none of Discord's rules."""
    async with World() as world:
        card = await make_example(world)
        await world.advance(seconds=2)
        await world.discord.wait_for(lambda: "1 👍" in card.text or None, "vote on the card")
        (lent,) = [each for each in world.spotify.playlists_of("ada") if each.name == PLAYLIST]
        assert len(lent.items) == 5
        linus = world.discord.actor("linus")
        shown = (await (await linus.command("shared show")).reply()).text
        for words in ("@", "for washing up", "everybody knows this one", "the quiet version"):
            assert words in shown
        settings = (await (await linus.command("shared settings")).reply()).text
        assert "Vote" in settings
        assert str(world.discord.guild(GUILD).channel(DROP_CHANNEL).id) in settings
        assert world.discord.problems == []


async def test_beside_another_list() -> None:
    """It can be made where Ada has lent something already, and takes her link as it is."""
    async with World() as world:
        ada = world.discord.actor("ada", channel="music")
        await world.link(ada)
        asked = await (await ada.command("shared create", name="Friday Mix")).reply()
        await (await ada.press(asked, "Create and lend")).updated()
        await make_example(world)
        text = (await (await ada.command("shared list")).reply()).text
        assert "Friday Mix" in text
        assert PLAYLIST in text


async def test_in_german() -> None:
    """With everybody's Discord set to German, it is made just the same, and the card to vote on is German."""
    world = World()
    world.discord.speak("de")
    async with world:
        card = await make_example(world)
        assert f"hat das für **{PLAYLIST}** vorgeschlagen" in card.text
