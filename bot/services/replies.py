"""Replies that promise to change: kept with the right to change them, so that a restart does not leave them behind.

That right is the token of an interaction, good for 15 minutes. It is kept sealed, and erased when the reply was
changed or the time is over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.sealing import SealBrokenError
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.sealing import Sealer
    from bot.services.clock import Alarm
    from bot.stores.contributions import Contribution
    from bot.stores.notices import Notices

CHANGES_FOR: Final = timedelta(minutes=14)  # Discord takes edits of a reply for 15 minutes
LOOK: Final = timedelta(seconds=45)  # after which it is looked whether whoever follows it has been stopped
REMEMBERED: Final = timedelta(days=1)  # longer than a token lives
SEALED: Final = "interaction"


class Replies:
    def __init__(
        self, notices: Notices, sealer: Sealer, *, now: Callable[[], datetime], noted: Alarm
    ) -> None:
        """noted: is set when there is something to tell somebody."""
        self._notices = notices
        self._sealer = sealer
        self._now = now
        self._noted = noted
        self._kept: dict[int, Notice] = {}  # those this process follows, by interaction

    async def keep(
        self,
        interaction_id: int,
        token: str,
        opened_at: datetime,
        kept: Sequence[Contribution],
        member_id: int,
    ) -> None:
        """The reply to this interaction is to say what became of these."""
        until = opened_at + CHANGES_FOR
        if interaction_id in self._kept or self._now() >= until:
            return
        key = f"interaction:{interaction_id}"
        first = kept[0]
        notice = Notice(
            key,
            NoticeKind.REPLY,
            self._now() + LOOK,
            first.guild_id,
            first.list_id,
            first.contribution_id,
            member_id,
            facts={
                "token": self._sealer.seal(SEALED, key, token).decode(),
                "until": int(until.timestamp() * 1000),
                "contributions": " ".join(one.contribution_id for one in kept),
            },
        )
        self._kept[interaction_id] = notice
        await self._notices.add(notice)
        self._noted.set()

    async def drop(self, interaction_id: int) -> None:
        """It says it."""
        notice = self._kept.pop(interaction_id, None)
        if notice is None:
            return
        claimed = await self._notices.claim(notice, self._now() + LOOK)
        if claimed is not None:  # else it is being changed once more, to the same
            await self._notices.done(claimed, self._now() + REMEMBERED)

    def token(self, notice: Notice) -> str | None:
        """What the reply can be changed with; None: no longer."""
        if self._now() >= datetime.fromtimestamp(int(notice.facts["until"]) / 1000, UTC):
            return None
        try:
            return self._sealer.open(SEALED, notice.notice_id, str(notice.facts["token"]).encode())
        except SealBrokenError:  # the keys were changed
            return None


def contributions_of(notice: Notice) -> list[str]:
    """The ids of what the reply is about."""
    return str(notice.facts["contributions"]).split()
