"""Finds shared playlists, and changes what is stored about one: on its current state, once, with its notices."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailableError
from bot.services.shared.core.facts import Facts
from bot.services.shared.core.notices import stopped, wanted
from bot.services.shared.core.schedule import CHANGED
from bot.shared_errors import ListChangedError, ListClosedError, ListError, ListNotFoundError, NoListsError
from bot.stores.due import DueKind
from bot.stores.history import Event, Happening
from bot.stores.lists import ListStatus, Trouble, name_key, search_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.shared.core.schedule import Schedule
    from bot.stores import KeyValues
    from bot.stores.lists import SharedPlaylist, SharedPlaylists

    Detail = dict[str, str | int]


log = logging.getLogger(__name__)

CLOSING: Final = timedelta(minutes=1)
TROUBLE_LOOK: Final = timedelta(hours=1)  # after it began, Spotify is asked whether it's over
TRIES: Final = 20  # how often someone else can be faster


class SharedPlaylistChanges:
    """The only code that changes what is stored about a list, and has everything that depends on it checked again."""

    def __init__(self, lists: SharedPlaylists, schedule: Schedule, *, now: Callable[[], datetime]) -> None:
        self._lists = lists
        self._schedule = schedule
        self._now = now

    async def create(self, shared: SharedPlaylist) -> SharedPlaylist:
        """Store a new one. Raises ListNameTakenError, PlaylistLentError."""
        return await self._lists.create(shared)

    async def change(
        self,
        guild_id: int,
        list_id: str,
        update: Callable[[SharedPlaylist], SharedPlaylist],
        happening: Happening | None = None,
        *,
        actor_id: int | None = None,
        detail: Detail | None = None,
        closed: bool = False,
    ) -> SharedPlaylist:
        """Store what `update` makes of the list, together with its events, and return it.

        If nothing changes, there is no event. update: can be called again if someone was faster, and may raise.
        happening: None: not worth a history entry. actor_id: None: the bot itself. closed: closed lists too.
        Raises ListNotFoundError, ListClosedError, ListChangedError, ListNameTakenError, PlaylistLentError.
        """
        for _ in range(TRIES):
            old = await self._lists.get(guild_id, list_id)
            if old is None:
                raise ListNotFoundError(list_id)
            if old.status is ListStatus.CLOSED and not closed:
                raise ListClosedError(old.name)
            new = update(old)
            if new == old:
                return old
            events = () if happening is None else (self._event(old, happening, actor_id, detail or {}),)
            await self._look_again(new)  # before: a kill in between costs at most one check
            notices = (*stopped(old, new, self._now()), *wanted(old, new, self._now()))
            stored = await self._lists.swap(old, new, *events, notices=notices)
            if stored is not None:
                if notices:
                    self._schedule.noted.set()
                with suppress(StoreUnavailableError):  # what is stored is stored, and was scheduled before
                    await self._look_again(stored)
                return stored
        raise ListChangedError

    async def _look_again(self, changed: SharedPlaylist) -> None:
        """Checks what depends on it. Closing a list cancels what's pending in it, and gets the time to do so."""
        pause = CLOSING if changed.status is ListStatus.CLOSED else timedelta()
        await self._schedule.at(self._now() + pause, changed.list_id, *CHANGED)

    async def set_trouble(
        self, shared: SharedPlaylist, trouble: Trouble | None, *, since: datetime | None = None
    ) -> SharedPlaylist:
        """Record what keeps its owner's account from it, or with None that the trouble in `shared` is over.

        since: the time after which a consent must have been given to end the trouble; None: now.
        Returns the list as it is then. What someone else changed in the meantime stays.
        """
        now = self._now()
        if trouble is not None:
            await self._schedule.at(now + TROUBLE_LOOK, shared.list_id, DueKind.LOOK)

        def troubled(old: SharedPlaylist) -> SharedPlaylist:
            is_another = trouble is None and old.trouble is not shared.trouble
            # When a consent ends, the link is erased, and anyone who notices only then can't tell the difference.
            is_why = (old.trouble, trouble) == (Trouble.CONSENT_ENDED, Trouble.OWNER_UNLINKED)
            is_another = is_another or (is_why and shared.trouble is None)
            # While the bot is away, everything else is checked once it's back.
            is_away = old.trouble is Trouble.BOT_REMOVED and trouble is not None
            if old.owner_id != shared.owner_id or old.trouble is trouble or is_another or is_away:
                return old
            log.warning("list %s: %s", old.list_id, trouble or "can be written again")
            return replace(old, trouble=trouble, trouble_since=(since or now) if trouble else None)

        happening = Happening.STOPPED if trouble else Happening.RESUMED
        why = trouble or shared.trouble or ""
        try:
            return await self.change(
                shared.guild_id, shared.list_id, troubled, happening, detail={"why": str(why)}
            )
        except ListError:  # closed meanwhile, or changing all the time: then it's not up to us
            return shared

    def _event(
        self, old: SharedPlaylist, happening: Happening, actor_id: int | None, detail: Detail
    ) -> Event:
        """What happens to a list when it changes from `old`. Recorded twice for the same change, it's stored once."""
        return Event(
            event_id=f"{old.list_id}:{happening}:{old.version + 1}",
            guild_id=old.guild_id,
            list_id=old.list_id,
            at=self._now(),
            happening=happening,
            actor_id=actor_id,
            detail=detail,
        )


