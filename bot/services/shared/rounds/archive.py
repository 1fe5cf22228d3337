"""Copies what leaves a list into its archive, surely and once, before anything is taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.services.shared.outbox.health import SECOND_LOOK
from bot.services.shared.playlist_access.halving import in_parts
from bot.spotify.errors import SpotifyNotFoundError, SpotifyUnavailableError
from bot.spotify.limits import LONGEST_PAGE, PLAYLIST_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.rotation_progress import RotationProgress, RotationProgresses
    from bot.services.shared.playlist_access.playlist import PlaylistAccess
    from bot.services.shared.playlist_access.provisioning import Provisioning
    from bot.stores.lists import SharedPlaylist

NAME: Final = "{name} · archive"
DESCRIPTION: Final = "Earlier tracks from “{name}”. Managed by Mixtape."
LIST_NAME: Final = 80  # of a list's name, within these


@dataclass(frozen=True, slots=True)
class Archived:
    """shared: as it is now, with its archive. refused: what Spotify doesn't accept, so it must stay in the list."""

    shared: SharedPlaylist
    refused: tuple[str, ...]


class Archive:
    def __init__(
        self,
        changes: SharedPlaylistChanges,
        new_playlists: Provisioning,
        records: RotationProgresses,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._changes = changes
        self._new_playlists = new_playlists
        self._records = records
        self._now = now

    async def copied(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress, uris: Sequence[str]
    ) -> Archived:
        """Add the URIs at the end of the archive, unless an earlier try did; create the archive if there is none.

        access: from whoever has the list exclusively. On return, all of them are in it, apart from the refused.
        Raises the same as PlaylistAccess; it can then be called again half a minute later, when every request has
        taken effect or never will.
        """
        shared, under_way, archive, length = await self._archive(shared, access, under_way, len(uris))
        began = under_way.base
        if began is None:
            began = length
            under_way = await self._records.put(replace(under_way, base=began))
            missing = list(uris)
        else:
            missing = await _missing(archive, began, _without(uris, under_way.refused))
        under_way = await self._add(archive, missing, under_way)
        taken = _without(uris, under_way.refused)
        if missing and await _length(archive) < began + len(taken) and await _missing(archive, began, taken):
            raise SpotifyUnavailableError("the archive doesn't show what was added to it")
        return Archived(shared, under_way.refused)

    async def _add(
        self, archive: PlaylistAccess, uris: Sequence[str], under_way: RotationProgress
    ) -> RotationProgress:
        """What Spotify refuses is stored at once, so that no later try asks about it again."""

        async def send(part: Sequence[str], _: int) -> None:
            await archive.add(part)

        async for part in in_parts(uris, send):
            if not part.landed:
                refused = (*under_way.refused, *uris[part.at : part.at + part.count])
                under_way = await self._records.put(replace(under_way, refused=tuple(dict.fromkeys(refused))))
        return under_way

    async def _archive(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress, more: int
    ) -> tuple[SharedPlaylist, RotationProgress, PlaylistAccess, int]:
        """With its length. If it has no room for `more`, another one is started; the same if Spotify doesn't know it,
        neither now nor a few seconds before: the first time, that is raised, and the round continues later.
        """
        if shared.archive_id is not None:
            archive = access.rebound(shared, archive=True)
            try:
                length = await _length(archive)
            except SpotifyNotFoundError:
                if not self._is_missed_again(under_way):
                    await self._records.put(replace(under_way, missed_at=self._now()))
                    raise
            else:
                if under_way.missed_at is not None:
                    under_way = await self._records.put(replace(under_way, missed_at=None))
                if under_way.base is not None or length + more <= PLAYLIST_LENGTH:
                    return shared, under_way, archive, length
            shared = await self._named(shared, None)
            under_way = replace(under_way, base=None, missed_at=None)
        name = NAME.format(name=shared.name[:LIST_NAME])
        # On nobody's share: a round that has started isn't held back.
        made = await self._new_playlists.newest(shared.owner_id, name) if under_way.making else None
        if made is None:
            under_way = await self._records.put(replace(under_way, making=True))
            made = await self._new_playlists.make(
                shared.owner_id,
                name,
                description=DESCRIPTION.format(name=shared.name[:LIST_NAME]),
                public=False,
            )
        shared = await self._named(shared, made.id)
        under_way = await self._records.put(replace(under_way, making=False))
        return shared, under_way, access.rebound(shared, archive=True), 0

    def _is_missed_again(self, under_way: RotationProgress) -> bool:
        missed_at = under_way.missed_at
        return missed_at is not None and self._now() - missed_at >= SECOND_LOOK

    async def _named(self, shared: SharedPlaylist, archive_id: str | None) -> SharedPlaylist:
        return await self._changes.change(
            shared.guild_id, shared.list_id, lambda old: replace(old, archive_id=archive_id)
        )


def _without(uris: Sequence[str], refused: Collection[str]) -> list[str]:
    out = frozenset(refused)
    return [uri for uri in uris if uri not in out]


async def _length(archive: PlaylistAccess) -> int:
    return (await archive.page(0, 1)).total


async def _missing(archive: PlaylistAccess, began: int, uris: Sequence[str]) -> list[str]:
    """What earlier tries didn't add to the archive, in order; `began`: how long it was before them."""
    there: Counter[str] = Counter()
    hidden = 0
    offset, total = began, began + 1
    while offset < total:
        page = await archive.page(offset, LONGEST_PAGE)
        total = page.total
        if total < began:  # someone took things out of it: so all of it is checked
            return await _missing(archive, 0, uris)
        there.update(item.content.uri for item in page.items if item.content)
        hidden += sum(item is None or item.content is None for item in page.row)
        offset += LONGEST_PAGE
    missing: list[str] = []
    for uri in uris:
        if there[uri]:
            there[uri] -= 1
        else:
            missing.append(uri)
    return missing[hidden:]  # what is there without a name was sent first
