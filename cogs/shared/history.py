"""/shared history, undo and restore: what happened, taking it back, and going back to an earlier version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.languages import Text
from bot.services.shared.core.access import must_curate
from bot.services.shared.tidying.work import Job, Work
from bot.shared_errors import SnapshotNotFoundError
from cogs.ui.actor import actor_of, guild_of, share_of
from cogs.ui.controls import ListItem, Press
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import Reply, answer, controls, list_button
from cogs.ui.shared.history import (
    EDIT,
    SUGGESTED,
    UNDO,
    VERSION,
    VERSIONS,
    big_choice,
    history_parts,
    is_under_way,
    track_choice,
    undo_menus,
    undone_reply,
)
from cogs.ui.shared.restore_controls import RestoreControls, edit_offer
from cogs.ui.shared.restore_text import version_label
from cogs.ui.shared.voting_off import vote_off_menus
from cogs.ui.suggestions import choices_of

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.history.timeline import Timeline
    from bot.services.shared.history.undo import BigChanges, Undo
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.reconciliation.restore import Restore
    from bot.stores.lists import SharedPlaylist
    from cogs.shared.edit import EditCommands
    from cogs.shared.tidy import TidyCommands
    from cogs.ui.layout import Control
    from cogs.ui.suggestions import Choices

HISTORY: Final = "Show the history of a shared playlist: what happened, and who did it"
UNDO_WHAT: Final = "Undo your last addition; curators can undo anything of the last 30 days"
RESTORE: Final = "Restore an earlier version of a shared playlist, with a preview first"
MEMBER: Final = "Only what this member did and what happened to their tracks"
WHAT: Final = "What to undo; your own last addition if left out"
VERSION_WHICH: Final = "Version number; choose from a menu if left out"
LONGEST_NUMBER: Final = 9  # digits
NEWEST: Final = Text("Newest")
OLDER: Final = Text("Older")


PAST: Final = ListItem("sp:hist", member=r"\d{0,20}", before=r"[0-9A-Za-z._-]{0,45}")


class HistoryCommands(ListCommands):
    def __init__(
        self,
        finder: ListFinder,
        *,
        timeline: Timeline,
        undoing: Undo,
        big_changes: BigChanges,
        restoring: Restore,
        drift: DriftDetector,
        ownership: Ownership,
        dispatcher: OutboxDispatcher,
        restore_controls: RestoreControls,
        tidy: TidyCommands,
        edit: EditCommands,
    ) -> None:
        super().__init__(finder)
        self._timeline = timeline
        self._undoing = undoing
        self._big_changes = big_changes
        self._restoring = restoring
        self._drift = drift
        self._ownership = ownership
        self._dispatcher = dispatcher
        self._controls = restore_controls
        self._tidy = tidy
        self._edit = edit
        self.items = (PAST.bound(self._turn), UNDO.bound(self._choose), *restore_controls.items)

    @app_commands.command(description=HISTORY)
    @app_commands.describe(member=MEMBER)
    @shared_list_option
    async def history(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedListOption = "",
        member: discord.User | None = None,
    ) -> None:
        found = await self.found(interaction, shared)
        reply = await self._page(interaction, found, member.id if member else None, None)
        await answer(interaction, reply)

    @app_commands.command(description=UNDO_WHAT)
    @app_commands.describe(what=WHAT)
    @shared_list_option
    async def undo(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedListOption = "",
        what: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        found = await self.found(interaction, shared)
        await answer(interaction, await self._undone(interaction, found, what))

    @app_commands.command(description=RESTORE)
    @app_commands.describe(version=VERSION_WHICH)
    @shared_list_option
    async def restore(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedListOption = "",
        version: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        found = await self.found(interaction, shared)
        must_curate(found, actor_of(interaction))
        if not version:
            await answer(interaction, await self._controls.versions(found))
            return
        if not version.isdecimal() or not version.isascii() or len(version) > LONGEST_NUMBER:
            raise SnapshotNotFoundError
        await answer(interaction, await self._controls.preview(interaction, found, int(version)))

    @restore.autocomplete("version")
    async def _suggest_version(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await choices_of(self._versions(interaction), current)

    @undo.autocomplete("what")
    async def _suggest_undo(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await choices_of(self._undoable(interaction), current)

    async def _versions(self, interaction: discord.Interaction[DiscordBot]) -> list[tuple[str, str]]:
        shared = await self.finder.find(guild_of(interaction), _list_typed(interaction))
        must_curate(shared, actor_of(interaction))
        infos = await self._restoring.snapshots(shared)
        return [(version_label(info, shared), str(info.number)) for info in infos]

    async def _undoable(self, interaction: discord.Interaction[DiscordBot]) -> list[tuple[str, str]]:
        """The latest that the member may take back, newest first."""
        shared = await self.finder.find(guild_of(interaction), _list_typed(interaction))
        actor = actor_of(interaction)
        big = await self._big_changes.offered(shared, actor)
        single = await self._undoing.offered(shared, actor, SUGGESTED)
        tracks = await self._timeline.tracks([one.uri for one in single], share=share_of(interaction))
        timed = [(change.at, big_choice(change)) for change in big]
        timed += [(one.changed_at, track_choice(one, tracks)) for one in single]
        return [choice for _, choice in sorted(timed, key=lambda pair: pair[0], reverse=True)]

    async def _page(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedPlaylist,
        member_id: int | None,
        before: str | None,
    ) -> Reply:
        """before: from where on; None: the newest page, which also tells of edits in Spotify."""
        offer = await edit_offer(self._drift, interaction, shared) if before is None else (None, [])
        share, actor = share_of(interaction), actor_of(interaction)
        page = await self._timeline.page(shared, before=before, member_id=member_id, share=share)
        single = await self._undoing.among(shared, actor, page.contributions.values())
        big = await self._big_changes.among(shared, actor, page.events)
        choices = [*(track_choice(one, page.tracks) for one in single), *map(big_choice, big)]
        turns: list[Control] = []
        if before is not None:
            turns.append(PAST.button(NEWEST(), list=shared.list_id, member=member_id or "", before=""))
        if page.next is not None:
            turns.append(PAST.button(OLDER(), list=shared.list_id, member=member_id or "", before=page.next))
        foreign, buttons = offer
        parts = history_parts(page, member_id, foreign, first=before is None)
        told = ((one, page.tracks.get(one.uri)) for one in page.contributions.values())
        menus = [*undo_menus(shared, choices), *vote_off_menus(shared, told, interaction.created_at)]
        return Reply(card=parts, view=controls(*turns, *buttons, list_button(shared), *menus))

    async def _turn(self, press: Press) -> None:
        """The history only grows, so a page further back stays what it is."""
        member_id = int(press.state["member"]) if press.state["member"] else None
        shared, before = await press.list(self.finder), press.state["before"] or None
        await press.answer(await self._page(press.interaction, shared, member_id, before))

    async def _choose(self, press: Press) -> None:
        (what,) = press.chosen
        shared = await press.list(self.finder)
        await press.answer(await self._undone(press.interaction, shared, what))

    async def _undone(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, what: str
    ) -> Reply:
        """what: as the suggestions have it; empty: the member's own last addition.

        A track is taken back now. Of a restore or a round it is shown what taking it back would change, and asked.
        """
        tidied = VERSIONS.fullmatch(what)
        if tidied is not None:
            job = Job(Work.UNDO, by=f"{int(tidied[1])}-{int(tidied[2])}")
            return await self._tidy.preview(Press(interaction), shared, job)
        edited = EDIT.fullmatch(what)
        if edited is not None:
            return await self._edit.undo(Press(interaction), shared, int(edited[1]))
        big = VERSION.fullmatch(what)
        if big is not None:
            return await self._controls.preview(interaction, shared, int(big[1]))
        shared = await self._ownership.looked_after(shared)
        await self._drift.notice(shared)
        undone = await self._undoing.undo(shared, actor_of(interaction), what or None)
        uri = undone.contribution.uri
        tracks = await self._timeline.tracks([uri], share=share_of(interaction))
        under_way = is_under_way(undone)
        waiting = await self._dispatcher.state_of(shared, undone.contribution) if under_way else None
        return undone_reply(shared, undone, tracks.get(uri), waiting)


def _list_typed(interaction: discord.Interaction[DiscordBot]) -> str:
    """What stands in the option `list` while another one is being typed."""
    return str(getattr(interaction.namespace, "list", None) or "")
