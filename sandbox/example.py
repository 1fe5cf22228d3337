"""A shared playlist that is well under way, to look round in: made by members with the bot's own commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.lending import lend_new

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World

PLAYLIST: Final = "Kitchen Radio"
GUILD, CHANNEL = "Tape Heads", "music"
DROP_CHANNEL, CURATORS = "general", "Curator"
OWNER, PROPOSER, VOTER = "ada", "hedy", "grace"
NOTE: Final = "for the way home"
WANTED: Final = "I want it"
PROPOSED: Final = f"Proposed for {PLAYLIST}"


async def make_example(world: World) -> Message:
    """Ada lends, the others add, then it goes over to votes. The card of a proposal that has one vote.

    What members write into #general goes in as well, where the bot reads messages.
    """
    owner = world.discord.actor(OWNER, channel=CHANNEL)
    if owner.member.id not in {link.member_id for link in world.bot_data.links()}:
        await world.link(owner)
    await lend_new(world, owner, PLAYLIST)
    known = world.spotify.known
    for name, track, note in (
        ("linus", known.twice, ""),
        ("hedy", known.year_only, "for washing up"),
        ("margaret", known.together, "everybody knows this one"),
        ("grace", known.emoji, ""),
        ("hedy", known.acoustic, "the quiet version"),
    ):
        await _add(world.discord.actor(name, channel=CHANNEL), track.uri, note)
    guild = world.discord.guild(GUILD)
    await _set(owner, "roles", {"Curate": [guild.role(CURATORS)]})
    await _set(owner, "channels", {"Dropped links": guild.channel(DROP_CHANNEL)})
    await _set(owner, "mode", {"When a member adds a track": "vote"})
    await _add(world.discord.actor(PROPOSER, channel=CHANNEL), known.plain.uri, NOTE)
    card = await world.discord.wait_for(lambda: _card(world), "card to vote on")
    await (await world.discord.actor(VOTER, channel=CHANNEL).press(card, WANTED)).acknowledged()
    return card


async def _add(member: Actor, track: str, note: str) -> None:
    given = {"note": note} if note else {}
    await (await member.command("add", track=track, playlist=PLAYLIST, **given)).reply()


async def _set(owner: Actor, topic: str, fields: dict[str, object]) -> None:
    shown = await (await owner.command("shared settings", list=PLAYLIST)).reply()
    form = await (await owner.choose(shown, topic)).modal()
    await (await owner.submit(form, fields)).updated()


def _card(world: World) -> Message | None:
    messages = [each for each in world.discord.messages if not each.ephemeral and PROPOSED in each.text]
    return messages[-1] if messages else None
