"""Tells a server once that somebody edited its playlist in Spotify, in the channel for cards, if there is one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import discord

from cogs.ui.reply import LOST, NOBODY, controls
from cogs.ui.shared.restore_controls import AcceptEdit, PreviewButton
from cogs.words.history import edits
from cogs.words.lists import list_name

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.truth.belief import Foreign
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

EDITED: Final = (
    "✏️ Somebody edited {name} in Spotify: {what}. Curators can take that back, or leave it as it is."
)


async def tell_edits(bot: DiscordBot) -> None:
    """Never raises for one list's sake: the offer also stands in /shared show and /shared history."""
    for shared, foreign in await bot.services.shared.truth.news():
        channel_id = shared.settings.cards_channel_id
        if channel_id is not None:
            await _tell(bot, channel_id, shared, foreign)


async def _tell(bot: DiscordBot, channel_id: int, shared: SharedPlaylist, foreign: Foreign) -> None:
    channel = bot.get_partial_messageable(channel_id, guild_id=shared.guild_id)
    try:
        await channel.send(
            EDITED.format(name=list_name(shared), what=edits(foreign)),
            view=controls(PreviewButton.of(shared.list_id, foreign.before), AcceptEdit.of(shared.list_id)),
            allowed_mentions=NOBODY,
            silent=True,
            suppress_embeds=True,
            nonce=f"{shared.list_id}:edit{foreign.before}",
        )
    except (discord.NotFound, discord.Forbidden) as refused:
        log.warning("channel %s takes no news of edits (Discord's code %s)", channel_id, refused.code)
    except LOST as lost:
        log.warning("an edit of list %s was not told: %s", shared.list_id, type(lost).__name__)
