"""Does what is due for consents without a command: tries those in doubt again, reminds, notices the end."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError, StoreUnavailableError
from bot.spotify.errors import SpotifyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.consent_reminders import ConsentReminders
    from bot.services.consents import Consents
    from bot.services.leases import LeaseKeeper
    from bot.services.tokens import TokenKeeper
    from bot.stores import Accounts

AGAIN: Final = timedelta(
    hours=1
)  # until checking what other processes left undone, and how long a claim lasts
ASK_AGAIN: Final = timedelta(hours=6)  # if Spotify accepts it longer than expected
AFTER_A_FAILURE: Final = timedelta(minutes=1)
PROBES: Final = 3  # consents tried at a time during an incident
EVERYONE: Final = "consents of everyone"  # the lease of the process that looks at them all


class ConsentWatch:
    def __init__(
        self,
        consents: Consents,
        keeper: TokenKeeper,
        accounts: Accounts,
        reminders: ConsentReminders,
        leases: LeaseKeeper,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self.woken: Alarm = consents.woken
        self._consents = consents
        self._keeper = keeper
        self._accounts = accounts
        self._reminders = reminders
        self._leases = leases
        self._now = now
        self._tidied: datetime | None = None
        self._ended: dict[int, datetime] = {}  # those that must have: when Spotify was last asked

    async def run(self) -> datetime:
        """What is due for any consent; returns when to check again.

        Only one process looks at everyone who is linked. If it dies, another does once its claim is over.
        """
        await self._try_again(PROBES if await self._consents.watch_incident() else None)
        again = self._now() + AGAIN
        if await self._leases.claim(EVERYONE, AGAIN):
            again = min(again, await self._look_at_everyone() or again)
        for one in (await self._consents.in_doubt()).values():
            if one.until is not None:
                again = min(again, max(one.until, self._now() + AFTER_A_FAILURE))
        return again

    async def _look_at_everyone(self) -> datetime | None:
        """When the next reminder is due, or the next end."""
        await self._notice_ends()
        await self._tidy()
        return await self._reminders.remind()

    async def _tidy(self) -> None:
        """Once an hour, however often this is woken."""
        now = self._now()
        if self._tidied is None or not timedelta() <= now - self._tidied < AGAIN:
            await self._keeper.forget_earlier()
            self._tidied = now

    async def _try_again(self, at_most: int | None) -> None:
        now = self._now()
        due = [one for one, doubt in (await self._consents.in_doubt()).items() if (doubt.until or now) <= now]
        for member_id in due[:at_most]:
            if not await self._leases.claim(f"doubt:{member_id}", AFTER_A_FAILURE):
                continue  # another process is trying it
            if await self._is_over(member_id):
                continue
            try:
                await self._keeper.try_again(member_id)
            except StoreUnavailableError:
                raise
            except (BotError, SpotifyError):
                continue  # what was refused is noted, what failed is tried again

    async def _notice_ends(self) -> None:
        """Ask Spotify about those whose six months are up, so that it's said when it happens, not at the next use."""
        now = self._now()
        doubted = await self._consents.in_doubt()
        ended = await self._reminders.ended_by(now)
        self._ended = {one: asked for one, asked in self._ended.items() if one in ended}
        for member_id in ended:
            asked = self._ended.get(member_id)
            if member_id in doubted or (asked is not None and timedelta() <= now - asked < ASK_AGAIN):
                continue
            if not await self._leases.claim(_asking(member_id), ASK_AGAIN):
                continue  # another process has asked
            try:
                await self._keeper.try_again(member_id)
            except StoreUnavailableError:
                raise
            except (BotError, SpotifyError):
                await self._leases.unclaim(_asking(member_id))
                continue  # it has ended; or there was no answer, and the next run tries again
            self._ended[member_id] = now

    async def _is_over(self, member_id: int) -> bool:
        """Whether the doubt is about nothing any more: unlinked, or linked again."""
        account = None
        with suppress(BotError):
            account = await self._accounts.of_member(member_id)
        if account is not None and await self._consents.of(account) is not None:
            return False
        await self._consents.forget(member_id)
        return True


def _asking(member_id: int) -> str:
    """The lease of whoever asked Spotify last whether a consent has ended."""
    return f"consent:{member_id}"
