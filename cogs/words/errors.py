"""One sentence for each error a member can meet: what happened, what was kept, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import discord
from discord import app_commands

from bot import errors as ours
from bot.spotify import errors as spotify
from cogs.words import error_sentences as wordings
from cogs.words.error_sentences import Answer, Place, says
from cogs.words.shared_errors import LIST_TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cogs.words.error_sentences import Wording


class UnexpectedError(Exception):
    """The table has no sentence for an error: it gets a reference number and a traceback in the log."""


def surprised(error: Exception, _place: Place) -> Answer:
    raise UnexpectedError from error


LATER = "Please try again in a minute."
START_AGAIN = "Use {link} to start again."
NOT_LINKED = "so nothing was linked."
CHANGED = "Restart Discord or wait a few minutes, then choose it again."
LOST_ANSWER = f"and your answer got lost. {LATER}"

# An error without an entry of its own gets that of the nearest class above it.
TABLE: Mapping[type[BaseException], Wording] = {
    ours.BotError: surprised,
    ours.StoreUnavailableError: says(
        f"I cannot reach my own notes right now, so nothing was kept or changed. {LATER}"
    ),
    ours.DatabaseInUseError: surprised,  # this and the next stop the start; no member ever meets them
    ours.DatabaseTooNewError: surprised,
    ours.IdentifiesUsedUpError: surprised,
    ours.NotLinkedError: says("You have not linked Spotify yet. Use {link} first; it takes about a minute."),
    ours.LinkEndedError: says(
        "Spotify no longer accepts your link: its six months are over, or it was withdrawn. "
        "Your playlists are untouched; use {link} to link again."
    ),
    ours.AccountUnreadableError: says(
        "What I keep about your link can no longer be read. Your playlists are untouched; "
        "use {link} to link again."
    ),
    ours.ScopeMissingError: wordings.scope_missing,
    ours.AccountTakenError: says(
        f"That Spotify account is already linked by another Discord member, {NOT_LINKED} "
        "Link a different one with {link}, or ask that member to unlink it first."
    ),
    ours.LinkAttemptError: says(f"That did not work out, {NOT_LINKED} {START_AGAIN}"),
    ours.LinkExpiredError: says(
        f"That link is over: it lasts ten minutes and works once. Nothing was linked by it. {START_AGAIN}"
    ),
    ours.LinkUsedError: says(f"This link was continued in another browser, {NOT_LINKED} {START_AGAIN}"),
    ours.LinkForgedError: says(
        f"What came back does not belong to the link you began, {NOT_LINKED} {START_AGAIN}"
    ),
    ours.LinkDeniedError: wordings.link_denied,
    ours.LinkNotFinishedError: says(
        "Spotify's page is not finished yet. Go on with it in your browser, which shows the six digits at the end."
    ),
    ours.PastedAddressError: says(
        "That is not the whole address. Copy everything in the address bar of the page "
        "you ended on after Spotify, press **Paste the address** again, and put it in."
    ),
    ours.WrongCodeError: wordings.wrong_code,
    ours.NothingFoundError: wordings.nothing_found,
    ours.PlaylistNotFoundError: wordings.playlist_not_found,
    ours.PlaylistLockedError: wordings.playlist_locked,
    ours.AdditionUnknownError: wordings.addition_unknown,
    spotify.SpotifyError: surprised,
    spotify.SpotifyUnavailableError: says(
        f"Spotify is not answering properly right now. Nothing was changed. {LATER}"
    ),
    spotify.SpotifyOutcomeUnknownError: says(
        "Spotify did not say whether that worked, and I did not send it twice. "
        "Have a look in Spotify before you try again."
    ),
    spotify.SpotifyRateLimitedError: wordings.rate_limited,
    spotify.SpotifyBudgetError: wordings.budget_used_up,
    spotify.SpotifyPartlyDoneError: wordings.partly_done,
    spotify.SpotifyUnauthorizedError: says(
        "Spotify turned me away, and nothing was changed. "
        "Try again in a minute; if it stays so, use {link} to link again."
    ),
    spotify.SpotifyPlaylistFullError: says(
        "That playlist is full: Spotify lets 10,000 items into one. Nothing was added. "
        "Take something out there, or choose another playlist."
    ),
    spotify.SpotifyForbiddenError: says(
        "Spotify does not allow that, and nothing was changed. If you think it should, tell {operator}."
    ),
    spotify.SpotifyNotRegisteredError: says(
        "Your Spotify account is not on this app's user list, so Spotify does not let you in yet; "
        "nothing was linked or changed. {operator} has to add your name and your Spotify e-mail address under Users "
        "Management in the Spotify developer dashboard; after that, use {link} again."
    ),
    spotify.SpotifyOwnerPremiumError: says(
        "Spotify refuses everything this bot asks, because the owner of its Spotify app has no Premium "
        "at the moment. Nothing was changed; {operator} can put that right."
    ),
    spotify.SpotifyScopeError: says(
        "Your link does not cover that yet, so nothing was changed. Use {link} and agree once more."
    ),
    spotify.SpotifyPremiumError: says(
        "Spotify lets only accounts with Premium do that, and nothing was changed. That is Spotify's rule, not mine."
    ),
    spotify.SpotifyNotAvailableError: says(
        "Spotify does not offer that to small apps like this one, so it cannot be done here. Nothing was changed."
    ),
    spotify.SpotifyNoDeviceError: says(
        "None of your devices is playing at the moment. Start something in Spotify, then try again."
    ),
    spotify.SpotifyNotFoundError: says(
        "Spotify does not know that, or no longer shows it. Check the link, or search by name."
    ),
    spotify.SpotifyRequestError: surprised,
    spotify.SpotifyGrantError: says(
        f"Spotify's confirmation was too old or used already, {NOT_LINKED} {START_AGAIN}"
    ),
    spotify.SpotifyCredentialsError: says(
        "Spotify does not recognise this bot, so nothing was changed. "
        "{operator} has to check the bot's Spotify settings."
    ),
    spotify.SpotifyConsentError: says(
        f"Spotify sent you back without an agreement, {NOT_LINKED} {START_AGAIN}"
    ),
    spotify.SpotifyStateError: says(
        f"What came back does not belong to the link you began, {NOT_LINKED} {START_AGAIN}"
    ),
    spotify.SpotifyImplicitGrantError: surprised,  # nobody but a programmer meets it
    spotify.RefError: wordings.unusable_ref,
    app_commands.CheckFailure: says("That is not open to you here, and nothing was changed."),
    app_commands.MissingPermissions: wordings.permissions_missing,
    app_commands.BotMissingPermissions: wordings.bot_permissions_missing,
    app_commands.CommandOnCooldown: wordings.cooling_down,
    app_commands.NoPrivateMessage: says("That works only in a server. Please use it in one of its channels."),
    app_commands.CommandNotFound: says(f"My commands have just changed. {CHANGED}"),
    app_commands.CommandSignatureMismatch: says(f"This command has just changed. {CHANGED}"),
    app_commands.TransformerError: says(
        "I cannot use one of the values you gave, so nothing was changed. Pick one of the suggestions."
    ),
    discord.DiscordServerError: says(f"Discord is having trouble {LOST_ANSWER}"),
    discord.RateLimited: says(f"Discord asked me to slow down {LOST_ANSWER}"),
    aiohttp.ClientError: says(f"The connection broke {LOST_ANSWER}"),
    OSError: says(f"The connection broke {LOST_ANSWER}"),
    TimeoutError: says(f"That took too long {LOST_ANSWER}"),
    **LIST_TABLE,
}


def put_into_words(error: BaseException, place: Place) -> Answer:
    """Raises UnexpectedError for what has no sentence of its own."""
    for known in type(error).__mro__:
        if known in TABLE:
            return TABLE[known](error, place)
    raise UnexpectedError