SUGGESTIONS = 25  # as many as Discord shows


class ListFinder:
    """Of lists that aren't closed."""

    def __init__(self, lists: SharedPlaylists, values: KeyValues) -> None:
        self._lists = lists
        self._default = Facts(values, "default list", str, plain=True)  # its ID, by guild

    async def lists(self, guild_id: int) -> tuple[SharedPlaylist, ...]:
        """By name."""
        return await self._lists.of_guild(guild_id)

    async def known(self, guild_id: int, list_id: str) -> SharedPlaylist | None:
        """By its ID, closed or not."""
        return await self._lists.get(guild_id, list_id)

    async def find(self, guild_id: int, query: str = "") -> SharedPlaylist:
        """The list with this ID or name, ignoring case; without a query the default one, or the only one.

        Raises ListNotFoundError, NoListsError if there is none; ListClosedError for the ID of a closed one, since
        controls still refer to it.
        """
        wanted = query.strip()
        if not wanted:
            return await self._without_query(guild_id)
        by_id = await self._lists.get(guild_id, wanted)
        if by_id is not None and by_id.status is not ListStatus.CLOSED:
            return by_id
        key = name_key(wanted)
        lists = await self.lists(guild_id)
        for shared in lists:
            if name_key(shared.name) == key:
                return shared
        alike = [shared for shared in lists if search_key(shared.name) == search_key(wanted)]
        if len(alike) == 1:  # typed without its accents
            return alike[0]
        if by_id is not None:
            raise ListClosedError(by_id.name)
        raise _not_found(lists, wanted)

    async def suggest(self, guild_id: int, text: str) -> tuple[SharedPlaylist, ...]:
        """Up to 25 whose name contains the text: the default first, then those that start with the text."""
        wanted, default_id = search_key(text), await self._default.get(guild_id)
        fitting = [shared for shared in await self.lists(guild_id) if wanted in search_key(shared.name)]
        fitting.sort(
            key=lambda shared: (
                shared.list_id != default_id,
                not search_key(shared.name).startswith(wanted),
            )
        )
        return tuple(fitting[:SUGGESTIONS])

    async def default(self, guild_id: int) -> SharedPlaylist | None:
        """The list that is used if none is named."""
        list_id = await self._default.get(guild_id)
        shared = await self._lists.get(guild_id, list_id) if list_id else None
        return shared if shared and shared.status is not ListStatus.CLOSED else None

    async def set_default(self, guild_id: int, list_id: str | None) -> None:
        if list_id is None:
            await self._default.drop(guild_id)
        else:
            await self._default.put(guild_id, list_id)

    async def _without_query(self, guild_id: int) -> SharedPlaylist:
        default = await self.default(guild_id)
        if default is not None:
            return default
        lists = await self.lists(guild_id)
        if len(lists) != 1:
            raise _not_found(lists)
        return lists[0]


def _not_found(lists: Sequence[SharedPlaylist], query: str = "") -> ListNotFoundError:
    return ListNotFoundError(query, tuple(shared.name for shared in lists)) if lists else NoListsError(query)
