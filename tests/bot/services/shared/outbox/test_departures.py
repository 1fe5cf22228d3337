"""While requests are few: when additions go out, that they go out together, once and in order, and what is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.outbox.batch import IN_ONE_LOOK
from bot.services.shared.outbox.departures import TIMETABLE
from bot.services.shared.outbox.health import Why
from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import GUILD, LINUS, POSTS, StillClock, open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from tests.bot.services.shared.outbox.outbox_desk import Desk

HEDY = LINUS + 1
FEW, FEWER, FEWEST = 0.5, 0.65, 0.9


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, StillClock.start.day, hour, minute, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """At noon and half a second."""
    async with open_desk(tmp_path / "mixtape.sqlite3") as made:
        yield made


async def told(desk: Desk, shared: SharedPlaylist, one: Contribution) -> datetime | None:
    waiting = await desk.dispatcher.state_of(shared, one)
    assert waiting is None or waiting.why is Why.TOGETHER
    return waiting.until if waiting else None


async def until(desk: Desk, moment: datetime) -> None:
    """Let the bot work until then."""
    await desk.calm(hours=(moment - desk.clock.now()) / timedelta(hours=1))
    if desk.clock.now() < moment:
        await desk.wait_until(moment)
    await desk.calm(hours=0)


def posts(desk: Desk) -> int:
    return len(desk.spotify.calls_to(POSTS))


@pytest.mark.parametrize(
    ("used_part", "leaves"),
    [(0.3, None), (0.4, at(12, 15)), (0.5, at(13)), (0.65, at(15)), (0.8, at(18)), (1.2, at(18))],
)
async def test_longer_and_longer(desk: Desk, used_part: float, leaves: datetime | None) -> None:
    """With plenty left an addition goes out at once; the less there is, the later the next departure."""
    shared, playlist = await desk.lend()
    desk.used_part = used_part
    (track,) = desk.spotify.release(1)
    (kept,) = await desk.contribute(shared, track)
    assert await told(desk, shared, kept) == leaves
    await desk.calm(hours=0)
    assert playlist.uris == ([] if leaves else [track.uri])


def test_timetable() -> None:
    """Each departure of a longer interval is one of every shorter one, so lists of one owner leave together."""
    assert all(longer % shorter == timedelta() for (_, shorter), (_, longer) in pairwise(TIMETABLE))
    assert timedelta(days=1) % TIMETABLE[-1][1] == timedelta()


async def test_leave_together(desk: Desk) -> None:
    """All that was accepted until then goes out in one request, in order, at the time that was told."""
    shared, playlist = await desk.lend()
    desk.used_part = FEW
    tracks = desk.spotify.release(5)
    for number, track in enumerate(tracks):
        (kept,) = await desk.contribute(shared, track, member_id=LINUS + number % 2)
        assert await told(desk, shared, kept) == at(13)
        await until(desk, at(12, 10 * (number + 1)))
    assert playlist.uris == []
    await until(desk, at(13))
    assert playlist.uris == [track.uri for track in tracks]
    assert posts(desk) == 1


async def test_not_put_off(desk: Desk) -> None:
    """What was told holds, even if fewer and fewer requests are left, and after a restart."""
    shared, playlist = await desk.lend()
    desk.used_part = FEW
    first, second = desk.spotify.release(2)
    await desk.contribute(shared, first)
    await desk.calm(hours=0)
    desk.used_part = FEWEST
    (kept,) = await desk.contribute(shared, second)
    assert await told(desk, shared, kept) == at(13)
    desk.start_again()
    await until(desk, at(13))
    assert playlist.uris == [first.uri, second.uri]


async def test_share_does_not_put_off(desk: Desk) -> None:
    """It holds for those, too, who have used more than their share since."""
    shared, playlist = await desk.lend()
    desk.used_part = FEWER
    (track,) = desk.spotify.release(1)
    (kept,) = await desk.contribute(shared, track)
    assert await told(desk, shared, kept) == at(15)
    desk.held[GUILD, LINUS] = desk.clock.now() + timedelta(hours=20)
    assert await told(desk, shared, kept) == at(15)
    await until(desk, at(15))
    assert playlist.uris == [track.uri]


async def test_recovers(desk: Desk) -> None:
    """Once there are requests enough again, the next addition takes along what waits."""
    shared, playlist = await desk.lend()
    desk.used_part = FEWEST
    first, second = desk.spotify.release(2)
    await desk.contribute(shared, first)
    await desk.calm(hours=0)
    desk.used_part = 0
    await desk.contribute(shared, second)
    await desk.calm()
    assert playlist.uris == [first.uri, second.uri]
    assert posts(desk) == 1


async def test_full(desk: Desk) -> None:
    """As many as fit into one request don't wait, as it would gain nothing; what is left over does."""
    shared, playlist = await desk.lend()
    desk.used_part = FEWEST
    tracks = desk.spotify.release(IN_ONE_LOOK + 1)
    kept = await desk.contribute(shared, *tracks)
    await desk.calm(hours=0)
    assert playlist.uris == [track.uri for track in tracks[:-1]]
    assert await told(desk, shared, kept[-1]) == at(18)


async def test_next_departure(desk: Desk) -> None:
    """After a departure, others wait for the next one."""
    shared, playlist = await desk.lend()
    desk.used_part = FEW
    first, second = desk.spotify.release(2)
    await desk.contribute(shared, first)
    await until(desk, at(13))
    (kept,) = await desk.contribute(shared, second)
    assert await told(desk, shared, kept) == at(14)
    await desk.calm(hours=0)
    assert playlist.uris == [first.uri]


async def test_trouble_at_departure(desk: Desk) -> None:
    """If Spotify refuses one of them, the others don't wait for another departure while it's looked for."""
    shared, playlist = await desk.lend()
    desk.used_part = FEW
    tracks = desk.spotify.release(7)
    desk.spotify.lose(tracks[3].uri)
    kept = await desk.contribute(shared, *tracks)
    await until(desk, at(13, 2))
    assert playlist.uris == [track.uri for track in tracks if track is not tracks[3]]
    assert await desk.state(kept[3]) is State.REJECTED


async def test_lost_answer(desk: Desk) -> None:
    """An answer that gets lost at a departure doubles nothing, also if our count of the playlist is hours old."""
    shared, playlist = await desk.lend()
    desk.used_part = FEW
    others, tracks = desk.spotify.release(3), desk.spotify.release(4)
    await desk.contribute(shared, *others)
    await until(desk, at(13))
    playlist.remove(others[0].uri)  # in Spotify, unnoticed
    desk.spotify.faults.add(Fault(POSTS, "reset_after"))
    kept = await desk.contribute(shared, *tracks)
    await until(desk, at(14, 2))
    assert playlist.uris == [track.uri for track in (*others[1:], *tracks)]
    assert [await desk.state(one) for one in kept] == [State.LANDED] * 4
    assert posts(desk) == 2


async def test_count_is_trusted_longer(desk: Desk) -> None:
    """While requests are few, a playlist written within six hours isn't read before it is written again."""
    shared, _ = await desk.lend()
    desk.used_part = FEW
    for hour, track in enumerate(desk.spotify.release(3), start=13):
        await desk.contribute(shared, track)
        await until(desk, at(hour))
    assert posts(desk) == 3
    assert len(desk.spotify.calls_to("GET /playlists/*")) == 1
