"""What can go wrong with Spotify, by who has to act. Facts as attributes, no words for members, no secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class SpotifyError(Exception):
    """`status` is the HTTP status, None without an answer. `message` is Spotify's own text, shortened; for logs.

    reason: Spotify's word for it, if it sends one ("PREMIUM_REQUIRED", "NO_ACTIVE_DEVICE", ...).
    error, error_description: what the accounts service said ("invalid_grant", "Refresh token expired").
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        reason: str | None = None,
        error: str | None = None,
        error_description: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.reason = reason
        self.error = error
        self.error_description = error_description


class SpotifySetupError(SpotifyError):
    """Something is missing on this machine: a setting or a package. `message` says which, and what to do about it."""


class SpotifyUnavailableError(SpotifyError):
    """A problem at Spotify: no connection, timeout, 5xx, or an unreadable body. A read can be retried later."""


class SpotifyOutcomeUnknownError(SpotifyUnavailableError):
    """A write was sent and no readable answer came: it may or may not have taken effect. Never blindly sent again."""


class SpotifyAnswerLostError(SpotifyUnavailableError):
    """The token endpoint was asked, and its own answer never came: it may have replaced the refresh token."""


class SpotifyRateLimitedError(SpotifyError):
    """Spotify told the app to wait; nothing is sent before `until`. `quota`: the day's quota is used up."""

    def __init__(self, until: datetime, *, quota: bool = False) -> None:
        super().__init__("rate limited", status=429)
        self.until = until
        self.quota = quota


class SpotifyBudgetError(SpotifyRateLimitedError):
    """Our own daily budget holds this call back, so that writes still get through. `until`: when to ask again.

    for_others: what's left is reserved for those who have used less.
    """

    def __init__(self, until: datetime, *, for_others: bool = False) -> None:
        super().__init__(until, quota=True)
        self.for_others = for_others


class SpotifyUnauthorizedError(SpotifyError):
    """The access token isn't accepted (401)."""


class SpotifyForbiddenError(SpotifyError):
    """The account isn't allowed to do this (403), for no known special reason."""


class SpotifyNotRegisteredError(SpotifyForbiddenError):
    """The person isn't on the app's user list (development mode)."""


class SpotifyOwnerPremiumError(SpotifyForbiddenError):
    """The owner of the app has no active Premium subscription, so Spotify refuses every call."""


class SpotifyScopeError(SpotifyForbiddenError):
    """The consent lacks a scope. `missing` names what's needed; any one of them if `any_one`.

    `missing` is empty if Spotify said so (then `status` is 403), since Spotify doesn't name them.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        reason: str | None = None,
        error: str | None = None,
        error_description: str | None = None,
        missing: Collection[str] = (),
        any_one: bool = False,
    ) -> None:
        super().__init__(
            message, status=status, reason=reason, error=error, error_description=error_description
        )
        self.missing = frozenset(missing)
        self.any_one = any_one


class SpotifyPlaylistFullError(SpotifyForbiddenError):
    """The playlist can't hold that many more items, whoever adds them ("Playlist size limit reached")."""


class SpotifyPremiumError(SpotifyForbiddenError):
    """The listener has no Premium subscription, which the player needs (`PREMIUM_REQUIRED`)."""


class SpotifyNotAvailableError(SpotifyForbiddenError):
    """Spotify doesn't let this app use the `endpoint` at all: it's for apps with extended quota.

    Raised after Spotify has said so once, from then on without asking. `message` holds Spotify's words.
    """

    def __init__(self, message: str = "", *, status: int | None = None, endpoint: str = "") -> None:
        super().__init__(message, status=status)
        self.endpoint = endpoint


class SpotifyNotFoundError(SpotifyError):
    """Spotify doesn't know the thing, or doesn't show it to this app (404)."""


class SpotifyNoDeviceError(SpotifyNotFoundError):
    """There is nothing to play on: no device is active (`NO_ACTIVE_DEVICE`)."""


class SpotifyRequestError(SpotifyError):
    """Spotify calls the request itself wrong (400 and other 4xx): our mistake."""


class SpotifyGrantError(SpotifyError):
    """The accounts service rejects a code or refresh token (`invalid_grant`): used, too old, expired or withdrawn."""


class SpotifyCredentialsError(SpotifyError):
    """The accounts service rejects the client ID or secret (`invalid_client`): the operator's settings."""


class SpotifyConsentError(SpotifyError):
    """The consent page came back without a code. `error` says why: "access_denied" if the person declined."""


class SpotifyStateError(SpotifyError):
    """The address that came back doesn't belong to the consent page that was opened: its `state` differs."""


class SpotifyImplicitGrantError(SpotifyError):
    """The implicit grant (`response_type=token`) was tried, which Spotify ended on 2025-11-27.

    Source: developer.spotify.com/blog/2025-10-14-reminder-oauth-migration-27-nov-2025
    """

    def __init__(self) -> None:
        super().__init__(
            "Spotify ended the implicit grant on 2025-11-27. Use the authorization code flow with PKCE, which needs "
            "no client secret either: OAuth(client_secret=None), authorize_url(...), then exchange(...)."
        )


class SpotifyPartlyDoneError(SpotifyError):
    """A write in several requests stopped midway. `done`: how many of the things are certainly done, from the first on.

    `cause` is what went wrong with the next request; if that's a SpotifyOutcomeUnknownError, more may be done.
    """

    def __init__(self, cause: SpotifyError, *, done: int) -> None:
        super().__init__(cause.message, status=cause.status, reason=cause.reason)
        self.cause = cause
        self.done = done


class RefError(SpotifyError):
    """A pasted link, URI or ID that refers to something, but not what was expected.

    `problem`: "host" (no page of Spotify's about music), "kind" (`found` names it), "id" (not 22 letters and digits),
    "short" (a spotify.link short link, which only Spotify can resolve).
    """

    def __init__(self, problem: str, *, expected: Collection[str], found: str = "") -> None:
        super().__init__(f"not a usable reference: {problem}")
        self.problem = problem
        self.expected = tuple(expected)
        self.found = found
