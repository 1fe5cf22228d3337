"""A used-up quota closes the endpoints it belongs to; the others go on, and one request finds out when it's over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.spotify.buckets import EVERYTHING, Bucket, bucket_of
from bot.spotify.errors import SpotifyRateLimitedError
from bot.spotify.limiter import Limiter
from bot.spotify.purpose import Priority
from tests.bot.spotify.ledger import MemoryLedger

if TYPE_CHECKING:
    from tests.bot.spotify.conftest import Time


@pytest.fixture
def limiter(clock: Time) -> Limiter:
    return Limiter(clock.now, clock=clock.seconds, sleep=clock.sleep)


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("GET", "/tracks/1?market=DE", Bucket.MUSIC),
        ("GET", "/albums/1/tracks?limit=50", Bucket.MUSIC),
        ("GET", "/shows/1/episodes", Bucket.SPOKEN),
        ("GET", "/chapters/1", Bucket.SPOKEN),
        ("GET", "/search?type=track&q=me/player", Bucket.SEARCH),
        ("GET", "/playlists/1/items?offset=50", Bucket.PLAYLISTS),
        ("GET", "/me/playlists?limit=50", Bucket.PLAYLISTS),
        ("GET", "/playlists/1/images", Bucket.PLAYLISTS),
        ("PUT", "/playlists/1/images", Bucket.COVERS),
        ("POST", "/playlists/1/items", Bucket.WRITES),
        ("DELETE", "/playlists/1/items", Bucket.WRITES),
        ("POST", "/me/playlists", Bucket.WRITES),
        ("PUT", "/me/library?uris=spotify:track:1", Bucket.LIBRARY),
        ("GET", "/me/top/tracks", Bucket.LIBRARY),
        ("GET", "/me/player/devices", Bucket.PLAYER),
        ("GET", "/me", Bucket.ACCOUNT),
        ("GET", "/markets", EVERYTHING),
    ],
)
def test_bucket(method: str, path: str, bucket: str) -> None:
    """Which endpoints count together goes by what they are about."""
    assert bucket_of(method, path) == bucket


async def test_others_go_on(limiter: Limiter, clock: Time) -> None:
    """A used-up quota, and a long wait without that word, are for the endpoints they came from."""
    for bucket, header, quota in ((Bucket.SEARCH, None, True), (Bucket.PLAYLISTS, "7200", False)):
        error = limiter.block(header, quota=quota, bucket=bucket)
        with pytest.raises(SpotifyRateLimitedError) as caught:
            await limiter.enter(bucket=bucket)
        assert (caught.value.until, caught.value.quota) == (error.until, quota)
    assert limiter.closed == {
        Bucket.SEARCH: clock.now() + timedelta(hours=1),
        Bucket.PLAYLISTS: clock.now() + timedelta(hours=2),
    }
    assert limiter.until is None
    await limiter.enter(bucket=Bucket.WRITES)
    await limiter.enter(Priority.REFRESH)


async def test_short_wait_is_for_everything(limiter: Limiter) -> None:
    """A minute is the limit on requests in 30 seconds, which all endpoints have in common."""
    limiter.block("60", quota=False, bucket=Bucket.SEARCH)
    with pytest.raises(SpotifyRateLimitedError):
        await limiter.enter(bucket=Bucket.WRITES)


async def test_one_tries_it(limiter: Limiter, clock: Time) -> None:
    """When the wait is over, one request goes out, and the others follow once it's answered."""
    limiter.block("600", quota=True, bucket=Bucket.SEARCH)
    clock.passed_s += 600
    assert not limiter.enter_at_once(Priority.LOOKUP, None, bucket=Bucket.SEARCH)
    entering = [asyncio.create_task(limiter.enter(bucket=Bucket.SEARCH)) for _ in range(3)]
    await asyncio.wait(entering, return_when=asyncio.FIRST_COMPLETED)
    assert [task.done() for task in entering] == [True, False, False]
    limiter.leave(Bucket.SEARCH)
    await asyncio.wait_for(asyncio.gather(*entering), 1)
    assert limiter.enter_at_once(Priority.LOOKUP, None, bucket=Bucket.SEARCH)


async def test_still_used_up(limiter: Limiter, clock: Time) -> None:
    """If it's refused again, without a header, the wait doubles, up to six hours."""
    waits = []
    for _ in range(5):
        error = limiter.block(None, quota=True, bucket=Bucket.SEARCH)
        waits.append((error.until - clock.now()) / timedelta(hours=1))
        clock.passed_s += (error.until - clock.now()).total_seconds()
        await limiter.enter(bucket=Bucket.SEARCH)
        limiter.leave(Bucket.SEARCH, well=False)
    assert waits == [1, 2, 4, 6, 6]


async def test_refused_with_the_one(limiter: Limiter, clock: Time) -> None:
    """Those that wait for the one that tries it are refused with it, and send nothing."""
    limiter.block("600", quota=True, bucket=Bucket.SEARCH)
    clock.passed_s += 600
    await limiter.enter(bucket=Bucket.SEARCH)
    others = [asyncio.create_task(limiter.enter(bucket=Bucket.SEARCH)) for _ in range(2)]
    await asyncio.sleep(0)
    limiter.block("600", quota=True, bucket=Bucket.SEARCH)
    limiter.leave(Bucket.SEARCH, well=False)
    results = await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 1)
    assert [type(one) for one in results] == [SpotifyRateLimitedError] * 2
    assert limiter.used == 1


async def test_the_wait_starts_over(limiter: Limiter, clock: Time) -> None:
    """Once Spotify has answered, the next refusal is the first again."""
    for _ in range(2):
        error = limiter.block(None, quota=True, bucket=Bucket.SEARCH)
        assert error.until - clock.now() == timedelta(hours=1)
        clock.passed_s += 3600
        await limiter.enter(bucket=Bucket.SEARCH)
        limiter.leave(Bucket.SEARCH)


async def test_a_try_that_was_given_up(limiter: Limiter, clock: Time) -> None:
    """If the request that tries it is lost, the next one does."""
    limiter.block("600", quota=True, bucket=Bucket.SEARCH)
    clock.passed_s += 600
    await limiter.enter(bucket=Bucket.SEARCH)
    other = asyncio.create_task(limiter.enter(bucket=Bucket.SEARCH))
    await asyncio.sleep(0)
    assert not other.done()
    limiter.leave(Bucket.SEARCH, well=False)  # a timeout
    await asyncio.wait_for(other, 1)


@pytest.mark.parametrize("quota", [True, False])
async def test_remembered(clock: Time, quota: bool) -> None:  # noqa: FBT001 - a case
    """The next process knows which endpoints are closed, and whether because their quota is used up."""
    ledger = MemoryLedger()
    before = Limiter(clock.now, ledger=ledger, clock=clock.seconds)
    before.block("7200", quota=quota, bucket=Bucket.SPOKEN)
    closed = before.closed
    await before.close()
    after = Limiter(clock.now, ledger=ledger, clock=clock.seconds)
    await after.enter(bucket=Bucket.MUSIC)
    with pytest.raises(SpotifyRateLimitedError) as refused:
        await after.enter(bucket=Bucket.SPOKEN)
    assert refused.value.quota is quota
    assert after.closed == closed != {}
    await after.close()
