"""/shared history, undo and restore: what happened, taking it back, and going back to an earlier version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.list_errors import SnapshotNotFoundError
from bot.services.shared.people import must_curate
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.reply import Reply, answer, controls, hold, list_button, think
from cogs.ui.share import share_of
from cogs.ui.shared.history import history_embed
from cogs.ui.shared.restore_controls import edit_offer, preview_reply, versions_reply
from cogs.ui.shared.restore_text import version_label
from cogs.ui.shared.undo import UndoMenu, undo_choices, undo_reply
from cogs.ui.shared.voting_off import VoteOffMenu, can_be_asked
from cogs.ui.suggestions import choices_of, suggest_lists

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control
    from cogs.ui.suggestions import Choices

HISTORY: Final = "Show what happened in a shared playlist, and who did it"
UNDO: Final = "Take back your last addition; curators: anything of the last 30 days"
RESTORE: Final = "Bring a shared playlist back to an earlier version, after a look at what that changes"
LIST: Final = "Which one; leave it out for this server's usual one"
MEMBER: Final = "Only what this member did, and what was done with their tracks"
WHAT: Final = "What to take back; leave it out for your own last addition"
VERSION: Final = "Which version; leave it out to choose from all of them"
LIST_ID: Final = r"[0-9A-Za-z]{1,16}"
LONGEST_NUMBER: Final = 9  # digits
NEWEST: Final = "Newest"
OLDER: Final = "Older"


class HistoryCommands(commands.Cog):
    @app_commands.command(description=HISTORY)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST, member=MEMBER)
    async def history(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: app_commands.Range[str, 1, 100] = "",
        member: discord.User | None = None,
    ) -> None:
        await think(interaction, private=True)
        await answer(interaction, await past_reply(interaction, shared, member.id if member else None, None))

    @app_commands.command(description=UNDO)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST, what=WHAT)
    async def undo(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: app_commands.Range[str, 1, 100] = "",
        what: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        await think(interaction, private=True)
        found = await interaction.client.services.shared.finder.find(guild_of(interaction), shared)
        await answer(interaction, await undo_reply(interaction, found, what))

    @app_commands.command(description=RESTORE)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST, version=VERSION)
    async def restore(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: app_commands.Range[str, 1, 100] = "",
        version: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        await think(interaction, private=True)
        found = await interaction.client.services.shared.finder.find(guild_of(interaction), shared)
        must_curate(found, actor_of(interaction))
        if not version:
            await answer(interaction, await versions_reply(interaction, found))
            return
        if not version.isdecimal() or not version.isascii() or len(version) > LONGEST_NUMBER:
            raise SnapshotNotFoundError
        await answer(interaction, await preview_reply(interaction, found, int(version)))

    @history.autocomplete("shared")
    @undo.autocomplete("shared")
    @restore.autocomplete("shared")
    async def _suggest_list(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)

    @restore.autocomplete("version")
    async def _suggest_version(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await choices_of(_versions(interaction, current))

    @undo.autocomplete("what")
    async def _suggest_undo(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await choices_of(_undoable(interaction, current))


async def past_reply(
    interaction: discord.Interaction[DiscordBot], query: str, member_id: int | None, before: str | None
) -> Reply:
    """A page of the history of the list that `query` names in this server. Raises ListNotFoundError."""
    services = interaction.client.services.shared
    shared = await services.finder.find(guild_of(interaction), query)
    foreign, offer = await edit_offer(interaction, shared) if before is None else (None, [])
    page = await services.past.page(shared, before=before, member_id=member_id, share=share_of(interaction))
    buttons: list[Control] = []
    if before is not None:
        buttons.append(HistoryButton.to(NEWEST, shared, member_id, None))
    if page.next is not None:
        buttons.append(HistoryButton.to(OLDER, shared, member_id, page.next))
    embed = history_embed(page, member_id, foreign, first=before is None)
    in_it = ((one, page.tracks.get(one.uri)) for one in page.contributions.values() if can_be_asked(one))
    menus = (await UndoMenu.of(interaction, page), VoteOffMenu.of(shared.list_id, in_it))
    shown = [menu for menu in menus if menu is not None]
    return Reply(embed=embed, view=controls(*buttons, *offer, list_button(shared), *shown))


class HistoryButton(
    SafeItem[Button],
    template=rf"sp:hist:(?P<list>{LIST_ID}):(?P<member>\d{{0,20}}):(?P<before>[0-9A-Za-z._-]{{0,45}})",
):
    """Turns the page. The history only grows, so a page further back stays what it is."""

    @classmethod
    def to(cls, label: str, shared: SharedPlaylist, member_id: int | None, before: str | None) -> Self:
        custom_id = f"sp:hist:{shared.list_id}:{member_id or ''}:{before or ''}"
        return cls(discord.ui.Button(label=label, custom_id=custom_id))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        state = self.state
        member_id = int(state["member"]) if state["member"] else None
        reply = await past_reply(interaction, state["list"], member_id, state["before"] or None)
        await answer(interaction, reply)


async def _versions(interaction: discord.Interaction[DiscordBot], text: str) -> list[tuple[str, str]]:
    services = interaction.client.services.shared
    shared = await services.finder.find(guild_of(interaction), _list_typed(interaction))
    must_curate(shared, actor_of(interaction))
    infos = await services.restoring.snapshots(shared)
    wanted = text.strip().casefold()
    labelled = [(version_label(info), str(info.number)) for info in infos]
    return [pair for pair in labelled if wanted in pair[0].casefold()]


async def _undoable(interaction: discord.Interaction[DiscordBot], text: str) -> list[tuple[str, str]]:
    wanted = text.strip().casefold()
    choices = await undo_choices(interaction, _list_typed(interaction))
    return [pair for pair in choices if wanted in pair[0].casefold()]


def _list_typed(interaction: discord.Interaction[DiscordBot]) -> str:
    """What stands in the option `list` while another one is being typed."""
    return str(getattr(interaction.namespace, "list", None) or "")
