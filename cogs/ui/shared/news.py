"""What servers and members are told without having asked: edits in Spotify, what is stuck or let go, the digest.

None of these raises for one list's or one member's sake.
"""

from __future__ import annotations

import asyncio
import logging
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.core.queue import CLOSED, NO_OWNER
from cogs.ui.reply import LOST, NOBODY, Reply, controls, link_button
from cogs.ui.shared.digest import digest_embed
from cogs.ui.shared.parking import notice
from cogs.ui.shared.restore_controls import edit_buttons
from cogs.words.history import edits
from cogs.words.names import OPEN, list_name, list_url
from cogs.words.text import count, safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.queue import Lapsed, Queue
    from bot.services.shared.outbox.dead_letters import DeadLetterNotices, Parked
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.rounds.digest import ListDigests
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

NONCE: Final = 25  # characters
NAME_SHOWN: Final = 100
EDITED: Final = (
    "✏️ Somebody edited {name} in Spotify: {what}. Curators can take that back, or leave it as it is."
)
WHY: Final = {
    CLOSED: "**{playlist}** was closed, so {tracks} of yours that waited there did not go in.",
    NO_OWNER: (
        "**{playlist}** has had no owner for 30 days, so {tracks} of yours that waited there did not go in. "
        "Once somebody has taken it over, you can add what you still want."
    ),
}


async def tell_edits(bot: DiscordBot, drift: DriftDetector) -> None:
    """Once, in the channel for cards, if there is one; the offer also stands in /shared show and /shared history."""
    for shared, foreign in await drift.news():
        channel_id = shared.settings.cards_channel_id
        if channel_id is not None:
            text = EDITED.format(name=list_name(shared), what=edits(foreign))
            told = Reply(text, view=controls(*edit_buttons(shared, foreign)))
            await _post(bot, shared, channel_id, told, f"{shared.list_id}:edit{foreign.before}")


async def tell_parked(bot: DiscordBot, news: DeadLetterNotices) -> None:
    """To curators, in the first channel that takes it; /shared pending tells it, too."""
    for parked in await news.untold():
        if await _tell_parked(bot, parked):
            await news.told(parked)


async def _tell_parked(bot: DiscordBot, parked: Parked) -> bool:
    """False: it may be tried again."""
    told, nonce = notice(parked), f"parked:{parked.key}"[:NONCE]
    for channel_id in parked.channels:
        sent = await _post(bot, parked.shared, channel_id, told, nonce)
        if sent is not Sent.REFUSED:
            return sent is Sent.POSTED
    return True


async def send_digest(bot: DiscordBot, digests: ListDigests, list_id: str) -> datetime | None:
    """The list's, if one is due. When the next one is."""
    digest = await digests.due(list_id)
    channel_id = digest.shared.settings.digest_channel_id if digest else None
    if digest is not None and channel_id is not None:
        button = link_button(OPEN, list_url(digest.shared))
        told = Reply(embed=digest_embed(digest), view=controls(button))
        nonce = f"{digest.shared.list_id}:{int(digest.since.timestamp())}"
        if await _post(bot, digest.shared, channel_id, told, nonce) is Sent.LATER:
            await digests.failed(digest)
    return await digests.next_due(list_id)


class Sent(Enum):
    POSTED = auto()
    REFUSED = auto()  # the channel is gone, or we may not write there
    LATER = auto()  # it may be tried again


async def _post(bot: DiscordBot, shared: SharedPlaylist, channel_id: int, told: Reply, nonce: str) -> Sent:
    """nonce: Discord takes what is sent twice within minutes, as the first answer got lost, for one."""
    channel = bot.get_partial_messageable(channel_id, guild_id=shared.guild_id)
    try:
        await channel.send(
            told.content,
            embed=told.embed or discord.utils.MISSING,
            view=told.view or discord.utils.MISSING,
            allowed_mentions=NOBODY,
            silent=True,
            suppress_embeds=told.embed is None,
            nonce=nonce,
        )
    except (discord.NotFound, discord.Forbidden) as refused:
        log.warning("channel %s takes no news (Discord's code %s)", channel_id, refused.code)
        return Sent.REFUSED
    except LOST as lost:
        log.warning("news of list %s were not sent: %s", shared.list_id, type(lost).__name__)
        return Sent.LATER
    return Sent.POSTED


def lapsed_words(lapsed: Lapsed) -> str:
    playlist = safe_text(lapsed.shared.name, NAME_SHOWN)
    return WHY[lapsed.why].format(playlist=playlist, tracks=count(lapsed.count, "track"))


async def tell_lapsed(bot: DiscordBot, queue: Queue) -> None:
    """A direct message to each; who takes none, gets none."""
    told = ((lapsed.member_id, lapsed_words(lapsed)) for lapsed in queue.lapsed())
    await asyncio.gather(*(tell_member(bot, member_id, text) for member_id, text in told))


async def tell_member(bot: DiscordBot, member_id: int, text: str) -> None:
    """In a direct message; who takes none, gets none."""
    try:
        channel = await bot.create_dm(discord.Object(member_id))
        await channel.send(text, suppress_embeds=True, allowed_mentions=NOBODY)
    except LOST as refused:
        log.info("member %s was not told: %s", member_id, type(refused).__name__)
