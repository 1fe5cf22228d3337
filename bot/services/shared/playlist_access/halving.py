"""Finds what Spotify refuses among many: it says that something is wrong, but not what; so halves are tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.spotify.errors import SpotifyForbiddenError, SpotifyPlaylistFullError, SpotifyRequestError
from bot.spotify.limits import PLAYLIST_LENGTH, WRITE_URIS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence


class Halving:
    """How many to send together: `most`; and once Spotify refuses some, one half of those, then the other.

    If the first of two halves landed, the second needn't be tried: it's halved at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._suspects = 0  # how many of the next ones certainly include a refused one
        self._parts: list[int] = []  # what follows these, as it was split

    @property
    def size(self) -> int:
        if self._suspects:
            return max(1, self._suspects // 2)
        return self._parts[0] if self._parts else self._most

    @property
    def is_searching(self) -> bool:
        """Whether the next ones are part of what was refused together."""
        return bool(self._suspects)

    def landed(self, sent: int) -> None:
        """So many are done."""
        if self._suspects > sent:
            self._suspects -= sent
        else:
            self._forget(sent)

    def refused(self, sent: int) -> None:
        """So many were refused. A single one is done, and nothing is known about those it was sent with."""
        if self._suspects > sent:
            self._parts.insert(0, self._suspects - sent)
            self._suspects = 0
        else:
            self._forget(sent)
        self._suspects = sent if sent > 1 else 0

    def _forget(self, sent: int) -> None:
        if not self._suspects and self._parts:
            left = self._parts.pop(0) - sent
            if left > 0:
                self._parts.insert(0, left)
        self._suspects = 0


@dataclass(frozen=True, slots=True)
class Part:
    """`count` of the URIs, from position `at` on, are done: they landed, or Spotify doesn't accept them."""

    at: int
    count: int
    landed: bool


async def in_parts(
    uris: Sequence[str], send: Callable[[Sequence[str], int], Awaitable[object]]
) -> AsyncIterator[Part]:
    """Send all, as many at once as Spotify accepts; what it refuses is left out, however many those are.

    A single refused one is sent once more before it's left out: the first refusal may be a passing fault.
    send: gets a part, and how many of those before it landed. Any error besides a refusal ends it.
    """
    halving, at, landed = Halving(WRITE_URIS), 0, 0
    again = False
    while at < len(uris):
        part = uris[at : at + halving.size]
        try:
            await send(part, landed)
        except (SpotifyRequestError, SpotifyPlaylistFullError) as error:
            if len(part) == 1 and not again:
                again = True
                continue
            halving.refused(len(part))
            if len(part) > 1:
                continue
            full = isinstance(error, SpotifyPlaylistFullError)  # then it accepts none of the others either
            dealt = Part(at, len(uris) - at if full else 1, landed=False)
        else:
            halving.landed(len(part))
            landed += len(part)
            dealt = Part(at, len(part), landed=True)
        again = False
        yield dealt
        at += dealt.count


def is_refusal(error: Exception, length: int | None = None) -> bool:
    """Whether Spotify objects to what was sent, and not to who sent it or where to.

    length: how long the playlist would be. If that is too long, a 403 is about that, whatever its words.
    """
    if type(error) is SpotifyForbiddenError:
        return length is not None and length > PLAYLIST_LENGTH
    return isinstance(error, SpotifyRequestError | SpotifyPlaylistFullError)
