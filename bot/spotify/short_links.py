"""Resolves short links without following them: Spotify's oEmbed says what it would embed.

Source: developer.spotify.com/documentation/embeds/reference/oembed
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote

import msgspec

from bot.spotify.errors import SpotifyError
from bot.spotify.limits import KEPT_AT_MOST
from bot.spotify.models.refs import HOST, Ref
from bot.spotify.purpose import Priority, Purpose
from bot.spotify.refs import short_links_in, with_followed
from bot.spotify.shapes import Shape
from bot.spotify.transport import Request

if TYPE_CHECKING:
    from bot.spotify.transport import Response, Sender

log = logging.getLogger(__name__)

NOBODYS: Final = Purpose()
PATIENCE_S: Final = 2.0
MOST: Final = 20  # in one text


class _Embed(msgspec.Struct, frozen=True):
    html: str


_EMBED: Final = Shape(_Embed)
# One frame and nothing else. A title can say anything, but can't escape its quotation marks.
_FRAME: Final = re.compile(r'\s*<iframe((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>\s*</iframe>\s*', re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r'\s+([a-z-]+)(?:="([^"]*)")?', re.IGNORECASE)
_SOURCE: Final = re.compile(
    rf"https://{re.escape(HOST)}/embed(?:-podcast)?/([a-z]+)/([A-Za-z0-9]{{22}})(?:\?[A-Za-z0-9=&;._%-]*)?"
)


class ShortLinks:
    """sender: caches answers, follows no redirects, and isn't part of the Web API's quota.

    oembed_url: where oEmbed is. patience_s: how long to wait for the answer.
    """

    def __init__(
        self,
        sender: Sender,
        *,
        oembed_url: str = "https://open.spotify.com/oembed",
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._sender = sender
        self._oembed_url = oembed_url
        self._patience_s = patience_s

    async def lookup(self, url: str, purpose: Purpose = NOBODYS) -> Ref | None:
        """The target of a short link, such as https://spotify.link/AbC; None if it can't be found out.

        One request, whatever happens: only what Spotify says it would embed counts.
        """
        request = Request(
            "GET",
            f"{self._oembed_url}?url={quote(url, safe='')}",
            {},
            priority=Priority.LOOKUP if purpose.priority is None else purpose.priority,
            share=purpose.share,
            cache_s=KEPT_AT_MOST.total_seconds(),
        )
        try:
            async with asyncio.timeout(self._patience_s):
                response = await self._sender.send(request)
        except (SpotifyError, TimeoutError) as error:
            log.info("a short link couldn't be looked up: %s", type(error).__name__)
            return None
        return _embedded(response)


class Asks(Protocol):
    """Anything that can look up short links, such as a client."""

    @property
    def short_links(self) -> ShortLinks | None: ...
    @property
    def purpose(self) -> Purpose: ...


async def followed(client: Asks, text: str) -> str:
    """The text with its short links replaced by their targets. Those that can't be resolved stay as they are."""
    urls = short_links_in(text)[:MOST]
    asked = client.short_links
    if not urls or asked is None:
        return text
    found = await asyncio.gather(*(asked.lookup(url, client.purpose) for url in urls))
    return with_followed(text, {url: ref for url, ref in zip(urls, found, strict=True) if ref is not None})


def _embedded(response: Response) -> Ref | None:
    if response.status != 200:
        return None
    try:
        frame = _FRAME.fullmatch(_EMBED.read(response.body).html)
    except SpotifyError:
        return None
    sources = (
        [value for name, value in _ATTRIBUTE.findall(frame[1]) if name.lower() == "src"] if frame else []
    )
    source = _SOURCE.fullmatch(sources[0]) if len(sources) == 1 else None
    return Ref(source[1], source[2]) if source else None
