"""Changes what is remembered of a shared playlist: on what is there now, once, and told in its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.shared_errors import ListChangedError, ListClosedError, ListNotFoundError
from bot.stores.history import Event, Happening
from bot.stores.lists import ListStatus, name_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.stores import KeyValues
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


SUGGESTIONS = 25  # as many as Discord shows


class ListFinder:
    """Of lists that are not closed."""

    def __init__(self, lists: SharedPlaylists, values: KeyValues) -> None:
        self._lists = lists
        self._values = values

    async def lists(self, guild_id: int) -> tuple[SharedPlaylist, ...]:
        """By name."""
        return await self._lists.of_guild(guild_id)

    async def find(self, guild_id: int, query: str = "") -> SharedPlaylist:
        """The list of this id or name, whatever its case; without a query the default one, or the only one.

        Raises ListNotFoundError; ListClosedError for the id of one that was closed, as controls still hold it.
        """
        wanted = query.strip()
        if not wanted:
            return await self._without_query(guild_id)
        by_id = await self._lists.get(guild_id, wanted)
        if by_id is not None and by_id.status is not ListStatus.CLOSED:
            return by_id
        key = name_key(wanted)
        for shared in await self.lists(guild_id):
            if name_key(shared.name) == key:
                return shared
        if by_id is not None:
            raise ListClosedError(by_id.name)
        raise ListNotFoundError(wanted)

    async def suggest(self, guild_id: int, text: str) -> tuple[SharedPlaylist, ...]:
        """Up to 25 whose name holds the text; those that begin with it first, without a text the default one."""
        wanted = text.strip().casefold()
        fitting = [shared for shared in await self.lists(guild_id) if wanted in shared.name.casefold()]
        if wanted:
            fitting.sort(key=lambda shared: not shared.name.casefold().startswith(wanted))
        else:
            default_id = await self._default_id(guild_id)
            fitting.sort(key=lambda shared: shared.list_id != default_id)
        return tuple(fitting[:SUGGESTIONS])

    async def default(self, guild_id: int) -> SharedPlaylist | None:
        """The list that is meant when none is named."""
        list_id = await self._default_id(guild_id)
        shared = await self._lists.get(guild_id, list_id) if list_id else None
        return shared if shared and shared.status is not ListStatus.CLOSED else None

    async def set_default(self, guild_id: int, list_id: str | None) -> None:
        await self._values.put(_key(guild_id), list_id or "")

    async def _without_query(self, guild_id: int) -> SharedPlaylist:
        default = await self.default(guild_id)
        if default is not None:
            return default
        lists = await self.lists(guild_id)
        if len(lists) != 1:
            raise ListNotFoundError
        return lists[0]

    async def _default_id(self, guild_id: int) -> str:
        return await self._values.get(_key(guild_id)) or ""


def _key(guild_id: int) -> str:
    return f"default list:{guild_id}"
