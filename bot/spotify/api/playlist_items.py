"""Changing a playlist's items: adding, replacing, moving, removing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from bot.spotify.api.arguments import (
    check_not_negative,
    check_playable,
    check_playable_all,
    checked_id,
    chunks,
)
from bot.spotify.api.calling import Calling, accepted, allowed, read_written
from bot.spotify.errors import SpotifyError, SpotifyPartlyDoneError, SpotifyRequestError
from bot.spotify.limits import WRITE_URIS
from bot.spotify.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.oauth import UserToken
    from bot.spotify.transport import Request, Response


class _Snapshot(msgspec.Struct, frozen=True):
    snapshot_id: str


_SNAPSHOT: Final = Shape(_Snapshot)


class PlaylistItems(Calling):
    """All return the playlist's new snapshot ID, and need the scope playlist-modify-public or -private.

    All raise SpotifyForbiddenError if the account can't change the playlist, and SpotifyOutcomeUnknownError if the
    answer was lost: then read the playlist before doing anything else.
    """

    async def add_items(
        self, token: UserToken, playlist_id: str, uris: Sequence[str], *, position: int | None = None
    ) -> str:
        """Add items to a playlist. Sent exactly once, since repeating it would duplicate them.

        uris: 1-100 URIs of tracks or episodes, in playing order. position: 0-based; None: at the end.
        Source: developer.spotify.com/documentation/web-api/reference/add-items-to-playlist
        """
        check_playable(uris, WRITE_URIS)
        check_not_negative(position=position)
        body: dict[str, object] = {"uris": list(uris)}
        if position is not None:
            body["position"] = position
        request = self._change(allowed(token, "add_items"), "POST", playlist_id, body)
        return _version(await self._sender.send(request))

    async def add_many_items(
        self, token: UserToken, playlist_id: str, uris: Sequence[str], *, position: int | None = None
    ) -> str:
        """Like `add_items`, with any number of URIs: a hundred at a time, one request after another.

        Not all or nothing: raises SpotifyPartlyDoneError, which says how many were added.

        Source: developer.spotify.com/documentation/web-api/reference/add-items-to-playlist
        """
        check_playable(uris, len(uris) or 1)
        snapshot, done = "", 0
        for chunk in chunks(uris, WRITE_URIS):
            place = None if position is None else position + done
            try:
                snapshot = await self.add_items(token, playlist_id, chunk, position=place)
            except SpotifyError as error:
                raise _partly(error, done) from error
            done += len(chunk)
        return snapshot

    async def replace_items(self, token: UserToken, playlist_id: str, uris: Sequence[str]) -> str:
        """Replace everything with these; an empty list empties the playlist. Local files in it are lost for good.

        uris: any number. The first hundred replace, the rest is added, so the list is short in between: keep the old
        URIs until this is done. Raises SpotifyPartlyDoneError if only the first ones are in.
        Source: developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items
        """
        check_playable_all(uris)
        first, rest = uris[:WRITE_URIS], uris[WRITE_URIS:]
        body: dict[str, object] = {"uris": list(first)}
        user = allowed(token, "replace_items")
        snapshot = _version(await self._sender.send(self._change(user, "PUT", playlist_id, body, again=True)))
        if not rest:
            return snapshot
        try:
            return await self.add_many_items(token, playlist_id, rest)
        except SpotifyPartlyDoneError as error:
            raise SpotifyPartlyDoneError(error.cause, done=len(first) + error.done) from error.cause
        except SpotifyError as error:
            raise SpotifyPartlyDoneError(error, done=len(first)) from error

    async def move_items(
        self,
        token: UserToken,
        playlist_id: str,
        *,
        start: int,
        before: int,
        length: int = 1,
        snapshot: str | None = None,
    ) -> str:
        """Move `length` items starting at `start` to before the item that is now at `before`.

        Positions are 0-based and refer to the list before the move; `before` = its length: to the end.
        snapshot: the version these positions refer to. Sent exactly once.
        Source: developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items
        """
        check_not_negative(start=start, before=before)
        if length < 1:
            raise SpotifyRequestError("expected at least one item to move")
        body: dict[str, object] = {"range_start": start, "insert_before": before, "range_length": length}
        if snapshot is not None:
            body["snapshot_id"] = snapshot
        request = self._change(allowed(token, "move_items"), "PUT", playlist_id, body)
        return _version(await self._sender.send(request))

    async def remove_items(
        self,
        token: UserToken,
        playlist_id: str,
        uris: Sequence[str],
        *,
        snapshot: str | None = None,
        once: bool = False,
    ) -> str:
        """Remove every copy of each of these URIs; a single copy can't be specified.

        uris: any number, a hundred at a time. snapshot: the version they refer to; Spotify merges with later changes.
        once: not retried if the answer is lost, for callers that put copies back afterwards: if Spotify is late with
        one try, it would remove those again.
        Raises SpotifyPartlyDoneError, where `done` counts URIs without repetitions.
        Source: developer.spotify.com/documentation/web-api/reference/remove-items-playlist
        """
        different = tuple(dict.fromkeys(uris))
        check_playable(different, len(different) or 1)
        user = allowed(token, "remove_items")
        done = 0
        for chunk in chunks(different, WRITE_URIS):
            # The key is `items`; with `tracks`, as it was until February 2026: 400 "No uris provided".
            body: dict[str, object] = {"items": [{"uri": uri} for uri in chunk]}
            if snapshot is not None:
                body["snapshot_id"] = snapshot
            request = self._change(user, "DELETE", playlist_id, body, again=not once)
            try:
                snapshot = _version(await self._sender.send(request))
            except SpotifyError as error:
                raise _partly(error, done) from error
            done += len(chunk)
        return snapshot or ""

    def _change(
        self, token: UserToken, method: str, playlist_id: str, body: dict[str, object], *, again: bool = False
    ) -> Request:
        path = f"/playlists/{checked_id(playlist_id)}/items"
        return self._write_request(token, method, path, body, again=again)


def _version(response: Response) -> str:
    """The snapshot ID after a write. Raises what Spotify answered instead."""
    return read_written(_SNAPSHOT, accepted(response)).snapshot_id


def _partly(error: SpotifyError, done: int) -> SpotifyError:
    """If nothing is done yet, the error itself."""
    return SpotifyPartlyDoneError(error, done=done) if done else error
