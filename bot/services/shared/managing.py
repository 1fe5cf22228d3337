"""What managers do with a shared playlist: pause, resume and close it, name it, and set what holds for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.list_errors import SettingError
from bot.services.shared.lending import NAME
from bot.services.shared.one_line import one_line
from bot.services.shared.people import must_manage
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.shared.changing import Detail, ListChanges
    from bot.services.shared.finding import ListFinder
    from bot.services.shared.letting_go import LettingGo
    from bot.services.shared.people import Actor
    from bot.stores.lists import Mode, Roles, Rules, Settings, SharedPlaylist

NUMBERS = {  # of Settings, with the least and the most
    "votes_needed": (1, 50),
    "vote_hours": (1, 720),
    "voters_to_remove": (2, 50),  # one person can never delete
    "age_to_remove_hours": (0, 720),
    "approval_days": (1, 60),
}


@dataclass(frozen=True, slots=True)
class Stood:
    """A list after a change of its status. `waiting`: contributions that wait, or waited, in it."""

    shared: SharedPlaylist
    waiting: int


class Managing:
    """Every call checks anew whether the actor may. Raises NotAllowedError, ListNotFoundError, ListChangedError."""

    def __init__(
        self,
        finder: ListFinder,
        changes: ListChanges,
        letting_go: LettingGo,
        *,
        wake: Callable[[str], None],
    ) -> None:
        """wake: tells the writer that a list may have something to write."""
        self._finder = finder
        self._changes = changes
        self._letting_go = letting_go
        self._wake = wake

    async def waiting(self, shared: SharedPlaylist) -> int:
        """How many contributions wait for a decision or to be written."""
        return await self._letting_go.waiting(shared.list_id)

    async def pause(self, actor: Actor, guild_id: int, query: str) -> Stood:
        """Nothing is accepted and nothing is written until it is resumed; what waits goes on waiting."""
        return await self._stand(actor, guild_id, query, ListStatus.PAUSED, Happening.PAUSED)

    async def resume(self, actor: Actor, guild_id: int, query: str) -> Stood:
        stood = await self._stand(actor, guild_id, query, ListStatus.ACTIVE, Happening.RESUMED)
        self._wake(stood.shared.list_id)
        return stood

    async def ask_close(self, actor: Actor, guild_id: int, query: str) -> Stood:
        """What closing would end. Changes nothing."""
        shared = await self._finder.find(guild_id, query)
        must_manage(shared, actor)
        return Stood(shared, await self.waiting(shared))

    async def close(self, actor: Actor, guild_id: int, list_id: str) -> Stood:
        """Give the playlist back to its owner, as it is. What waits lapses; `waiting` says how much that was."""

        def closed(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return replace(shared, status=ListStatus.CLOSED)

        shared = await self._changes.change(
            guild_id, list_id, closed, Happening.CLOSED, actor_id=actor.member_id
        )
        return Stood(shared, await self._letting_go.lapse(list_id, "closed"))

    async def rename(self, actor: Actor, guild_id: int, list_id: str, name: str) -> SharedPlaylist:
        """The guild's word for it; at Spotify it keeps its name. Raises SettingError, ListNameTakenError."""
        new = one_line("name", name, NAME)
        return await self.configure(
            actor, guild_id, list_id, lambda shared: replace(shared, name=new), {"what": "name", "to": new}
        )

    async def set_mode(self, actor: Actor, guild_id: int, list_id: str, mode: Mode) -> SharedPlaylist:
        return await self.configure(
            actor,
            guild_id,
            list_id,
            lambda shared: replace(shared, mode=mode),
            {"what": "mode", "to": str(mode)},
        )

    async def set_roles(
        self, actor: Actor, guild_id: int, list_id: str, change: Callable[[Roles], Roles], what: str
    ) -> SharedPlaylist:
        return await self.configure(
            actor,
            guild_id,
            list_id,
            lambda shared: replace(shared, roles=change(shared.roles)),
            {"what": what},
        )

    async def set_rules(
        self, actor: Actor, guild_id: int, list_id: str, change: Callable[[Rules], Rules], what: str
    ) -> SharedPlaylist:
        return await self.configure(
            actor,
            guild_id,
            list_id,
            lambda shared: replace(shared, rules=change(shared.rules)),
            {"what": what},
        )

    async def set_settings(
        self, actor: Actor, guild_id: int, list_id: str, change: Callable[[Settings], Settings], what: str
    ) -> SharedPlaylist:
        """Raises SettingError for a value out of range."""

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            return replace(shared, settings=checked(change(shared.settings)))

        return await self.configure(actor, guild_id, list_id, changed, {"what": what})

    async def set_drop_channel(
        self, actor: Actor, guild_id: int, list_id: str, channel_id: int | None
    ) -> SharedPlaylist:
        """Raises SettingError where links dropped there go into another list already."""
        for other in await self._finder.lists(guild_id):
            if channel_id and other.list_id != list_id and other.settings.drop_channel_id == channel_id:
                raise SettingError("drop_channel", "taken")
        return await self.set_settings(
            actor, guild_id, list_id, lambda held: replace(held, drop_channel_id=channel_id), "drop channel"
        )

    async def make_default(self, actor: Actor, guild_id: int, list_id: str) -> SharedPlaylist:
        """The one that is meant when nobody names one."""
        shared = await self._finder.find(guild_id, list_id)
        must_manage(shared, actor)
        await self._finder.set_default(guild_id, shared.list_id)
        return shared

    async def configure(
        self,
        actor: Actor,
        guild_id: int,
        list_id: str,
        change: Callable[[SharedPlaylist], SharedPlaylist],
        detail: Detail,
    ) -> SharedPlaylist:
        """Change what holds for a list, told in its history as CHANGED with `detail`."""

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return change(shared)

        shared = await self._changes.change(
            guild_id, list_id, changed, Happening.CHANGED, actor_id=actor.member_id, detail=detail
        )
        self._wake(list_id)
        return shared

    async def _stand(
        self, actor: Actor, guild_id: int, query: str, status: ListStatus, happening: Happening
    ) -> Stood:
        found = await self._finder.find(guild_id, query)

        def standing(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return replace(shared, status=status)

        shared = await self._changes.change(
            guild_id, found.list_id, standing, happening, actor_id=actor.member_id
        )
        return Stood(shared, await self.waiting(shared))


def checked(settings: Settings) -> Settings:
    """Raises SettingError for a number out of range and for a time zone nobody knows."""
    for field, (least, most) in NUMBERS.items():
        if not least <= getattr(settings, field) <= most:
            raise SettingError(field, "range", least=least, most=most)
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise SettingError("time_zone", "zone") from unknown
    return settings
