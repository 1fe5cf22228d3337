"""/shared: everything around the playlists lent to this server. Each part stands in a module beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from cogs.shared.export import ExportCommands
from cogs.shared.history import HistoryButton, HistoryCommands
from cogs.shared.life import LifeCommands
from cogs.shared.pending import PENDING_ITEMS, PendingCommands
from cogs.shared.rounds import RoundCommands
from cogs.shared.rules import RuleCommands
from cogs.shared.settings import SettingsCommands
from cogs.shared.show import ListPages, ShowCommands
from cogs.shared.stats import StatsCommands
from cogs.ui.shared.closing import CloseButton
from cogs.ui.shared.lending import LENDING_ITEMS
from cogs.ui.shared.offering import OfferButton
from cogs.ui.shared.parking import PARKING_ITEMS
from cogs.ui.shared.restore_controls import RESTORE_ITEMS
from cogs.ui.shared.round_words import EndRound
from cogs.ui.shared.rule_panel import RULE_ITEMS
from cogs.ui.shared.settings_panel import SettingsMenu
from cogs.ui.shared.stats import ChangeCounting
from cogs.ui.shared.undo import UndoMenu
from cogs.ui.shared.votes import VOTE_ITEMS
from cogs.ui.shared.voting_off import VOTE_OFF_ITEMS

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

DESCRIPTION = "Playlists this server makes together"


# One cog, since Discord knows one command /shared; its parts are classes of their own.
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class SharedCog(
    LifeCommands,
    SettingsCommands,
    ShowCommands,
    StatsCommands,
    ExportCommands,
    RoundCommands,
    RuleCommands,
    HistoryCommands,
    PendingCommands,
    commands.GroupCog,
    group_name="shared",
    group_description=DESCRIPTION,
):
    pass


async def setup(bot: DiscordBot) -> None:
    bot.add_dynamic_items(
        ListPages,
        EndRound,
        ChangeCounting,
        HistoryButton,
        UndoMenu,
        *RESTORE_ITEMS,
        CloseButton,
        OfferButton,
        SettingsMenu,
        *LENDING_ITEMS,
        *VOTE_ITEMS,
        *VOTE_OFF_ITEMS,
        *PENDING_ITEMS,
        *PARKING_ITEMS,
        *RULE_ITEMS,
    )
    await bot.add_cog(SharedCog())
