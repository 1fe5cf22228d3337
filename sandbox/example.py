"""A shared playlist that is well under way, to look round in: made by members with the bot's own commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.languages import language_for, speaking
from cogs.ui.shared.settings_forms import CHANNELS, MODE, ROLES
from sandbox.lending import lend_new

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World

PLAYLIST: Final = "Kitchen Radio"
GUILD, CHANNEL = "Tape Heads", "music"
DROP_CHANNEL, CURATORS = "general", "Curator"
OWNER, PROPOSER, VOTER = "ada", "hedy", "grace"
NOTE: Final = "for the way home"
IN_FAVOUR: Final = re.compile("sp:vote:.*:y")  # the custom_id of the button, whatever it says


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
    with speaking(language_for(owner.member.locale)):  # what the forms' fields are called
        await _set(owner, "roles", {ROLES["curate"][0](): [guild.role(CURATORS)]})
        await _set(owner, "channels", {CHANNELS["drop"][0](): guild.channel(DROP_CHANNEL)})
        await _set(owner, "mode", {MODE(): "vote"})
    await _add(world.discord.actor(PROPOSER, channel=CHANNEL), known.plain.uri, NOTE)
    card = await world.discord.wait_for(lambda: vote_card(world), "card to vote on")
    await (await world.discord.actor(VOTER, channel=CHANNEL).press(card, in_favour(card))).acknowledged()
    return card


def vote_card(world: World) -> Message | None:
    """The newest card everybody can vote on."""
    cards = (each for each in reversed(world.discord.messages) if not each.ephemeral)
    return next((each for each in cards if is_open(each)), None)


def is_open(card: Message) -> bool:
    return any(IN_FAVOUR.fullmatch(button.custom_id or "") for button in card.buttons())


def in_favour(card: Message) -> str:
    """What its button in favour says."""
    return next(button.label for button in card.buttons() if IN_FAVOUR.fullmatch(button.custom_id or ""))


async def _add(member: Actor, track: str, note: str) -> None:
    given = {"note": note} if note else {}
    await (await member.command("add", track=track, playlist=PLAYLIST, **given)).reply()


async def _set(owner: Actor, topic: str, fields: dict[str, object]) -> None:
    shown = await (await owner.command("shared settings", list=PLAYLIST)).reply()
    form = await (await owner.choose(shown, topic)).modal()
    await (await owner.submit(form, fields)).updated()
