"""What managers do with a shared playlist: pause, resume, close and rename it, and change its settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.services.shared.core.access import must_manage, must_own
from bot.services.shared.core.calendar import end_elsewhere
from bot.services.shared.core.queue import CLOSED
from bot.services.shared.core.settings_input import read_settings, read_zone, validated_line
from bot.services.shared.lifecycle.lend import NAME
from bot.services.shared.rules.values import begun_in
from bot.shared_errors import ChannelError, NotGrantedError, StatusUnchangedError
from bot.stores.history import Happening
from bot.stores.lists import Grant, ListStatus, Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.services.shared.ballots.pause_ballots import PauseBallots
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import Detail, ListFinder, SharedPlaylistChanges
    from bot.services.shared.core.queue import Queue
    from bot.stores.lists import Grants, Roles, Settings, SharedPlaylist


@dataclass(frozen=True, slots=True)
class Stood:
    """A list after a change of status. `waiting`: contributions that are, or were, pending in it."""

    shared: SharedPlaylist
    waiting: int


class ListAdmin:
    """Every call checks the actor's permissions again. Raises NotAllowedError, ListNotFoundError, ListChangedError."""

    def __init__(
        self,
        finder: ListFinder,
        changes: SharedPlaylistChanges,
        queue: Queue,
        pause_ballots: PauseBallots,
        *,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        """wake: tells the writer that a list may have something to write."""
        self._finder = finder
        self._changes = changes
        self._queue = queue
        self._pause_ballots = pause_ballots
        self._wake = wake
        self._now = now

    async def waiting(self, shared: SharedPlaylist) -> int:
        """How many contributions are undecided or queued."""
        return await self._queue.waiting(shared.list_id)

    async def pause(self, actor: Actor, guild_id: int, query: str) -> Stood:
        """Nothing is accepted or written until it's resumed; what is pending stays pending.

        Raises StatusUnchangedError if it's paused already.
        """
        found = await self._finder.find(guild_id, query)

        def paused(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            if shared.status is ListStatus.PAUSED:
                raise StatusUnchangedError(shared.name, paused=True)
            return replace(shared, status=ListStatus.PAUSED, paused_at=shared.paused_at or self._now())

        shared = await self._changes.change(
            guild_id, found.list_id, paused, Happening.PAUSED, actor_id=actor.member_id
        )
        await self._pause_ballots.redraw(shared)
        return Stood(shared, await self.waiting(shared))

    async def resume(self, actor: Actor, guild_id: int, query: str) -> Stood:
        """Open votes are extended by the time of the pause. Raises StatusUnchangedError."""
        found = await self._finder.find(guild_id, query)
        must_manage(found, actor)
        if found.status is not ListStatus.PAUSED:
            raise StatusUnchangedError(found.name, paused=False)
        await self._pause_ballots.extend(found)

        def going_on(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return replace(shared, status=ListStatus.ACTIVE, paused_at=None)

        shared = await self._changes.change(
            guild_id, found.list_id, going_on, Happening.RESUMED, actor_id=actor.member_id
        )
        await self._pause_ballots.redraw(shared)
        self._wake(shared.list_id)
        return Stood(shared, await self.waiting(shared))

    async def ask_close(self, actor: Actor, guild_id: int, query: str) -> Stood:
        """What closing would end. Changes nothing."""
        shared = await self._finder.find(guild_id, query)
        must_manage(shared, actor)
        return Stood(shared, await self.waiting(shared))

    async def close(self, actor: Actor, guild_id: int, list_id: str) -> Stood:
        """Give the playlist back to its owner, as it is. Pending ones expire; `waiting` says how many."""

        def closed(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return replace(shared, status=ListStatus.CLOSED)

        shared = await self._changes.change(
            guild_id, list_id, closed, Happening.CLOSED, actor_id=actor.member_id
        )
        return Stood(shared, await self._queue.cancel_all(shared, CLOSED, actor.member_id))

    async def rename(
        self, actor: Actor, guild_id: int, list_id: str, name: str, time_zone: str
    ) -> SharedPlaylist:
        """Its name in the guild (on Spotify it keeps its own), and the time zone for its days and rounds.

        Raises SettingError, ListNameTakenError.
        """
        new, zone = validated_line("name", name, NAME), read_zone(time_zone)

        def renamed(shared: SharedPlaylist) -> SharedPlaylist:
            return replace(self._read(shared, {"time_zone": zone}), name=new)

        detail: Detail = {"what": "name and time zone", "name": new, "time_zone": zone}
        return await self.configure(actor, guild_id, list_id, renamed, detail)

    async def set_mode(self, actor: Actor, guild_id: int, list_id: str, mode: Mode) -> SharedPlaylist:
        """If it was open without a limit per member, it gets the limit that lists with decisions start with."""

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            rules = begun_in(shared.rules, mode) if shared.mode is Mode.OPEN else shared.rules
            return replace(shared, mode=mode, rules=rules)

        return await self.configure(actor, guild_id, list_id, changed, {"what": "mode", "mode": str(mode)})

    async def set_numbers(
        self, actor: Actor, guild_id: int, list_id: str, what: str, typed: Mapping[str, str]
    ) -> SharedPlaylist:
        """typed: texts by the fields of Settings; the others stay. Raises SettingError."""

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            return self._read(shared, typed)

        return await self.configure(actor, guild_id, list_id, changed, {"what": what, **typed})

    async def set_roles(self, actor: Actor, guild_id: int, list_id: str, roles: Roles) -> SharedPlaylist:
        return await self.configure(
            actor, guild_id, list_id, lambda shared: replace(shared, roles=roles), {"what": "roles"}
        )

    async def set_grants(self, actor: Actor, guild_id: int, list_id: str, grants: Grants) -> SharedPlaylist:
        """What curators can do: of the owner alone, at any time."""

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            must_own(shared, actor)
            return replace(shared, grants=replace(grants, asked=shared.grants.asked))

        detail: Detail = {"what": "curators", "can": " ".join(grants.given)}
        return await self.configure(actor, guild_id, list_id, changed, detail)

    async def set_place(self, actor: Actor, guild_id: int, list_id: str, *, on_top: bool) -> SharedPlaylist:
        """Where new tracks go. On top needs the owner's permission. Raises NotGrantedError."""

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            if on_top and not shared.grants.reorder:
                raise NotGrantedError(shared.name, shared.owner_id, Grant.REORDER, asked=False)
            return replace(shared, settings=replace(shared.settings, new_on_top=on_top))

        detail: Detail = {"what": "where new tracks go", "on_top": int(on_top)}
        return await self.configure(actor, guild_id, list_id, changed, detail)

    async def set_channels(
        self,
        actor: Actor,
        guild_id: int,
        list_id: str,
        *,
        cards: int | None,
        drop: int | None,
        digest: int | None,
    ) -> SharedPlaylist:
        """Raises ChannelError if the drop channel already belongs to another list."""
        for other in await self._finder.lists(guild_id):
            if drop and other.list_id != list_id and other.settings.drop_channel_id == drop:
                raise ChannelError(drop, other=other.name)

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            settings = shared.settings
            switched_on = digest is not None and settings.digest_channel_id is None
            channels = replace(
                settings,
                cards_channel_id=cards,
                drop_channel_id=drop,
                digest_channel_id=digest,
                digest_from=self._now() if switched_on else settings.digest_from,
            )
            return replace(shared, settings=channels)

        return await self.configure(actor, guild_id, list_id, changed, {"what": "channels"})

    async def make_default(self, actor: Actor, guild_id: int, list_id: str) -> SharedPlaylist:
        """The one that is used if none is named."""
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
        """Change a list's settings, recorded in its history as CHANGED with `detail`."""

        def changed(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return change(shared)

        shared = await self._changes.change(
            guild_id, list_id, changed, Happening.CHANGED, actor_id=actor.member_id, detail=detail
        )
        self._wake(list_id)
        return shared

    def _read(self, shared: SharedPlaylist, typed: Mapping[str, str]) -> SharedPlaylist:
        """With another calendar of rounds, no round ends that would have ended before, had it been set then; with
        another time zone, the round keeps its days.
        """
        old, now = shared.settings, self._now()
        new = read_settings(old, typed)
        if _calendar(new) != _calendar(old):
            return replace(shared, settings=replace(new, rounds_from=now), round_ends=None)
        if new.time_zone != old.time_zone:
            ends = end_elsewhere(shared, new.time_zone, now)
            return replace(shared, settings=replace(new, rounds_from=now), round_ends=ends)
        return replace(shared, settings=new)


def _calendar(settings: Settings) -> tuple[object, ...]:
    """When rounds end, whatever the time zone."""
    return settings.rounds, settings.round_weekday, settings.round_hour, settings.round_weeks
