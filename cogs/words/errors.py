"""The sentence for each error a member can meet: what happened, what was kept, what to do next."""

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
    """No sentence for an error: it gets a reference and a traceback in the log."""


def surprised(error: Exception, _place: Place) -> Answer:
    raise UnexpectedError from error


LATER = "Try again in a minute."
START_AGAIN = "Use {link} to start again."
NOT_LINKED = "so nothing was linked."
CHANGED = "Restart Discord or wait a few minutes, then pick it again."
LOST_ANSWER = f"and my answer got lost. {LATER}"

# An error without an entry of its own gets that of the nearest class above it.
TABLE: Mapping[type[BaseException], Wording] = {
    ours.BotError: surprised,
    ours.StoreUnavailableError: says(
        f"My database is unavailable right now, so nothing was saved or changed. {LATER}"
    ),
    ours.DatabaseInUseError: surprised,  # this and the next stop the start: no member ever sees them
    ours.DatabaseTooNewError: surprised,
    ours.IdentifiesUsedUpError: surprised,
    ours.NotLinkedError: says("You haven't linked Spotify yet. Use {link} first. It takes about a minute."),
    ours.LinkEndedError: says(
        "Spotify no longer accepts your link: its six months are up, or you withdrew it. "
        "Your playlists are untouched. Use {link} to link again."
    ),
    ours.AccountUnreadableError: says(
        "I can't read your link any more. Your playlists are untouched. Use {link} to link again."
    ),
    ours.ScopeMissingError: wordings.scope_missing,
    ours.AccountTakenError: says(
        f"Another Discord member has already linked that Spotify account, {NOT_LINKED} "
        "Ask them to unlink it first, or use {link} with a different account."
    ),
    ours.LinkAttemptError: says(f"That didn't work, {NOT_LINKED} {START_AGAIN}"),
    ours.LinkExpiredError: says(f"That link has expired: it lasts ten minutes and works once. {START_AGAIN}"),
    ours.LinkUsedError: says(f"This link was continued in another browser, {NOT_LINKED} {START_AGAIN}"),
    ours.LinkForgedError: says(
        f"That answer doesn't belong to the link you started, {NOT_LINKED} {START_AGAIN}"
    ),
    ours.LinkDeniedError: wordings.link_denied,
    ours.LinkNotFinishedError: says(
        "You haven't finished Spotify's page yet. Carry on in your browser: it shows the six digits at the end."
    ),
    ours.PastedAddressError: says(
        "That's not the whole address. Copy everything in the address bar of the page you ended up on, "
        "then press **Paste the address** again."
    ),
    ours.WrongCodeError: wordings.wrong_code,
    ours.NothingFoundError: wordings.nothing_found,
    ours.PlaylistNotFoundError: wordings.playlist_not_found,
    ours.PlaylistLockedError: wordings.playlist_locked,
    ours.AdditionUnknownError: wordings.addition_unknown,
    spotify.SpotifyError: surprised,
    spotify.SpotifyUnavailableError: says(
        f"Spotify isn't responding properly right now. Nothing was changed. {LATER}"
    ),
    spotify.SpotifyOutcomeUnknownError: says(
        "Spotify didn't say whether that worked, and I didn't send it twice. Check in Spotify before you try again."
    ),
    spotify.SpotifyRateLimitedError: wordings.rate_limited,
    spotify.SpotifyBudgetError: wordings.budget_used_up,
    spotify.SpotifyPartlyDoneError: wordings.partly_done,
    spotify.SpotifyUnauthorizedError: says(
        "Spotify rejected my access, so nothing was changed. "
        "Try again in a minute. If it keeps happening, use {link} to link again."
    ),
    spotify.SpotifyPlaylistFullError: says(
        "That playlist is full: Spotify's limit is 10,000 items. Nothing was added. "
        "Remove something, or pick another playlist."
    ),
    spotify.SpotifyForbiddenError: says(
        "Spotify doesn't allow that, so nothing was changed. If you think it should, tell {operator}."
    ),
    spotify.SpotifyNotRegisteredError: says(
        "Your Spotify account isn't on this app's user list yet, so nothing was linked or changed. "
        "{operator} has to add your name and the email address of your Spotify account under Users Management "
        "in the Spotify developer dashboard. Then use {link} again."
    ),
    spotify.SpotifyOwnerPremiumError: says(
        "Spotify refuses all my requests because the owner of my Spotify app has no active Premium subscription. "
        "Nothing was changed. {operator} can fix that."
    ),
    spotify.SpotifyScopeError: says("Your link doesn't allow that yet. Use {link} and agree once more."),
    spotify.SpotifyPremiumError: says(
        "Only Spotify Premium accounts can do that. That's Spotify's rule, not mine."
    ),
    spotify.SpotifyNotAvailableError: says("Spotify doesn't offer that to small apps like this one."),
    spotify.SpotifyNoDeviceError: says(
        "Nothing is playing on any of your devices. Start something in Spotify, then try again."
    ),
    spotify.SpotifyNotFoundError: says("Spotify can't find that. Check the link, or search by name."),
    spotify.SpotifyRequestError: surprised,
    spotify.SpotifyGrantError: says(
        f"Spotify's confirmation was too old or already used, {NOT_LINKED} {START_AGAIN}"
    ),
    spotify.SpotifyCredentialsError: says(
        "Spotify doesn't recognise this bot, so nothing was changed. "
        "{operator} has to check the bot's Spotify settings."
    ),
    spotify.SpotifyConsentError: says(
        f"Spotify sent you back without your consent, {NOT_LINKED} {START_AGAIN}"
    ),
    spotify.SpotifyStateError: says(
        f"That answer doesn't belong to the link you started, {NOT_LINKED} {START_AGAIN}"
    ),
    spotify.SpotifyImplicitGrantError: surprised,  # only a programmer ever sees it
    spotify.RefError: wordings.unusable_ref,
    app_commands.CheckFailure: says("You don't have permission to do that here."),
    app_commands.MissingPermissions: wordings.permissions_missing,
    app_commands.BotMissingPermissions: wordings.bot_permissions_missing,
    app_commands.CommandOnCooldown: wordings.cooling_down,
    app_commands.NoPrivateMessage: says("That only works in a server. Use it in one of its channels."),
    app_commands.CommandNotFound: says(f"My commands have just changed. {CHANGED}"),
    app_commands.CommandSignatureMismatch: says(f"This command has just changed. {CHANGED}"),
    app_commands.TransformerError: says("I can't use one of those values. Pick one of the suggestions."),
    discord.DiscordServerError: says(f"Discord is having trouble, {LOST_ANSWER}"),
    discord.RateLimited: says(f"Discord is limiting my requests, {LOST_ANSWER}"),
    aiohttp.ClientError: says(f"The connection dropped, {LOST_ANSWER}"),
    OSError: says(f"The connection dropped, {LOST_ANSWER}"),
    TimeoutError: says(f"That took too long, {LOST_ANSWER}"),
    **LIST_TABLE,
}


def put_into_words(error: BaseException, place: Place) -> Answer:
    """Raises UnexpectedError if there is no sentence for it."""
    for known in type(error).__mro__:
        if known in TABLE:
            return TABLE[known](error, place)
    raise UnexpectedError
