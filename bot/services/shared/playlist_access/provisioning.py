"""Playlists the bot creates in an owner's account, for lending: created, filled before anyone knows them, described."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.services.shared.core.facts import Facts
from bot.services.shared.playlist_access.halving import in_parts
from bot.services.shared.playlist_access.recovery import CHANGE, READ
from bot.shared_errors import ListBusyError, ListChangedError, PlaylistLentError
from bot.spotify.errors import SpotifyError, SpotifyOutcomeUnknownError
from bot.spotify.limits import LONGEST_PAGE, SHOWS_AFTER, WRITE_URIS
from bot.spotify.purpose import Part, Priority, Purpose, Share

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.services.shared.playlist_access.playlist import LentPlaylists, Progress
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Page, Playlist
    from bot.stores.lists import SharedPlaylists
    from bot.stores.process import KeyValues


class Provisioning:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        lent: LentPlaylists,
        lists: SharedPlaylists,
        values: KeyValues,
    ) -> None:
        """values: where the playlists created here are recorded, so that no others can be filled."""
        self._keeper = keeper
        self._client = client
        self._lent = lent
        self._lists = lists
        self._made = Facts(values, "made playlist", int, plain=True)  # its owner, by playlist

    async def make(
        self, owner_id: int, name: str, *, description: str = "", public: bool, share: Share | None = None
    ) -> Playlist:
        """Sent once. If Spotify doesn't say whether it worked, it's the newest empty one with that name.

        Raises SpotifyOutcomeUnknownError if there is none.
        """
        found: Playlist | None
        try:
            found = await self._lent.create(
                owner_id, name, description=description or None, public=public, share=share
            )
        except SpotifyOutcomeUnknownError:
            found = await self.newest(owner_id, name, share)
            if found is None:
                raise
        await self._made.put(found.id, owner_id)
        return found

    async def made_before(self, owner_id: int, name: str, share: Share | None = None) -> Playlist | None:
        """What `make` created for a process that ended before it stored which one, if it did."""
        found = await self.newest(owner_id, name, share)
        if found is not None:
            await self._made.put(found.id, owner_id)
        return found

    async def described(
        self, owner_id: int, playlist_id: str, *, share: Share | None = None
    ) -> Playlist | None:
        """As Spotify describes it now, which may differ from what was requested; None: it doesn't say."""
        client = self._client.serving(Purpose(Priority.VERIFY, share))
        with suppress(SpotifyError):
            return await self._keeper.as_member(
                owner_id, lambda token: client.playlist(token, playlist_id), scopes=READ
            )
        return None

    async def filled(self, owner_id: int, playlist_id: str, *, share: Share | None = None) -> int:
        """How many items it holds by now."""
        client = self._client.serving(Purpose(Priority.VERIFY, share))
        page = await self._keeper.as_member(
            owner_id, lambda token: client.playlist_items(token, playlist_id, limit=1), scopes=READ
        )
        return page.total

    async def append(
        self, owner_id: int, playlist_id: str, uris: Sequence[str], *, share: Share | None = None
    ) -> None:
        """Add up to 100 URIs at its end. Sent once.

        Raises ListChangedError unless it was created here for this owner, and PlaylistLentError once it's lent.
        """
        if await self._made.get(playlist_id) != owner_id:
            raise ListChangedError
        if any(shared.playlist_id == playlist_id for shared in await self._lists.using([playlist_id])):
            raise PlaylistLentError
        client = self._client.serving(Purpose(share=share, part=Part.SHARED))
        await self._keeper.as_member(
            owner_id, lambda token: client.add_items(token, playlist_id, uris), scopes=READ | CHANGE
        )

    async def newest(self, owner_id: int, name: str, share: Share | None = None) -> Playlist | None:
        """The newest empty one of the owner's that has this name and isn't lent."""
        account = await self._keeper.account(owner_id)
        newest = await self._newest(owner_id, share)
        using = await self._lists.using([playlist.id for playlist in newest])
        lent = {shared.playlist_id for shared in using}
        return next(
            (
                playlist
                for playlist in newest
                if playlist.name == name
                and playlist.owner.id == account.spotify_id
                and not playlist.item_count
                and playlist.id not in lent
            ),
            None,
        )

    async def _newest(self, owner_id: int, share: Share | None) -> list[Playlist]:
        """The account's first and last ones: Spotify doesn't say at which end new ones appear."""
        client = self._client.serving(Purpose(Priority.VERIFY, share))

        async def read(offset: int) -> Page[Playlist]:
            return await self._keeper.as_member(
                owner_id,
                lambda token: client.my_playlists(token, limit=LONGEST_PAGE, offset=offset),
                scopes=READ,
            )

        first = await read(0)
        last = await read(first.total - LONGEST_PAGE) if first.total > LONGEST_PAGE else None
        return [*first.items, *(last.items if last else ())]


