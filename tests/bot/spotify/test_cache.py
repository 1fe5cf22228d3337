"""The cache: what is kept, how long, for whom, how much of it, and one request for equal ones at the same time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.spotify.cache import Cache
from bot.spotify.errors import SpotifyBudgetError, SpotifyUnavailableError
from bot.spotify.purpose import Priority
from bot.spotify.transport import Request, Response
from tests.bot.spotify.conftest import Time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

URL = "https://api.example/v1/tracks/1"


class FakeSender:
    """Answers with a number that grows; `gate` holds the answers back, `errors` are raised first, one a request."""

    def __init__(self) -> None:
        self.sent: list[Request] = []
        self.gate: asyncio.Event | None = None
        self.errors: list[Exception] = []
        self.status = 200
        self.size = 10
        self.body: bytes | None = None

    async def send(self, request: Request, /) -> Response:
        self.sent.append(request)
        number = len(self.sent)
        if self.gate is not None:
            await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        return Response(self.status, self.body or f"{number}".encode().ljust(self.size))


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


@pytest.fixture
def cache(sender: FakeSender, clock: Time) -> Cache:
    return Cache(sender, clock.now, max_bytes=10_000)


def ask(
    url: str = URL,
    *,
    cache_s: float = 60,
    scope: str = "",
    priority: Priority = Priority.LOOKUP,
    renew: bool = False,
) -> Request:
    return Request(
        "GET", url, {}, repeatable=True, cache_s=cache_s, cache_scope=scope, priority=priority, renew=renew
    )


async def test_kept_for_its_time(cache: Cache, sender: FakeSender, clock: Time) -> None:
    """The same question within the time costs nothing; afterwards it is asked again."""
    first = await cache.send(ask())
    clock.passed_s += 59.9
    assert await cache.send(ask()) is first
    clock.passed_s += 0.1
    assert (await cache.send(ask())).body != first.body
    assert len(sender.sent) == 2


async def test_a_day_at_most(cache: Cache, sender: FakeSender, clock: Time) -> None:
    """Nothing is kept for more than 24 hours, whatever was asked."""
    await cache.send(ask(cache_s=1e9))
    clock.passed_s += 24 * 3600 - 1
    await cache.send(ask(cache_s=1e9))
    assert len(sender.sent) == 1
    clock.passed_s += 1
    await cache.send(ask(cache_s=1e9))
    assert len(sender.sent) == 2


async def test_only_what_may_be_kept(cache: Cache, sender: FakeSender) -> None:
    """Without a time nothing is kept or shared, and a gateway's errors never are."""
    await asyncio.gather(*(cache.send(ask(cache_s=0)) for _ in range(3)))
    assert len(sender.sent) == 3
    sender.status = 404
    for _ in range(2):
        await cache.send(ask())
    assert len(sender.sent) == 5
    assert cache.size == 0


NO_SUCH = [
    (404, b'{"error": {"status": 404, "message": "Resource not found"}}'),
    (400, b'{"error": {"status": 400, "message": "invalid id"}}'),
    (400, b'{"error": {"status": 400, "message": "Invalid base62 id"}}'),
]
OTHERS = [
    (404, b"<html>no such page</html>"),
    (400, b'{"error": {"status": 400, "message": "Invalid limit"}}'),
    (403, b'{"error": {"status": 403, "message": "invalid id"}}'),
    (401, b'{"error": {"status": 401, "message": "Invalid access token"}}'),
]


@pytest.mark.parametrize(("status", "body"), NO_SUCH)
async def test_no_such_thing(sender: FakeSender, clock: Time, status: int, body: bytes) -> None:
    """That there is no such thing is remembered for a minute, whoever asks, and then asked again."""
    cache = Cache(sender, clock.now)
    sender.status, sender.body = status, body
    for _ in range(3):
        answers = [await cache.send(ask(f"{URL}{number}", cache_s=3600)) for number in range(20)]
        assert {answer.status for answer in answers} == {status}
    assert len(sender.sent) == 20
    clock.passed_s += 59
    await cache.send(ask(f"{URL}0", cache_s=3600))
    assert len(sender.sent) == 20
    clock.passed_s += 1
    sender.status, sender.body = 200, None
    assert (await cache.send(ask(f"{URL}0", cache_s=3600))).status == 200


@pytest.mark.parametrize(("status", "body"), OTHERS)
async def test_other_refusals(cache: Cache, sender: FakeSender, status: int, body: bytes) -> None:
    """Refusals that say nothing about the thing itself are not remembered."""
    sender.status, sender.body = status, body
    for _ in range(3):
        await cache.send(ask())
    assert len(sender.sent) == 3


async def test_everybody_their_own(cache: Cache) -> None:
    """An answer that depends on the account goes to nobody else, and no token stands in the cache."""
    tokens = ["", "token-of-ada", "token-of-grace"]
    bodies = [(await cache.send(ask(scope=token))).body for token in tokens]
    assert len(set(bodies)) == 3
    assert [(await cache.send(ask(scope=token))).body for token in tokens] == bodies
    assert not any("token" in key for key in cache._kept)  # nothing public shows the keys


