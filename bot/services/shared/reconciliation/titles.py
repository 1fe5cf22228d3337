"""Notices, by reads that happen anyway, that a playlist's name or description was changed in Spotify; says so once."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - msgspec reads it
from typing import TYPE_CHECKING, Final

from bot.services.clock import Alarm
from bot.services.shared.core.facts import Facts
from bot.services.shared.core.notices import GATHER
from bot.spotify.limits import SHOWS_AFTER
from bot.stores.lists import Grant
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.spotify.models import Playlist
    from bot.stores import KeyValues, Notices
    from bot.stores.lists import SharedPlaylist

LATE: Final = 2 * SHOWS_AFTER  # how long a read may show what was there before our latest change


@dataclass(frozen=True, slots=True)
class Details:
    """What a playlist is called on Spotify, and what it says about itself."""

    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """held: as it should be. writing: what we are changing it to. found: what somebody made of it in Spotify, which a
    manager was asked about. written_at: our latest change.
    """

    playlist_id: str
    held: Details
    writing: Details | None = None
    found: Details | None = None
    written_at: datetime | None = None


class TitleGuard:
    """Only of lists whose owner lets curators edit them."""

    def __init__(
        self, values: KeyValues, notices: Notices, *, now: Callable[[], datetime], noted: Alarm | None = None
    ) -> None:
        """noted: set when there is something to send."""
        self._titles = Facts(values, "title", Title)  # by list
        self._notices = notices
        self._now = now
        self._noted = noted or Alarm()

    async def of(self, shared: SharedPlaylist) -> Title | None:
        return await self._titles.get(shared.list_id)

    async def saw(self, shared: SharedPlaylist, playlist: Playlist) -> None:
        """The playlist was read."""
        held = await self._titles.get(shared.list_id)
        if not shared.grants.has(Grant.EDIT):
            if held is not None:
                await self._titles.drop(shared.list_id)
            return
        seen = details_of(playlist)
        if held is None or held.playlist_id != shared.playlist_id:
            await self._titles.put(shared.list_id, Title(shared.playlist_id, seen))
        elif seen == held.writing:
            await self._titles.put(shared.list_id, Title(shared.playlist_id, seen, written_at=self._now()))
        elif seen == held.held:
            if held.found is not None:  # somebody put it back in Spotify
                await self._titles.put(shared.list_id, replace(held, found=None))
        elif seen != held.found and not self._may_be_late(held):
            await self._tell(shared, seen)
            await self._titles.put(shared.list_id, replace(held, found=seen, writing=None))

    async def writes(self, shared: SharedPlaylist, before: Details, new: Details) -> None:
        """To be called before it's changed here, which is then no news."""
        held = await self._titles.get(shared.list_id)
        kept = held.held if held is not None and held.playlist_id == shared.playlist_id else before
        title = Title(shared.playlist_id, kept, writing=new, written_at=self._now())
        await self._titles.put(shared.list_id, title)

    async def wrote(self, shared: SharedPlaylist, new: Details) -> None:
        await self._titles.put(shared.list_id, Title(shared.playlist_id, new, written_at=self._now()))

    async def keep(self, shared: SharedPlaylist, title: Title) -> None:
        """What was made of it in Spotify stays."""
        await self._titles.put(shared.list_id, Title(title.playlist_id, title.found or title.held))

    def _may_be_late(self, held: Title) -> bool:
        return held.written_at is not None and self._now() - held.written_at < LATE

    async def _tell(self, shared: SharedPlaylist, seen: Details) -> None:
        """In the list's channel; without one, to the owner. Before it's noted: once more is better than never."""
        settings = shared.settings
        there = settings.cards_channel_id or settings.digest_channel_id
        which = hashlib.blake2b(f"{seen.name}\n{seen.about}".encode(), digest_size=6).hexdigest()
        now = self._now()
        await self._notices.add(
            Notice(
                f"{shared.list_id}:{NoticeKind.TITLE}:{which}:{now.date().isoformat()}",
                NoticeKind.TITLE,
                now + GATHER,
                shared.guild_id,
                shared.list_id,
                member_id=None if there else shared.owner_id,
            )
        )
        self._noted.set()


def details_of(playlist: Playlist) -> Details:
    """Spotify escapes some signs of a description, as for a web page."""
    return Details(playlist.name, html.unescape(playlist.description or ""))
