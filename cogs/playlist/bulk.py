"""/playlist sort, dedupe, remove, move, copy, merge: each shows what it would do and waits for a yes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.languages import Text
from bot.services.own_playlists.previews import checked_range
from bot.services.shared.reconciliation import ordering
from bot.services.shared.reconciliation.ordering import Order
from bot.spotify.limits import NAME_LENGTH, PLAYLIST_LENGTH
from cogs.playlist.option import PlaylistCommands, PlaylistOption, playlist_option
from cogs.ui.controls import SPOTIFY_ID, Item, Press
from cogs.ui.playlist_previews import preview_reply
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import Reply, controls, think
from cogs.words.names import track_label
from cogs.words.text import OPTIONS

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.own_playlists import OwnPlaylists
    from bot.services.own_playlists.previews import Preview
    from bot.services.own_playlists.reading import Contents
    from bot.services.playlists import Playlists
    from cogs.playlist.work import WorkButtons

SORT: Final = "Sort a playlist; shows first what it takes"
BY: Final = "What to sort it by"
ORDERS: Final = [
    app_commands.Choice(name="Title", value=Order.TITLE.value),
    app_commands.Choice(name="Artist", value=Order.ARTIST.value),
    app_commands.Choice(name="Album", value=Order.ALBUM.value),
    app_commands.Choice(name="Date added", value=Order.DATE_ADDED.value),
    app_commands.Choice(name="Release date", value=Order.RELEASE.value),
    app_commands.Choice(name="Length", value=Order.LENGTH.value),
    app_commands.Choice(name="Shuffle", value=Order.SHUFFLE.value),
    app_commands.Choice(name="Reverse", value=Order.REVERSE.value),
]
DEDUPE: Final = "Remove duplicates from a playlist; shows them first"
REMOVE: Final = "Remove tracks from a playlist; shows them first"
WHAT: Final = "Words of the title, artist or album of what to remove"
FIRST: Final = "Position of the first track"
LAST: Final = "Position of the last track; only the first one if left out"
MOVE: Final = "Move tracks to another place in a playlist"
TO: Final = "Position the first of them should have"
COPY: Final = "Copy a playlist into a new one; shows first what it takes"
COPY_NAME: Final = "Name of the new playlist"
MERGE: Final = "Add to a playlist what another one has and it doesn't"
SOURCE: Final = "The playlist to take tracks from: name or link"
READING: Final = Text("Reading the playlist…")
ONE_OF: Final = Text("Which ones? Choose them from the menu.")
PICK: Final = Text("Choose tracks to remove")

PICKED: Final = Item("pl:pick", playlist=SPOTIFY_ID)

Place = app_commands.Range[int, 1, PLAYLIST_LENGTH]


class BulkCommands(PlaylistCommands):
    def __init__(self, playlists: Playlists, own: OwnPlaylists, work: WorkButtons) -> None:
        super().__init__(playlists)
        self._own = own
        self._work = work
        self.items = (*work.items, PICKED.bound(self._picked))

    @app_commands.command(description=SORT)
    @app_commands.describe(by=BY)
    @app_commands.choices(by=ORDERS)
    @playlist_option
    async def sort(
        self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption, by: str
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        seed = secrets.randbits(32)
        await self._show(
            press,
            await self._own.previews.sort(press.member_id, contents, Order(by), seed, share=press.share),
        )

    @app_commands.command(description=DEDUPE)
    @playlist_option
    async def dedupe(self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        await self._show(press, await self._own.previews.dedupe(press.member_id, contents, share=press.share))

    @app_commands.command(description=REMOVE)
    @app_commands.describe(what=WHAT, first=FIRST, last=LAST)
    @playlist_option
    async def remove(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: PlaylistOption,
        what: app_commands.Range[str, 1, 100] = "",
        first: Place | None = None,
        last: Place | None = None,
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        if first is None and not what:
            await self._menu(press, contents)
            return
        places = {*range(len(contents.entries))}
        if what:
            places &= {*ordering.matching(contents.entries, what)}
        if first is not None:
            places &= {*checked_range(contents, first, last)}
        await self._show_removal(press, contents, {contents.uris[place] for place in places})

    @app_commands.command(description=MOVE)
    @app_commands.describe(first=FIRST, to=TO, last=LAST)
    @playlist_option
    async def move(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: PlaylistOption,
        first: Place,
        to: Place,
        last: Place | None = None,
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        chosen = checked_range(contents, first, last)
        await self._show(
            press, await self._own.previews.move(press.member_id, contents, chosen, to, share=press.share)
        )

    @app_commands.command(description=COPY)
    @app_commands.describe(name=COPY_NAME)
    @playlist_option
    async def copy(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: PlaylistOption,
        name: app_commands.Range[str, 1, NAME_LENGTH],
    ) -> None:
        await think(interaction, private=True)
        press = Press(interaction)
        source = await self._named(press, playlist)
        await self._show(
            press, await self._own.previews.copy(press.member_id, source, name, share=press.share)
        )

    @app_commands.command(description=MERGE)
    @app_commands.rename(source="from", playlist="into")
    @app_commands.describe(source=SOURCE)
    @app_commands.autocomplete(source=PlaylistCommands.suggest_any)
    @playlist_option
    async def merge(
        self, interaction: discord.Interaction[DiscordBot], source: PlaylistOption, playlist: PlaylistOption
    ) -> None:
        press = Press(interaction)
        contents = await self._begun(press, playlist)
        other = await self._named(press, source)
        await self._show(
            press, await self._own.previews.merge(press.member_id, contents, other, share=press.share)
        )

    async def _begun(self, press: Press, query: str) -> Contents:
        """All of a playlist that the member owns and nothing else works on."""
        await think(press.interaction, private=True)
        return await self._own.previews.contents(
            press.member_id, query, ProgressBar(press.interaction, READING()), share=press.share
        )

    async def _named(self, press: Press, query: str) -> Contents:
        """All of a playlist, whoever owns it."""
        playlist_id = await self._playlists.named(press.member_id, query, share=press.share)
        progress = ProgressBar(press.interaction, READING())
        return await self._own.reader.all_of(press.member_id, playlist_id, progress, share=press.share)

    async def _show(self, press: Press, preview: Preview) -> None:
        await press.answer(preview_reply(preview))

    async def _show_removal(self, press: Press, contents: Contents, uris: set[str]) -> None:
        await self._show(
            press, await self._own.previews.remove(press.member_id, contents, uris, share=press.share)
        )

    async def _menu(self, press: Press, contents: Contents) -> None:
        """The latest tracks to choose from."""
        options: dict[str, discord.SelectOption] = {}
        for entry in reversed(contents.entries):
            track = entry.content if entry else None
            if track and track.id and len(options) < OPTIONS and not (entry and entry.is_local):
                options.setdefault(track.uri, discord.SelectOption(label=track_label(track), value=track.uri))
        if not options:
            await self._show_removal(press, contents, set())
            return
        menu = PICKED.menu(PICK(), list(options.values()), most=len(options), playlist=contents.playlist.id)
        await press.answer(Reply(ONE_OF(), view=controls(menu)))

    async def _picked(self, press: Press) -> None:
        query = f"spotify:playlist:{press.state['playlist']}"
        progress = ProgressBar(press.interaction, READING())
        contents = await self._own.previews.contents(press.member_id, query, progress, share=press.share)
        await self._show_removal(press, contents, set(press.chosen))
