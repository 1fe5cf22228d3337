"""/track: finds a track by name, link, URI or id and shows its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.ui.additions import AddButton
from cogs.ui.dynamic import SafeItem, Select
from cogs.ui.menus import track_options
from cogs.ui.reply import Reply, answer, controls, hold, link_button, think
from cogs.ui.share import share_of
from cogs.ui.suggestions import suggest_tracks
from cogs.ui.track_card import track_card
from cogs.words.text import plain_text, spotify_page
from cogs.words.tracks import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.lookups import FoundTrack, Lookups
    from bot.spotify.models import Track
    from cogs.ui.reply import Control
    from cogs.ui.suggestions import Choices

DESCRIPTION = "Show a track from Spotify"
QUERY = "Its name, or a link to it"
PRIVATE = "Show it only to me"
NOT_THIS_ONE = "Not this one? …"
SHOWN_NOW = "Shown now · "


class TrackCog(commands.Cog):
    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(query=QUERY, private=PRIVATE)
    async def track(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: app_commands.Range[str, 1, 1000],
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=private)
        await answer(interaction, card(await self._lookups.track(query, share=share_of(interaction))))

    @track.autocomplete("query")
    async def _suggest(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_tracks(self._lookups, current, interaction)


def card(found: FoundTrack) -> Reply:
    """The card of the best match, with the other matches in a menu."""
    return _card(found.track, track_options([found.track, *found.others]))


def _card(track: Track, options: Sequence[discord.SelectOption]) -> Reply:
    items: list[Control] = []
    page = spotify_page(track.url)
    if page:
        items.append(link_button(OPEN, page))
    if track.id:
        items.append(AddButton.of(track.id))
    if len(options) > 1:
        items.append(OtherMatches.of(track, options))
    return Reply(embed=track_card(track), view=controls(*items))


class OtherMatches(SafeItem[Select], template=r"track:others"):
    """The menu under a card. Who asked for the card changes it; anybody else gets a card of their own."""

    @classmethod
    def of(cls, track: Track, options: Sequence[discord.SelectOption]) -> Self:
        menu = discord.ui.Select[discord.ui.View](custom_id="track:others", placeholder=NOT_THIS_ONE)
        for option in options:
            detail = (option.description or "").removeprefix(SHOWN_NOW)
            if option.value == track.id:
                detail = plain_text(SHOWN_NOW + detail)
            menu.add_option(label=option.label, value=option.value, description=detail or None)
        return cls(menu)

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        if _asked_by(interaction):
            await hold(interaction)
        else:
            await think(interaction, private=True)
        uri = f"spotify:track:{self.item.values[0]}"
        found = await interaction.client.services.lookups.track(uri, share=share_of(interaction))
        await answer(interaction, _card(found.track, self.item.options))


def _asked_by(interaction: discord.Interaction[DiscordBot]) -> bool:
    """Whether the message answers this very member. A private one cannot be anybody else's."""
    message = interaction.message
    if message is None:
        return False
    asked = message.interaction_metadata
    return message.flags.ephemeral or (asked is not None and asked.user.id == interaction.user.id)


async def setup(bot: DiscordBot) -> None:
    bot.add_dynamic_items(OtherMatches, AddButton)
    await bot.add_cog(TrackCog(bot.services.lookups))
