"""Tries consents again that are in doubt, when their time has come, so that nobody has to use them for that."""

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
    from bot.services.consents import Consents
    from bot.services.tokens import TokenKeeper
    from bot.stores import Accounts

AGAIN: Final = timedelta(hours=1)  # until checking what other processes left undone
AFTER_A_FAILURE: Final = timedelta(minutes=1)
PROBES: Final = 3  # consents tried at a time during an incident
LONGEST_INCIDENT: Final = timedelta(days=1)  # if Spotify accepts other consents meanwhile


class ConsentWatch:
    def __init__(
        self, consents: Consents, keeper: TokenKeeper, accounts: Accounts, *, now: Callable[[], datetime]
    ) -> None:
        self.woken: Alarm = consents.woken
        self._consents = consents
        self._keeper = keeper
        self._accounts = accounts
        self._now = now

    async def run(self) -> datetime:
        """What is due for any consent; returns when to check again."""
        incident = await self._consents.incident()
        if incident is not None and incident.worked and self._now() - incident.since >= LONGEST_INCIDENT:
            await self._consents.end_incident(incident)
            incident = None
        await self._try_again(None if incident is None else PROBES)
        again = self._now() + AGAIN
        for one in (await self._consents.in_doubt()).values():
            if one.until is not None:
                again = min(again, max(one.until, self._now() + AFTER_A_FAILURE))
        return again

    async def _try_again(self, at_most: int | None) -> None:
        now = self._now()
        due = [one for one, doubt in (await self._consents.in_doubt()).items() if (doubt.until or now) <= now]
        for member_id in due[:at_most]:
            if await self._is_over(member_id):
                continue
            try:
                await self._keeper.try_again(member_id)
            except StoreUnavailableError:
                raise
            except (BotError, SpotifyError):
                continue  # what was refused is noted, what failed is tried again

    async def _is_over(self, member_id: int) -> bool:
        """Whether the doubt is about nothing any more: unlinked, or linked again."""
        account = None
        with suppress(BotError):
            account = await self._accounts.of_member(member_id)
        if account is not None and await self._consents.of(account) is not None:
            return False
        await self._consents.forget(member_id)
        return True
