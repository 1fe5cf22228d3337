"""/shared history, undo and restore: what happened, taking it back, and going back to an earlier version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.list_errors import SnapshotNotFoundError
from bot.services.shared.people import must_curate
from bot.stores.contributions import State
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.list_history import history_embed, item_name
from cogs.ui.list_names import list_button, list_name
from cogs.ui.list_restore import edit_offer, preview_reply, versions_reply
from cogs.ui.reply import Reply, answer, controls, hold, think
from cogs.ui.restoring import version_label
from cogs.ui.share import share_of
from cogs.ui.suggestions import choices_of, suggest_lists
from cogs.ui.track_card import track_label
from cogs.ui.voting_off import VoteOffMenu, can_be_asked
from cogs.ui.waiting import waiting_words

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.undoing import Undone
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
NEWEST: Final = "Newest"
OLDER: Final = "Older"
SUGGESTED: Final = 8  # of what can be taken back: each may cost a question to Spotify
LONGEST_NUMBER: Final = 9  # digits of a version
TAKE_OUT: Final = "Take out: {name}"
PUT_BACK: Final = "Put back: {name}"
TAKEN_OUT: Final = "{item} is out of {name} again."
LEAVING: Final = "{item} is on its way out of {name}; it leaves as soon as Spotify confirms it."
WITHDRAWN: Final = "{item} was not in {name} yet, and does not go in any more."
STAYED: Final = "Spotify did not let me take {item} out of {name}, so it is still there."
BACK: Final = "{item} is back in {name}, at its end."
COMING_BACK: Final = "{item} goes back into {name}, to its end. {waiting}"


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
        services = interaction.client.services.shared
        found = await services.finder.find(guild_of(interaction), shared)
        await services.truth.notice(found)
        undone = await services.undoing.undo(found, actor_of(interaction), what or None)
        await answer(interaction, await _undone_reply(interaction, found, undone))

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
    menu = VoteOffMenu.of(shared.list_id, in_it)
    return Reply(embed=embed, view=controls(*buttons, *offer, list_button(shared), *([menu] if menu else [])))


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


async def _undone_reply(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, undone: Undone
) -> Reply:
    services = interaction.client.services.shared
    one = undone.contribution
    tracks = await services.past.tracks([one.uri], share=share_of(interaction))
    match one.state:
        case State.REMOVED:
            text = TAKEN_OUT
        case State.WITHDRAWN:
            text = WITHDRAWN
        case State.LANDED:
            text = BACK if undone.put_back else STAYED
        case _:
            text = COMING_BACK if undone.put_back else LEAVING
    waiting = waiting_words(await services.writer.state_of(shared)) if "{waiting}" in text else ""
    item = item_name(one.uri, tracks.get(one.uri))
    words = text.format(item=item, name=list_name(shared), waiting=waiting)
    return Reply(words, view=controls(list_button(shared)))


async def _versions(interaction: discord.Interaction[DiscordBot], text: str) -> list[tuple[str, str]]:
    services = interaction.client.services.shared
    shared = await services.finder.find(guild_of(interaction), _list_typed(interaction))
    must_curate(shared, actor_of(interaction))
    infos = await services.restoring.snapshots(shared)
    wanted = text.strip().casefold()
    labelled = [(version_label(info), str(info.number)) for info in infos]
    return [pair for pair in labelled if wanted in pair[0].casefold()]


async def _undoable(interaction: discord.Interaction[DiscordBot], text: str) -> list[tuple[str, str]]:
    services = interaction.client.services.shared
    shared = await services.finder.find(guild_of(interaction), _list_typed(interaction))
    offered = await services.undoing.offered(shared, actor_of(interaction), SUGGESTED)
    tracks = await services.past.tracks([one.uri for one in offered], share=share_of(interaction))
    wanted = text.strip().casefold()
    labelled = [
        (
            (PUT_BACK if one.state is State.REMOVED else TAKE_OUT).format(
                name=track_label(tracks[one.uri]) if one.uri in tracks else one.uri
            ),
            one.contribution_id,
        )
        for one in offered
    ]
    return [pair for pair in labelled if wanted in pair[0].casefold()]


def _list_typed(interaction: discord.Interaction[DiscordBot]) -> str:
    """What stands in the option `list` while another one is being typed."""
    return str(getattr(interaction.namespace, "list", None) or "")
