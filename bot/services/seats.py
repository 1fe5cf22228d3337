"""Seats: a Spotify app in development mode lets five people in. Who has one, who waits, and asking for one back.

What is counted are linked accounts. Spotify doesn't say who else is on the app's user list.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.stores import Accounts, KeyValues, Notices

log = logging.getLogger(__name__)

WAITING: Final = "waiting for a seat:"  # prefix of the keys, by member; the value says since when
ASKED: Final = "seat asked back:"  # the same
GIVEN_BACK: Final = "seat given back:"  # the same; the value says when the member was asked for it
KEPT: Final = timedelta(days=30)
TIDY: Final = timedelta(hours=12)
TIDYING: Final = "seats"  # the lease of the process that tidies


@dataclass(frozen=True, slots=True)
class SeatCount:
    """limit: 0 if there is none. has_one: whether the member it was counted for has one of those taken."""

    taken: int
    limit: int
    has_one: bool = False

    @property
    def is_full(self) -> bool:
        return 0 < self.limit <= self.taken


@dataclass(frozen=True, slots=True)
class Holder:
    """since: when they last gave their consent. asked_at: when they were asked to give the seat back, if they were."""

    member_id: int
    since: datetime
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Freed:
    """They unlinked after they had been asked for their seat, which is taken until they are off the app's list."""

    member_id: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Spotify refused them, as they aren't on the app's user list."""

    member_id: int
    since: datetime


class Seats:
    def __init__(
        self,
        accounts: Accounts,
        values: KeyValues,
        notices: Notices,
        leases: LeaseKeeper,
        *,
        limit: int,
        operator_ids: Callable[[], Collection[int]],
        now: Callable[[], datetime],
        woken: Alarm,
    ) -> None:
        """limit: of the app; 0: none. woken: set when there is a message to send."""
        self._operator_ids = operator_ids
        self._accounts = accounts
        self._values = values
        self._notices = notices
        self._leases = leases
        self._limit = limit
        self._now = now
        self._woken = woken

    async def count(self, member_id: int | None = None) -> SeatCount:
        members = [holder for holder, _ in await self._accounts.everyone()]
        return SeatCount(len(members), self._limit, member_id in members)

    async def holders(self) -> tuple[Holder, ...]:
        """Longest linked first."""
        asked = await self._moments(ASKED)
        return tuple(
            Holder(member_id, since, asked.get(member_id))
            for member_id, since in await self._accounts.everyone()
        )

    async def waiting(self) -> tuple[Waiting, ...]:
        """Longest waiting first; nobody is kept for more than 30 days."""
        found = [
            Waiting(member_id, since)
            for member_id, since in (await self._moments(WAITING)).items()
            if self._now() - since < KEPT
        ]
        return tuple(sorted(found, key=lambda one: one.since))

    async def refused(self, member_id: int) -> None:
        """Spotify didn't let them in. Whoever tries again waits since then."""
        await self._values.put(f"{WAITING}{member_id}", self._now().isoformat())
        log.info("member %d waits for a seat", member_id)

    async def linked(self, member_id: int) -> None:
        """They have a seat, and keep it."""
        await self.forget(member_id)

    async def unlinked(self, member_id: int) -> None:
        """Whoever runs the bot is told, at least once, if they had asked for the seat: only they can free it."""
        asked_at = await self.asked_back(member_id)
        if asked_at is not None:
            now = self._now()
            await self._values.put(f"{GIVEN_BACK}{member_id}", asked_at.isoformat())
            # Its ID stays for some days, so it doesn't name the member.
            notices = [
                Notice(
                    f"seat free:{operator_id}:{asked_at.isoformat()}",
                    NoticeKind.SEAT_FREE,
                    now,
                    guild_id=0,
                    list_id="",
                    member_id=operator_id,
                    facts={"asked": asked_at.isoformat()},
                )
                for operator_id in self._operator_ids()
            ]
            await self._notices.add(*notices)
            self._woken.set()
        for prefix in (WAITING, ASKED):
            await self._values.erase(f"{prefix}{member_id}")

    async def forget(self, member_id: int) -> None:
        """Nothing is kept of them here."""
        for prefix in (WAITING, ASKED, GIVEN_BACK):
            await self._values.erase(f"{prefix}{member_id}")

    async def freed(self) -> tuple[Freed, ...]:
        """Who has unlinked when asked, in the last 30 days, whoever was asked first."""
        found = [Freed(member_id, at) for member_id, at in (await self._moments(GIVEN_BACK)).items()]
        return tuple(sorted(found, key=lambda one: one.asked_at))

    async def ask_back(self, member_id: int) -> bool:
        """Tell the member, at least once, that their seat is needed. False: they have none any more.

        Asked again within a day, they are told once.
        """
        if not any(member_id == holder for holder, _ in await self._accounts.everyone()):
            return False
        now = self._now()
        await self._values.put(f"{ASKED}{member_id}", now.isoformat())
        await self._notices.add(
            Notice(
                f"seat:{member_id}:{now.date()}",
                NoticeKind.SEAT,
                now,
                guild_id=0,
                list_id="",
                member_id=member_id,
            )
        )
        self._woken.set()
        return True

    async def asked_back(self, member_id: int) -> datetime | None:
        """When the member was asked to give their seat back."""
        return _moment(await self._values.get(f"{ASKED}{member_id}"))

    async def gave_back(self, member_id: int) -> datetime | None:
        """When the member was asked for the seat they gave back."""
        return _moment(await self._values.get(f"{GIVEN_BACK}{member_id}"))

    async def waiting_since(self, member_id: int) -> datetime | None:
        return _moment(await self._values.get(f"{WAITING}{member_id}"))

    async def tidy(self) -> datetime:
        """Have one process do it; if that one dies, another does once its claim is over."""
        if await self._leases.claim(TIDYING, TIDY):
            await self._tidy()
        return self._now() + TIDY

    async def _tidy(self) -> None:
        """Erase who waited too long. Those asked who are no longer linked gave their seats back, or lost them."""
        linked = {member_id for member_id, _ in await self._accounts.everyone()}
        for member_id, since in (await self._moments(WAITING)).items():
            if self._now() - since >= KEPT:
                await self._values.erase(f"{WAITING}{member_id}")
        for member_id in (await self._moments(ASKED)).keys() - linked:
            await self.unlinked(member_id)
        for one in await self.freed():
            if self._now() - one.asked_at >= KEPT:
                await self._values.erase(f"{GIVEN_BACK}{one.member_id}")

    async def _moments(self, prefix: str) -> dict[int, datetime]:
        held = await self._values.starting(prefix)
        moments = {int(key.removeprefix(prefix)): _moment(value) for key, value in held.items()}
        return {member_id: moment for member_id, moment in moments.items() if moment is not None}


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
