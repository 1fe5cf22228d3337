"""What to tell a person at a terminal about an error: what happened and what to do, in a sentence or two. No I/O."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from bot.spotify import errors
from bot.spotify.responses import shortened

if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN: Final = "Run: python -m bot.spotify login"


class Exit(IntEnum):
    """What the command returns to the shell."""

    DONE = 0
    FAILED = 1  # Spotify refused, or doesn't know the thing
    USAGE = 2  # the command itself is wrong
    SIGN_IN = 3  # nobody is signed in, or they haven't allowed this
    SETUP = 4  # client ID, secret, redirect address, or a package
    LATER = 5  # no connection, Spotify is down, or says to wait
    STOPPED = 130  # Ctrl-C


def cure(error: errors.SpotifyError) -> tuple[Exit, str]:
    """The exit status, and what to say."""
    for kind, status, text in _CURES:
        if isinstance(error, kind):
            return status, text if isinstance(text, str) else text(error)
    if isinstance(error, errors.SpotifyRequestError) and error.status is None:
        return Exit.USAGE, _sentence(error.message)
    return Exit.FAILED, f"Spotify refused: {_sentence(error.message or type(error).__name__)}"


def _sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", ")")) else ".")


def _unavailable(error: errors.SpotifyUnavailableError) -> str:
    if error.status is None:
        words = shortened(error.message).partition(": ")[0]
        return f"Spotify can't be reached ({words}). Check the network, a firewall or a proxy, and try again."
    return f"Spotify has a problem (HTTP {error.status}). Try again later."


def _until(error: errors.SpotifyRateLimitedError) -> str:
    return f"Spotify says to wait until {error.until.astimezone():%d %B, %H:%M}. Try again then."


def _not_agreed(error: errors.SpotifyConsentError) -> str:
    if error.error == "access_denied":
        return f"You declined on Spotify's page, so nothing was changed. {AGAIN}"
    return _sentence(error.message)


def _scope(error: errors.SpotifyScopeError) -> str:
    if not error.missing:
        return f"The consent doesn't cover this. {AGAIN}"
    scopes = sorted(error.missing)[:1] if error.any_one else sorted(error.missing)
    return f'The consent doesn\'t cover this. {AGAIN} --scopes "{" ".join(scopes)}"'


def _ref(error: errors.RefError) -> str:
    wanted = " or ".join(error.expected)
    match error.problem:
        case "kind" if error.found:
            return f"That leads to a thing of another kind ({error.found}); what's needed here: {wanted}."
        case "short":
            return "Short links can't be read here. Open it, and copy the address it ends at."
        case "id":
            return "That link or URI is incomplete. Copy it again."
    return f"That's no link to a thing on Spotify; what's needed here: {wanted}."


# The first that fits counts: special kinds come before general ones.
_CURES: Final[tuple[tuple[type[errors.SpotifyError], Exit, str | Callable[[Any], str]], ...]] = (
    (errors.SpotifySetupError, Exit.SETUP, lambda error: _sentence(error.message)),
    (
        errors.SpotifyCredentialsError,
        Exit.SETUP,
        "Spotify doesn't accept this client ID and secret. Copy both again from your app's page in the dashboard.",
    ),
    (errors.SpotifyRateLimitedError, Exit.LATER, _until),
    (
        errors.SpotifyOutcomeUnknownError,
        Exit.LATER,
        "No answer came, so it may have worked or not. Look in Spotify before you try again.",
    ),
    (errors.SpotifyUnavailableError, Exit.LATER, _unavailable),
    (errors.SpotifyGrantError, Exit.SIGN_IN, f"Nobody is signed in, or the consent is over. {AGAIN}"),
    (errors.SpotifyUnauthorizedError, Exit.SIGN_IN, f"Spotify no longer accepts the tokens. {AGAIN}"),
    (errors.SpotifyConsentError, Exit.SIGN_IN, _not_agreed),
    (errors.SpotifyStateError, Exit.SIGN_IN, f"That address belongs to another page. {AGAIN}"),
    (errors.SpotifyScopeError, Exit.SIGN_IN, _scope),
    (
        errors.SpotifyNotRegisteredError,
        Exit.FAILED,
        "This account isn't on the app's user list. Add its name and email in the dashboard, under Users Management.",
    ),
    (
        errors.SpotifyOwnerPremiumError,
        Exit.FAILED,
        "The owner of the app needs Spotify Premium. After subscribing, it can take a few hours.",
    ),
    (
        errors.SpotifyPremiumError,
        Exit.FAILED,
        "The player only takes commands from accounts with Spotify Premium.",
    ),
    (
        errors.SpotifyNotAvailableError,
        Exit.FAILED,
        "Spotify only lets apps with extended quota do this, and yours is in development mode.",
    ),
    (
        errors.SpotifyNoDeviceError,
        Exit.FAILED,
        "There is nothing to play on. Open Spotify somewhere, or name a device with --device.",
    ),
    (
        errors.SpotifyForbiddenError,
        Exit.FAILED,
        "This account isn't allowed to do that. Only the owner of a thing is.",
    ),
    (errors.SpotifyNotFoundError, Exit.FAILED, "Spotify doesn't know that. Check the link or the ID."),
    (errors.RefError, Exit.USAGE, _ref),
)
