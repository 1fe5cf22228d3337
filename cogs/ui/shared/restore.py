"""The menu, buttons and answers of going back to an earlier version. They work in any message, after any restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.core.access import may_curate, must_curate
from bot.services.shared.reconciliation.restore import Preview
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, Select
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import Reply, answer, controls, hold, think
from cogs.ui.share import share_of
from cogs.ui.shared import restoring as words
from cogs.ui.shared.names import list_button, list_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.reconciliation.projection import ExternalEdit
    from bot.stores.history import SnapshotInfo
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control

LIST: Final = r"[0-9A-Za-z]{1,16}"
NUMBER: Final = r"\d{1,9}"
MANY: Final = 500  # items to read, and ...
LONG: Final = 10  # ... requests to make before there is a bar
PICK: Final = "Choose a version"
RESTORE: Final = "Restore"
RESTORE_ASK: Final = "Restore…"
LEAVE: Final = "Leave it as it is"
KEEP: Final = "Keep the present one"


async def edit_offer(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist
) -> tuple[ExternalEdit | None, list[Control]]:
    """Whether somebody edited the list in Spotify, and for curators the buttons to take that back."""
    drift = interaction.client.services.shared.drift
    await drift.notice(shared)
    foreign = await drift.offer(shared)
    if foreign is None or not may_curate(shared, actor_of(interaction)):
        return foreign, []
    return foreign, [PreviewButton.of(shared.list_id, foreign.before), AcceptEdit.of(shared.list_id)]


async def versions_reply(interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist) -> Reply:
    """Which versions there are, and whether a restore is still to be finished."""
    restoring = interaction.client.services.shared.restoring
    infos = await restoring.snapshots(shared)
    unfinished = await restoring.unfinished(shared)
    name = list_name(shared)
    text = (words.WHICH if infos else words.NONE_KEPT).format(name=name)
    if unfinished is not None:
        text = words.STOPPED.format(number=unfinished.number) + "\n" + text
    items: list[Control] = [VersionMenu.of(shared, infos)] if infos else []
    return Reply(text, view=controls(*items, KeepVersion.of(shared), list_button(shared)))


async def preview_reply(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, number: int
) -> Reply:
    services = interaction.client.services.shared
    progress = ProgressBar(interaction, words.COMPARING.format(name=list_name(shared)), worth=MANY)
    preview = await services.restoring.preview(shared, actor_of(interaction), number, progress)
    return await _shown(interaction, shared, preview)


async def _shown(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    preview: Preview,
    content: str | None = None,
) -> Reply:
    past = interaction.client.services.shared.past
    tracks = await past.tracks(words.named(preview), share=share_of(interaction))
    buttons: list[Control] = [list_button(shared)]
    if not preview.difference.empty or preview.unfinished is not None:
        buttons = [RestoreButton.of(shared, preview), LeaveButton.of(shared), *buttons]
    embed = words.preview_embed(shared, preview, tracks)
    return Reply(content, embed=embed, view=controls(*buttons))


class VersionMenu(SafeItem[Select], template=rf"sp:version:(?P<list>{LIST})"):
    """Which version; its preview takes the message's place."""

    @classmethod
    def of(cls, shared: SharedPlaylist, infos: Sequence[SnapshotInfo]) -> Self:
        return cls(
            discord.ui.Select(
                custom_id=f"sp:version:{shared.list_id}",
                placeholder=PICK,
                options=words.version_options(infos),
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        shared = await _list(interaction, self.state["list"])
        await answer(interaction, await preview_reply(interaction, shared, int(self.item.values[0])))


class PreviewButton(SafeItem[Button], template=rf"sp:back:(?P<list>{LIST}):(?P<number>{NUMBER})"):
    """Shows whoever presses, and nobody else, what restoring a version would change."""

    @classmethod
    def of(cls, list_id: str, number: int) -> Self:
        return cls(
            discord.ui.Button(
                label=RESTORE_ASK,
                custom_id=f"sp:back:{list_id}:{number}",
                style=discord.ButtonStyle.primary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        shared = await _list(interaction, self.state["list"])
        await answer(interaction, await preview_reply(interaction, shared, int(self.state["number"])))


class RestoreButton(
    SafeItem[Button],
    template=rf"sp:restore:(?P<list>{LIST}):(?P<number>{NUMBER}):(?P<seen>[0-9a-f]{{12}})",
):
    """Under a preview: do just that. Where something else would come of it by now, that is shown instead."""

    @classmethod
    def of(cls, shared: SharedPlaylist, preview: Preview) -> Self:
        return cls(
            discord.ui.Button(
                label=RESTORE,
                custom_id=f"sp:restore:{shared.list_id}:{preview.info.number}:{preview.seen}",
                style=discord.ButtonStyle.danger,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        shared = await _list(interaction, self.state["list"])
        must_curate(shared, actor_of(interaction))
        shared = await interaction.client.services.shared.ownership.must_be_there(shared)
        progress = ProgressBar(interaction, words.WORKING.format(name=list_name(shared)), worth=LONG)
        outcome = await interaction.client.services.shared.restoring.restore(
            shared, actor_of(interaction), int(self.state["number"]), progress, seen=self.state["seen"]
        )
        if isinstance(outcome, Preview):
            changed = words.CHANGED.format(name=list_name(shared))
            await answer(interaction, await _shown(interaction, shared, outcome, changed))
            return
        past = interaction.client.services.shared.past
        tracks = await past.tracks(outcome.refused[: words.NAMED], share=share_of(interaction))
        reply = words.outcome_reply(shared, outcome, tracks)
        await answer(interaction, Reply(reply.content, view=controls(list_button(shared))))


class LeaveButton(SafeItem[Button], template=rf"sp:leave:(?P<list>{LIST})"):
    """Under a preview: do nothing."""

    @classmethod
    def of(cls, shared: SharedPlaylist) -> Self:
        return cls(discord.ui.Button(label=LEAVE, custom_id=f"sp:leave:{shared.list_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        shared = await _list(interaction, self.state["list"])
        await answer(interaction, Reply(words.LEFT.format(name=list_name(shared))))


class AcceptEdit(SafeItem[Button], template=rf"sp:fine:(?P<list>{LIST})"):
    """Where an edit in Spotify is told of: it shall stay, and need not be told of any more."""

    @classmethod
    def of(cls, list_id: str) -> Self:
        return cls(discord.ui.Button(label=LEAVE, custom_id=f"sp:fine:{list_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        shared = await _list(interaction, self.state["list"])
        must_curate(shared, actor_of(interaction))
        await interaction.client.services.shared.drift.settle_offer(shared)
        await answer(interaction, Reply(words.ACCEPTED.format(name=list_name(shared))))


class KeepVersion(SafeItem[Button], template=rf"sp:keep:(?P<list>{LIST})"):
    """Take a snapshot by hand."""

    @classmethod
    def of(cls, shared: SharedPlaylist) -> Self:
        return cls(discord.ui.Button(label=KEEP, emoji="📌", custom_id=f"sp:keep:{shared.list_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        shared = await _list(interaction, self.state["list"])
        progress = ProgressBar(interaction, words.COMPARING.format(name=list_name(shared)), worth=MANY)
        restoring = interaction.client.services.shared.restoring
        info = await restoring.keep(shared, actor_of(interaction), progress)
        text = words.KEPT.format(name=list_name(shared), number=info.number, count=words.items(info.count))
        await answer(interaction, Reply(text, view=controls(list_button(shared))))


async def _list(interaction: discord.Interaction[DiscordBot], list_id: str) -> SharedPlaylist:
    """Of this server only."""
    return await interaction.client.services.shared.finder.find(guild_of(interaction), list_id)


RESTORE_ITEMS: Final = (VersionMenu, PreviewButton, RestoreButton, LeaveButton, AcceptEdit, KeepVersion)
