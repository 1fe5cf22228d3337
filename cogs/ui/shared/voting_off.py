"""Asking everybody to throw something out of a shared playlist: a button, a menu, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.stores.contributions import State
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, Select
from cogs.ui.reply import Reply, answer, think
from cogs.ui.shared.votes import ID, card_url
from cogs.words.text import OPTIONS, plain_text
from cogs.words.tracks import track_label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.deciding.tallying import Standing
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution

VOTE_OFF: Final = "Vote to take it out"
PICK: Final = "Ask everybody to take something out…"
VOTE_OPEN: Final = "The vote is open. Its card {where}, and everybody who may add here can vote."
CARD_THERE: Final = "is here: {url}"
CARD_COMES: Final = "appears in <#{channel}>"
CARD_NOWHERE: Final = "is with {pending}"


class VoteOffButton(SafeItem[Button], template=rf"sp:off:(?P<id>{ID})"):
    """Begins a vote about throwing one thing out."""

    @classmethod
    def of(cls, contribution_id: str) -> Self:
        return cls(discord.ui.Button(label=VOTE_OFF, custom_id=f"sp:off:{contribution_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await _begin(interaction, self.state["id"])


class VoteOffMenu(SafeItem[Select], template=r"sp:offs:(?P<list>[0-9A-Za-z]{1,16})"):
    """Begins a vote about throwing out one of several things."""

    @classmethod
    def of(cls, list_id: str, items: Iterable[tuple[Contribution, Track | None]]) -> Self | None:
        """items: what is in the list, with what it is called if that is known. None where there is nothing."""
        options = {
            one.contribution_id: discord.SelectOption(
                label=track_label(track) if track else plain_text(one.uri), value=one.contribution_id
            )
            for one, track in items
        }
        if not options:
            return None
        return cls(
            discord.ui.Select(
                custom_id=f"sp:offs:{list_id}", placeholder=PICK, options=list(options.values())[:OPTIONS]
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await _begin(interaction, self.item.values[0])


def can_be_asked(held: Contribution) -> bool:
    """Whether it is in the list, and no vote about it is open; who may ask, and when, is looked at when they do."""
    return held.state is State.LANDED and not (held.ballot and held.ballot.open)


async def _begin(interaction: discord.Interaction[DiscordBot], contribution_id: str) -> None:
    shared = interaction.client.services.shared
    standing = await shared.deciding.propose_removal(
        actor_of(interaction), guild_of(interaction), contribution_id, interaction.channel_id
    )
    where = _where(standing) or CARD_NOWHERE.format(
        pending=interaction.client.mention_command("shared pending")
    )
    await answer(interaction, Reply(VOTE_OPEN.format(where=where)))


def _where(standing: Standing) -> str | None:
    url = card_url(standing.contribution)
    if url:
        return CARD_THERE.format(url=url)
    channel = standing.shared.settings.cards_channel_id or standing.ballot.channel_id
    return CARD_COMES.format(channel=channel) if channel and standing.ballot.message_id is None else None


VOTE_OFF_ITEMS: Final = (VoteOffButton, VoteOffMenu)
