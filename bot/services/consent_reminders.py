"""Reminds whoever linked an account, and the servers they lent playlists to, before the consent ends."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import AccountUnreadableError
from bot.services.consents import consent_ends
from bot.stores.lists import Trouble
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.stores import Account, Accounts, Stores

DAYS: Final = (14, 7, 1)  # before the end; each is said once, and a later one replaces what was missed


class ConsentReminders:
    def __init__(self, stores: Stores, *, noted: Alarm, now: Callable[[], datetime]) -> None:
        """noted: set when there is something to send."""
        self._stores = stores
        self._noted = noted
        self._now = now

    async def remind(self) -> datetime | None:
        """Store the reminders that are due; returns when the next one is, or the next end. None: nobody is linked."""
        now, again = self._now(), None
        for member_id, given in await self._stores.accounts.everyone():  # the one that ends first comes first
            days, then = due_at(given, now)
            if days is not None:
                await self._remind(member_id, given, days)
            if then is not None:
                again = then if again is None else min(again, then)
            if days is None and then is not None:
                break
        return again

    async def ended_by(self, now: datetime) -> tuple[int, ...]:
        """The members whose consents must have ended by now."""
        everyone = await self._stores.accounts.everyone()
        return tuple(member_id for member_id, given in everyone if consent_ends(given) <= now)

    async def ends(self, member_id: int, given_ms: int) -> datetime | None:
        """When the consent given then ends; None: it's no longer theirs."""
        account = await _readable(self._stores.accounts, member_id)
        if account is None or _ms(account.authorized_at) != given_ms:
            return None
        return consent_ends(account.authorized_at)

    async def is_linked(self, member_id: int) -> bool:
        return await _readable(self._stores.accounts, member_id) is not None

    async def tell_ended(self, account: Account) -> None:
        """Tell the member that the consent has ended, unless one of their playlists does."""
        lists = await self._stores.lists.of_owner(account.member_id)
        if any(
            one.trouble is Trouble.CONSENT_ENDED and one.trouble_since == account.authorized_at
            for one in lists
        ):
            return
        key = f"{NoticeKind.CONSENT}:{account.member_id}:{account.authorized_at.isoformat()}"
        notice = Notice(
            key, NoticeKind.CONSENT, self._now(), guild_id=0, list_id="", member_id=account.member_id
        )
        await self._stores.notices.add(notice)
        self._noted.set()

    async def _remind(self, member_id: int, given: datetime, days: int) -> None:
        """Adding what was added before changes nothing, so this can be repeated until the next one is due."""
        facts: dict[str, str | int] = {"given": _ms(given), "days": days}
        about = f"{_ms(given)}:{days}"
        now = self._now()
        notices = [
            Notice(
                f"{NoticeKind.CONSENT_ENDS}:{member_id}:{about}",
                NoticeKind.CONSENT_ENDS,
                now,
                guild_id=0,
                list_id="",
                member_id=member_id,
                facts=facts,
            )
        ]
        account = await _readable(self._stores.accounts, member_id)
        for shared in await self._stores.lists.of_owner(member_id):
            if shared.trouble is None and account is not None and shared.account_id == account.account_id:
                key = f"{shared.list_id}:{NoticeKind.CONSENT_ENDS}:{about}"
                notices.append(
                    Notice(
                        key, NoticeKind.CONSENT_ENDS, now, shared.guild_id, shared.list_id, facts=dict(facts)
                    )
                )
        await self._stores.notices.add(*notices)
        self._noted.set()


def due_at(given: datetime, now: datetime) -> tuple[int | None, datetime | None]:
    """Which reminder is due, if any, and when the next one is, or the end. After the end: neither."""
    moments = list(_moments(given))
    days = next((number for number, moment in reversed(moments) if moment <= now), None)
    then = next((moment for _, moment in moments if moment > now), None)
    return (days or None, then)


def _moments(given: datetime) -> Iterator[tuple[int, datetime]]:
    """By how many days before the end; 0 is the end."""
    ends = consent_ends(given)
    for days in (*DAYS, 0):
        yield days, ends - timedelta(days=days)


async def _readable(accounts: Accounts, member_id: int) -> Account | None:
    with suppress(AccountUnreadableError):
        return await accounts.of_member(member_id)
    return None


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
