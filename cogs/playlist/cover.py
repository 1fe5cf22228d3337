"""/playlist cover: a picture from one's device becomes the cover of a playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.errors import PictureError
from bot.languages import Text
from bot.services.cover_pictures import MOST_BYTES
from cogs.playlist.option import PlaylistCommands, PlaylistOption, playlist_option
from cogs.ui.actor import share_of
from cogs.ui.layout import text
from cogs.ui.own_playlist_card import open_button
from cogs.ui.reply import Reply, answer, controls, think
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.own_playlists import OwnPlaylists
    from bot.services.playlists import Playlists

COVER: Final = "Give a playlist a cover of your own"
PICTURE: Final = "A JPEG, PNG, WebP, GIF, BMP or TIFF; its square middle is used"
DONE: Final = Text("**{playlist}** has its new cover. Spotify may take a minute to show it.")
NAME_SHOWN: Final = 100


class CoverCommands(PlaylistCommands):
    def __init__(self, playlists: Playlists, own: OwnPlaylists) -> None:
        super().__init__(playlists)
        self._own = own

    @app_commands.command(description=COVER)
    @app_commands.describe(picture=PICTURE)
    @playlist_option
    async def cover(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: PlaylistOption,
        picture: discord.Attachment,
    ) -> None:
        await think(interaction, private=True)
        member_id, share = interaction.user.id, share_of(interaction)
        await self._own.cover.must_be_allowed(member_id)
        if picture.size > MOST_BYTES:
            raise PictureError(too_large=True)
        found = await self._own.reader.own(member_id, playlist, share=share)
        await self._own.cover.put(member_id, found.id, await picture.read(), share=share)
        said = DONE(playlist=safe_text(found.name, NAME_SHOWN))
        await answer(interaction, Reply(card=(text(said),), view=controls(*open_button(found))))
