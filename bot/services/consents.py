"""What it means if Spotify refuses a refresh token: the consent has ended, is in doubt, or Spotify is at fault.

A consent about six months old has ended. A younger one is set aside for a day: kept, not used, and tried twice again.
If Spotify's answer to the refresh before was lost, it may have replaced the token, so it's tried once more, and soon.
Several refused within a minute are an incident at Spotify's: nothing is erased, and some are tried now and then, until
one is accepted again. So are all of a few, but not for long: a small group may really have withdrawn theirs together.
"""

from __future__ import annotations

import calendar
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from bot.services.clock import Alarm
from bot.services.incident_notices import Incident
from bot.spotify.limits import CONSENT_MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.services.incident_notices import IncidentNotices
    from bot.stores import Account, Accounts, KeyValues

log = logging.getLogger(__name__)

DOUBT: Final = "consent in doubt:"  # prefix of the keys, by member
INCIDENT: Final = "consents refused at once"
OLD: Final = timedelta(days=175)  # a consent that is refused at this age has ended
SET_ASIDE: Final = timedelta(days=1)
SECOND_TRY: Final = timedelta(hours=12)
AFTER_A_LOST_ANSWER: Final = timedelta(minutes=10)
AT_LEAST: Final = timedelta(minutes=10)  # between two tries
TRIES: Final = 3  # with the refusal that put it in doubt
TRIES_AFTER_A_LOST_ANSWER: Final = 2
MANY: Final = 5  # consents refused within AT_ONCE: then it's Spotify
AT_ONCE: Final = timedelta(minutes=1)
ALL_OF_A_FEW: Final = 2  # fewer than MANY, but everyone who is linked
PAUSE: Final = timedelta(minutes=1)  # during an incident, doubled with each try of the same consent
LONGEST_PAUSE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(days=1)  # of an incident, if Spotify accepts other consents meanwhile
LONGEST_OF_A_FEW: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Doubt:
    """About one consent of a member's, the one given at `given`.

    begun: a refresh was sent, and its answer isn't known. lost: that was so when another one was sent.
    since: when it was first refused, and `tries` how often in all; None: never. until: it isn't tried before that.
    spared: how often it was refused during an incident. counted: an incident was, so it doesn't make another one.
    """

    given: datetime
    begun: bool = False
    lost: bool = False
    since: datetime | None = None
    tries: int = 0
    until: datetime | None = None
    spared: int = 0
    counted: bool = False


