"""The bot was removed from a server: what is shared there is frozen for 30 days, then closed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.services.clock import Alarm
from bot.services.shared.core.queue import CLOSED
from bot.shared_errors import ListChangedError, ListError
from bot.stores.due import DueKind
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.queue import Queue
    from bot.services.shared.core.schedule import Schedule
    from bot.stores import SharedPlaylists
    from bot.stores.lists import SharedPlaylist

    # Whether the bot is in a server; None: this process can't tell, as another one has the server's shard.
    IsThere: TypeAlias = Callable[[int], bool | None]

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=30)
AGAIN: Final = timedelta(days=1)
ELSEWHERE: Final = timedelta(minutes=1)  # until a process that can tell may have its turn


class Absence:
    """woken: set when the bot was added to or removed from a server, and when it starts to hear from Discord."""

    def __init__(
        self,
        lists: SharedPlaylists,
        changes: SharedPlaylistChanges,
        queue: Queue,
        schedule: Schedule,
        *,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        """wake: tells the writer that a list may have something to write."""
        self.woken = Alarm()
        self._lists = lists
        self._changes = changes
        self._queue = queue
        self._schedule = schedule
        self._wake = wake
        self._now = now

    async def compare(self, is_there: IsThere) -> None:
        for guild_id in await self._lists.guilds():
            if is_there(guild_id) is not False:
                continue
            for shared in await self._lists.of_guild(guild_id):
                if shared.trouble is Trouble.BOT_REMOVED:
                    continue
                # first: a kill in between costs at most one check
                await self._schedule.at(self._now() + KEPT, shared.list_id, DueKind.ABSENCE)
                await self._changes.set_trouble(shared, Trouble.BOT_REMOVED)
        for shared in await self._lists.troubled(Trouble.BOT_REMOVED):
            if is_there(shared.guild_id):
                await self._goes_on(shared)

    async def look_after(self, list_id: str, is_there: IsThere) -> datetime | None:
        """Close what nobody has added the bot back for in 30 days. When to do so; None: when it's removed."""
        shared = await self._lists.by_id(list_id)
        if shared is None:
            return None
        if shared.status is ListStatus.CLOSED:  # a kill may have come before the pending ones were dropped
            await self._queue.cancel_all(shared, CLOSED)
            return None
        if shared.trouble is not Trouble.BOT_REMOVED:
            return None
        there = is_there(shared.guild_id)
        if there:
            await self._goes_on(shared)
            return None
        until = (shared.trouble_since or self._now()) + KEPT
        if until > self._now() or there is None:
            return max(until, self._now() + ELSEWHERE)
        return await self._close(shared)

    async def _goes_on(self, shared: SharedPlaylist) -> None:
        await self._changes.set_trouble(shared, None)
        self._wake(shared.list_id)

    async def _close(self, shared: SharedPlaylist) -> datetime | None:
        def closed(old: SharedPlaylist) -> SharedPlaylist:
            if old.trouble is not Trouble.BOT_REMOVED:
                raise ListChangedError
            return replace(old, status=ListStatus.CLOSED)

        try:
            shared = await self._changes.change(
                shared.guild_id,
                shared.list_id,
                closed,
                Happening.CLOSED,
                detail={"why": str(Trouble.BOT_REMOVED)},
            )
        except ListError:  # someone was faster
            return self._now() + AGAIN
        log.info("list %s: closed, %d days after the bot was removed", shared.list_id, KEPT.days)
        await self._queue.cancel_all(shared, CLOSED)
        return None