async def test_one_request_for_equal_ones(cache: Cache, sender: FakeSender) -> None:
    """A thousand who ask the same at the same time wait for one answer."""
    sender.gate = asyncio.Event()
    asking = [asyncio.create_task(cache.send(ask())) for _ in range(1000)]
    await asyncio.sleep(0)
    sender.gate.set()
    assert len({id(answer) for answer in await asyncio.gather(*asking)}) == 1
    assert len(sender.sent) == 1


async def test_failure_is_shared_and_not_kept(cache: Cache, sender: FakeSender) -> None:
    """When the one request fails, all who waited learn it; the next question is asked anew."""
    sender.gate = asyncio.Event()
    sender.errors = [SpotifyUnavailableError("down")]
    asking = [asyncio.create_task(cache.send(ask())) for _ in range(3)]
    await asyncio.sleep(0)
    sender.gate.set()
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(result) for result in results] == [SpotifyUnavailableError] * 3
    assert (await cache.send(ask())).status == 200
    assert len(sender.sent) == 2


async def test_whoever_asked_gives_up(cache: Cache, sender: FakeSender) -> None:
    """When the one who sent the request is cancelled, one of the others sends it; when another is, nothing happens."""
    sender.gate = asyncio.Event()
    asking = [asyncio.create_task(cache.send(ask())) for _ in range(4)]
    await asyncio.sleep(0)
    asking[0].cancel()
    asking[3].cancel()
    await asyncio.gather(asking[0], asking[3], return_exceptions=True)
    sender.gate.set()
    one, other = await asyncio.gather(asking[1], asking[2])
    assert one is other
    assert len(sender.sent) == 2


async def test_important_does_not_wait_for_unimportant(cache: Cache, sender: FakeSender) -> None:
    """A lookup is not refused because a suggestion for the same thing was; the other way round they share."""
    sender.gate = asyncio.Event()
    sender.errors = [SpotifyBudgetError(Time().now())]
    suggestion = asyncio.create_task(cache.send(ask(priority=Priority.SUGGESTION)))
    await asyncio.sleep(0)
    lookups = [asyncio.create_task(cache.send(ask())) for _ in range(2)]
    late = asyncio.create_task(cache.send(ask(priority=Priority.SUGGESTION)))
    await asyncio.sleep(0)
    sender.gate.set()
    with pytest.raises(SpotifyBudgetError):
        await suggestion
    assert len({(await task).body for task in (*lookups, late)}) == 1
    assert len(sender.sent) == 2


async def test_renew(cache: Cache, sender: FakeSender) -> None:
    """An answer that turned out unreadable is replaced."""
    await cache.send(ask())
    fresh = await cache.send(ask(renew=True))
    assert await cache.send(ask()) is fresh
    assert len(sender.sent) == 2


async def test_what_nobody_asks_for_goes(sender: FakeSender, clock: Time) -> None:
    """What is too old leaves the memory within a minute, also when nothing is asked any more; then nothing wakes."""
    due: list[tuple[float, Callable[[], None]]] = []
    cache = Cache(sender, clock.now, later=lambda wait_s, sweep: due.append((wait_s, sweep)))
    await cache.send(ask())
    await cache.send(ask(URL + "2", cache_s=100))
    sizes = []
    while due:
        wait_s, sweep = due.pop()
        assert not due
        clock.passed_s += wait_s
        sweep()
        sizes.append(cache.size)
    assert len(sizes) == 2
    assert 0 == sizes[1] < sizes[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 12), st.sampled_from(["", "a", "b"]), st.integers(0, 3000), st.integers(0, 90)
        ),
        max_size=60,
    )
)
async def test_never_too_much_too_old_or_somebody_elses(steps: list[tuple[int, str, int, int]]) -> None:
    """Whatever is asked in whatever order, the memory stays within its bound and each answer is one's own and fresh."""
    clock, sender = Time(), FakeSender()
    cache = Cache(sender, clock.now, max_bytes=5_000)
    given_at: dict[bytes, tuple[int, str, datetime]] = {}
    asked: defaultdict[tuple[int, str], int] = defaultdict(int)
    for number, scope, size, pause in steps:
        clock.passed_s += pause
        sender.size = size
        before = len(sender.sent)
        answer = await cache.send(ask(f"{URL}{number}", scope=scope))
        if len(sender.sent) > before:
            given_at[answer.body.strip()] = (number, scope, clock.now())
            asked[number, scope] += 1
        made_for, whose, since = given_at[answer.body.strip()]
        assert (made_for, whose) == (number, scope)
        assert clock.now() - since < timedelta(seconds=60)
        assert cache.size <= 5_000
        assert cache.size >= sum(len(kept.response.body) for kept in cache._kept.values())
