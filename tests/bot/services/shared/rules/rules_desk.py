"""A list with its rules, and somebody who asks whether a track may go in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.services.shared.core.access import Actor
from bot.services.shared.rules.check import RuleBook
from bot.services.shared.rules.matching import recording
from bot.spotify.models import Album, Artist, Track
from bot.stores.lists import Duplicates, Rules
from tests.shared_records import NOW, a_list, bring

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.lists import Settings
    from bot.stores.refusals import Refusal

GRACE, LINUS = 8, 9
FREE = Rules(duplicates=Duplicates.ALLOWED, never_again=False)
ARTIST, GUEST = Artist(name="Ada", id="a" * 22), Artist(name="Orla", id="o" * 22)


def song(number: int = 1, name: str = "", **changes: Any) -> Track:
    plain: dict[str, Any] = {
        "uri": f"spotify:track:{number:022d}",
        "id": f"{number:022d}",
        "name": name or f"Song {number}",
        "duration_ms": 200_000,
        "artists": (ARTIST,),
        "album": Album(name="Loopback", release_date="1999-05-03"),
    }
    return Track(**(plain | changes))


class Table:
    """Its clock stands at `time`."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.time = NOW
        self.book = RuleBook(stores.contributions, now=lambda: self.time)
        self.shared = a_list("0" * 22, owner_id=1, account_id="ada", rules=FREE)
        self._numbers = iter(range(1, 10_000))

    def set(self, *, settings: Settings | None = None, **rules: Any) -> None:
        self.shared = replace(
            self.shared, rules=replace(FREE, **rules), settings=settings or self.shared.settings
        )

    async def bring(self, track: Track, member_id: int | None = GRACE, **changes: Any) -> None:
        number = next(self._numbers)
        changes = {"recording": recording(track), "created_at": self.time} | changes
        await bring(self.stores, self.shared, number, track.uri, member_id, **changes)

    async def refusals(self, track: Track, actor: Actor | None = None) -> tuple[Refusal, ...]:
        return await self.book.check(self.shared, actor or Actor(LINUS), track)

    async def names(self, track: Track, actor: Actor | None = None) -> list[str]:
        return [refusal.rule for refusal in await self.refusals(track, actor)]
