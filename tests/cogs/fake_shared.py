"""A server without shared playlists, for tests about everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.services.shared.outbox.dispatcher import Debounce
from bot.shared_errors import ListNotFoundError
from tests.cogs.samples import NOW

if TYPE_CHECKING:
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
            raise ListNotFoundError
        return None


class FakeWriter:
    def __init__(self) -> None:
        self.gathering = Debounce(now=lambda: NOW, over=lambda: None)


class FakeFollowing:
    """Nothing was ever dropped."""

    async def find(self) -> None:
        return


@dataclass
class FakeShared:
    finder: FakeFinder = field(default_factory=FakeFinder)
    contributing: FakeContributing = field(default_factory=FakeContributing)
    dispatcher: FakeWriter = field(default_factory=FakeWriter)
    following: FakeFollowing = field(default_factory=FakeFollowing)
