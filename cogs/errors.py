"""Any error, one reply: what happened, what was kept, what to do next. Only the member it concerns sees it."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import errors as ours
from bot.spotify import errors as spotify
from cogs.ui.reply import LOST, tell_privately
from cogs.words.error_sentences import Answer, Place
from cogs.words.errors import UnexpectedError, put_into_words

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

log = logging.getLogger(__name__)

# Discord's codes for: there is nobody left to answer. docs.discord.com/developers/topics/opcodes-and-status-codes
TOO_LATE = frozenset({10008, 10015, 10062, 40060, 50027})
HANDLED = "error explained"  # key in Interaction.extras: discord.py may show us an error more than once
FOR_THE_OPERATOR = (
    ours.AccountUnreadableError,
    spotify.SpotifyCredentialsError,
    spotify.SpotifyOwnerPremiumError,
)


SURPRISE = (
    "Something went wrong that I was not prepared for. Please try again; "
    "if it happens again, give {operator} this reference: **{reference}**."
)


async def explain(interaction: discord.Interaction[DiscordBot], error: BaseException) -> None:
    """Tell the member, and nobody else, what became of their command, press or form. Never raises."""
    error = _innermost(error)
    if interaction.extras.get(HANDLED):
        return
    interaction.extras[HANDLED] = True
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.warning("too late to answer %s (Discord's code %s)", _asked(interaction), error.code)
        return
    try:
        answer = _answer(interaction, error)
        await tell_privately(interaction, answer.text, page=answer.page)
    except LOST as lost:
        kind, reason = type(error).__name__, type(lost).__name__
        log.warning("could not explain %s to %s: %s", kind, _asked(interaction), reason)
    except Exception:
        log.exception("could not explain %s to %s", type(error).__name__, _asked(interaction))


def _innermost(error: BaseException) -> BaseException:
    """What really happened, below discord.py's wrappings."""
    if isinstance(error, app_commands.CommandInvokeError):
        return _innermost(error.original)
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, ours.BotError):
        return error.__cause__
    return error


def _answer(interaction: discord.Interaction[DiscordBot], error: BaseException) -> Answer:
    bot = interaction.client
    operators = " or ".join(f"<@{operator}>" for operator in sorted(bot.operator_ids)[:3])
    place = Place(
        link=bot.mention_command("link"),
        operator=operators or "whoever runs this bot",
        create=bot.mention_command("shared create"),
    )
    try:
        answer = put_into_words(error, place)
    except UnexpectedError:
        reference = secrets.token_hex(3).upper()
        log.error("reference %s: %s failed", reference, _asked(interaction), exc_info=error)  # noqa: TRY400 - the traceback wanted is that of the first error
        return Answer(SURPRISE.format(operator=place.operator, reference=reference))
    level = logging.INFO
    if isinstance(error, FOR_THE_OPERATOR):
        level = logging.ERROR
    elif isinstance(error, (discord.HTTPException, discord.RateLimited, *LOST)):
        level = logging.WARNING
    log.log(level, "%s: %s", _asked(interaction), type(error).__name__)
    return answer


def _asked(interaction: discord.Interaction[DiscordBot]) -> str:
    """What was asked and by whom, by ids only."""
    what = f"/{interaction.command.qualified_name}" if interaction.command else interaction.type.name
    return f"{what} of member {interaction.user.id}"


async def setup(bot: DiscordBot) -> None:
    bot.tree.error(explain)
