"""When a consent's end is announced: each reminder once, the latest one, and none after the end or a renewal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.services.clock import Alarm
from bot.services.consent_reminders import DAYS, ConsentReminders, due_at
from bot.services.consents import consent_ends
from bot.stores.notices import NoticeKind
from tests.bot.link_desk import ADA

if TYPE_CHECKING:
    from bot.services.tokens import TokenKeeper
    from bot.stores import Stores
    from tests.bot.link_desk import Time

GIVEN = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the bounds are naive


@given(GIVEN)
def test_each_reminder_in_its_time(given_at: datetime) -> None:
    """Following what is said to be next leads through every reminder to the end, and no further."""
    now, seen = given_at, []
    while True:
        days, then = due_at(given_at, now)
        if days is not None:
            seen.append(days)
        if then is None:
            break
        assert then > now
        now = then
    assert tuple(seen) == DAYS
    assert now == consent_ends(given_at)


@given(GIVEN, st.integers(0, 400 * 24))
def test_any_moment(given_at: datetime, hours: int) -> None:
    """A reminder is due from its day on until the next one's, whenever one looks."""
    now = given_at + timedelta(hours=hours)
    left = consent_ends(given_at) - now
    days, _ = due_at(given_at, now)
    expected = [one for one in DAYS if timedelta() < left <= timedelta(days=one)]
    assert days == (expected[-1] if expected else None)


async def test_stored_once(keeper: TokenKeeper, stores: Stores, time: Time) -> None:
    """However often the clock looks, one reminder is stored; the next one a week later."""
    reminders = ConsentReminders(stores, noted=Alarm(), now=time.now)
    account = await keeper.account(ADA)
    assert await reminders.remind() == consent_ends(account.authorized_at) - timedelta(days=14)
    time.pass_by(seconds=(consent_ends(account.authorized_at) - time.now()).total_seconds() - 14 * 86_400)
    for _ in range(5):
        again = await reminders.remind()
        assert again == consent_ends(account.authorized_at) - timedelta(days=7)
    (notice,) = await stores.notices.due(time.now(), limit=10)
    assert (notice.kind, notice.member_id) == (NoticeKind.CONSENT_ENDS, ADA)
    given_ms = int(notice.facts["given"])
    assert await reminders.ends(ADA, given_ms) == consent_ends(account.authorized_at)
    newer = replace(account, authorized_at=time.now().replace(microsecond=0))
    await stores.accounts.link(newer)
    assert await reminders.ends(ADA, given_ms) is None
    time.pass_by(days=8)
    await reminders.remind()
    assert await stores.notices.due(time.now(), limit=10) == (notice,)
