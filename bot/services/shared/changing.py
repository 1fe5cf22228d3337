"""Changes what is remembered of a shared playlist: on what is there now, once, and told in its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.list_errors import ListChangedError, ListClosedError, ListNotFoundError
from bot.stores.history import Event, Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.stores.history import History
    from bot.stores.lists import SharedPlaylist, SharedPlaylists

    Detail = dict[str, str | int]

TRIES: Final = 20  # as often somebody else may be faster


class ListChanges:
    def __init__(self, lists: SharedPlaylists, history: History, *, now: Callable[[], datetime]) -> None:
        self._lists = lists
        self._history = history
        self._now = now

    async def change(
        self,
        guild_id: int,
        list_id: str,
        update: Callable[[SharedPlaylist], SharedPlaylist],
        happening: Happening,
        *,
        actor_id: int | None = None,
        detail: Detail | None = None,
    ) -> SharedPlaylist:
        """Store what `update` makes of the list and answer it. What it leaves as it was is not told.

        update: may be asked again when somebody was faster, and may raise. actor_id: None: the bot itself.
        Raises ListNotFoundError, ListClosedError, ListChangedError, ListNameTakenError, PlaylistLentError.
        """
        for _ in range(TRIES):
            old = await self._lists.get(guild_id, list_id)
            if old is None:
                raise ListNotFoundError(list_id)
            if old.status is ListStatus.CLOSED:
                raise ListClosedError(old.name)
            new = update(old)
            if new == old:
                return old
            stored = await self._lists.swap(old, new)
            if stored is not None:
                await self._history.append(list_event(stored, happening, self._now(), actor_id, detail))
                return stored
        raise ListChangedError


def list_event(
    shared: SharedPlaylist,
    happening: Happening,
    at: datetime,
    actor_id: int | None = None,
    detail: Detail | None = None,
) -> Event:
    """What happened to a list. Told twice for the same version of it, it is kept once."""
    return Event(
        event_id=f"{shared.list_id}:{happening}:{shared.version}",
        guild_id=shared.guild_id,
        list_id=shared.list_id,
        at=at,
        happening=happening,
        actor_id=actor_id,
        detail=detail or {},
    )
