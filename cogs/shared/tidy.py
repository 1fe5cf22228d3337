"""/shared tidy remove, sort, dedupe: what curators do to a whole playlist, where its owner lets them."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.services.shared.tidying.tidy import Asked, Preview
from bot.services.shared.tidying.work import Job, Work
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.controls import Press
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import LOST, answer, fresh
from cogs.ui.shared.tidying import (
    PICKED,
    READING,
    SECOND_LOOK,
    TIDY,
    WORKING,
    done_reply,
    dropped_reply,
    not_asked_reply,
    preview_reply,
    second_reply,
    waits_reply,
    which_reply,
)
from cogs.ui.shared.unavailable import ASIDE, REPLACE, unavailable_reply
from cogs.ui.speaking import speaking_to_all
from cogs.ui.suggestions import choices_of
from cogs.words.names import list_name, track_label
from cogs.words.text import OPTIONS
from cogs.words.tidying import ORDERS

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.tidying.tidy import Tidy
    from bot.services.shared.tidying.unavailable import Found, Unavailable
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Reply
    from cogs.ui.suggestions import Choices

log = logging.getLogger(__name__)

GROUP: Final = "Remove, sort and dedupe in a shared playlist"
REMOVE: Final = "Remove any tracks from a shared playlist, with a preview first"
SORT: Final = "Sort a shared playlist, with a preview first"
DEDUPE: Final = "Remove duplicates from a shared playlist, with a preview first"
UNAVAILABLE: Final = "Show what can't be played any more, and move it out or use another release"
WHAT: Final = "A link, or words of title, artist or album"
BY: Final = "What to sort it by"
CHOICES: Final = [
    app_commands.Choice(name=app_commands.locale_str(words.english.capitalize()), value=order)
    for order, words in ORDERS.items()
]
LONG: Final = 10  # requests to make before there is a bar


class TidyCommands(ListCommands):
    tidy = app_commands.Group(name="tidy", description=GROUP)

    def __init__(
        self,
        finder: ListFinder,
        tidying: Tidy,
        unavailable: Unavailable,
        ownership: Ownership,
    ) -> None:
        super().__init__(finder)
        self._tidying = tidying
        self._unavailable = unavailable
        self._ownership = ownership
        self.items = (
            TIDY.bound(self._answer),
            SECOND_LOOK.bound(self._second),
            PICKED.bound(self._picked),
            ASIDE.bound(self._aside),
            REPLACE.bound(self._replace),
        )

    @tidy.command(description=REMOVE)
    @app_commands.describe(what=WHAT)
    @shared_list_option
    async def remove(
        self,
        interaction: discord.Interaction[DiscordBot],
        what: app_commands.Range[str, 1, 200] = "",
        shared: SharedListOption = "",
    ) -> None:
        found = await self.found(interaction, shared)
        press = Press(interaction)
        bar = self._bar(press, found)
        there = await self._tidying.matching(found, press.actor, what.strip(), bar, share=press.share)
        if not what:
            await answer(interaction, which_reply(found, there[:OPTIONS]))
            return
        job = Job(Work.REMOVE, tuple(one.uri for one in there))
        await press.answer(await self.preview(press, found, job, there))

    @tidy.command(description=SORT)
    @app_commands.describe(by=BY)
    @app_commands.choices(by=CHOICES)
    @shared_list_option
    async def sort(
        self, interaction: discord.Interaction[DiscordBot], by: str, shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        await self._offer(Press(interaction), found, Job(Work.SORT, by=by))

    @tidy.command(description=DEDUPE)
    @shared_list_option
    async def dedupe(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        await self._offer(Press(interaction), found, Job(Work.DEDUPE))

    @tidy.command(description=UNAVAILABLE)
    @shared_list_option
    async def unavailable(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        press = Press(interaction)
        await press.answer(unavailable_reply(await self._unavailable_in(press, found)))

    @remove.autocomplete("what")
    async def _suggest_what(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await choices_of(self._titles(interaction), current)

    async def preview(
        self, press: Press, shared: SharedPlaylist, job: Job, choice: tuple[Track, ...] = ()
    ) -> Reply:
        """What it would do, with the buttons to do it."""
        shared = await self._ownership.must_be_there(shared)
        shown = await self._tidying.preview(shared, press.actor, job, self._bar(press, shared))
        return preview_reply(shown, choice)

    async def _offer(self, press: Press, shared: SharedPlaylist, job: Job) -> None:
        await press.answer(await self.preview(press, shared, job))

    async def _titles(self, interaction: discord.Interaction[DiscordBot]) -> list[tuple[str, str]]:
        """Of the list, for whoever may remove something."""
        typed = str(getattr(interaction.namespace, "list", None) or "")
        shared = await self.finder.find(guild_of(interaction), typed)
        tracks = await self._tidying.titles(shared, actor_of(interaction))
        return [(track_label(track), track.uri) for track in tracks if track.name]

    async def _unavailable_in(self, press: Press, shared: SharedPlaylist) -> Found:
        shared = await self._ownership.must_be_there(shared)
        return await self._unavailable.find(shared, press.actor, self._bar(press, shared), share=press.share)

    async def _aside(self, press: Press) -> None:
        """What can't be played at this moment."""
        found = await self._unavailable_in(press, await press.list(self.finder))
        await self._offer(press, found.shared, found.aside)

    async def _replace(self, press: Press) -> None:
        found = await self._unavailable_in(press, await press.list(self.finder))
        shown = await self._tidying.preview(found.shared, press.actor, found.replacing)
        known = {one.uri: one for one in found.releases.values()}
        await press.answer(preview_reply(replace(shown, tracks=shown.tracks | known)))

    async def _picked(self, press: Press) -> None:
        shared = await press.list(self.finder)
        await self._offer(press, shared, Job(Work.REMOVE, tuple(press.chosen)))

    async def _answer(self, press: Press) -> None:
        shared, draft_id = await press.list(self.finder), press.state["draft"]
        if not press.yes:
            await self._tidying.drop(press.actor, shared, draft_id)
            await press.answer(dropped_reply(shared))
            return
        shared = await self._ownership.must_be_there(shared)
        bar = ProgressBar(press.interaction, WORKING(name=list_name(shared)), worth=LONG)
        done = await self._tidying.confirm(press.actor, shared, draft_id, bar)
        match done:
            case Preview():
                await press.answer(preview_reply(done))
            case Asked():
                await self._ask(press, done)
            case _:
                await press.answer(done_reply(press.interaction.client, done))

    async def _ask(self, press: Press, asked: Asked) -> None:
        """In the channel, where others can answer for as long as it says."""
        async with speaking_to_all(press.interaction):
            question = second_reply(asked.preview)
        try:
            await press.interaction.followup.send(**fresh(question), ephemeral=False)
        except LOST as lost:
            log.warning("curators were not asked: %s", type(lost).__name__)
            draft = asked.preview.draft
            await self._tidying.drop(press.actor, asked.preview.shared, draft.question_id)
            await press.answer(not_asked_reply())
            return
        await press.answer(waits_reply(asked))

    async def _second(self, press: Press) -> None:
        """Another curator's answer, or the owner's."""
        shared, draft_id = await press.list(self.finder), press.state["draft"]
        if not press.yes:
            await self._tidying.drop(press.actor, shared, draft_id)
            await press.answer(dropped_reply(shared, press.member_id))
            return
        shared = await self._ownership.must_be_there(shared)
        bar = ProgressBar(press.interaction, WORKING(name=list_name(shared)), worth=LONG)
        done = await self._tidying.approve(press.actor, shared, draft_id, bar)
        if isinstance(done, Preview):
            await press.answer(second_reply(done))
            return
        await press.answer(done_reply(press.interaction.client, done))

    def _bar(self, press: Press, shared: SharedPlaylist) -> ProgressBar:
        return ProgressBar(press.interaction, READING(name=list_name(shared)))