class Consents:
    """Kept in the store, so that neither a restart nor another process begins anew.

    woken: set when a consent is to be tried at another time than announced. told: hears of incidents.
    """

    def __init__(
        self,
        values: KeyValues,
        accounts: Accounts,
        *,
        now: Callable[[], datetime],
        told: IncidentNotices | None = None,
    ) -> None:
        self.woken = Alarm()
        self._told = told
        self._values = values
        self._accounts = accounts
        self._now = now

    async def of(self, account: Account) -> Doubt | None:
        """What is in doubt about the account's consent, if anything."""
        return await self._known(account.member_id, account.authorized_at)

    async def begin(self, account: Account) -> datetime | None:
        """Before a refresh is sent: until when it must not be; None: now it can."""
        known = await self.of(account) or Doubt(account.authorized_at)
        if known.until is not None and known.until > self._now():
            return known.until
        await self._put(account.member_id, replace(known, begun=True, lost=known.lost or known.begun))
        return None

    async def lost_an_answer(self, account: Account) -> bool:
        """Whether Spotify's answer to an earlier refresh never came, so that it may have replaced the token."""
        return (known := await self.of(account)) is not None and known.lost

    async def answered(self, account: Account) -> None:
        """Spotify said something that is not about the consent, and certainly left it as it was."""
        if (known := await self.of(account)) is not None and known.begun:
            await self._put(account.member_id, replace(known, begun=False))

    async def accepted(self, account: Account) -> bool:
        """Spotify accepts the consent. Returns whether it was in doubt."""
        known = await self.of(account)
        await self._values.erase(f"{DOUBT}{account.member_id}")
        incident = await self.incident()
        was_refused = known is not None and known.until is not None
        if incident is not None and was_refused:
            await self._end(incident, accepted=True)
        elif incident is not None and incident.of_a_few:
            await self._end(incident, accepted=False)
        elif incident is not None and not incident.worked:
            await self._values.put(INCIDENT, _packed(replace(incident, worked=True)))
        if was_refused:
            log.info("member %d: Spotify accepts the consent again", account.member_id)
        return was_refused

    async def refused(self, account: Account) -> datetime | None:
        """Until when the consent is set aside; None: it has ended, and the tokens can be erased."""
        now, member_id = self._now(), account.member_id
        known = replace(await self.of(account) or Doubt(account.authorized_at), begun=False)
        if await self.incident() is not None:
            return await self._spare(member_id, known)
        if now - account.authorized_at >= OLD:
            return None
        since, tries = known.since or now, known.tries + 1
        known = replace(known, since=since, tries=tries, until=_next_try(since, tries, now, lost=known.lost))
        await self._put(member_id, known)
        if await self._is_incident():
            return (await self.of(account) or known).until
        if tries >= (TRIES_AFTER_A_LOST_ANSWER if known.lost else TRIES):
            return None
        log.warning(
            "member %d: Spotify refused a consent of %d days; set aside", member_id, _days(known, now)
        )
        self.woken.set()
        return known.until

    async def forget(self, member_id: int) -> None:
        await self._values.erase(f"{DOUBT}{member_id}")

    async def in_doubt(self) -> dict[int, Doubt]:
        """Those that were refused, by member; the one to be tried first comes first."""
        held = await self._values.starting(DOUBT)
        found = {int(key.removeprefix(DOUBT)): _doubt(value) for key, value in held.items()}
        refused = {member_id: one for member_id, one in found.items() if one.until is not None}
        return dict(sorted(refused.items(), key=lambda item: (item[1].until or self._now(), item[0])))

    async def incident(self) -> Incident | None:
        held = await self._values.get(INCIDENT)
        return msgspec.json.decode(held, type=Incident) if held else None

    async def watch_incident(self) -> bool:
        """Whether there is an incident. One that has lasted too long to be one is over."""
        incident = await self.incident()
        if incident is None:
            return False
        longest = LONGEST_OF_A_FEW if incident.of_a_few else LONGEST if incident.worked else None
        if longest is not None and self._now() - incident.since >= longest:
            await self._end(incident, accepted=False)
            return False
        if self._told is not None:
            await self._told.began(incident)  # once more changes nothing: it may have been missed by a kill
        return True

    async def _end(self, incident: Incident, *, accepted: bool) -> None:
        """Those it spared are tried again now, and judged anew. accepted: Spotify accepts them again."""
        if self._told is not None:
            await self._told.ended(incident, accepted=accepted)
        await self._values.erase(INCIDENT)
        for member_id, one in (await self.in_doubt()).items():
            anew = Doubt(one.given, begun=one.begun, lost=one.lost, until=self._now(), counted=True)
            await self._put(member_id, anew)
        minutes = (self._now() - incident.since).total_seconds() // 60
        if accepted:
            log.warning("Spotify accepts consents again, after %d minutes", minutes)
        else:
            log.warning("after %d minutes, the consents Spotify refuses are judged one by one", minutes)
        self.woken.set()

    async def _is_incident(self) -> bool:
        """Whether so many were first refused just now that one begins."""
        now, held = self._now(), await self.in_doubt()
        first = {
            member_id
            for member_id, one in held.items()
            if one.since and abs(now - one.since) <= AT_ONCE and not one.counted
        }
        of_a_few = len(first) < MANY
        if of_a_few and not (len(first) >= ALL_OF_A_FEW and await self._are_all(first)):
            return False
        incident = Incident(now, refused=len(first), of_a_few=of_a_few)
        await self._values.put(INCIDENT, _packed(incident))
        if self._told is not None:
            await self._told.began(incident)
        log.error(
            "Spotify refused %d consents within a minute, so it's an incident there: nothing is erased, "
            "and I'll go on by myself once Spotify accepts them again. See status.spotify.dev",
            len(first),
        )
        for member_id, one in held.items():
            await self._put(member_id, replace(one, spared=1, until=now + PAUSE))
        self.woken.set()
        return True

    async def _are_all(self, members: Collection[int]) -> bool:
        return all(member_id in members for member_id, _ in await self._accounts.everyone())

    async def _spare(self, member_id: int, known: Doubt) -> datetime:
        """Refused during an incident: it's kept, however old it is."""
        until = self._now() + min(PAUSE * (1 << min(known.spared, 10)), LONGEST_PAUSE)
        await self._put(member_id, replace(known, spared=known.spared + 1, until=until))
        self.woken.set()
        return until

    async def _known(self, member_id: int, given: datetime) -> Doubt | None:
        held = await self._values.get(f"{DOUBT}{member_id}")
        known = _doubt(held) if held else None
        return known if known is not None and known.given == given else None

    async def _put(self, member_id: int, known: Doubt) -> None:
        await self._values.put(f"{DOUBT}{member_id}", _packed(known))


def consent_ends(authorized_at: datetime) -> datetime:
    """Six calendar months after the consent; the last day of the month if that day doesn't exist."""
    months = authorized_at.month - 1 + CONSENT_MONTHS
    year, month = authorized_at.year + months // 12, months % 12 + 1
    day = min(authorized_at.day, calendar.monthrange(year, month)[1])
    return authorized_at.replace(year=year, month=month, day=day)


def _next_try(since: datetime, tries: int, now: datetime, *, lost: bool) -> datetime:
    if lost:
        return now + AFTER_A_LOST_ANSWER
    return max(since + (SECOND_TRY if tries == 1 else SET_ASIDE), now + AT_LEAST)


def _days(known: Doubt, now: datetime) -> int:
    return (now - known.given).days


def _packed(fact: Doubt | Incident) -> str:
    return msgspec.json.encode(fact).decode()


def _doubt(value: str) -> Doubt:
    return msgspec.json.decode(value, type=Doubt)
