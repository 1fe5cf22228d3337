"""/shared: everything around the playlists lent to this server. Each part stands in a module beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from cogs.shared.best import BestCommands
from cogs.shared.edit import EditCommands
from cogs.shared.export import ExportCommands
from cogs.shared.history import HistoryCommands
from cogs.shared.imports import ImportCommands
from cogs.shared.life import LifeCommands
from cogs.shared.pending import PendingCommands
from cogs.shared.rounds import RoundCommands
from cogs.shared.rules import RuleCommands
from cogs.shared.settings import SettingsCommands
from cogs.shared.show import ShowCommands
from cogs.shared.stats import StatsCommands
from cogs.shared.tidy import TidyCommands
from cogs.ui.shared.liking import LikeButtons
from cogs.ui.shared.parking import ParkingButtons
from cogs.ui.shared.restore_controls import RestoreControls
from cogs.ui.shared.votes import Votes
from cogs.ui.shared.voting_off import VotingOff

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

NAME = "shared"
DESCRIPTION = "Playlists this server makes together"


async def setup(bot: DiscordBot) -> None:
    """Discord knows one command /shared, so the parts bring their commands into one group."""
    services, shared = bot.services, bot.services.shared
    finder = shared.core.finder
    restore = RestoreControls(
        finder,
        shared.reconciliation.restore,
        shared.history.timeline,
        shared.reconciliation.drift,
        shared.lifecycle.ownership,
    )
    tidy = TidyCommands(finder, shared.tidying.tidy, shared.tidying.unavailable, shared.lifecycle.ownership)
    edit = EditCommands(finder, shared.tidying.appearance, shared.lifecycle.ownership)
    history = HistoryCommands(
        finder,
        timeline=shared.history.timeline,
        undoing=shared.history.undo,
        big_changes=shared.history.big_changes,
        restoring=shared.reconciliation.restore,
        drift=shared.reconciliation.drift,
        ownership=shared.lifecycle.ownership,
        dispatcher=shared.outbox.dispatcher,
        restore_controls=restore,
        tidy=tidy,
        edit=edit,
    )
    life = LifeCommands(
        finder,
        lending=shared.lifecycle.lend,
        limits=shared.lifecycle.limits,
        admin=shared.lifecycle.admin,
        transfer=shared.lifecycle.transfer,
        overview=shared.lifecycle.overview,
        playlists=services.playlists,
        appearance=shared.tidying.appearance,
    )
    rules = RuleCommands(
        finder,
        services.lookups,
        shared.rules.book,
        shared.rules.list_rules,
        shared.rules.blocking,
        already=shared.proposals.already,
    )
    parts = (
        life,
        SettingsCommands(
            finder,
            shared.lifecycle.overview,
            shared.lifecycle.admin,
            shared.core.granting,
            shared.tidying.appearance,
        ),
        ShowCommands(
            finder, shared.reports.pages, shared.reconciliation.drift, shared.reconciliation.playability
        ),
        StatsCommands(finder, shared.reports.stats, shared.reports.charts),
        ExportCommands(finder, shared.reports.exporter, shared.reports.titles),
        BestCommands(finder, shared.rounds.best, shared.lifecycle.ownership, shared.history.timeline),
        ImportCommands(finder, shared.imports.imports, services.lookups),
        RoundCommands(finder, shared.rounds.rounds, shared.lifecycle.ownership, shared.history.timeline),
        rules,
        history,
        tidy,
        edit,
        PendingCommands(finder, shared.ballots.pending, shared.ballots.decisions, services.lookups),
    )
    group = app_commands.Group(
        name=NAME,
        description=DESCRIPTION,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    for part in parts:
        bot.add_dynamic_items(*part.items)
        for command in part.get_app_commands():
            group.add_command(command)
    for buttons in (
        Votes(
            shared.ballots.decisions,
            shared.ballots.together,
            shared.proposals.proposals,
            shared.ballots.card_queue,
            shared.outbox.dispatcher,
        ),
        VotingOff(shared.ballots.decisions),
        LikeButtons(
            finder,
            shared.core.likes,
            shared.core.announcements,
            shared.reports.pages,
            shared.history.timeline,
        ),
        ParkingButtons(shared.outbox.dead_letters, shared.outbox.dispatcher),
    ):
        bot.add_dynamic_items(*buttons.items)
    bot.tree.add_command(group)
