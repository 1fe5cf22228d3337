"""How every call is sent and answered: token, scopes, one request, a typed answer or a SpotifyError."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeVar

import msgspec

from bot.spotify import responses
from bot.spotify.buckets import bucket_of
from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyNotAvailableError,
    SpotifyNotFoundError,
    SpotifyOutcomeUnknownError,
    SpotifyUnavailableError,
)
from bot.spotify.oauth import AppToken, UserToken
from bot.spotify.patient import is_nameless
from bot.spotify.purpose import Priority, Purpose, part_of
from bot.spotify.scopes import NEEDED, NOTHING, Needs
from bot.spotify.transport import Request

if TYPE_CHECKING:
    from collections.abc import Coroutine, MutableMapping

    from bot.spotify.short_links import ShortLinks
    from bot.spotify.transport import Response, Sender

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# A 404 with these words means the path is unknown; for an unknown thing it's "Resource not found".
_NO_SUCH_PATH: Final = frozenset({"", "not found", "not found.", "service not found"})

_GOOD: Final = (200, 204)  # 204: no content, which only the player's shapes accept as an answer


class Reader(Protocol[T_co]):
    """Turns a body into a typed answer: the shapes of `bot.spotify.shapes`."""

    def read(self, body: bytes, /) -> T_co: ...


class Calling:
    """What all groups of calls have in common.

    market: ISO 3166-1 alpha-2, sent with app tokens only; with a user token, the account's own country counts, and
    an app token without a market sees nothing as playable.
    metadata_s, search_s: how long answers about music and searches can be kept; Spotify's terms allow a day.
    short_links: resolves short links; None: they aren't resolved.
    unavailable: the endpoints Spotify has refused this app, with its words; pass your own mapping to keep them.
    """

    def __init__(
        self,
        sender: Sender,
        *,
        api_url: str = "https://api.spotify.com/v1",
        market: str | None = None,
        metadata_s: float = 3600,
        search_s: float = 300,
        short_links: ShortLinks | None = None,
        unavailable: MutableMapping[str, str] | None = None,
    ) -> None:
        self._sender = sender
        self._api_url = api_url
        self._market = market
        self._metadata_s = metadata_s
        self._search_s = search_s
        self.short_links = short_links
        self._unavailable = {} if unavailable is None else unavailable
        self._priority = Priority.LOOKUP
        self.purpose = Purpose()

    def serving(self, purpose: Purpose) -> Self:
        """The same client, with its calls for this purpose; cheap."""
        view = copy.copy(self)
        view.purpose = purpose
        view._priority = Priority.LOOKUP if purpose.priority is None else purpose.priority  # noqa: SLF001 - a copy of ourselves
        return view

    def _market_of(self, token: AppToken | UserToken, sign: str) -> str:
        return f"{sign}market={self._market}" if self._market and isinstance(token, AppToken) else ""

    def _catalogue(
        self, token: AppToken | UserToken, path: str, shape: Reader[T]
    ) -> Coroutine[object, object, T]:
        """Read something about music, with the market, and cache it."""
        path += self._market_of(token, "&" if "?" in path else "?")
        return self._read(token, path, shape, self._metadata_s)

    async def _read(self, token: AppToken | UserToken, path: str, shape: Reader[T], keep_s: float = 0) -> T:
        """GET, and the answer in its shape; a garbled one is requested once more.

        Raises SpotifyNotFoundError also if the thing arrives without its ID or address both times.
        """
        response = await self._sender.send(self._request(token, path, keep_s))
        if response.status in _GOOD:
            try:
                return shape.read(response.body)
            except SpotifyUnavailableError:
                response = await self._sender.send(self._request(token, path, keep_s, renew=True))
                if response.status in _GOOD:
                    return _read_again(shape, response)
        raise responses.error_of(response.status, response.body)

    def _request(
        self, token: AppToken | UserToken, path: str, keep_s: float = 0, *, renew: bool = False
    ) -> Request:
        return Request(
            "GET",
            self._api_url + path,
            {"Authorization": f"Bearer {token.value}"},
            repeatable=True,
            priority=self._priority,
            share=self.purpose.share,
            part=part_of(self.purpose, as_member=isinstance(token, UserToken)),
            bucket=bucket_of("GET", path),
            cache_s=keep_s,
            cache_scope=token.value if isinstance(token, UserToken) else "",
            renew=renew,
        )

    async def _write(
        self,
        token: UserToken,
        method: str,
        path: str,
        body: dict[str, object] | bytes | None = None,
        *,
        again: bool = False,
    ) -> Response:
        """Send what `_write_request` builds from these."""
        return accepted(await self._sender.send(self._write_request(token, method, path, body, again=again)))

    def _write_request(
        self,
        token: UserToken,
        method: str,
        path: str,
        body: dict[str, object] | bytes | None = None,
        *,
        again: bool = False,
    ) -> Request:
        """A request that changes something.

        body: a document, or a base64 JPEG. again: repeating it makes no difference, so it can be retried.
        """
        headers = {"Authorization": f"Bearer {token.value}"}
        if isinstance(body, dict):
            headers["Content-Type"] = "application/json"
            body = msgspec.json.encode(body)
        elif body is not None:
            headers["Content-Type"] = "image/jpeg"
        return Request(
            method,
            self._api_url + path,
            headers,
            body,
            repeatable=again,
            changes=True,
            priority=min(self._priority, Priority.WRITE),
            share=self.purpose.share,
            part=part_of(self.purpose, as_member=True),
            bucket=bucket_of(method, path),
        )

    async def _removed(
        self, token: AppToken | UserToken, endpoint: str, path: str, shape: Reader[T], keep_s: float = 0
    ) -> T:
        """Read from an endpoint that only apps with extended quota have access to.

        endpoint: the name under which a refusal is remembered. Source: .../references/changes/february-2026
        """
        if (said := self._unavailable.get(endpoint)) is not None:
            raise SpotifyNotAvailableError(said, endpoint=endpoint)
        try:
            return await self._read(token, path, shape, keep_s)
        except (SpotifyForbiddenError, SpotifyNotFoundError) as error:
            if not _about_the_endpoint(error):
                raise
            self._unavailable[endpoint] = error.message
            raise SpotifyNotAvailableError(error.message, status=error.status, endpoint=endpoint) from error


def _read_again(shape: Reader[T], response: Response) -> T:
    """Twice is no accident: a thing without its ID or address no longer exists."""
    try:
        return shape.read(response.body)
    except SpotifyUnavailableError:
        if is_nameless(response.body):
            raise SpotifyNotFoundError("without ID or address", status=response.status) from None
        raise


def _about_the_endpoint(error: SpotifyError) -> bool:
    """Whether a refusal is about the endpoint itself: a 403 of no special kind, or a 404 for an unknown path."""
    if type(error) is SpotifyForbiddenError:
        return True
    return type(error) is SpotifyNotFoundError and error.message.lower() in _NO_SUCH_PATH


def accepted(response: Response) -> Response:
    """The answer to a write, if it's a 2xx; the caller decides whether to look at its body."""
    if 200 <= response.status < 300:
        return response
    error = responses.error_of(response.status, response.body)
    if isinstance(error, SpotifyUnavailableError):  # a redirect, say: nobody knows what became of it
        raise SpotifyOutcomeUnknownError(error.message, status=error.status)
    raise error


def read_written(shape: Reader[T], response: Response) -> T:
    """What a write answered. It has been done; if the answer can't be read, what it said is unknown."""
    try:
        return shape.read(response.body)
    except SpotifyUnavailableError as exc:
        raise SpotifyOutcomeUnknownError(exc.message, status=response.status) from None


def allowed(token: UserToken, call: str) -> UserToken:
    """The token, if its scopes cover the call. Raises SpotifyScopeError."""
    return with_scopes(token, NEEDED.get(call, NOTHING))


def with_scopes(token: UserToken, needs: Needs) -> UserToken:
    """The types forbid an app token where an account is needed; this also catches one that slipped past them."""
    if not isinstance(token, UserToken):
        raise TypeError(f"a user token is needed here, not {type(token).__name__}")
    needs.check(token.scopes)
    return token
