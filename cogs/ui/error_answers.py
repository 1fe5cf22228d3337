"""What a member reads about an error, with commands and operators filled in, and what the log says about it."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from bot import errors as ours
from bot.discord_bot import OUTCOME
from bot.languages import Text, any_of
from bot.spotify import errors as spotify
from cogs.ui.reply import LOST
from cogs.words.error_sentences import Answer, Place
from cogs.words.errors import UnexpectedError, put_into_words

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

log = logging.getLogger("cogs.errors")

FOR_THE_OPERATOR = (
    ours.AccountUnreadableError,
    spotify.SpotifyCredentialsError,
    spotify.SpotifyOwnerPremiumError,
)


# Nobody's mistake, least of all the member's: the answer ends with a reference that is in the log, too.
FAILURES = (
    ours.StoreUnavailableError,
    ours.AccountUnreadableError,
    ours.AdditionUnknownError,
    spotify.SpotifyUnavailableError,
    spotify.SpotifyUnauthorizedError,
    spotify.SpotifyCredentialsError,
    spotify.SpotifyOwnerPremiumError,
    spotify.SpotifyPartlyDoneError,
    discord.HTTPException,
    discord.RateLimited,
    *LOST,
)

WHOEVER = Text("whoever runs this bot")
SURPRISE = Text(
    "Something went wrong on my side. Try again. "
    "If it happens again, give {operator} this reference: **{reference}**."
)
REFERENCE = Text("Reference: {reference}")


def answer_to(interaction: discord.Interaction[DiscordBot], error: BaseException) -> Answer:
    """What to say about it; it is logged, too."""
    bot = interaction.client
    place = Place(
        link=bot.mention_command("link"),
        operator=operators(bot),
        create=bot.mention_command("shared create"),
    )
    try:
        answer = put_into_words(error, place)
    except UnexpectedError:
        interaction.extras[OUTCOME] = "failed"
        reference = secrets.token_hex(3).upper()
        said = {"reference": reference}
        log.error("reference %s: %s failed", reference, asked(interaction), exc_info=error, extra=said)  # noqa: TRY400 - the traceback wanted is that of the first error
        return Answer(SURPRISE(operator=place.operator, reference=reference))
    level = logging.INFO
    if isinstance(error, FOR_THE_OPERATOR):
        level = logging.ERROR
    elif isinstance(error, (discord.HTTPException, discord.RateLimited, *LOST)):
        level = logging.WARNING
    what = error.message if isinstance(error, spotify.SpotifyError) else ""
    line = f"{asked(interaction)}: {type(error).__name__}" + (f" ({what})" if what else "")
    interaction.extras[OUTCOME] = "failed" if is_failure(error) else "refused"
    if not is_failure(error):
        log.log(level, "%s", line)
        return answer
    reference = secrets.token_hex(3).upper()
    log.log(max(level, logging.WARNING), "reference %s: %s", reference, line, extra={"reference": reference})
    return replace(answer, text=f"{answer.text}\n-# {REFERENCE(reference=reference)}")


def is_failure(error: BaseException) -> bool:
    """Something broke, as opposed to a refusal. Spotify's bare "forbidden" has no reason anyone could know."""
    return isinstance(error, FAILURES) or type(error) is spotify.SpotifyForbiddenError


def operators(bot: DiscordBot) -> str:
    """Who runs the bot, to be named in a sentence; pings nobody."""
    return any_of([f"<@{operator}>" for operator in sorted(bot.operator_ids)[:3]]) or WHOEVER()


def asked(interaction: discord.Interaction[DiscordBot]) -> str:
    """What was asked and by whom, by ids only."""
    what = f"/{interaction.command.qualified_name}" if interaction.command else interaction.type.name
    return f"{what} of member {interaction.user.id}"
