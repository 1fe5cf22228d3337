"""/shared edit: name, description and cover of a shared playlist on Spotify, for curators whose owner lets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.errors import PictureError
from bot.services.cover_pictures import MOST_BYTES
from bot.services.shared.reconciliation.titles import details_of
from cogs.ui.actor import actor_of
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import answer
from cogs.ui.shared.edit import (
    CONFIRM,
    COVER_OK,
    GUARDED,
    OPEN_FORM,
    LooksForm,
    cover_done_reply,
    cover_reply,
    edit_reply,
    edited_reply,
    kept_reply,
    now_reply,
    settled_reply,
)

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.reconciliation.titles import Details
    from bot.services.shared.tidying.appearance import Appearance
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press
    from cogs.ui.reply import Reply

EDIT: Final = "Change name, description or cover of a shared playlist on Spotify"
PICTURE: Final = "A new cover: JPEG, PNG, WebP, GIF, BMP or TIFF; its square middle is used"


class EditCommands(ListCommands):
    def __init__(self, finder: ListFinder, appearance: Appearance, ownership: Ownership) -> None:
        super().__init__(finder)
        self._appearance = appearance
        self._ownership = ownership
        self.items = (
            OPEN_FORM.bound(self._open),
            CONFIRM.bound(self._confirm),
            COVER_OK.bound(self._cover),
            GUARDED.bound(self._settle),
        )

    @app_commands.command(description=EDIT)
    @app_commands.describe(picture=PICTURE)
    @shared_list_option
    async def edit(
        self,
        interaction: discord.Interaction[DiscordBot],
        picture: discord.Attachment | None = None,
        shared: SharedListOption = "",
    ) -> None:
        found = await self._ownership.must_be_there(await self.found(interaction, shared))
        actor = actor_of(interaction)
        if picture is None:
            await answer(interaction, now_reply(found, await self._appearance.now(found, actor)))
            return
        if picture.size > MOST_BYTES:
            raise PictureError(too_large=True)
        preview = await self._appearance.preview_cover(found, actor, await picture.read())
        await answer(interaction, cover_reply(preview))

    async def undo(self, press: Press, shared: SharedPlaylist, at: int) -> Reply:
        """What taking a change back would do, with the buttons to do it."""
        return edit_reply(await self._appearance.undo(shared, press.actor, at))

    async def _open(self, press: Press) -> None:
        shared = await press.list(self.finder)
        now = details_of(await self._appearance.now(shared, press.actor))

        async def typed(sent: Press, wanted: Details) -> None:
            await sent.answer(edit_reply(await self._appearance.preview(shared, sent.actor, wanted)))

        await press.open(LooksForm(now, typed))

    async def _confirm(self, press: Press) -> None:
        shared, edit_id = await press.list(self.finder), press.state["draft"]
        if not press.yes:
            await self._appearance.drop(shared, press.actor, edit_id)
            await press.answer(kept_reply(shared))
            return
        done = await self._appearance.confirm(
            await self._ownership.must_be_there(shared), press.actor, edit_id
        )
        if done.changed:
            await press.answer(edit_reply(done))
            return
        await press.answer(edited_reply(shared, press.member_id, done.edit.before, done.edit.after))

    async def _cover(self, press: Press) -> None:
        shared = await press.list(self.finder)
        if not press.yes:
            await press.answer(kept_reply(shared))
            return
        await self._appearance.put_cover(shared, press.actor, press.state["draft"])
        await press.answer(cover_done_reply(shared, press.member_id))

    async def _settle(self, press: Press) -> None:
        """A manager's answer about a change in Spotify; the owner's also in a direct message."""
        shared, _ = await self._appearance.settle(
            press.actor, press.interaction.guild_id, press.state["list"], back=press.yes
        )
        await press.answer(settled_reply(shared, press.member_id, back=press.yes))
