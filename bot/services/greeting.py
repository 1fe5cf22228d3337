"""A hint for a server's managers when the bot was added there: once, in a channel where it may write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.clock import Alarm
    from bot.stores import KeyValues, Notices

GREETED: Final = "greeted server:"  # prefix of the keys; the value says when
RECENT: Final = timedelta(days=1)  # added earlier than this, a server knows the bot
AGAIN: Final = timedelta(days=90)  # added again sooner than this, it still does


class Greeting:
    def __init__(
        self, values: KeyValues, notices: Notices, *, now: Callable[[], datetime], woken: Alarm
    ) -> None:
        """woken: set when there is a message to send."""
        self._values = values
        self._notices = notices
        self._now = now
        self._woken = woken

    def is_new(self, joined_at: datetime) -> bool:
        """Whether a server the bot is in since then may still have to be greeted."""
        return self._now() - joined_at < RECENT

    async def joined(self, guild_id: int, joined_at: datetime, channel_ids: Sequence[int]) -> None:
        """The bot is in this server since then. Can be called at every start, for every server.

        channel_ids: where it may write, best first. If there is none, nothing is said, then or later.
        """
        if not self.is_new(joined_at) or not channel_ids:
            return
        now = self._now()
        key = f"{GREETED}{guild_id}"
        before = await self._values.get(key)
        if before and now - datetime.fromisoformat(before) < AGAIN:
            return
        hint = Notice(
            f"hint:{guild_id}:{int(joined_at.timestamp())}",
            NoticeKind.HINT,
            now,
            guild_id=guild_id,
            list_id="",
            channel_ids=tuple(channel_ids),
        )
        await self._notices.add(hint)
        await self._values.put(key, now.isoformat())
        self._woken.set()
