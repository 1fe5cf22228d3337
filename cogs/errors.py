"""One reply to any error: what happened, what was kept, what to do next. Only the member concerned sees it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import errors as ours
from cogs.ui.consent import allow_buttons
from cogs.ui.error_answers import answer_to, asked
from cogs.ui.reply import LOST, tell_privately
from cogs.ui.speaking import speak_to_member

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

log = logging.getLogger(__name__)

# Discord's codes for: there is nobody left to answer. docs.discord.com/developers/topics/opcodes-and-status-codes
TOO_LATE = frozenset({10008, 10015, 10062, 40060, 50027})
HANDLED = "error explained"  # key in Interaction.extras: discord.py may show us an error more than once


async def explain(interaction: discord.Interaction[DiscordBot], error: BaseException) -> None:
    """Tell the member, and only them, what went wrong with their command, button or form. Never raises."""
    error = _innermost(error)
    if interaction.extras.get(HANDLED):
        return
    interaction.extras[HANDLED] = True
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.warning("too late to answer %s (Discord's code %s)", asked(interaction), error.code)
        return
    try:
        speak_to_member(interaction)
        answer = answer_to(interaction, error)
        await tell_privately(interaction, answer.text, page=answer.page, beside=allow_buttons(answer.allow))
    except LOST as lost:
        kind, reason = type(error).__name__, type(lost).__name__
        log.warning("could not explain %s to %s: %s", kind, asked(interaction), reason)
    except Exception:
        log.exception("could not explain %s to %s", type(error).__name__, asked(interaction))


def _innermost(error: BaseException) -> BaseException:
    """The error itself, without discord.py's wrappers."""
    if isinstance(error, app_commands.CommandInvokeError):
        return _innermost(error.original)
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, ours.BotError):
        return error.__cause__
    return error


async def setup(bot: DiscordBot) -> None:
    bot.tree.error(explain)
