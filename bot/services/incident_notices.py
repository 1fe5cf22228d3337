"""Tells whoever runs the bot, once each, that Spotify refuses many consents at once, and that this is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING

from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.services.clock import Alarm
    from bot.stores.notices import Notices


@dataclass(frozen=True, slots=True)
class Incident:
    """worked: a consent that wasn't refused was accepted meanwhile, so not all of Spotify is at fault.

    refused: how many consents were, when it began. of_a_few: they were fewer than usual.
    """

    since: datetime
    worked: bool = False
    refused: int = 0
    of_a_few: bool = False


class IncidentNotices:
    """woken: set when there is a message to send."""

    def __init__(
        self,
        notices: Notices,
        *,
        operator_ids: Callable[[], Collection[int]],
        now: Callable[[], datetime],
        woken: Alarm,
    ) -> None:
        self._notices = notices
        self._operator_ids = operator_ids
        self._now = now
        self._woken = woken

    async def began(self, incident: Incident) -> None:
        """Told once, however often this is called."""
        await self._tell(incident, "began", {"refused": incident.refused})

    async def ended(self, incident: Incident, *, accepted: bool) -> None:
        """accepted: Spotify accepts the consents again; otherwise it went on for too long."""
        minutes = max(int((self._now() - incident.since).total_seconds() // 60), 1)
        await self._tell(incident, "accepted" if accepted else "judged", {"minutes": minutes})

    async def _tell(self, incident: Incident, what: str, facts: dict[str, str | int]) -> None:
        notices = [
            Notice(
                f"{NoticeKind.INCIDENT}:{operator_id}:{incident.since.isoformat()}:{what}",
                NoticeKind.INCIDENT,
                self._now(),
                guild_id=0,
                list_id="",
                member_id=operator_id,
                facts=facts | {"what": what},
            )
            for operator_id in self._operator_ids()
        ]
        await self._notices.add(*notices)
        self._woken.set()
