"""/shared: everything around the playlists lent to this server. Each part stands in a module beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from cogs.shared.export import ExportCommands
from cogs.shared.history import HistoryCommands
from cogs.shared.life import LifeCommands
from cogs.shared.pending import PendingCommands
from cogs.shared.rounds import RoundCommands
from cogs.shared.rules import RuleCommands
from cogs.shared.settings import SettingsCommands
from cogs.shared.show import ShowCommands
from cogs.shared.stats import StatsCommands
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
    finder = shared.finder
    restore = RestoreControls(finder, shared.restoring, shared.past, shared.drift, shared.ownership)
    history = HistoryCommands(
        finder,
        past=shared.past,
        undoing=shared.undoing,
        big_changes=shared.big_changes,
        restoring=shared.restoring,
        drift=shared.drift,
        ownership=shared.ownership,
        dispatcher=shared.dispatcher,
        restore_controls=restore,
    )
    life = LifeCommands(
        finder,
        lending=shared.lending,
        managing=shared.managing,
        handing_over=shared.handing_over,
        standings=shared.standings,
        playlists=services.playlists,
    )
    rules = RuleCommands(finder, services.lookups, shared.rules, shared.rule_changing, shared.blocking)
    parts = (
        life,
        SettingsCommands(finder, shared.standings, shared.managing),
        ShowCommands(finder, shared.showing, shared.drift),
        StatsCommands(finder, shared.stats, shared.drawing),
        ExportCommands(finder, shared.exporting),
        RoundCommands(finder, shared.rounds, shared.ownership, shared.past),
        rules,
        history,
        PendingCommands(finder, shared.pending, shared.deciding, services.lookups),
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
        Votes(shared.deciding, shared.together, shared.contributing, shared.card_queue),
        VotingOff(shared.deciding),
        ParkingButtons(shared.parking, shared.dispatcher),
    ):
        bot.add_dynamic_items(*buttons.items)
    bot.tree.add_command(group)
