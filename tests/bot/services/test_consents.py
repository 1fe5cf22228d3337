"""A refused consent is weighed: ended, set aside, or Spotify's own fault; and the clock tries it again by itself."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import LinkEndedError, LinkInDoubtError, NotLinkedError
from bot.services.clock import Alarm
from bot.services.consent_reminders import ConsentReminders
from bot.services.consent_watch import ConsentWatch
from bot.services.consents import DOUBT, Consents, consent_ends
from bot.services.incident_notices import IncidentNotices
from bot.services.leases import LeaseKeeper
from bot.spotify.errors import (
    SpotifyAnswerLostError,
    SpotifyCredentialsError,
    SpotifyError,
    SpotifyGrantError,
    SpotifyRateLimitedError,
    SpotifyUnavailableError,
)
from bot.stores import Account, Stores, Tokens
from bot.stores.notices import NoticeKind
from tests.bot.link_desk import ADA
from tests.bot.services.conftest import make_keeper
from tests.stores.records import NOW

if TYPE_CHECKING:
    from bot.services.tokens import TokenKeeper
    from tests.bot.link_desk import Time
    from tests.bot.services.conftest import FakeOAuth

REFUSED = SpotifyGrantError(status=400)


async def refused(keeper: TokenKeeper, member_id: int = ADA) -> LinkInDoubtError:
    with pytest.raises(LinkInDoubtError) as caught:
        await keeper.token(member_id)
    return caught.value


def watch_of(keeper: TokenKeeper, stores: Stores, time: Time) -> ConsentWatch:
    reminders = ConsentReminders(stores, noted=Alarm(), now=time.now)
    return ConsentWatch(
        Consents(stores.values, stores.accounts, now=time.now),
        keeper,
        stores.accounts,
        reminders,
        LeaseKeeper(stores.leases, now=time.now),
        now=time.now,
    )


@pytest.fixture
def watch(keeper: TokenKeeper, stores: Stores, time: Time) -> ConsentWatch:
    return watch_of(keeper, stores, time)


async def crowd(stores: Stores, time: Time, number: int, days: int = 30) -> list[int]:
    """So many more linked members, whose consents are that old."""
    ada = await stores.accounts.of_member(ADA)
    assert ada is not None
    given_at = (time.now() - timedelta(days=days)).replace(microsecond=0)
    members = [1000 + one for one in range(number)]
    for one in members:
        tokens = Tokens(f"access of {one}", f"refresh of {one}", time.now())
        await stores.accounts.link(Account(one, f"account{one}", f"{one}", ada.scopes, given_at, tokens))
    return members


async def test_young_is_set_aside(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, watch: ConsentWatch
) -> None:
    """A young consent that is refused is kept a day, not used, and tried twice again; then the link has ended."""
    time.pass_by(days=100)
    oauth.refusal = REFUSED
    doubted = await refused(keeper)
    assert doubted.until > time.now() + timedelta(hours=11)
    for _ in range(10):
        await refused(keeper)
    assert len(oauth.refreshed) == 1
    assert (await watch.run()) <= time.now() + timedelta(hours=1)
    assert len(oauth.refreshed) == 1
    time.pass_by(hours=12, minutes=1)
    await watch.run()
    assert len(oauth.refreshed) == 2
    assert await stores.accounts.of_member(ADA) is not None
    time.pass_by(hours=12)
    await watch.run()
    assert len(oauth.refreshed) == 3
    assert await stores.accounts.of_member(ADA) is None
    assert await stores.values.starting(DOUBT) == {}
    with pytest.raises(NotLinkedError):
        await keeper.token(ADA)


@pytest.mark.parametrize("hours", [13, 25])
async def test_good_again(stores: Stores, oauth: FakeOAuth, time: Time, account: Account, hours: int) -> None:
    """If Spotify accepts it after all, it goes on as before, and whoever waits for it hears of that."""
    await stores.accounts.link(account)
    restored: list[int] = []

    async def heard(of: Account) -> None:
        restored.append(of.member_id)

    keeper = make_keeper(stores, oauth, time, restored=heard)
    watch = watch_of(keeper, stores, time)
    time.pass_by(hours=2)
    oauth.refusal = REFUSED
    await refused(keeper)
    oauth.refusal = None
    time.pass_by(hours=hours)
    await watch.run()
    assert restored == [ADA]
    assert (await keeper.token(ADA)).value == "access-2"
    assert await stores.values.starting(DOUBT) == {}


async def test_two_processes(keeper: TokenKeeper, stores: Stores, time: Time) -> None:
    """Of two processes one looks at everyone's consents; if it dies, the other does once its claim is over."""
    one, other = watch_of(keeper, stores, time), watch_of(keeper, stores, time)
    await one.run()
    await crowd(stores, time, 1, days=175)
    time.pass_by(minutes=59)
    await other.run()
    assert await stores.notices.next() is None
    time.pass_by(minutes=1)
    await other.run()
    (reminder,) = await stores.notices.due(time.now(), limit=10)
    assert reminder.kind is NoticeKind.CONSENT_ENDS


