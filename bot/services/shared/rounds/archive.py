"""Copies what leaves a list into its archive, surely and once, before anything is taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.spotify.errors import SpotifyNotFoundError, SpotifyRequestError, SpotifyUnavailableError
from bot.spotify.limits import LONGEST_PAGE, WRITE_URIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.rotation_progress import RotationProgress, RotationProgresses
    from bot.services.shared.playlist_access.playlist import PlaylistAccess
    from bot.services.shared.playlist_access.provisioning import Provisioning
    from bot.stores.lists import SharedPlaylist

NAME: Final = "{name} · archive"
DESCRIPTION: Final = "What was in “{name}” before. Kept by Mixtape."
LIST_NAME: Final = 80  # of a list's name, within these
MOST_REFUSED: Final = 20  # beyond that it is not about single tracks


@dataclass(frozen=True, slots=True)
class Archived:
    """shared: as it is now, with its archive. refused: what Spotify does not take, so it must stay in the list."""

    shared: SharedPlaylist
    refused: frozenset[str]


class Archive:
    def __init__(
        self, changes: SharedPlaylistChanges, new_playlists: Provisioning, records: RotationProgresses
    ) -> None:
        self._changes = changes
        self._new_playlists = new_playlists
        self._records = records

    async def copied(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress, uris: Sequence[str]
    ) -> Archived:
        """Put the URIs at the end of the archive, unless an earlier try did; make the archive if there is none.

        bound: of whoever has the list alone. On return all of them are in it, apart from the refused. Raises as
        PlaylistAccess does; then it can be called again, half a minute later, when everything sent shows or never will.
        """
        shared, under_way, archive, length = await self._archive(shared, access, under_way)
        began = under_way.base
        if began is None:
            began = length
            await self._records.put(replace(under_way, base=began))
            missing = list(uris)
        else:
            missing = await _missing(archive, began, uris)
        refused = await _add(archive, missing)
        if missing and await _length(archive) < began + len(uris) - len(refused):
            left = await _missing(archive, began, [uri for uri in uris if uri not in refused])
            if left:
                raise SpotifyUnavailableError("the archive does not show what it was given")
        return Archived(shared, refused)

    async def _archive(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress
    ) -> tuple[SharedPlaylist, RotationProgress, PlaylistAccess, int]:
        """With how long it is. One that Spotify does not know any more is made anew."""
        if shared.archive_id is not None:
            archive = access.rebound(shared, archive=True)
            try:
                return shared, under_way, archive, await _length(archive)
            except SpotifyNotFoundError:
                shared = await self._named(shared, None)
                under_way = replace(under_way, base=None)
        name = NAME.format(name=shared.name[:LIST_NAME])
        share = (shared.guild_id, "list", shared.list_id)
        made = await self._new_playlists.newest(shared.owner_id, name, share) if under_way.making else None
        if made is None:
            under_way = await self._records.put(replace(under_way, making=True))
            made = await self._new_playlists.make(
                shared.owner_id,
                name,
                description=DESCRIPTION.format(name=shared.name[:LIST_NAME]),
                public=False,
                share=share,
            )
        shared = await self._named(shared, made.id)
        under_way = await self._records.put(replace(under_way, making=False))
        return shared, under_way, access.rebound(shared, archive=True), 0

    async def _named(self, shared: SharedPlaylist, archive_id: str | None) -> SharedPlaylist:
        return await self._changes.change(
            shared.guild_id, shared.list_id, lambda old: replace(old, archive_id=archive_id)
        )


async def _length(archive: PlaylistAccess) -> int:
    return (await archive.page(0, 1)).total


async def _add(archive: PlaylistAccess, uris: Sequence[str]) -> frozenset[str]:
    """Those that Spotify refuses; of a run with one among them the halves are tried."""
    refused: set[str] = set()
    runs = [uris[first : first + WRITE_URIS] for first in range(0, len(uris), WRITE_URIS)]
    while runs:
        run = runs.pop(0)
        try:
            await archive.add(run)
        except SpotifyRequestError:
            if len(refused) >= MOST_REFUSED:
                raise
            half = len(run) // 2
            if half:
                runs[:0] = [run[:half], run[half:]]
            else:
                refused.update(run)
    return frozenset(refused)


async def _missing(archive: PlaylistAccess, began: int, uris: Sequence[str]) -> list[str]:
    """What earlier tries did not bring into the archive, in order; `began`: how long it was before them."""
    there: Counter[str] = Counter()
    hidden = 0
    offset, total = began, began + 1
    while offset < total:
        page = await archive.page(offset, LONGEST_PAGE)
        total = page.total
        if total < began:  # somebody took things out of it: so all of it is looked at
            return await _missing(archive, 0, uris)
        there.update(item.content.uri for item in page.items if item.content)
        hidden += page.skipped + sum(item.content is None for item in page.items)
        offset += LONGEST_PAGE
    missing: list[str] = []
    for uri in uris:
        if there[uri]:
            there[uri] -= 1
        else:
            missing.append(uri)
    return missing[hidden:]  # what is there and not named was sent first
