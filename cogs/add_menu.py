"""The message menu “Add to playlist”: all Spotify links of a message, after one question, into a shared playlist.

And *Add to a playlist* on the card of an album: into a shared playlist, or one of the member's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import AccountUnreadableError, LinkEndedError, NotLinkedError, ScopeMissingError
from bot.languages import Text
from bot.services import playable
from bot.services.shared.proposals.expand import has_short_links, links_in
from bot.services.shared.proposals.propose import OPTION
from bot.spotify.models import Ref
from cogs.ui.actor import guild_of, home_of, share_of
from cogs.ui.additions import NO_PLAYLIST, PICK_PLAYLIST
from cogs.ui.controls import SPOTIFY_ID, Item
from cogs.ui.menus import target_options
from cogs.ui.message_text import text_of
from cogs.ui.own_expansions import WHICH, OwnExpansions
from cogs.ui.reply import Reply, answer, controls, think
from cogs.ui.shared.expansions import Expansions
from cogs.ui.shared.landing import landing_of
from cogs.ui.shared.link_question import LinkQuestion, playlist_ref
from cogs.ui.thing_cards import ADD_ALBUM
from cogs.words.error_sentences import UNKNOWN_SHORT

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.shared.core.playlists import ListFinder
    from bot.spotify.models import Playlist
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press

NAME: Final = "Add to playlist"
NO_LINK: Final = Text("That message has no Spotify link to a track, an episode, an album or a playlist.")
NO_LIST: Final = Text("No shared playlist here yet. Start one with {create}.")

ALBUM_INTO: Final = Item("card:into", id=SPOTIFY_ID)  # the playlist chosen for an album


class AddMenuCog(commands.Cog):
    def __init__(
        self,
        tree: app_commands.CommandTree[DiscordBot],
        lookups: Lookups,
        finder: ListFinder,
        question: LinkQuestion,
        *,
        playlists: Playlists,
        own_expansions: OwnExpansions,
    ) -> None:
        self._tree = tree
        self._lookups = lookups
        self._finder = finder
        self._question = question
        self._playlists = playlists
        self._own_expansions = own_expansions
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
        """From the card of an album: which playlist? Whoever hasn't linked Spotify can choose among the server's."""
        guild_id = home_of(press.interaction)
        shared = await self._finder.suggest(guild_id, "") if guild_id else ()
        own: tuple[Playlist, ...] = ()
        try:
            own = await self._playlists.changeable(press.member_id, share=press.share)
        except (NotLinkedError, LinkEndedError, AccountUnreadableError, ScopeMissingError):
            if not shared:
                raise
        if not own and shared:
            await self._ask(press.interaction, (Ref("album", press.state["id"]),))
            return
        options = target_options(shared, own)
        if not options:
            await press.answer(Reply(NO_PLAYLIST()))
            return
        menu = ALBUM_INTO.menu(PICK_PLAYLIST(), options, id=press.state["id"])
        await press.answer(Reply(WHICH(), view=controls(menu)))

    async def choose(self, press: Press) -> None:
        """Then the usual question: what would go in."""
        (value,), album = press.chosen, Ref("album", press.state["id"])
        if value.startswith(OPTION):
            chosen = await self._finder.find(press.guild_id, value.removeprefix(OPTION))
            await self._question.ask(press.interaction, (album,), [chosen])
        else:
            await self._own_expansions.ask(press.interaction, f"spotify:playlist:{value}", album)

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
    own_expansions = OwnExpansions(services.playlists, services.adding, expansions)  # its items: cogs/add.py
    cog = AddMenuCog(
        bot.tree,
        services.lookups,
        shared.core.finder,
        question,
        playlists=services.playlists,
        own_expansions=own_expansions,
    )
    bot.add_dynamic_items(*question.items, ADD_ALBUM.bound(cog.add_album), ALBUM_INTO.bound(cog.choose))
    await bot.add_cog(cog)
