"""/track: finds a track by name, link, URI or ID and shows its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.languages import Text
from bot.services.lookups import FoundTrack
from bot.spotify.models import Track
from cogs.ui.actor import asked_by, share_of
from cogs.ui.additions import add_button
from cogs.ui.controls import Ack, Item, Press
from cogs.ui.likes import like_button
from cogs.ui.menus import track_options
from cogs.ui.reply import Reply, answer, controls, hold, link_button, think
from cogs.ui.suggestions import suggest_tracks
from cogs.ui.thing_cards import thing_reply
from cogs.ui.track_card import track_parts
from cogs.words.names import OPEN
from cogs.words.text import plain_text, spotify_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.catalogue import Catalogue
    from bot.services.lookups import Lookups
    from cogs.ui.layout import Control
    from cogs.ui.suggestions import Choices

DESCRIPTION = "Show a track from Spotify"
QUERY = "A title, or a Spotify link"
PRIVATE = "Show the card only to you"
NOT_THIS_ONE = Text("Not this one? Other matches…")
SHOWN_NOW = Text("Shown now · ")


OTHERS = Item("track:others", Ack.NONE)


class TrackCog(commands.Cog):
    def __init__(self, lookups: Lookups, catalogue: Catalogue) -> None:
        self._lookups = lookups
        self._catalogue = catalogue

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(query=QUERY, private=PRIVATE)
    async def track(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: app_commands.Range[str, 1, 1000],
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=private)
        share = share_of(interaction)
        ref, found = await self._catalogue.named(query, "track", share=share)
        shown = await self._catalogue.shown(ref, member_id=interaction.user.id, share=share)
        if isinstance(shown.thing, Track):
            tracks = [one for one in found if isinstance(one, Track)]
            await answer(interaction, card(FoundTrack(shown.thing, tuple(tracks[1:]))))
        else:  # a link to something else
            await answer(interaction, thing_reply(shown))

    @track.autocomplete("query")
    async def _suggest(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_tracks(self._lookups, current, interaction)

    async def show(self, press: Press) -> None:
        """Another match. The card changes for whoever asked for it; anybody else gets their own."""
        if asked_by(press.interaction):
            await hold(press.interaction)
        else:
            await think(press.interaction, private=True)
        (chosen,) = press.chosen
        found = await self._lookups.track(f"spotify:track:{chosen}", share=press.share)
        await press.answer(_card(found.track, press.options))


def card(found: FoundTrack) -> Reply:
    """The card of the best match, with the other matches in a menu."""
    return _card(found.track, track_options([found.track, *found.others]))


def _card(track: Track, options: Sequence[discord.SelectOption]) -> Reply:
    items: list[Control] = []
    page = spotify_page(track.url)
    if page:
        items.append(link_button(OPEN(), page))
    if track.id:
        items += [add_button(track.id), like_button(track.uri)]
    if len(options) > 1:
        items.append(OTHERS.menu(NOT_THIS_ONE(), [_option(option, track) for option in options]))
    return Reply(card=track_parts(track), view=controls(*items))


def _option(option: discord.SelectOption, shown: Track) -> discord.SelectOption:
    detail = (option.description or "").removeprefix(SHOWN_NOW())
    if option.value == shown.id:
        detail = plain_text(SHOWN_NOW() + detail)
    return discord.SelectOption(label=option.label, value=option.value, description=detail or None)


async def setup(bot: DiscordBot) -> None:
    cog = TrackCog(bot.services.lookups, bot.services.catalogue)
    bot.add_dynamic_items(OTHERS.bound(cog.show))
    await bot.add_cog(cog)
