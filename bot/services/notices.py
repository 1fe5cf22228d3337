"""Sends notices, at least once: a stored notice is retried until it's delivered, or for a day.

If the bot is killed between Discord's answer and our record of it, a message is sent twice; in channels and DMs,
Discord drops the duplicate if it comes within a few minutes, since both have the same nonce.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

import msgspec

from bot.services.clock import LOOK_AGAIN, Alarm
from bot.services.replies import LOOK
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.stores import KeyValues
    from bot.stores.notices import Notices

    # Sent, or no longer to be sent to anyone: True. To be retried: False.
    Tell = Callable[[Sequence[Notice]], Awaitable[bool]]

log = logging.getLogger(__name__)

JOINS: Final = timedelta(seconds=10)  # notices due this much later join the message of those due now
AT_ONCE: Final = 500  # read from the store together
SIDE_BY_SIDE: Final = 10  # messages being sent to Discord at the same time
CLAIM: Final = timedelta(minutes=2)  # if a process dies over one, it's held up no longer than this
TELLING_S: Final = 60.0  # well within the claim
FIRST_PAUSE: Final = timedelta(seconds=10)  # after a failure, doubled each time
LAST_PAUSE: Final = timedelta(hours=2)
TRIES: Final = 21  # with these pauses: one day
REMEMBERED: Final = timedelta(days=7)  # the IDs of sent notices
LEFT: Final = "told at the next command:"  # prefix of the keys of what no private message could tell a member
AT_NEXT_COMMAND: Final = frozenset({NoticeKind.CONSENT, NoticeKind.CONSENT_ENDS})
SILENT: Final = "no private messages:"  # prefix of the keys for members who want none


class PrivateMessages:
    """Whether members want messages they didn't ask for."""

    def __init__(self, values: KeyValues) -> None:
        self._values = values

    async def are_wanted(self, member_id: int) -> bool:
        return not await self._values.get(f"{SILENT}{member_id}")

    async def switch(self, member_id: int, *, on: bool) -> None:
        await self._values.put(f"{SILENT}{member_id}", "" if on else "off")

    async def leave(self, notices: Sequence[Notice]) -> None:
        """Keep what no private message could tell a member until their next command, in place of what was before."""
        packed = msgspec.json.encode(tuple(notices)).decode()
        await self._values.put(f"{LEFT}{notices[0].member_id}", packed)

    async def left(self, member_id: int) -> tuple[Notice, ...]:
        held = await self._values.get(f"{LEFT}{member_id}")
        return msgspec.json.decode(held, type=tuple[Notice, ...]) if held else ()

    async def told(self, member_id: int) -> None:
        """What was left is told, or no longer so."""
        await self._values.erase(f"{LEFT}{member_id}")


class Notifying:
    def __init__(
        self,
        notices: Notices,
        private: PrivateMessages,
        *,
        now: Callable[[], datetime],
        woken: Alarm | None = None,
    ) -> None:
        """woken: set when there is something new to send."""
        self.woken = woken or Alarm()
        self._notices = notices
        self._private = private
        self._now = now

    async def run(self, tell: Tell) -> datetime:
        """Send what is due; returns when to check again.

        tell: gets those that make up one message. Its exceptions are logged, and it's retried.
        """
        now = self._now()
        messages = defaultdict[object, list["Notice"]](list)
        for notice in await self._notices.due(now + JOINS, limit=AT_ONCE):
            messages[_message_of(notice)].append(notice)
        due = [several for several in messages.values() if any(one.due_at <= now for one in several)]
        few = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(notices: list[Notice]) -> None:
            async with few:
                await self._tell(notices, tell)

        results = await asyncio.gather(*map(one, due), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):  # the database is unavailable
                raise result
        now = self._now()
        await self._notices.sweep(now)
        found = await self._notices.next()
        return now + LOOK_AGAIN if found is None else min(found, now + LOOK_AGAIN)

    async def _tell(self, notices: list[Notice], tell: Tell) -> None:
        claimed = await self._claimed(notices)
        wanted = await self._wanted(claimed)
        if not wanted or await _is_told(tell, wanted):
            for notice in claimed:
                await self._notices.done(notice, self._now() + REMEMBERED)
            return
        for notice in claimed:
            if notice.kind is NoticeKind.REPLY:  # for as long as the reply can be changed; then it's over
                await self._notices.postpone(notice, self._now() + LOOK)
            elif notice.attempts < TRIES:
                pause = min(FIRST_PAUSE * 2 ** (notice.attempts - 1), LAST_PAUSE)
                await self._notices.postpone(notice, self._now() + pause)
            else:
                log.warning("gave up on notice %s after %d tries", notice.notice_id, notice.attempts)
                await self._notices.done(notice, self._now() + REMEMBERED)

    async def _claimed(self, notices: list[Notice]) -> list[Notice]:
        """None if another process has the first of them: it's about to claim the others, for the same message."""
        until = self._now() + CLAIM
        first = await self._notices.claim(notices[0], until)
        if first is None:
            return []
        others = [await self._notices.claim(notice, until) for notice in notices[1:]]
        return [first, *(notice for notice in others if notice is not None)]

    async def _wanted(self, claimed: list[Notice]) -> list[Notice]:
        """For members who want no direct messages, they go to a channel, or wait, if there is that for them."""
        if not claimed or claimed[0].member_id is None or claimed[0].kind is NoticeKind.REPLY:
            return claimed
        if await self._private.are_wanted(claimed[0].member_id):
            return claimed
        if claimed[0].kind in AT_NEXT_COMMAND:
            await self._private.leave(claimed)
        return [replace(notice, member_id=None) for notice in claimed if notice.channel_ids]


def nonce_of(notices: Sequence[Notice]) -> str:
    """The same for the same notices, whichever process sends them; Discord accepts 25 characters."""
    ids = "\n".join(sorted(notice.notice_id for notice in notices))
    return blake2s(ids.encode(), digest_size=12).hexdigest()


def _message_of(notice: Notice) -> object:
    """Notices with the same key go into one message."""
    about: tuple[object, ...]
    match notice.kind:
        case NoticeKind.DECISION if "together" in notice.facts:
            about = (notice.facts["together"],)
        case NoticeKind.LAPSE:
            about = (notice.list_id, notice.facts.get("why"))
        case NoticeKind.SETTLED:
            about = (notice.list_id, notice.channel_ids)
        case NoticeKind.PARKED:
            about = (notice.list_id,)
        case NoticeKind.CONSENT | NoticeKind.CONSENT_ENDS if notice.member_id is not None:
            about = ()
        case NoticeKind.AWAY | NoticeKind.BACK | NoticeKind.ENDED if notice.member_id is not None:
            about = (notice.guild_id,)
        case _:
            about = (notice.notice_id,)
    return notice.kind, notice.member_id, *about


async def _is_told(tell: Tell, notices: list[Notice]) -> bool:
    first = notices[0]
    try:
        async with asyncio.timeout(TELLING_S):
            return await tell(notices)
    except Exception as error:  # noqa: BLE001 - it keeps no other waiting
        report = log.exception if first.attempts == 1 else log.warning
        report("notice %s was not delivered (%s); will try again", first.notice_id, type(error).__name__)
        return False
