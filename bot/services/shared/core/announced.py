"""Which announcements have to show another number of likes. Bursts become a few edits.

Known is where somebody pressed ♥ since the bot started; the others show it once somebody does.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.clock import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.core.likes import ListLikes
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution

PAUSE: Final = timedelta(seconds=2)  # between two edits of one message
MOST: Final = 1_000  # messages remembered
AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class Announcement:
    """The message that says a contribution is in."""

    guild_id: int
    contribution_id: str
    channel_id: int
    message_id: int


class Announcements:
    def __init__(
        self, likes: ListLikes, contributions: Contributions, *, now: Callable[[], datetime]
    ) -> None:
        self.woken = Alarm()  # there is something to show
        self._likes = likes
        self._contributions = contributions
        self._now = now
        self._known: OrderedDict[str, Announcement] = OrderedDict()  # by contribution
        self._changed: dict[str, Announcement] = {}
        self._rest_until: dict[str, datetime] = {}
        likes.watch(self._liked)

    def seen(self, announcement: Announcement) -> None:
        """Somebody used it: from now on it follows the likes."""
        self._known[announcement.contribution_id] = announcement
        self._known.move_to_end(announcement.contribution_id)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    async def due(self) -> tuple[tuple[Announcement, Contribution, int], ...]:
        """Those to redraw now, a few at a time, with how many members like what they announce."""
        now = self._now()
        self._rest_until = {
            key: until for key, until in self._rest_until.items() if now < until <= now + PAUSE
        }
        found: list[tuple[Announcement, Contribution, int]] = []
        for key, announcement in list(self._changed.items()):
            if key in self._rest_until or len(found) == AT_ONCE:
                continue
            del self._changed[key]  # before it's counted: likes from now on are told again
            self._rest_until[key] = now + PAUSE
            try:
                held = await self._contributions.get(announcement.guild_id, key)
                counts = await self._likes.counts(held.list_id, [held]) if held else {}
            except BotError:  # the database is unavailable: nothing is forgotten
                self._changed |= {one.contribution_id: one for one, _, _ in found} | {key: announcement}
                raise
            if held is not None:
                found.append((announcement, held, counts.get(key, 0)))
        return tuple(found)

    def next_due(self) -> datetime | None:
        """When there may be one to redraw, unless somebody likes something sooner."""
        return min((self._rest_until.get(key, self._now()) for key in self._changed), default=None)

    def _liked(self, held: Contribution) -> None:
        announcement = self._known.get(held.contribution_id)
        if announcement is not None:
            self._changed[held.contribution_id] = announcement
            self.woken.set()