async def test_renewed_meanwhile(keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time) -> None:
    """A new consent has nothing to do with the doubts about the one before."""
    time.pass_by(days=10)
    oauth.refusal = REFUSED
    await refused(keeper)
    old = await stores.accounts.of_member(ADA)
    assert old is not None
    await stores.accounts.link(replace(old, authorized_at=time.now().replace(microsecond=0)))
    oauth.refusal = None
    assert (await keeper.token(ADA)).value == "access-2"


async def test_unlinked_meanwhile(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, watch: ConsentWatch
) -> None:
    """Who unlinks meanwhile is not tried again, and nothing is kept about it."""
    time.pass_by(days=10)
    oauth.refusal = REFUSED
    await refused(keeper)
    await stores.accounts.unlink(ADA)
    time.pass_by(days=1)
    await watch.run()
    assert len(oauth.refreshed) == 1
    assert await stores.values.starting(DOUBT) == {}


@pytest.mark.parametrize("killed", [False, True])
async def test_lost_answer(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, watch: ConsentWatch, *, killed: bool
) -> None:
    """After a refresh whose answer was lost, also by a kill, two more are sent at most; then the link has ended."""
    time.pass_by(days=10)
    account = await stores.accounts.of_member(ADA)
    assert account is not None
    if killed:
        assert await Consents(stores.values, stores.accounts, now=time.now).begin(account) is None
    else:
        oauth.refusal = SpotifyAnswerLostError("no answer")
        with pytest.raises(SpotifyAnswerLostError):
            await keeper.token(ADA)
        oauth.refreshed.clear()
    oauth.refusal = REFUSED
    await refused(keeper)
    await watch.run()
    assert len(oauth.refreshed) == 1
    time.pass_by(minutes=11)
    with pytest.raises(LinkEndedError):
        await keeper.token(ADA)
    assert len(oauth.refreshed) == 2
    assert await stores.accounts.of_member(ADA) is None


@pytest.mark.parametrize(
    "failure",
    [
        SpotifyCredentialsError(status=400),
        SpotifyUnavailableError(status=503),
        SpotifyUnavailableError("never sent"),
        SpotifyRateLimitedError(NOW, quota=True),
    ],
    ids=["credentials", "503", "never sent", "429"],
)
async def test_answered(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, failure: SpotifyError
) -> None:
    """What isn't about the consent leaves it as it was, however often: no token was replaced, no answer was lost."""
    time.pass_by(days=10)
    oauth.refusal = failure
    for _ in range(5):
        with pytest.raises(type(failure)):
            await keeper.token(ADA)
    assert await stores.accounts.of_member(ADA) is not None
    oauth.refusal = REFUSED
    assert (await refused(keeper)).until > time.now() + timedelta(hours=11)


