"""Linking and tokens at Spotify's accounts service: the consent page's address, codes, refreshing, the app's own token.

Authorization code flow with the client secret and a PKCE challenge (RFC 9700, 2.1.1), or with PKCE alone for programs
that can't keep a secret.
Source: developer.spotify.com/documentation/web-api/tutorials/code-flow, .../refreshing-tokens,
.../code-pkce-flow, .../client-credentials-flow
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NoReturn, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct
from msgspec.structs import force_setattr

from bot.spotify.errors import (
    SpotifyAnswerLostError,
    SpotifyConsentError,
    SpotifyImplicitGrantError,
    SpotifyOutcomeUnknownError,
    SpotifyRequestError,
    SpotifyStateError,
    SpotifyUnavailableError,
)
from bot.spotify.purpose import Priority
from bot.spotify.responses import shortened, token_error_of
from bot.spotify.scopes import names_of, scopes_of
from bot.spotify.shapes import Shape
from bot.spotify.transport import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.spotify.transport import Response, Sender

DEFAULT_LIFE_S: Final = 3600  # Spotify's documented value, if `expires_in` is missing
LONGEST_LIFE_S: Final = 24 * 3600  # anything far above is a broken answer, or not a duration at all


class AppToken(Struct, frozen=True):
    """Represents only the app: search and catalogue, nobody's playlists."""

    value: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"AppToken(expires_at={self.expires_at!r})"  # never the token itself


class UserToken(Struct, frozen=True):
    """Represents an account that gave its consent. scopes: the granted ones, as a set or as Spotify writes them."""

    value: str
    scopes: frozenset[str]

    if TYPE_CHECKING:

        def __init__(self, value: str, scopes: str | Collection[str]) -> None: ...

    def __post_init__(self) -> None:
        given = cast("str | Collection[str]", self.scopes)
        if not isinstance(given, frozenset):
            force_setattr(self, "scopes", names_of(given))

    def __repr__(self) -> str:
        return f"UserToken(scopes={sorted(self.scopes)!r})"


class Grant(Struct, frozen=True):
    """What the token endpoint returned.

    refresh: None in most refresh answers: the current one stays valid.
    scopes: as granted, not as requested; None if the answer doesn't say; then they are unchanged (RFC 6749, 5.1 and 6).
    """

    access: str
    refresh: str | None
    expires_at: datetime  # of the access token
    scopes: frozenset[str] | None

    def __repr__(self) -> str:
        return f"Grant(expires_at={self.expires_at!r}, scopes={self.scopes!r})"


class _TokenAnswer(Struct, frozen=True):
    access_token: str
    expires_in: int = DEFAULT_LIFE_S
    refresh_token: str | None = None
    scope: str | None = None


_TOKEN_ANSWER: Final = Shape(_TokenAnswer)
_TOKEN: Final = re.compile(r"[!-~]+")


