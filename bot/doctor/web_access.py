"""Asking web servers, with a plain reason where that fails: no name, no route, no trusted certificate, a proxy."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from bot import VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from bot.outgoing import Outgoing

WAIT_S: Final = 10
LONGEST: Final = 256 * 1024
AGENT: Final = f"DiscordBot (mixtape-bot, {VERSION})"  # Discord wants it in this form

_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "its name can't be resolved"),
    (
        aiohttp.ClientConnectorCertificateError,
        "its certificate isn't trusted, so something in between may be reading along",
    ),
    (aiohttp.ClientConnectorSSLError, "what answers there doesn't speak TLS"),
    (aiohttp.ClientProxyConnectionError, "the proxy in HTTPS_PROXY can't be reached"),
    (TimeoutError, f"there was no answer within {WAIT_S} seconds"),
)


class UnreachableError(Exception):
    """There was no answer. Its text is the reason, and names no secret."""


@dataclass(frozen=True, slots=True)
class Page:
    """date: what the server's clock says, if it does."""

    status: int
    body: bytes
    date: datetime | None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def document(self) -> Any:  # noqa: ANN401 - whatever is there, to be looked at with care
        """None if it's no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class WebAccess:
    def __init__(self, session: aiohttp.ClientSession, outgoing: Outgoing) -> None:
        self._session = session
        self._outgoing = outgoing

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Page:
        """The start of it, without following it elsewhere. Raises UnreachableError."""
        try:
            async with self._session.get(
                url, headers=headers, proxy=self._outgoing.proxy_for(url), allow_redirects=False
            ) as answer:
                body = await answer.content.read(LONGEST)
                return Page(answer.status, body, _date(answer.headers.get("Date")))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UnreachableError(reason_of(error)) from None

    async def first_frame(self, url: str) -> Any:  # noqa: ANN401 - as above
        """What a websocket server says first, None if that's no JSON. Raises UnreachableError."""
        try:
            async with self._session.ws_connect(url, proxy=self._outgoing.proxy_for(url)) as socket:
                frame = await socket.receive(timeout=WAIT_S)
                return json.loads(frame.data) if isinstance(frame.data, str) else None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise UnreachableError(reason_of(error)) from None
        except ValueError:
            return None


@asynccontextmanager
async def web_access(outgoing: Outgoing) -> AsyncIterator[WebAccess]:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=WAIT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": AGENT},
    ) as session:
        yield WebAccess(session, outgoing)


def reason_of(error: Exception) -> str:
    """In words. Never the error's own text, which can quote an address with its password."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        refused = f"the proxy refuses to connect to it (status {error.status})"
        return "the proxy wants another user name or password" if error.status == 407 else refused
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"it refuses a websocket (status {error.status})"
    known = next((words for kind, words in _REASONS if isinstance(error, kind)), None)
    if known is None and isinstance(error, aiohttp.ClientConnectorError):
        known = (error.os_error.strerror or "").partition("[")[0].strip().lower()
    return known or "the connection broke"


def _date(header: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return date if date.tzinfo else None
