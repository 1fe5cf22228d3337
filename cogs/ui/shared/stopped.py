"""When something comes in the way midway: what was kept before is told as kept, and why the rest was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot import list_errors as lists
from bot.errors import BotError, StoreUnavailableError
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    import discord

    from bot.discord_bot import DiscordBot
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

REST: Final = "⚠️ The rest was left: {why}. What is told above is kept."
WHY: Final[dict[type[BotError], str]] = {
    lists.ListPausedError: "the playlist was paused meanwhile, so add it again once it is resumed",
    lists.ListClosedError: "the playlist was given back to its owner meanwhile",
    lists.ListNotFoundError: "the playlist was given back to its owner meanwhile",
    lists.ListOwnerlessError: "the playlist has had no owner for 30 days by now",
    lists.ListBusyError: "too much goes into the playlist at this moment, so add it again in a minute",
    StoreUnavailableError: "I cannot reach my own notes at the moment, so add it again in a few minutes",
}
OTHER: Final = "something came in the way, so add it again in a few minutes"


def rest_words(why: BotError) -> str:
    return REST.format(why=WHY.get(type(why), OTHER))


async def as_it_is(
    interaction: discord.Interaction[DiscordBot],
    kept: Contribution,
    timeout_s: float,
    *,
    patient: bool = False,
    till_parked: bool = False,
) -> Contribution:
    """As `Writer.settled` says; where the database is away, as it was kept, for that is still true."""
    writer = interaction.client.services.shared.writer
    try:
        return await writer.settled(kept, timeout_s, patient=patient, till_parked=till_parked)
    except StoreUnavailableError:
        return kept


async def why_it_waits(interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist) -> str:
    """In a sentence."""
    try:
        return waiting_words(await interaction.client.services.shared.writer.state_of(shared))
    except StoreUnavailableError:
        return waiting_words(None)