class OAuth:
    """client_secret: None for a program whose code others can see; then codes need PKCE, and there is no app token.

    redirect_uri: exactly as registered for the app. now: aware UTC.
    """

    def __init__(
        self,
        sender: Sender,
        *,
        client_id: str,
        client_secret: str | None,
        redirect_uri: str,
        now: Callable[[], datetime],
        accounts_url: str = "https://accounts.spotify.com",
    ) -> None:
        self._sender = sender
        self._client_id = client_id
        self._redirect_uri = redirect_uri
        self._now = now
        self._authorize_url = f"{accounts_url}/authorize"
        self._token_url = f"{accounts_url}/api/token"
        self._secret = client_secret is not None
        self._headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if client_secret is not None:
            basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
            self._headers["Authorization"] = f"Basic {basic}"

    def authorize_url(
        self, *, state: str, challenge: str | None, scopes: str | Collection[str], ask_again: bool = True
    ) -> str:
        """Where the person agrees or declines. challenge: from `challenge_of`; None only with a client secret.

        state: random, for this one time, and compared when the person comes back (`code_of`).
        scopes: as for `scopes_of`, which raises SpotifyRequestError for an unknown one.
        ask_again: ask even if they have agreed before, so that they can choose another account.
        """
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "state": state,
            "scope": " ".join(sorted(scopes_of(scopes))),
        }
        if ask_again:
            query["show_dialog"] = "true"
        if challenge is not None:
            query |= {"code_challenge_method": "S256", "code_challenge": challenge}
        elif not self._secret:
            raise SpotifyRequestError("without a client secret, a challenge (PKCE) is required")
        return f"{self._authorize_url}?{urlencode(query)}"

    def implicit_url(self, **_: object) -> NoReturn:
        """A flow that no longer exists: raises SpotifyImplicitGrantError, which says since when, and what to do."""
        raise SpotifyImplicitGrantError

    async def exchange(self, code: str, verifier: str | None) -> Grant:
        """Exchange the code of a consent for tokens. Sent once: a code only works once.

        verifier: the one whose challenge went to the consent page; None if none did.

        Raises SpotifyGrantError (code used, old or not ours), SpotifyCredentialsError (the operator's settings),
        SpotifyUnavailableError (also if the answer was lost: start over).
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri}
        if verifier is not None:
            form["code_verifier"] = verifier
        return await self._grant(form)

    async def refresh(self, refresh_token: str) -> Grant:
        """A new access token, and sometimes a new refresh token. Sent once, since the old one may become invalid.

        Raises SpotifyGrantError if the consent is over; after any other error, keep the refresh token. After a
        SpotifyAnswerLostError, Spotify may have replaced it.
        """
        return await self._grant({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def app_token(self) -> AppToken:
        """The app's own token (client credentials), fresh from Spotify; `AppTokens` keeps it. Repeated like a read."""
        if not self._secret:
            raise SpotifyRequestError("an app token needs the client secret")
        grant = await self._grant({"grant_type": "client_credentials"}, repeatable=True)
        return AppToken(grant.access, grant.expires_at)

    async def _grant(self, form: dict[str, str], *, repeatable: bool = False) -> Grant:
        asked_at = self._now()
        if not self._secret:
            form["client_id"] = self._client_id
        request = Request(
            "POST",
            self._token_url,
            self._headers,
            urlencode(form).encode(),
            repeatable=repeatable,
            priority=Priority.REFRESH,
        )
        try:
            answer = _read(await self._sender.send(request))
        except SpotifyOutcomeUnknownError as unknown:  # not a write whose effect someone could check
            kind = SpotifyUnavailableError if _refused(unknown.status) else SpotifyAnswerLostError
            raise kind(unknown.message, status=unknown.status) from None
        return Grant(
            access=answer.access_token,
            refresh=answer.refresh_token or None,
            expires_at=asked_at + timedelta(seconds=min(max(answer.expires_in, 0), LONGEST_LIFE_S)),
            scopes=None if answer.scope is None else frozenset(answer.scope.split()),
        )


def _read(response: Response) -> _TokenAnswer:
    if response.status != 200:
        raise token_error_of(response.status, response.body)
    try:
        answer = _TOKEN_ANSWER.read(response.body)
    except SpotifyUnavailableError as unreadable:
        raise SpotifyAnswerLostError(unreadable.message, status=response.status) from None
    if not _TOKEN.fullmatch(answer.access_token):  # nothing else can be sent in a header
        raise SpotifyAnswerLostError("unreadable answer", status=response.status)
    return answer


def _refused(status: int | None) -> bool:
    """Whether the endpoint itself said that it failed. A gateway that got no answer from it (502, 504) can't know."""
    return status is not None and status >= 500 and status not in {502, 504}


def new_verifier() -> str:
    """A PKCE verifier: 256 random bits as 43 characters (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def new_state() -> str:
    """A state for the consent page: 256 random bits."""
    return secrets.token_urlsafe(32)


def code_of(address: str, *, state: str) -> str:
    """The code in the address that the consent page sent the browser to.

    Raises SpotifyStateError if it isn't the answer to the page opened with `state`, SpotifyConsentError if it contains
    no code (the person declined), SpotifyImplicitGrantError if it contains an access token instead.
    """
    split = urlsplit(address)
    if "access_token" in dict(parse_qsl(split.fragment)):
        raise SpotifyImplicitGrantError
    answer = dict(parse_qsl(split.query))
    if not secrets.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise SpotifyStateError("the state differs")
    if code := answer.get("code"):
        return code
    said = shortened(answer.get("error", ""))
    raise SpotifyConsentError(said or "no code", error=said or None)
