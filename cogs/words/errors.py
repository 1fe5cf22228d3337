"""The sentence for each error a member can meet: what happened, what was kept, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import discord
from discord import app_commands

from bot import errors as ours
from bot.languages import Text
from bot.spotify import errors as spotify
from cogs.words import error_sentences as wordings
from cogs.words.error_sentences import Answer, Place
from cogs.words.shared_errors import LIST_TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cogs.words.error_sentences import Wording


class UnexpectedError(Exception):
    """No sentence for an error: it gets a reference and a traceback in the log."""


def surprised(error: Exception, _place: Place) -> Answer:
    raise UnexpectedError from error


NOT_RESPONDING = Text(
    "Spotify isn't responding properly right now. Nothing was changed. Try again in a minute."
)

# A text for what is the same for every error of a class: {link} and {operator} are filled in.
# An error without an entry of its own gets that of the nearest class above it.
TABLE: Mapping[type[BaseException], Wording | Text] = {
    ours.BotError: surprised,
    ours.StoreUnavailableError: Text(
        "My database is unavailable right now, so nothing was saved or changed. Try again in a minute."
    ),
    ours.DatabaseInUseError: surprised,  # these stop the start, or a backup: no member ever sees them
    ours.DatabaseTooNewError: surprised,
    ours.DatabaseTooOldError: surprised,
    ours.RestoreUnfinishedError: surprised,
    ours.BotRunningError: surprised,
    ours.IdentifiesUsedUpError: surprised,
    ours.NotLinkedError: wordings.not_linked,
    ours.LinkEndedError: Text(
        "Spotify no longer accepts your link: its six months are up, or you withdrew it. "
        "Your playlists are untouched. Use {link} to link again."
    ),
    ours.LinkInDoubtError: wordings.link_in_doubt,
    ours.AccountUnreadableError: Text(
        "I can't read your link any more. Your playlists are untouched. Use {link} to link again."
    ),
    ours.ScopeMissingError: wordings.scope_missing,
    ours.AccountTakenError: Text(
        "Another Discord member has already linked that Spotify account, so nothing was linked. "
        "Ask them to unlink it first, or use {link} with a different account."
    ),
    ours.LinkAttemptError: Text("That didn't work, so nothing was linked. Use {link} to start again."),
    ours.LinkExpiredError: Text(
        "That link has expired: it lasts ten minutes and works once. Use {link} to start again."
    ),
    ours.LinkUsedError: Text(
        "This link was continued in another browser, so nothing was linked. Use {link} to start again."
    ),
    ours.LinkForgedError: Text(
        "That answer doesn't belong to the link you started, so nothing was linked. Use {link} to start again."
    ),
    ours.LinkDeniedError: wordings.link_denied,
    ours.LinkNotFinishedError: Text(
        "You haven't finished Spotify's page yet. Carry on in your browser: it shows the six digits at the end."
    ),
    ours.PastedAddressError: Text(
        "That's not the whole address. Copy everything in the address bar of the page you ended up on, "
        "then press **Paste the address** again."
    ),
    ours.WrongCodeError: wordings.wrong_code,
    ours.NotYoursError: Text(
        "These pages belong to the member who used the command. Use it yourself to see yours."
    ),
    ours.NothingFoundError: wordings.nothing_found,
    ours.NoAudiobookError: wordings.no_audiobook,
    ours.PlaylistNotFoundError: wordings.playlist_not_found,
    ours.PlaylistLockedError: wordings.playlist_locked,
    ours.AdditionUnknownError: wordings.addition_unknown,
    ours.NoSuchPlaylistError: wordings.no_such_playlist,
    ours.PlaylistUnclearError: wordings.playlist_unclear,
    ours.NotYourPlaylistError: wordings.not_your_playlist,
    ours.UnreadablePlaylistError: wordings.unreadable_playlist,
    ours.PlaylistDetailsError: wordings.playlist_details,
    ours.PlaylistBusyError: Text(
        "I'm still working on that playlist, so nothing else was changed. "
        "`/playlist view` shows how far it is, and can cancel it."
    ),
    ours.PlaylistSharedError: Text(
        "That playlist is lent to a server, so I only change its tracks through `/shared`. Nothing was changed."
    ),
    ours.JobGoneError: wordings.job_gone,
    ours.RangeError: wordings.no_such_range,
    ours.PlaylistsHiddenError: wordings.playlists_hidden,
    ours.PictureError: wordings.unusable_picture,
    spotify.SpotifyError: surprised,
    spotify.SpotifySetupError: surprised,  # of programs without Discord
    spotify.SpotifyUnavailableError: NOT_RESPONDING,
    spotify.SpotifyAnswerLostError: NOT_RESPONDING,
    spotify.SpotifyOutcomeUnknownError: Text(
        "Spotify didn't say whether that worked, and I didn't send it twice. Check in Spotify before you try again."
    ),
    spotify.SpotifyRateLimitedError: wordings.rate_limited,
    spotify.SpotifyBudgetError: wordings.budget_used_up,
    spotify.SpotifyPartlyDoneError: wordings.partly_done,
    spotify.SpotifyUnauthorizedError: Text(
        "Spotify rejected my access, so nothing was changed. "
        "Try again in a minute. If it keeps happening, use {link} to link again."
    ),
    spotify.SpotifyPlaylistFullError: Text(
        "That playlist is full: Spotify's limit is 10,000 items. Nothing was added. "
        "Remove something, or pick another playlist."
    ),
    spotify.SpotifyForbiddenError: Text(
        "Spotify doesn't allow that, so nothing was changed. If you think it should, tell {operator}."
    ),
    spotify.SpotifyNotRegisteredError: Text(
        "Your Spotify account isn't on this app's user list yet, so nothing was linked or changed. "
        "{operator} has to add your name and the email address of your Spotify account under Users Management "
        "in the Spotify developer dashboard. Then use {link} again."
    ),
    spotify.SpotifyOwnerPremiumError: Text(
        "Spotify refuses all my requests because the owner of my Spotify app has no active Premium subscription. "
        "Nothing was changed. {operator} can fix that."
    ),
    spotify.SpotifyScopeError: wordings.scope_missing,
    spotify.SpotifyPremiumError: Text(
        "Only Spotify Premium accounts can do that. That's Spotify's rule, not mine."
    ),
    spotify.SpotifyNotAvailableError: Text("Spotify doesn't offer that to small apps like this one."),
    spotify.SpotifyNoDeviceError: Text(
        "Nothing is playing on any of your devices. Start something in Spotify, then try again."
    ),
    spotify.SpotifyNotFoundError: Text("Spotify can't find that. Check the link, or search by name."),
    spotify.SpotifyRequestError: surprised,
    spotify.SpotifyGrantError: Text(
        "Spotify's confirmation was too old or already used, so nothing was linked. Use {link} to start again."
    ),
    spotify.SpotifyCredentialsError: Text(
        "Spotify doesn't recognise this bot, so nothing was changed. "
        "{operator} has to check the bot's Spotify settings."
    ),
    spotify.SpotifyConsentError: Text(
        "Spotify sent you back without your consent, so nothing was linked. Use {link} to start again."
    ),
    spotify.SpotifyStateError: Text(
        "That answer doesn't belong to the link you started, so nothing was linked. Use {link} to start again."
    ),
    spotify.SpotifyImplicitGrantError: surprised,  # only a programmer ever sees it
    spotify.RefError: wordings.unusable_ref,
    app_commands.CheckFailure: Text("You don't have permission to do that here."),
    app_commands.MissingPermissions: wordings.permissions_missing,
    app_commands.BotMissingPermissions: wordings.bot_permissions_missing,
    app_commands.CommandOnCooldown: wordings.cooling_down,
    app_commands.NoPrivateMessage: Text("That only works in a server. Use it in one of its channels."),
    app_commands.CommandNotFound: Text(
        "My commands have just changed. Restart Discord or wait a few minutes, then pick it again."
    ),
    app_commands.CommandSignatureMismatch: Text(
        "This command has just changed. Restart Discord or wait a few minutes, then pick it again."
    ),
    app_commands.TransformerError: Text("I can't use one of those values. Pick one of the suggestions."),
    discord.DiscordServerError: Text(
        "Discord is having trouble, and my answer got lost. Try again in a minute."
    ),
    discord.RateLimited: Text(
        "Discord is limiting my requests, and my answer got lost. Try again in a minute."
    ),
    aiohttp.ClientError: Text("The connection dropped, and my answer got lost. Try again in a minute."),
    OSError: Text("The connection dropped, and my answer got lost. Try again in a minute."),
    TimeoutError: Text("That took too long, and my answer got lost. Try again in a minute."),
    **LIST_TABLE,
}


def put_into_words(error: BaseException, place: Place) -> Answer:
    """Raises UnexpectedError if there is no sentence for it."""
    for known in type(error).__mro__:
        if known in TABLE:
            words = TABLE[known]
            if isinstance(words, Text):
                return Answer(words(link=place.link, operator=place.operator))
            return words(error, place)
    raise UnexpectedError
