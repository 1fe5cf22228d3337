"""Replies that promise to update: stored with the right to edit them, so that a restart doesn't leave them behind.

That right is the token of an interaction, valid for 15 minutes. It's stored sealed, and erased once the reply is
updated or the time is up.
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

CHANGES_FOR: Final = timedelta(minutes=14)  # Discord accepts edits of a reply for 15 minutes
LOOK: Final = timedelta(seconds=45)  # after which to check whether the process following it has stopped
REMEMBERED: Final = timedelta(days=1)  # longer than a token is valid
SEALED: Final = "interaction"


class Replies:
    def __init__(
        self, notices: Notices, sealer: Sealer, *, now: Callable[[], datetime], noted: Alarm
    ) -> None:
        """noted: set when there is something to send."""
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
        """The reply to this interaction will report what became of these."""
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
        """It has been updated."""
        notice = self._kept.pop(interaction_id, None)
        if notice is None:
            return
        claimed = await self._notices.claim(notice, self._now() + LOOK)
        if claimed is not None:  # otherwise it's being changed once more, to the same text
            await self._notices.done(claimed, self._now() + REMEMBERED)

    def token(self, notice: Notice) -> str | None:
        """What the reply can be edited with; None: no longer possible."""
        if self._now() >= datetime.fromtimestamp(int(notice.facts["until"]) / 1000, UTC):
            return None
        try:
            return self._sealer.open(SEALED, notice.notice_id, str(notice.facts["token"]).encode())
        except SealBrokenError:  # the keys were changed
            return None


def contributions_of(notice: Notice) -> list[str]:
    """The IDs of what the reply is about."""
    return str(notice.facts["contributions"]).split()
