"""A server without shared playlists, for tests about everything else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from bot.services.shared import Shared
from bot.shared_errors import NoListsError

if TYPE_CHECKING:
    from bot.services.shared.lifecycle.overview import HeldUp
    from bot.stores.lists import SharedPlaylist


class FakeFinder:
    async def lists(self, guild_id: int) -> tuple[SharedPlaylist, ...]:
        assert guild_id
        return ()

    async def suggest(self, guild_id: int, text: str) -> tuple[SharedPlaylist, ...]:
        assert guild_id
        assert isinstance(text, str)
        return ()


class FakeContributing:
    async def target(self, guild_id: int, query: str) -> SharedPlaylist | None:
        assert guild_id
        if not query:
            raise NoListsError
        return None


class FakeFollowing:
    """Nothing was ever dropped."""

    async def find(self) -> None:
        return


@dataclass
class FakeOverview:
    held: tuple[HeldUp, ...] = ()

    async def held_up(self, _owner_id: int) -> tuple[HeldUp, ...]:
        return self.held


class FakeGroup:
    """Holds what a test puts in, and None for all else."""

    def __init__(self, **parts: object) -> None:
        self.__dict__.update(parts)

    def __getattr__(self, name: str) -> None:
        return None


class FakeShared:
    """Cogs are handed all of it; these tests ask three of them."""

    def __init__(self) -> None:
        for group in fields(Shared):
            setattr(self, group.name, FakeGroup())
        self.overview = FakeOverview()
        self.lifecycle = FakeGroup(overview=self.overview)
        self.core = FakeGroup(finder=FakeFinder())
        self.proposals = FakeGroup(proposals=FakeContributing(), drop_channel=FakeFollowing())