async def test_incident(
    keeper: TokenKeeper,
    stores: Stores,
    oauth: FakeOAuth,
    time: Time,
    *,
    watch: ConsentWatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Five refused within a minute are an incident: nothing is erased, however long it lasts, few are tried now and
    then, the operator is told once; and once one is accepted, all are.
    """
    members = await crowd(stores, time, 6)
    oauth.refusal = REFUSED
    for one in members:
        await refused(keeper, one)
        time.pass_by(seconds=8)
    caplog.set_level(logging.INFO)
    for _ in range(300):
        time.pass_by(minutes=15)
        await watch.run()
    assert len(await stores.accounts.everyone()) == 7
    assert len(oauth.refreshed) <= 6 + 300 * 3
    assert len([one for one in caplog.records if one.levelno == logging.ERROR]) == 1
    oauth.refusal = None
    time.pass_by(minutes=15)
    await watch.run()
    await watch.run()
    assert await stores.values.starting(DOUBT) == {}
    for one in members:
        assert (await keeper.token(one)).value.startswith("access-")
    assert any("accepts consents again" in one.getMessage() for one in caplog.records)


async def test_incident_is_told(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator's log says it as an error, once; and an old consent isn't erased while it lasts."""
    members = await crowd(stores, time, 5)
    time.pass_by(hours=2)
    oauth.refusal = REFUSED
    for one in members:
        await refused(keeper, one)
    time.pass_by(days=179)
    await refused(keeper)
    (told,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "5 consents within a minute" in told.getMessage()
    assert await stores.accounts.of_member(ADA) is not None


async def test_all_of_a_few(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, watch: ConsentWatch
) -> None:
    """Two of two refused within a minute are an incident, too: it goes on within minutes once Spotify accepts them."""
    [other] = await crowd(stores, time, 1)
    time.pass_by(hours=2)
    oauth.refusal = REFUSED
    await refused(keeper, other)
    assert (await refused(keeper)).until <= time.now() + timedelta(minutes=1)
    time.pass_by(minutes=20)
    await watch.run()
    oauth.refusal = None
    time.pass_by(minutes=20)
    await watch.run()
    await watch.run()
    assert await stores.values.starting("consent") == {}
    for one in (ADA, other):
        assert (await keeper.token(one)).value.startswith("access-")


async def test_all_of_a_few_withdrawn(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, watch: ConsentWatch
) -> None:
    """If both have really ended, that lasts an hour; then each is set aside for a day, as ever, and no other begins."""
    [other] = await crowd(stores, time, 1)
    time.pass_by(hours=2)
    oauth.refusal = REFUSED
    for one in (other, ADA):
        await refused(keeper, one)
    for _ in range(5):
        time.pass_by(minutes=15)
        await watch.run()
    for one in (other, ADA):
        assert (await refused(keeper, one)).until > time.now() + timedelta(hours=11)
    for _ in range(2):
        assert len(await stores.accounts.everyone()) == 2
        time.pass_by(hours=12, minutes=1)
        await watch.run()
    assert await stores.accounts.everyone() == ()


async def test_accepts_another_of_a_few(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """Somebody who links meanwhile shows that it isn't Spotify: it ends at once."""
    [other] = await crowd(stores, time, 1)
    time.pass_by(hours=2)
    oauth.refusal = REFUSED
    for one in (other, ADA):
        await refused(keeper, one)
    await stores.accounts.unlink(1000)
    await crowd(stores, time, 2, days=0)
    oauth.refusal = None
    await keeper.token(1001)
    oauth.refusal = REFUSED
    assert (await refused(keeper)).until > time.now() + timedelta(hours=11)


async def test_two_of_three(keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time) -> None:
    """Two who withdraw at once while a third is linked are no incident."""
    several = await crowd(stores, time, 2)
    time.pass_by(hours=2)
    oauth.refusal = REFUSED
    for one in several:
        assert (await refused(keeper, one)).until > time.now() + timedelta(hours=11)


@pytest.mark.parametrize("number", [1, 5])
async def test_operators_are_told(
    stores: Stores, oauth: FakeOAuth, time: Time, account: Account, number: int
) -> None:
    """Who runs the bot is told that an incident has begun and that it has passed: once each, however long it lasts."""
    await stores.accounts.link(account)
    told = IncidentNotices(stores.notices, operator_ids=lambda: {8, 9}, now=time.now, woken=Alarm())
    consents = Consents(stores.values, stores.accounts, now=time.now, told=told)
    keeper = make_keeper(stores, oauth, time, consents=consents)
    reminders = ConsentReminders(stores, noted=Alarm(), now=time.now)
    leases = LeaseKeeper(stores.leases, now=time.now)
    watch = ConsentWatch(consents, keeper, stores.accounts, reminders, leases, now=time.now)
    members = [*await crowd(stores, time, number), ADA]
    time.pass_by(hours=2)
    oauth.refusal = REFUSED
    for one in members:
        await refused(keeper, one)
    for _ in range(4):
        time.pass_by(minutes=5)
        await watch.run()
    began = await stores.notices.due(time.now(), limit=50)
    assert {(one.kind, one.member_id, one.facts["what"]) for one in began} == {
        (NoticeKind.INCIDENT, 8, "began"),
        (NoticeKind.INCIDENT, 9, "began"),
    }
    oauth.refusal = None
    for _ in range(3):
        time.pass_by(minutes=16)
        await watch.run()
    assert sorted(str(one.facts["what"]) for one in await stores.notices.due(time.now(), limit=50)) == [
        "accepted",
        "accepted",
        "began",
        "began",
    ]


async def test_four_or_slowly(keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time) -> None:
    """Four at once are none, nor are many of which fewer than five come within a minute."""
    members = await crowd(stores, time, 9)
    oauth.refusal = REFUSED
    for one in members:
        assert (await refused(keeper, one)).until > time.now() + timedelta(hours=11)
        time.pass_by(seconds=20)


async def test_not_an_incident_after_all(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, watch: ConsentWatch
) -> None:
    """If Spotify accepts others for a day, those it refuses are judged one by one, and end a day later."""
    members = await crowd(stores, time, 5)
    oauth.refusal = REFUSED
    for one in members:
        await refused(keeper, one)
    time.pass_by(hours=2)
    oauth.refusal = None
    await keeper.token(ADA)
    oauth.refusal = REFUSED
    for _ in range(24 * 2):
        time.pass_by(hours=1)
        await watch.run()
        if await stores.accounts.of_member(ADA):
            assert len(await stores.accounts.everyone()) in {1, 6}
    assert [member_id for member_id, _ in await stores.accounts.everyone()] == [ADA]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["refused", "lost", "good"])), max_size=12))
