"""The message menu “Add to playlist”: all Spotify links of a message, after one question, into a shared playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.languages import Text
from bot.services import playable
from bot.services.shared.proposals.expand import has_short_links, links_in
from bot.spotify.models import Ref
from cogs.ui.actor import guild_of, share_of
from cogs.ui.message_text import text_of
from cogs.ui.reply import Reply, answer, think
from cogs.ui.shared.expansions import Expansions
from cogs.ui.shared.landing import landing_of
from cogs.ui.shared.link_question import LinkQuestion, playlist_ref
from cogs.ui.thing_cards import ADD_ALBUM
from cogs.words.error_sentences import UNKNOWN_SHORT

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared.core.playlists import ListFinder
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press

NAME: Final = "Add to playlist"
NO_LINK: Final = Text("That message has no Spotify link to a track, an episode, an album or a playlist.")
NO_LIST: Final = Text("No shared playlist here yet. Start one with {create}.")


class AddMenuCog(commands.Cog):
    def __init__(
        self,
        tree: app_commands.CommandTree[DiscordBot],
        lookups: Lookups,
        finder: ListFinder,
        question: LinkQuestion,
    ) -> None:
        self._tree = tree
        self._lookups = lookups
        self._finder = finder
        self._question = question
        self._menu = app_commands.ContextMenu(
            name=NAME,
            callback=self._add,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )

    async def cog_load(self) -> None:
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    async def _add(self, interaction: discord.Interaction[DiscordBot], message: discord.Message) -> None:
        await think(interaction, private=True)
        text = text_of(message, previews=True)
        if has_short_links(text):
            text = await self._lookups.followed(text, share=share_of(interaction))
        links = links_in(text)
        if not links:
            await answer(interaction, Reply(UNKNOWN_SHORT() if has_short_links(text) else NO_LINK()))
            return
        await self._ask(interaction, links, is_mine=message.author == interaction.client.user)

    async def add_album(self, press: Press) -> None:
        """From the card of an album."""
        await self._ask(press.interaction, (Ref("album", press.state["id"]),))

    async def _ask(
        self, interaction: discord.Interaction[DiscordBot], links: tuple[Ref, ...], *, is_mine: bool = False
    ) -> None:
        """is_mine: the links are of a message of the bot's own."""
        found = await self._finder.lists(guild_of(interaction))
        if not found:
            create = interaction.client.mention_command("shared create")
            await answer(interaction, Reply(NO_LIST(create=create)))
            return
        default = await self._finder.default(guild_of(interaction))
        named: list[SharedPlaylist] = []
        if is_mine:
            # What I say myself names the playlist where the tracks went: it is nothing to add, and comes last.
            named = [shared for shared in found if playlist_ref(shared) in links]
            # And my cards name the album of a track.
            links = tuple(ref for ref in links if ref.kind in playable.KINDS) or links
        rest = [ref for ref in links if ref not in map(playlist_ref, named)]
        lists = sorted(found, key=lambda shared: (shared in named, shared != default))
        await self._question.ask(interaction, rest or links, lists)


async def setup(bot: DiscordBot) -> None:
    services, shared = bot.services, bot.services.shared
    landing = landing_of(services)
    expansions = Expansions(
        shared.proposals.expander, shared.proposals.proposals, shared.core.finder, landing
    )
    question = LinkQuestion(shared.proposals.proposals, expansions, shared.core.finder, landing)
    cog = AddMenuCog(bot.tree, services.lookups, shared.core.finder, question)
    bot.add_dynamic_items(*question.items, ADD_ALBUM.bound(cog.add_album))
    await bot.add_cog(cog)
