"""/album, /artist, /show, /episode, /audiobook and /search, and the message menu “Find on Spotify”."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NoAudiobookError, NothingFoundError, NotLinkedError, ScopeMissingError
from bot.languages import Text
from bot.spotify.errors import SpotifyNotFoundError
from bot.spotify.models import Ref
from cogs.ui.actor import asked_by, share_of
from cogs.ui.layout import text
from cogs.ui.links import LINK, links_reply
from cogs.ui.message_text import options_on, text_of
from cogs.ui.reply import Reply, answer, hold, think
from cogs.ui.suggestions import suggest_things
from cogs.ui.thing_cards import MATCH, ONE, PAGES, results_reply, thing_options, thing_reply
from cogs.words.error_sentences import UNKNOWN_SHORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.catalogue import Catalogue
    from bot.services.lookups import Lookups
    from bot.services.searches import Kind
    from cogs.ui.controls import Press
    from cogs.ui.suggestions import Choices

QUERY: Final = "A name, or a Spotify link"
PRIVATE: Final = "Show the card only to you"
KIND: Final = "What to look for (tracks unless you choose)"
NAME: Final = "Find on Spotify"
NO_LINK: Final = Text("That message has no Spotify link.")
NONE_SHOWN: Final = Text("Spotify shows nothing for the first link of that message.")
PODCAST: Final = "podcast"  # the context of its name in the catalogues
MOST_TRIED: Final = 3  # links, until one of them can be shown
KINDS: Final = [
    app_commands.Choice(name=app_commands.locale_str("Tracks"), value="track"),
    app_commands.Choice(name=app_commands.locale_str("Albums"), value="album"),
    app_commands.Choice(name=app_commands.locale_str("Artists"), value="artist"),
    app_commands.Choice(name=app_commands.locale_str("Playlists"), value="playlist"),
    app_commands.Choice(name=app_commands.locale_str("Podcasts"), value="show"),
    app_commands.Choice(name=app_commands.locale_str("Episodes"), value="episode"),
    app_commands.Choice(name=app_commands.locale_str("Audiobooks"), value="audiobook"),
]
Query = app_commands.Range[str, 1, 1000]


class LookupsCog(commands.Cog):
    def __init__(
        self, tree: app_commands.CommandTree[DiscordBot], catalogue: Catalogue, lookups: Lookups
    ) -> None:
        self._tree = tree
        self._catalogue = catalogue
        self._lookups = lookups
        self._menu = app_commands.ContextMenu(name=NAME, callback=self._find)

    async def cog_load(self) -> None:
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(description="Show an album and its tracks")
    @app_commands.describe(query=QUERY, private=PRIVATE)
    async def album(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: Query,
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await self._show(interaction, "album", query, private=private)

    @app_commands.command(description="Show an artist and their releases")
    @app_commands.describe(query=QUERY, private=PRIVATE)
    async def artist(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: Query,
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await self._show(interaction, "artist", query, private=private)

    # Not the “show” of /shared show: some languages need another word.
    @app_commands.command(
        name=app_commands.locale_str("show", context=PODCAST), description="Show a podcast and its episodes"
    )
    @app_commands.describe(query=QUERY, private=PRIVATE)
    async def show(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: Query,
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await self._show(interaction, "show", query, private=private)

    @app_commands.command(description="Show an episode of a podcast")
    @app_commands.describe(query=QUERY, private=PRIVATE)
    async def episode(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: Query,
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await self._show(interaction, "episode", query, private=private)

    @app_commands.command(description="Show an audiobook and its chapters")
    @app_commands.describe(query=QUERY, private=PRIVATE)
    async def audiobook(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: Query,
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await self._show(interaction, "audiobook", query, private=private)

    @app_commands.command(description="Search Spotify for music, podcasts, audiobooks or playlists")
    @app_commands.describe(query=QUERY, kind=KIND, private=PRIVATE)
    @app_commands.choices(kind=KINDS)
    async def search(
        self,
        interaction: discord.Interaction[DiscordBot],
        query: Query,
        kind: str = "track",
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=private)
        wanted: Kind = kind  # type: ignore[assignment] # Discord sends one of KINDS
        ref, found = await self._catalogue.named(query, wanted, share=share_of(interaction))
        if found:
            await answer(interaction, results_reply(kind, query, found))
        else:  # a link
            await answer(interaction, await self._card(interaction, ref))

    @album.autocomplete("query")
    async def _suggest_albums(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_things(self._lookups.searches, "album", current, interaction)

    @artist.autocomplete("query")
    async def _suggest_artists(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_things(self._lookups.searches, "artist", current, interaction)

    @show.autocomplete("query")
    async def _suggest_shows(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_things(self._lookups.searches, "show", current, interaction)

    @episode.autocomplete("query")
    async def _suggest_episodes(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_things(self._lookups.searches, "episode", current, interaction)

    @audiobook.autocomplete("query")
    async def _suggest_audiobooks(
        self, interaction: discord.Interaction[DiscordBot], current: str
    ) -> Choices:
        return await suggest_things(self._lookups.searches, "audiobook", current, interaction)

    async def turn(self, press: Press) -> None:
        """Another page of what is in it, under the same menus."""
        ref = Ref(press.state["kind"], press.state["id"])
        matches = options_on(press.interaction.message, "card:match:")
        card = await self._card(press.interaction, ref, int(press.state["number"]), matches)
        links = _refs(options_on(press.interaction.message, "links"))
        await press.answer(links_reply(card, links, ref))

    async def show_one(self, press: Press) -> None:
        """Something a card lists, privately."""
        (key,) = press.chosen
        await press.answer(await self._card(press.interaction, Ref(press.state["kind"], key)))

    async def show_match(self, press: Press) -> None:
        """Another match. The card changes for whoever asked for it; anybody else gets their own."""
        if asked_by(press.interaction):
            await hold(press.interaction)
        else:
            await think(press.interaction, private=True)
        (key,) = press.chosen
        ref = Ref(press.state["kind"], key)
        await press.answer(await self._card(press.interaction, ref, matches=press.options))

    async def show_link(self, press: Press) -> None:
        """Another link of the message."""
        (chosen,) = press.chosen
        kind, _, key = chosen.partition(":")
        card = await self._card(press.interaction, Ref(kind, key))
        await press.answer(links_reply(card, _refs(press.options), Ref(kind, key)))

    async def _show(
        self, interaction: discord.Interaction[DiscordBot], kind: Kind, query: str, *, private: bool
    ) -> None:
        await think(interaction, private=private)
        try:
            ref, found = await self._catalogue.named(query, kind, share=share_of(interaction))
            card = await self._card(interaction, ref, matches=thing_options(found))
        except (NothingFoundError, SpotifyNotFoundError):
            if kind != "audiobook":
                raise
            raise NoAudiobookError(query) from None
        await answer(interaction, card)

    async def _card(
        self,
        interaction: discord.Interaction[DiscordBot],
        ref: Ref,
        number: int = 0,
        matches: Sequence[discord.SelectOption] = (),
    ) -> Reply:
        share = share_of(interaction)
        shown = await self._catalogue.shown(ref, number, member_id=interaction.user.id, share=share)
        return thing_reply(shown, matches)

    async def _find(self, interaction: discord.Interaction[DiscordBot], message: discord.Message) -> None:
        await think(interaction, private=True)
        words = text_of(message, previews=True)
        refs, is_short = await self._catalogue.linked_in(words, share=share_of(interaction))
        if not refs:
            await answer(interaction, Reply(card=(text(UNKNOWN_SHORT() if is_short else NO_LINK()),)))
            return
        for ref in refs[:MOST_TRIED]:
            with suppress(SpotifyNotFoundError, NotLinkedError, ScopeMissingError):
                await answer(interaction, links_reply(await self._card(interaction, ref), refs, ref))
                return
        await answer(interaction, links_reply(Reply(card=(text(NONE_SHOWN()),)), refs))


def _refs(options: Sequence[discord.SelectOption]) -> list[Ref]:
    return [Ref(*option.value.split(":", 1)) for option in options]


async def setup(bot: DiscordBot) -> None:
    cog = LookupsCog(bot.tree, bot.services.catalogue, bot.services.lookups)
    bot.add_dynamic_items(
        PAGES.bound(cog.turn),
        ONE.bound(cog.show_one),
        MATCH.bound(cog.show_match),
        LINK.bound(cog.show_link),
    )
    await bot.add_cog(cog)