async def test_whatever_happens(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, events: list[tuple[int, str]]
) -> None:
    """Whatever Spotify answers: a young consent is never erased at the first refusal, nor after more than three."""
    ada = await stores.accounts.of_member(ADA)
    if ada is None:
        ada = Account(ADA, "ada-account", "ada", frozenset(), time.now(), Tokens("a", "r", time.now()))
    tokens = Tokens("access", "refresh", time.now())
    await stores.accounts.link(replace(ada, authorized_at=time.now().replace(microsecond=0), tokens=tokens))
    in_a_row = 0
    for hours, what in events:
        time.pass_by(hours=hours)
        oauth.refusal = {"refused": REFUSED, "lost": SpotifyAnswerLostError("lost"), "good": None}[what]
        asked = len(oauth.refreshed)
        try:
            await keeper.token(ADA)
        except LinkEndedError:
            assert 2 <= in_a_row + 1 <= 3
            return
        except (LinkInDoubtError, SpotifyUnavailableError):
            in_a_row += what == "refused" and len(oauth.refreshed) > asked
        else:
            in_a_row = 0
        assert in_a_row < 3


async def test_end_is_noticed(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, *, watch: ConsentWatch
) -> None:
    """When the six months are up, the clock asks Spotify: an hour later again if it doesn't answer, and a few times
    a day if it still accepts the consent.
    """
    account = await keeper.account(ADA)
    time.pass_by(seconds=(consent_ends(account.authorized_at) - time.now()).total_seconds() - 60)
    assert await watch.run() == consent_ends(account.authorized_at)
    assert oauth.refreshed == []
    time.pass_by(minutes=2)
    for _ in range(6):
        await watch.run()
        time.pass_by(hours=1)
    assert len(oauth.refreshed) == 1
    oauth.refusal = SpotifyUnavailableError(status=503)
    await watch.run()
    assert await stores.accounts.of_member(ADA) is not None
    oauth.refusal = REFUSED
    time.pass_by(hours=1)
    await watch.run()
    assert await stores.accounts.of_member(ADA) is None
    (notice,) = await stores.notices.due(time.now(), limit=10)
    assert (
        notice.kind is NoticeKind.CONSENT_ENDS
    )  # of the day before; the end is told by what `ended` is wired to


async def test_one_process_asks(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time, *, watch: ConsentWatch
) -> None:
    """Of several processes only one asks Spotify about a consent in doubt, or about one that must have ended."""
    other = watch_of(keeper, stores, time)
    time.pass_by(days=100)
    oauth.refusal = REFUSED
    await refused(keeper)
    time.pass_by(hours=12, minutes=1)
    await asyncio.gather(watch.run(), other.run())
    assert len(oauth.refreshed) == 2
    oauth.refusal = None
    time.pass_by(hours=12)
    await watch.run()
    account = await keeper.account(ADA)
    time.pass_by(seconds=(consent_ends(account.authorized_at) - time.now()).total_seconds() + 60)
    asked = len(oauth.refreshed)
    for one in (watch, other, watch, other):
        await one.run()
    assert len(oauth.refreshed) == asked + 1
