"""/shared settings: how tracks get in and out, permissions, channels; to read, and for managers to change."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.services.shared.core.access import must_manage, must_own
from bot.shared_errors import PromptExpiredError
from cogs.ui.controls import Press
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import LOST, fresh, hold
from cogs.ui.shared.edit import scope_reply
from cogs.ui.shared.granting import LET, let_reply
from cogs.ui.shared.settings_forms import FORMS
from cogs.ui.shared.settings_panel import (
    CHANGE,
    CHANGE_MORE,
    CHANGED,
    CURATORS,
    MAKE_DEFAULT,
    settings_reply,
    still_there,
)
from cogs.words.grants import unpacked

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.granting import Granting
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.lifecycle.manage import ListAdmin
    from bot.services.shared.lifecycle.overview import ListOverview
    from bot.services.shared.tidying.appearance import Appearance
    from bot.stores.lists import SharedPlaylist

SETTINGS = "Show the settings of a shared playlist; managers can change them"


class SettingsCommands(ListCommands):
    def __init__(
        self,
        finder: ListFinder,
        overview: ListOverview,
        admin: ListAdmin,
        granting: Granting,
        appearance: Appearance,
    ) -> None:
        super().__init__(finder)
        self._appearance = appearance
        self._granting = granting
        self._overview = overview
        self._admin = admin
        self.items = (
            CHANGE.bound(self._choose),
            CHANGE_MORE.bound(self._choose),
            LET.bound(self._let),
        )

    @app_commands.command(description=SETTINGS)
    @shared_list_option
    async def settings(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        await self._show(Press(interaction), found)

    async def _choose(self, press: Press) -> None:
        (topic,) = press.chosen
        if topic == MAKE_DEFAULT:
            await hold(press.interaction)
            shared = await self._admin.make_default(press.actor, press.guild_id, press.state["list"])
            await self._changed(press, shared)
            return
        shared = await press.list(self.finder)
        must_manage(shared, press.actor)
        if topic == CURATORS:
            must_own(shared, press.actor)
        if topic not in FORMS:  # as it was called before an update
            raise PromptExpiredError
        shared = still_there(press.interaction.guild, shared)
        await press.open(FORMS[topic](shared, self._admin, self._changed))

    async def _let(self, press: Press) -> None:
        """The owner's answer, in a direct message or in the list's channel."""
        shared = await self._granting.answer(
            press.member_id,
            press.interaction.guild_id,
            press.state["list"],
            unpacked(press.state["what"]),
            yes=press.yes,
        )
        await press.answer(let_reply(shared))
        await self._ask_for_covers(press, shared)

    async def _changed(self, press: Press, shared: SharedPlaylist) -> None:
        """The settings as they are now, in place of the message with the menu."""
        await self._show(press, shared, CHANGED())
        await self._ask_for_covers(press, shared)

    async def _ask_for_covers(self, press: Press, shared: SharedPlaylist) -> None:
        """Of the owner, who has just let curators change them."""
        if press.member_id == shared.owner_id and (missing := await self._appearance.covers_missing(shared)):
            with suppress(*LOST):
                await press.interaction.followup.send(**fresh(scope_reply(missing)), ephemeral=True)

    async def _show(self, press: Press, shared: SharedPlaylist, news: str | None = None) -> None:
        standing = await self._overview.of(shared)
        default = await self.finder.default(shared.guild_id)
        is_default = default is not None and default.list_id == shared.list_id
        bot = press.interaction.client
        await press.answer(settings_reply(bot, standing, press.actor, news, is_default=is_default))
