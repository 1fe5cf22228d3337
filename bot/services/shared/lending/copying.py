"""Fills a new playlist with what another one holds: in order, and on from where an earlier try was cut short."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.spotify.errors import SpotifyRequestError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Sequence

    from bot.services.shared.lending.new_playlists import NewPlaylists
    from bot.services.shared.writing.bound_writer import Progress

MOST: Final = 100  # URIs in one write


class CopyLostError(Exception):
    """The new playlist does not hold what was put into it; another one is to be begun."""


@dataclass(frozen=True, slots=True)
class Copy:
    """How far it is. `at`: how many of the URIs are dealt with; `inside`: how many of them Spotify took."""

    playlist_id: str
    digest: str  # of the URIs
    at: int = 0
    inside: int = 0


def copy_of(playlist_id: str, uris: Sequence[str]) -> Copy:
    return Copy(playlist_id, _digest(uris))


class Copying:
    def __init__(self, new_playlists: NewPlaylists) -> None:
        self._new = new_playlists

    async def fill(
        self,
        owner_id: int,
        copy: Copy,
        uris: Sequence[str],
        *,
        again: bool,
        keep: Callable[[Copy], Awaitable[None]],
        hold: Callable[[], Awaitable[None]],
        progress: Progress | None = None,
        share: Hashable = None,
    ) -> Copy:
        """Put in what is not in yet. What Spotify does not take is left out.

        again: an earlier try was cut short. keep: stores how far it is, after every request. hold: called before each.
        Raises CopyLostError, and the SpotifyError tree; then the copy last kept can be gone on with.
        """
        if copy.digest != _digest(uris):
            raise CopyLostError
        if again:
            copy = await self._resumed(owner_id, copy, share)
        size = MOST
        while copy.at < len(uris):
            if progress is not None:
                await progress(copy.at, len(uris))
            batch = uris[copy.at : copy.at + size]
            await hold()
            taken = len(batch)
            try:
                await self._new.append(owner_id, copy.playlist_id, batch, share=share)
            except SpotifyRequestError:  # one of them is not to its liking; which one, it does not say
                if len(batch) > 1:
                    size = len(batch) // 2
                    continue
                taken = 0
            copy = replace(copy, at=copy.at + len(batch), inside=copy.inside + taken)
            await keep(copy)
            size = min(size * 2, MOST)
        return copy

    async def _resumed(self, owner_id: int, copy: Copy, share: Hashable) -> Copy:
        """A request whose answer got lost may have worked: the playlist tells by its length."""
        more = await self._new.filled(owner_id, copy.playlist_id, share=share) - copy.inside
        if not 0 <= more <= MOST:
            raise CopyLostError
        return replace(copy, at=copy.at + more, inside=copy.inside + more)


def _digest(uris: Sequence[str]) -> str:
    return hashlib.blake2b("\n".join(uris).encode(), digest_size=16).hexdigest()
