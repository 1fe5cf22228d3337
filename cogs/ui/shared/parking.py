"""Tells curators that Spotify does not say whether something went in, and lets them look and decide what becomes of it.

The buttons work in any message, after any restart.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.writing.waiting import Why
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import LOST, NOBODY, Reply, answer, controls, list_button, think
from cogs.words.lists import list_name
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.writing.parked_news import Parked
    from bot.services.shared.writing.parking import Looked
    from bot.services.shared.writing.waiting import WaitingFor
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control

log = logging.getLogger(__name__)

LIST: Final = r"[0-9A-Za-z]{1,16}"
MANY: Final = 500  # items to read before there is a bar
AGAIN: Final = "Look and try again"
GIVE_UP: Final = "Look and give up on them"
NEWS: Final = (
    "⚠️ Spotify does not say whether {what} went into {name}, although that was tried three times. "
    "Nothing is lost: it is kept, and what was accepted after it waits, so that the order stays right. "
    "A curator can have all of the playlist looked through: what is there counts as in, and the rest is sent again, "
    "or given up."
)
LOOKING: Final = "Looking through {name}…"
NOTHING: Final = "Nothing in {name} needs a look any more; somebody was faster, or it turned out to be in."
FOUND: Final = "{what} turned out to be in {name}."
SENT_AGAIN: Final = (
    "Not in {name} yet: {what}, to be sent once more before everything that was accepted later."
)
GIVEN_UP: Final = (
    "Not in {name}, and not tried any more: {what}. Whoever wants that can add it again. "
    "What was accepted later goes on."
)
BY: Final = "{member} had a look. {outcome}"


async def tell_parked(bot: DiscordBot) -> None:
    """Never raises for one list's sake: /shared pending tells it, too."""
    news = bot.services.shared.parked_news
    for parked in await news.untold():
        if await _tell(bot, parked):
            await news.told(parked)


async def _tell(bot: DiscordBot, parked: Parked) -> bool:
    """In the first channel that takes it. False: it may be tried again."""
    told = notice(parked)
    for channel_id in parked.channels:
        channel = bot.get_partial_messageable(channel_id, guild_id=parked.shared.guild_id)
        try:
            await channel.send(
                told.content,
                view=told.view or discord.utils.MISSING,
                allowed_mentions=NOBODY,
                silent=True,
                suppress_embeds=True,
                nonce=f"parked:{parked.key}"[:25],
            )
        except (discord.NotFound, discord.Forbidden) as refused:
            log.warning("channel %s takes no news (Discord's code %s)", channel_id, refused.code)
        except LOST as lost:
            log.warning(
                "what is parked in list %s was not told: %s", parked.shared.list_id, type(lost).__name__
            )
            return False
        else:
            return True
    return True


def notice(parked: Parked) -> Reply:
    """What curators are told, in a channel everybody reads."""
    text = NEWS.format(what=tracks(parked.count), name=list_name(parked.shared))
    return Reply(text, view=controls(*parking_buttons(parked.shared.list_id)))


def parking_buttons(list_id: str) -> list[Control]:
    return [TryAgainButton.of(list_id), GiveUpButton.of(list_id)]


class TryAgainButton(SafeItem[Button], template=rf"sp:park:again:(?P<list>{LIST})"):
    """Look for what is parked; what is not there is sent again."""

    @classmethod
    def of(cls, list_id: str) -> Self:
        return cls(
            discord.ui.Button(
                label=AGAIN, custom_id=f"sp:park:again:{list_id}", style=discord.ButtonStyle.primary
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        shared = await _list(interaction, self.state["list"])
        looked = await interaction.client.services.shared.parking.try_again(
            actor_of(interaction), shared.guild_id, shared.list_id, _bar(interaction, shared)
        )
        await _show(interaction, shared, looked, SENT_AGAIN)


class GiveUpButton(SafeItem[Button], template=rf"sp:park:drop:(?P<list>{LIST})"):
    """Look for what is parked; what is not there is let go."""

    @classmethod
    def of(cls, list_id: str) -> Self:
        return cls(discord.ui.Button(label=GIVE_UP, custom_id=f"sp:park:drop:{list_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        shared = await _list(interaction, self.state["list"])
        looked = await interaction.client.services.shared.parking.give_up(
            actor_of(interaction), shared.guild_id, shared.list_id, _bar(interaction, shared)
        )
        await _show(interaction, shared, looked, GIVEN_UP)


def looked_words(shared: SharedPlaylist, looked: Looked, missing: str, waiting: WaitingFor | None) -> str:
    """missing: what is said of those that were not there. waiting: what keeps them from going in now."""
    name = list_name(shared)
    counts = ((FOUND, looked.found), (missing, looked.missing))
    said = [words.format(what=tracks(count), name=name) for words, count in counts if count]
    if said and waiting is not None and waiting.why is not Why.CHECKING:
        said.append(waiting_words(waiting))
    return "\n".join(said) or NOTHING.format(name=name)


def tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count:,} tracks"


async def _list(interaction: discord.Interaction[DiscordBot], list_id: str) -> SharedPlaylist:
    """Of this server only, and for those who may decide about it."""
    parking = interaction.client.services.shared.parking
    return await parking.list_for(actor_of(interaction), guild_of(interaction), list_id)


def _bar(interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist) -> ProgressBar:
    return ProgressBar(interaction, LOOKING.format(name=list_name(shared)), worth=MANY)


async def _show(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, looked: Looked, missing: str
) -> None:
    """Tell whoever pressed; and where everybody saw the buttons, what came of them."""
    waiting = await interaction.client.services.shared.writer.state_of(shared)
    text = looked_words(shared, looked, missing, waiting)
    await answer(interaction, Reply(text, view=controls(list_button(shared))))
    shown = interaction.message
    if shown is None or shown.flags.ephemeral:
        return
    anything = looked.found or looked.missing
    told = BY.format(member=interaction.user.mention, outcome=text) if anything else text
    try:
        await shown.edit(content=told, view=None, allowed_mentions=NOBODY)
    except LOST as lost:
        log.info("a notice of list %s keeps its buttons: %s", shared.list_id, type(lost).__name__)


PARKING_ITEMS: Final = (TryAgainButton, GiveUpButton)
