"""The reactions in drop channels: what each means, and what is changed as soon as something was decided or landed."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import discord

from bot.stores.contributions import State
from cogs.ui.reply import LOST

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.discord_bot import DiscordBot
    from bot.services.shared.proposals.drop_channel import DropChannel, Fate

log = logging.getLogger(__name__)

ADDED: Final = "✅"
WAITING: Final = "⏳"  # accepted, and on its way
PENDING: Final = "🗳️"
KNOWN: Final = "♻️"
REFUSED: Final = "⛔"
TROUBLE: Final = "⚠️"  # nothing was kept: write it again later
REACTIONS: Final = (ADDED, WAITING, PENDING, KNOWN, REFUSED, TROUBLE)


def reaction_of(state: State) -> str:
    match state:
        case State.LANDED | State.LEAVING | State.REMOVED:
            return ADDED
        case State.PENDING:
            return PENDING
        case State.QUEUED | State.SENDING | State.PARKED:  # parked: a curator looks after it
            return WAITING
        case _:
            return REFUSED


async def react(message: discord.Message | discord.PartialMessage, reactions: Collection[str]) -> None:
    for reaction in REACTIONS:
        if reaction not in reactions:
            continue
        try:
            await message.add_reaction(reaction)
        except LOST as lost:  # the message is gone, or we may not: what was kept is kept
            log.warning("no reaction to message %s: %s", message.id, type(lost).__name__)
            return


async def keep_reactions(bot: DiscordBot, following: DropChannel, now: datetime) -> None:
    """One round. Never raises for one message's sake."""
    for fate in await following.fates():
        try:
            await _tell(bot, fate)
        except (discord.NotFound, discord.Forbidden) as gone:
            log.info("message %s keeps its reactions: %s", fate.before.message_id, type(gone).__name__)
            following.refused(fate, now)
            continue
        except LOST as lost:
            log.info(
                "message %s keeps its reactions for now: %s", fate.before.message_id, type(lost).__name__
            )
            continue
        following.told(fate)


async def _tell(bot: DiscordBot, fate: Fate) -> None:
    """What is right now is added before what is not is taken away."""
    before, now = fate.before, reaction_of(fate.contribution.state)
    shown = {reaction_of(state) for state in before.told}
    if shown == {now} or bot.user is None:
        return
    channel = bot.get_partial_messageable(before.channel_id, guild_id=fate.contribution.guild_id)
    message = channel.get_partial_message(before.message_id)
    await message.add_reaction(now)
    for reaction in sorted(shown - {now} - {reaction_of(state) for state in fate.others}):
        with suppress(discord.NotFound):  # it was not there
            await message.remove_reaction(reaction, bot.user)
