"""/shared create, adopt, list, pause, resume, close, transfer: the life of a shared playlist."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.services.shared.core.access import must_manage_guild
from bot.services.shared.lifecycle.lend import Asked
from bot.shared_errors import (
    ListClosedError,
    ListNotFoundError,
    NotAllowedError,
    PromptExpiredError,
    SettingError,
)
from bot.spotify.limits import DESCRIPTION_LENGTH  # noqa: TC001 - discord.py reads it in an annotation
from bot.stores.lists import Mode
from cogs.ui.actor import actor_of, guild_of, share_of
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import LOST, answer, fresh, redraw, think
from cogs.ui.shared.closing import (
    CLOSE,
    close_reply,
    closed_reply,
    kept_reply,
    paused_reply,
    resumed_reply,
)
from cogs.ui.shared.edit import scope_reply
from cogs.ui.shared.granting import MAY, MayForm
from cogs.ui.shared.lending import (
    ADOPT,
    GRANT,
    LEND,
    READING,
    asked_reply,
    cancelled_reply,
    granted_reply,
    lent_reply,
    not_asked_reply,
    over_for_all,
    over_for_owner,
    refused_reply,
    request_reply,
    waits_reply,
)
from cogs.ui.shared.offering import (
    COPYING,
    OFFERED,
    declined_reply,
    offer_reply,
    over_reply,
    replaced_reply,
    taken_reply,
)
from cogs.ui.shared.standing import ASKING, lists_reply
from cogs.ui.speaking import speaking_to_all
from cogs.ui.suggestions import suggest_playlists
from cogs.words.lists import CHOICES

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.playlists import Playlists
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.lifecycle.lend import Lend
    from bot.services.shared.lifecycle.lending_limits import LendingLimits
    from bot.services.shared.lifecycle.manage import ListAdmin
    from bot.services.shared.lifecycle.overview import ListOverview
    from bot.services.shared.lifecycle.transfer import Offered, Transfer
    from bot.services.shared.tidying.appearance import Appearance
    from bot.stores.lists import Grants
    from cogs.ui.controls import Press
    from cogs.ui.suggestions import Choices

log = logging.getLogger(__name__)

CREATE = "Create a new playlist in your Spotify account and lend it to this server"
ADOPT_ONE = "Lend one of your Spotify playlists to this server"
LISTS = "Show the shared playlists of this server and their status"
PAUSE = "Pause a shared playlist"
RESUME = "Resume a paused playlist"
CLOSE_ONE = "Close a shared playlist and give it back to its owner; asks first"
TRANSFER = "Offer a shared playlist to a new owner, who has to accept"
NEW_OWNER = "The new owner; they need a linked Spotify account"
NAME = "Name of the playlist"
DESCRIPTION = "Description, shown on Spotify"
MODE = "How tracks get in"
ON_PROFILE = "Show it on your Spotify profile; anyone with the link can open it either way"
MINE = "One of your playlists: name or link"
NAME_HERE = "Name in this server; leave it empty to keep the name"
OVER = (PromptExpiredError, ListClosedError, ListNotFoundError)  # nobody can answer a question any more


class LifeCommands(ListCommands):
    def __init__(
        self,
        finder: ListFinder,
        *,
        lending: Lend,
        limits: LendingLimits,
        admin: ListAdmin,
        transfer: Transfer,
        overview: ListOverview,
        playlists: Playlists,
        appearance: Appearance,
    ) -> None:
        super().__init__(finder)
        self._lending = lending
        self._limits = limits
        self._admin = admin
        self._transfer = transfer
        self._overview = overview
        self._playlists = playlists
        self._appearance = appearance
        self.items = (
            LEND.bound(self._answer_lend),
            MAY.bound(self._choose_grants),
            ADOPT.bound(self._choose),
            GRANT.bound(self._answer_request),
            ASKING.bound(self._set_asking),
            CLOSE.bound(self._close),
            OFFERED.bound(self._answer_offer),
        )

    @app_commands.command(description=CREATE)
    @app_commands.describe(name=NAME, description=DESCRIPTION, mode=MODE, on_profile=ON_PROFILE)
    @app_commands.choices(mode=CHOICES)
    async def create(
        self,
        interaction: discord.Interaction[DiscordBot],
        name: app_commands.Range[str, 1, 80],
        description: app_commands.Range[str, 1, DESCRIPTION_LENGTH] = "",
        mode: str = Mode.OPEN.value,
        on_profile: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=True)
        draft = await self._lending.ask_create(
            actor_of(interaction),
            guild_of(interaction),
            name,
            description=description,
            mode=Mode(mode),
            on_profile=on_profile,
        )
        await answer(interaction, asked_reply(interaction, draft))

    @app_commands.command(description=ADOPT_ONE)
    @app_commands.describe(playlist=MINE, name=NAME_HERE, mode=MODE)
    @app_commands.choices(mode=CHOICES)
    async def adopt(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: app_commands.Range[str, 1, 1000],
        name: app_commands.Range[str, 1, 80] = "",
        mode: str = Mode.OPEN.value,
    ) -> None:
        await think(interaction, private=True)
        asked = await self._lending.ask_adopt(
            actor_of(interaction),
            guild_of(interaction),
            playlist,
            name=name,
            mode=Mode(mode),
            share=share_of(interaction),
        )
        await answer(interaction, asked_reply(interaction, asked))

    @app_commands.command(name="list", description=LISTS)
    async def list_(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        guild_id = guild_of(interaction)
        await self._show_lists(interaction, guild_id)

    async def _show_lists(self, interaction: discord.Interaction[DiscordBot], guild_id: int) -> None:
        summaries = await self._overview.of_guild(guild_id)
        default = await self.finder.default(guild_id)
        default_id = default.list_id if default else ""
        asks = await self._limits.asks_managers(guild_id)
        manages = actor_of(interaction).manages_guild
        reply = lists_reply(interaction.client, summaries, default_id, asks=asks, manages=manages)
        await answer(interaction, reply)

    @app_commands.command(description=PAUSE)
    @shared_list_option
    async def pause(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        await think(interaction, private=False)
        stood = await self._admin.pause(actor_of(interaction), guild_of(interaction), shared)
        await answer(interaction, paused_reply(interaction.client, stood))

    @app_commands.command(description=RESUME)
    @shared_list_option
    async def resume(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        await think(interaction, private=False)
        stood = await self._admin.resume(actor_of(interaction), guild_of(interaction), shared)
        await answer(interaction, resumed_reply(stood))

    @app_commands.command(description=CLOSE_ONE)
    @shared_list_option
    async def close(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        await think(interaction, private=True)
        stood = await self._admin.ask_close(actor_of(interaction), guild_of(interaction), shared)
        await answer(interaction, close_reply(stood))

    @app_commands.command(description=TRANSFER)
    @app_commands.describe(member=NEW_OWNER)
    @shared_list_option
    async def transfer(
        self,
        interaction: discord.Interaction[DiscordBot],
        member: discord.Member,
        shared: SharedListOption = "",
    ) -> None:
        await think(interaction, private=False)
        if member.bot:
            raise SettingError("member", "bot")
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        offered = await self._transfer.offer(actor, guild_id, shared, member.id)
        await answer(interaction, offer_reply(offered))
        await self._note_place(interaction, offered)

    async def _note_place(self, interaction: discord.Interaction[DiscordBot], offered: Offered) -> None:
        """The offer it replaced promises nothing any more, and this one can be found as well."""
        replaced = offered.replaced
        if replaced is not None:
            channel = interaction.client.get_partial_messageable(replaced.channel_id)
            over = replaced_reply(offered.shared, offered.offer.by_id)
            with suppress(*LOST):
                await redraw(channel.get_partial_message(replaced.message_id), over)
        with suppress(*LOST):
            sent = await interaction.original_response()
            newer = await self._transfer.posted(offered.offer, sent.channel.id, sent.id)
            if newer is not None:
                await answer(interaction, replaced_reply(offered.shared, newer.by_id))

    @adopt.autocomplete("playlist")
    async def _suggest_mine(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_playlists(self._playlists, current, interaction)

    async def _answer_lend(self, press: Press) -> None:
        try:
            await self._lend(press)
        except PromptExpiredError:
            await press.answer(over_for_owner(press.interaction.client))

    async def _lend(self, press: Press) -> None:
        """The owner's yes or no."""
        guild_id, member_id, draft_id = press.guild_id, press.member_id, press.state["draft"]
        if not press.yes:
            await self._lending.cancel(guild_id, member_id, draft_id)
            await press.answer(cancelled_reply())
            return
        draft = await self._lending.draft(guild_id, member_id, draft_id)
        bar = ProgressBar(press.interaction, READING())
        try:
            lent = await self._lending.confirm(press.actor, guild_id, draft_id, bar, share=press.share)
        except PromptExpiredError:
            raise
        except Exception:
            # In place of the bar, to be tried again.
            await press.answer(asked_reply(press.interaction, draft))
            raise
        if isinstance(lent, Asked):
            await self._ask_managers(press, lent)
            return
        await press.answer(lent_reply(press.interaction.client, lent))
        if missing := await self._appearance.covers_missing(lent.shared):
            with suppress(*LOST):
                await press.interaction.followup.send(**fresh(scope_reply(missing)), ephemeral=True)

    async def _choose_grants(self, press: Press) -> None:
        """What curators will be able to do, of whoever is about to lend."""
        draft_id = press.state["draft"]
        draft = await self._lending.draft(press.guild_id, press.member_id, draft_id)

        async def chosen(sent: Press, grants: Grants) -> None:
            changed = await self._lending.allow(sent.guild_id, sent.member_id, draft_id, grants)
            await sent.answer(asked_reply(sent.interaction, changed))

        await press.open(MayForm(draft.grants, chosen))

    async def _ask_managers(self, press: Press, asked: Asked) -> None:
        """In the channel, where they can answer for as long as it says."""
        async with speaking_to_all(press.interaction):
            request = request_reply(asked)
        try:
            await press.interaction.followup.send(**fresh(request), ephemeral=False)
        except LOST as lost:
            log.warning("managers were not asked: %s", type(lost).__name__)
            draft = asked.draft
            await self._lending.cancel(draft.guild_id, draft.member_id, draft.question_id)
            await press.answer(not_asked_reply(press.interaction.client))
            return
        await press.answer(waits_reply(asked))

    async def _answer_request(self, press: Press) -> None:
        try:
            await self._grant(press)
        except PromptExpiredError:
            await press.answer(over_for_all())

    async def _grant(self, press: Press) -> None:
        """A manager's yes or no."""
        bot, actor, guild_id = press.interaction.client, press.actor, press.guild_id
        member_id, draft_id, answered = (
            int(press.state["member"]),
            press.state["draft"],
            press.state["answer"],
        )
        if answered == "no":
            draft = await self._lending.refuse(actor, guild_id, member_id, draft_id)
            await press.answer(refused_reply(bot, draft, actor.member_id))
            return
        must_manage_guild(actor)
        asked = await self._lending.asked(guild_id, member_id, draft_id)
        bar = ProgressBar(press.interaction, READING())
        try:
            lent = await self._lending.grant(actor, guild_id, member_id, draft_id, bar, share=press.share)
        except PromptExpiredError:
            raise
        except Exception:
            # In place of the bar, to be tried again.
            await press.answer(request_reply(asked))
            raise
        if answered == "all":
            await self._limits.set_asking(actor, guild_id, asks=False)
        await press.answer(granted_reply(bot, lent, actor.member_id, unasked=answered == "all"))

    async def _set_asking(self, press: Press) -> None:
        asks = press.state["on"] == "y"
        await self._limits.set_asking(press.actor, press.guild_id, asks=asks)
        await self._show_lists(press.interaction, press.guild_id)

    async def _choose(self, press: Press) -> None:
        """Which of several playlists; the promise follows."""
        (playlist_id,), draft_id = press.chosen, press.state["draft"]
        draft = await self._lending.choose(
            press.guild_id, press.member_id, draft_id, playlist_id, share=press.share
        )
        await press.answer(asked_reply(press.interaction, draft))

    async def _close(self, press: Press) -> None:
        if not press.yes:
            await press.answer(kept_reply(await press.list(self.finder)))
            return
        stood = await self._admin.close(press.actor, press.guild_id, press.state["list"])
        await press.answer(closed_reply(stood))

    async def _answer_offer(self, press: Press) -> None:
        try:
            await self._take_over(press)
        except OVER:
            await press.answer(over_reply(press.interaction.client))

    async def _take_over(self, press: Press) -> None:
        actor, guild_id = press.actor, press.guild_id
        list_id, offer_id = press.state["list"], press.state["offer"]
        if not press.yes:
            offered = await self._transfer.withdraw(actor, guild_id, list_id, offer_id)
            await press.answer(declined_reply(offered, actor.member_id))
            return
        offered = await self._transfer.offered(guild_id, list_id, offer_id)
        bar = ProgressBar(press.interaction, COPYING())
        try:
            taken = await self._transfer.take_over(actor, guild_id, list_id, offer_id, bar, share=press.share)
        except (NotAllowedError, *OVER):
            raise  # for somebody else nothing is shown
        except Exception:
            # In place of the bar, to be tried again.
            await press.answer(offer_reply(offered))
            raise
        await press.answer(taken_reply(taken))