class CopyLostError(Exception):
    """The new playlist doesn't hold what was put into it; another one has to be started."""


@dataclass(frozen=True, slots=True)
class Copy:
    """How far it is. `at`: how many of the URIs are done; `inside`: how many of them Spotify accepted.

    sent_at: when the request was sent, or given up, whose outcome isn't known yet.
    """

    playlist_id: str
    digest: str  # of the URIs
    at: int = 0
    inside: int = 0
    sent_at: datetime | None = None


def copy_of(playlist_id: str, uris: Sequence[str]) -> Copy:
    return Copy(playlist_id, _digest(uris))


class PlaylistFiller:
    def __init__(self, new_playlists: Provisioning, *, now: Callable[[], datetime]) -> None:
        self._new = new_playlists
        self._now = now

    async def fill(
        self,
        owner_id: int,
        copy: Copy,
        uris: Sequence[str],
        *,
        keep: Callable[[Copy], Awaitable[None]],
        hold: Callable[[], Awaitable[None]],
        progress: Progress | None = None,
        share: Share | None = None,
    ) -> Copy:
        """Add what isn't in yet. What Spotify doesn't accept is left out.

        keep: stores the progress, before and after every request. hold: called before each.
        Raises CopyLostError, ListBusyError while the outcome of the latest request can't be known, and the
        SpotifyError tree; then the copy last stored can be continued.
        """
        if copy.digest != _digest(uris):
            raise CopyLostError
        if copy.sent_at is not None:
            copy = await self._resumed(owner_id, copy, share)
        begun = copy

        async def send(part: Sequence[str], landed: int) -> None:
            if progress is not None:
                await progress(copy.at, len(uris))
            await hold()
            sending = replace(copy, inside=begun.inside + landed, sent_at=self._now())
            await keep(sending)
            try:
                await self._new.append(owner_id, copy.playlist_id, part, share=share)
            except SpotifyOutcomeUnknownError:
                await keep(replace(sending, sent_at=self._now()))
                raise

        async for part in in_parts(uris[begun.at :], send):
            inside = copy.inside + (part.count if part.landed else 0)
            copy = replace(copy, at=copy.at + part.count, inside=inside, sent_at=None)
            await keep(copy)
        return copy

    async def _resumed(self, owner_id: int, copy: Copy, share: Share | None) -> Copy:
        """A request that was cut off may have worked: the playlist's length shows it, some time later."""
        if copy.sent_at is not None and timedelta() <= self._now() - copy.sent_at < SHOWS_AFTER:
            raise ListBusyError
        more = await self._new.filled(owner_id, copy.playlist_id, share=share) - copy.inside
        if not 0 <= more <= WRITE_URIS:
            raise CopyLostError
        return replace(copy, at=copy.at + more, inside=copy.inside + more, sent_at=None)


def _digest(uris: Sequence[str]) -> str:
    return hashlib.blake2b("\n".join(uris).encode(), digest_size=16).hexdigest()
