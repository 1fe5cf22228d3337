"""Figures tell what is in the store: who, when on which clocks, how long; and of nobody who wants to be left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.services.shared.reports import stats as module
from bot.services.shared.reports.stats import NAMED, Figures, Stats
from bot.stores.contributions import ADDED, Recording, State
from bot.stores.history import FORMER_MEMBER, Event, Happening
from tests.shared_records import NOW, a_list, contribution

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from tests.bot.services.shared.outbox.outbox_desk import Desk

ADA, LINUS = 1, 2
SHARED = a_list("p", owner_id=ADA, account_id="a")
BERLIN = replace(SHARED, settings=replace(SHARED.settings, time_zone="Europe/Berlin"))
MINUTE = 60_000


def one(
    number: int,
    member_id: int | None = ADA,
    *,
    at: datetime = NOW,
    ms: int = 3 * MINUTE,
    state: State = State.LANDED,
    shared: SharedPlaylist = SHARED,
) -> Contribution:
    recording = Recording(f"spotify:track:{number:022}", duration_ms=ms)
    made = contribution(shared, number, recording.uri, member_id)
    return replace(made, created_at=at, recording=recording, state=state)


async def figures(stores: Stores, *several: Contribution, shared: SharedPlaylist = SHARED) -> Figures:
    await stores.contributions.add_all(several)
    return await Stats(stores).figures(shared)


async def test_who(both: Desk) -> None:
    """Who added most comes first, whatever became of it; what came in Spotify or never got in does not count."""
    numbers = iter(range(1, 100))
    held = [one(next(numbers), LINUS, state=state) for state in ADDED]
    held += [one(next(numbers), ADA), one(next(numbers), ADA)]
    held += [one(next(numbers), ADA, state=state) for state in set(State) - ADDED]
    held += [one(next(numbers), None) for _ in range(5)]
    found = await figures(both.stores, *held)
    assert [(share.member_id, share.count) for share in found.shares] == [(LINUS, len(ADDED)), (ADA, 2)]
    assert (found.added, found.members, found.in_spotify) == (len(ADDED) + 2, 2, 5)
    assert (found.others, found.others_count) == (0, 0)


async def test_others(both: Desk) -> None:
    """Members beyond the first ten are others, and so is whoever wants to be left out, however much they added."""
    held = [one(100 * member + n, member) for member in range(1, 14) for n in range(member)]
    await both.stores.stats_opt_outs.put(13)
    found = await figures(both.stores, *held)
    assert [share.member_id for share in found.shares] == list(range(12, 2, -1))
    assert (found.others, found.others_count) == (13 + 2 + 1, 3)
    assert found.added == len(held)
    assert len(found.shares) == NAMED


async def test_left_out_leave_no_trace(both: Desk) -> None:
    """Hours of those who are left out are not counted; the lengths of tracks are nobody's."""
    held = [one(1, ADA), one(2, LINUS, at=NOW + timedelta(hours=3)), one(3, LINUS)]
    await both.stores.stats_opt_outs.put(LINUS)
    found = await figures(both.stores, *held)
    assert sum(map(sum, found.hours)) == 1
    assert found.hours[NOW.weekday()][NOW.hour] == 1
    assert sum(found.lengths) == 3
    assert await Stats(both.stores).is_left_out(LINUS)
    assert await Stats(both.stores).count_in(LINUS)
    assert sum(map(sum, (await Stats(both.stores).figures(SHARED)).hours)) == 3


async def test_former_members(both: Desk) -> None:
    """What is left of those who had their data deleted is the others', and in no hour."""
    held = [one(1, ADA), *(one(n, FORMER_MEMBER) for n in range(2, 9))]
    found = await figures(both.stores, *held)
    assert [share.member_id for share in found.shares] == [ADA]
    assert (found.others, found.others_count) == (7, 1)
    assert sum(map(sum, found.hours)) == 1


async def test_clocks(both: Desk) -> None:
    """Hours are those on the clocks there: when they are set back the same hour comes twice, and both count."""
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    held = [one(1, at=twice), one(2, at=twice + timedelta(hours=1)), one(3, at=twice + timedelta(hours=2))]
    found = await figures(both.stores, *held, shared=BERLIN)
    assert (found.hours[6][2], found.hours[6][3]) == (2, 1)
    nonsense = replace(SHARED, settings=replace(SHARED.settings, time_zone="Nowhere/Land"))
    assert (await Stats(both.stores).figures(nonsense)).hours[6][0] == 1


