"""Follows what members dropped in a channel to its end, so that the reaction under their message stays correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services.clock import Alarm
from bot.stores.contributions import ON_ITS_WAY, OUTSTANDING, State, Via
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores import Contributions, SharedPlaylists
    from bot.stores.contributions import Contribution, State

AT_ONCE: Final = 20  # checked at a time; the others next time
MANY: Final = 1_000  # in one list, after a restart
SECOND_TRY: Final = timedelta(seconds=3)  # after Discord refused a reaction, which may be a passing fault


@dataclass(frozen=True, slots=True)
class Dropped:
    """One link of a message in a drop channel. told: the states its reactions may show."""

    contribution: Contribution
    channel_id: int
    message_id: int
    told: frozenset[State]


@dataclass(frozen=True, slots=True)
class Fate:
    """before: as it was shown. others: the states of the same message's other links that are followed."""

    before: Dropped
    contribution: Contribution
    others: frozenset[State]


class DropChannel:
    """Kept in memory; `find` rebuilds it after a restart."""

    def __init__(self, lists: SharedPlaylists, contributions: Contributions) -> None:
        self._lists = lists
        self._contributions = contributions
        self._followed: dict[str, Dropped] = {}
        # By contribution: when Discord first refused a reaction.
        self._refused: dict[str, datetime] = {}
        self._found = False
        self.woken = Alarm()  # there is something to follow

    async def find(self) -> None:
        """What an earlier process left. Call this before anything continues: what ends earlier isn't found."""
        undecided = {one.list_id for one in await self._contributions.undecided()}
        for list_id in undecided | await self._contributions.lists_with(ON_ITS_WAY):
            shared = await self._lists.by_id(list_id)
            if shared is None or shared.status is ListStatus.CLOSED:
                continue
            for one in await self._contributions.in_state(shared.list_id, OUTSTANDING, limit=MANY):
                # For pending ones the channel isn't stored, since no card belongs there.
                channel_id = one.channel_id or shared.settings.drop_channel_id
                if one.via is Via.DROP and channel_id and one.contribution_id not in self._followed:
                    self._follow(one, channel_id, OUTSTANDING)
        self._found = True

    def follow(self, contribution: Contribution, channel_id: int) -> None:
        """The reactions show the current state."""
        if contribution.state in OUTSTANDING:
            self._follow(contribution, channel_id, frozenset({contribution.state}))

    async def fates(self) -> tuple[Fate, ...]:
        """What has changed. Each is returned again until `told` is called for it."""
        if not self._found:
            await self.find()
        fates: list[Fate] = []
        for key in list(self._followed)[:AT_ONCE]:
            guild_id = self._followed[key].contribution.guild_id
            now = await self._contributions.get(guild_id, key)  # first: the database may be unavailable
            before = self._followed.pop(key)
            if now is None:
                continue
            self._followed[key] = before  # at the end
            if now.state is not before.contribution.state:
                fates.append(Fate(before, now, self._others(before)))
        return tuple(fates)

    @property
    def is_following(self) -> bool:
        return bool(self._followed)

    def refused(self, fate: Fate, now: datetime) -> None:
        """Discord refused these reactions. If it does so again a few seconds later, they stay as they are."""
        first = self._refused.setdefault(fate.contribution.contribution_id, now)
        if not timedelta() <= now - first < SECOND_TRY:
            self.told(fate)

    def told(self, fate: Fate) -> None:
        """The reactions show it now, or nobody can set them."""
        self._refused.pop(fate.contribution.contribution_id, None)
        self._followed.pop(fate.contribution.contribution_id, None)
        self.follow(fate.contribution, fate.before.channel_id)

    def _follow(self, contribution: Contribution, channel_id: int, told: frozenset[State]) -> None:
        message_id = contribution.origin.removeprefix("message ").partition("/")[0]
        if message_id.isdecimal():
            self._followed[contribution.contribution_id] = Dropped(
                contribution, channel_id, int(message_id), told
            )
            self.woken.set()

    def _others(self, one: Dropped) -> frozenset[State]:
        return frozenset(
            other.contribution.state
            for other in self._followed.values()
            if other.message_id == one.message_id and other is not one
        )