async def test_lengths(both: Desk) -> None:
    """Each whole minute has its place, ten and more share one; where a length is not known it is not counted."""
    held = [
        one(n, ms=ms) for n, ms in enumerate([0, 59_999, MINUTE, 10 * MINUTE - 1, 10 * MINUTE, 99 * MINUTE])
    ]
    held.append(one(50, None, ms=MINUTE))
    found = await figures(both.stores, *held)
    assert found.lengths == (1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2)
    assert found.length_ms == 10 * MINUTE - 1
    assert (await Stats(both.stores).figures(replace(SHARED, list_id="other"))).length_ms is None


async def test_only_the_newest(both: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many additions hours and lengths come from the newest; who added how many is of all."""
    monkeypatch.setattr(module, "MOST_MOMENTS", 10)
    held = [one(n, at=NOW + timedelta(hours=n)) for n in range(1, 31)]
    found = await figures(both.stores, *held)
    assert (found.added, found.looked_at, sum(map(sum, found.hours))) == (30, 10, 10)
    assert found.hours[held[-1].created_at.weekday()][held[-1].created_at.hour] == 1
    assert found.hours[held[0].created_at.weekday()][held[0].created_at.hour] == 0


async def test_decisions(both: Desk) -> None:
    """The middle of how long decisions took: of curators and votes, not of what went straight in or lapsed."""

    def event(number: int, happening: Happening, hours: float, **detail: str | int) -> Event:
        return Event(
            event_id=f"{number}:{happening}:{hours}",
            guild_id=SHARED.guild_id,
            list_id=SHARED.list_id,
            at=NOW + timedelta(hours=hours),
            happening=happening,
            member_id=LINUS if number == 9 else ADA,
            contribution_id=f"c{number}",
            detail=detail,
        )

    await both.stores.history.append(*(event(n, Happening.PROPOSED, 0) for n in range(1, 10)))
    await both.stores.history.append(
        event(1, Happening.ACCEPTED, 1, how="votes"),
        event(2, Happening.ACCEPTED, 3, how="curator"),
        event(3, Happening.DECLINED, 8),
        event(4, Happening.ACCEPTED, 0, how="open"),
        event(5, Happening.LAPSED, 72),
        event(1, Happening.ACCEPTED, 700, how="curator"),  # it was taken out, and a curator let it in again
        event(9, Happening.ACCEPTED, 500, how="votes"),
    )
    await both.stores.stats_opt_outs.put(LINUS)
    found = await Stats(both.stores).figures(SHARED)
    assert (found.decisions, found.decided_in_s) == (3, 3 * 3600)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
ADDITIONS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 15)), MOMENTS, st.integers(0, 15 * MINUTE)), max_size=40
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(additions=ADDITIONS, stats_opt_outs=st.sets(st.integers(1, 15)))
async def test_any_additions(
    tmp_path_factory: pytest.TempPathFactory,
    additions: list[tuple[int | None, datetime, int]],
    stats_opt_outs: set[int],
) -> None:
    """Whatever was added by whomever: the sums are right, and nobody who is left out is named."""
    path: Path = tmp_path_factory.mktemp("stats") / "x.db"
    async with sqlite.open_stores(path, Sealer([new_key()])) as stores:
        held = [one(n, who, at=at, ms=ms, shared=BERLIN) for n, (who, at, ms) in enumerate(additions, 1)]
        for member_id in stats_opt_outs:
            await stores.stats_opt_outs.put(member_id)
        found = await figures(stores, *held, shared=BERLIN)
    by = Counter(who for who, _, _ in additions if who is not None)
    there = ZoneInfo("Europe/Berlin")
    hours = Counter(
        (local.weekday(), local.hour)
        for who, at, _ in additions
        if who is not None and who not in stats_opt_outs and (local := at.astimezone(there))
    )
    assert found.added == by.total()
    assert found.members == len(by)
    assert not {share.member_id for share in found.shares} & stats_opt_outs
    assert all(share.count == by[share.member_id or 0] for share in found.shares)
    least = min((share.count for share in found.shares), default=0)
    unnamed = set(by) - stats_opt_outs - {share.member_id for share in found.shares}
    assert all(by[who] <= least for who in unnamed)
    assert {(day, hour): n for day, row in enumerate(found.hours) for hour, n in enumerate(row) if n} == dict(
        hours
    )
    assert sum(found.lengths) == sum(who is not None and ms > 0 for who, _, ms in additions)
