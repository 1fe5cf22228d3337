"""Every rule of a shared playlist: when it says no, why, and when it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.rules.table import RULES
from bot.spotify.models import Album
from bot.spotify.models.things import ExternalIds
from bot.stores.contributions import Ballot, BallotKind, Leave, State
from bot.stores.lists import Duplicates, Explicit, Mode, Period, Roles, Rounds, Settings, WhenFull
from tests.bot.services.shared.rules.rules_desk import ARTIST, GRACE, GUEST, LINUS, Table, song
from tests.shared_records import NOW, a_list

if TYPE_CHECKING:
    from bot.stores import Stores


@pytest.fixture
def table(stores: Stores) -> Table:
    return Table(stores)


async def test_no_rules(table: Table) -> None:
    """A list without rules takes anything, twice as well."""
    await table.bring(song())
    assert await table.names(song()) == []


@pytest.mark.parametrize("mode", Mode)
def test_as_before(mode: Mode) -> None:
    """A list for which nobody set anything has the rules it always had."""
    shared = a_list("0" * 22, owner_id=1, account_id="ada", mode=mode)
    proposals = set() if mode is Mode.OPEN else {"open_proposals"}
    expected = {"same_track", "same_recording", "never_again", "music_only"} | proposals
    assert {rule.name for rule in RULES if rule.is_set(shared)} == expected


async def test_same_track(table: Table) -> None:
    """What is in, on its way or waits is not taken again; the refusal says whose it is."""
    table.set(duplicates=Duplicates.SAME_TRACK)
    await table.bring(song())
    (refusal,) = await table.refusals(song())
    assert refusal.rule == "same_track"
    assert refusal.held is not None
    assert refusal.held.member_id == GRACE
    assert await table.names(song(2, "Song 1")) == []  # another release of it may


@pytest.mark.parametrize("state", State)
async def test_what_occupies(table: Table, state: State) -> None:
    """Coming and inside count for duplicates and limits; what was declined, taken back or taken out does not."""
    table.set(duplicates=Duplicates.SAME_RECORDING, most_items=1, per_artist=1, per_member=1)
    await table.bring(song(), LINUS, state=state)
    counts = state in {
        State.PENDING,
        State.QUEUED,
        State.SENDING,
        State.PARKED,
        State.LANDED,
        State.LEAVING,
    }
    expected = ["same_track", "per_member", "per_artist", "most_items"]
    assert await table.names(song()) == (expected if counts else [])


async def test_same_recording(table: Table) -> None:
    """Another release, by ISRC or by title, is refused with one reason; live is another recording."""
    table.set(duplicates=Duplicates.SAME_RECORDING)
    await table.bring(song(external_ids=ExternalIds(isrc="ZZMXT9900001")))
    assert await table.names(song(2, "Song 1 - 2011 Remaster")) == ["same_recording"]
    assert await table.names(song(3, "Quite Another", external_ids=ExternalIds(isrc="ZZMXT9900001"))) == [
        "same_recording"
    ]
    assert await table.names(song(4, "Song 1 - Live")) == []
    assert await table.names(song()) == ["same_track"]


async def test_another_release_in_its_place(table: Table) -> None:
    """Where Spotify put another release in place of what was asked for, both are there already."""
    table.set(duplicates=Duplicates.SAME_TRACK)
    await table.bring(song(1), written_uri=song(2).uri)
    assert await table.names(song(1)) == await table.names(song(2)) == ["same_track"]


async def test_never_again(table: Table) -> None:
    """What was voted off does not come back, by any release; what left for another reason may."""
    table.set(never_again=True)
    await table.bring(song(1), state=State.REMOVED, leave=Leave.VOTED_OFF)
    await table.bring(song(2), state=State.REMOVED, leave=Leave.UNDONE)
    await table.bring(song(3), state=State.LEAVING, leave=Leave.VOTED_OFF)
    assert await table.names(song(1)) == await table.names(song(9, "Song 1 (Remastered)")) == ["never_again"]
    assert await table.names(song(2)) == []
    assert await table.names(song(3)) == ["never_again"]


async def test_per_day(table: Table) -> None:
    """A member's day begins at midnight in the list's time zone, whatever the clocks do; others have their own."""
    table.set(per_member=2, settings=Settings(time_zone="Pacific/Auckland"))  # 13 hours ahead in November
    table.time = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)  # 23:30 there
    for number in (1, 2):
        await table.bring(song(number), LINUS)
    (refusal,) = await table.refusals(song(3))
    assert (refusal.rule, refusal.limit) == ("per_member", 2)
    assert refusal.until == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert await table.names(song(3), Actor(GRACE)) == []
    table.time = refusal.until - timedelta(milliseconds=1)
    assert await table.names(song(3)) == ["per_member"]
    table.time = refusal.until
    assert await table.names(song(3)) == []


async def test_per_round(table: Table) -> None:
    """A limit per round counts the round of the list, and says when the next one begins if it begins by itself."""
    table.set(per_member=1, per_member_period=Period.ROUND)
    await table.bring(song(1), LINUS, created_at=NOW - timedelta(days=300))
    (refusal,) = await table.refusals(song(2))
    assert refusal.until is None
    table.set(
        per_member=1, per_member_period=Period.ROUND, settings=Settings(rounds=Rounds.WEEKLY)
    )  # a Friday
    (refusal,) = await table.refusals(song(2))
    assert refusal.until == datetime(2026, 11, 23, tzinfo=UTC)
    table.shared = replace(table.shared, round_no=2)
    assert await table.names(song(2)) == []


async def test_per_artist(table: Table) -> None:
    """Every artist of a track counts, guests as well, and the refusal names whose limit it is."""
    table.set(per_artist=2)
    await table.bring(song(1, artists=(ARTIST, GUEST)))
    await table.bring(song(2, artists=(GUEST,)), None)
    (refusal,) = await table.refusals(song(3, artists=(ARTIST, GUEST)))
    assert (refusal.rule, refusal.artist, refusal.limit, refusal.found) == ("per_artist", "Orla", 2, 2)
    assert await table.names(song(3)) == []


@pytest.mark.parametrize(
    ("length_ms", "refused"),
    [(59_999, ["shortest"]), (60_000, []), (120_999, []), (121_000, ["longest"]), (None, [])],
)
async def test_length(table: Table, length_ms: int | None, refused: list[str]) -> None:
    """Both ends are allowed, in whole seconds as members see them; an unknown length is no reason."""
    table.set(shortest_s=60, longest_s=120)
    assert await table.names(song(duration_ms=length_ms)) == refused


async def test_explicit(table: Table) -> None:
    """Only clean, only explicit, or both."""
    for setting, clean, explicit in (
        (Explicit.ANY, [], []),
        (Explicit.CLEAN_ONLY, [], ["explicit"]),
        (Explicit.EXPLICIT_ONLY, ["explicit"], []),
    ):
        table.set(explicit=setting)
        assert await table.names(song(explicit=False)) == clean
        assert await table.names(song(explicit=True)) == explicit


@pytest.mark.parametrize(
    ("date", "limit"),
    [("1979-12-31", 1980), ("1980", None), ("1989-12", None), ("1990", 1989), ("0000", 1980), (None, 1980)],
)
async def test_years(table: Table, date: str | None, limit: int | None) -> None:
    """Both years are allowed; the refusal names the one that was missed. An unknown year is none of them."""
    table.set(first_year=1980, last_year=1989)
    refusals = await table.refusals(song(album=Album(name="X", release_date=date)))
    assert [refusal.limit for refusal in refusals] == ([] if limit is None else [limit])


async def test_one_year_end(table: Table) -> None:
    """One of the two years may be left open."""
    table.set(first_year=2000)
    assert await table.names(song()) == ["years"]
    table.set(last_year=2000)
    assert await table.names(song()) == []


async def test_blocked(table: Table) -> None:
    """Blocked artists (guests, too), tracks and members, each with a reason of its own."""
    table.set(blocked_artists=(GUEST.id,), blocked_tracks=(song(5).uri,), blocked_members=(GRACE,))
    (refusal,) = await table.refusals(song(1, artists=(ARTIST, GUEST)))
    assert (refusal.rule, refusal.artist) == ("blocked_artists", "Orla")
    assert await table.names(song(5)) == ["blocked_tracks"]
    assert await table.names(song(1), Actor(GRACE)) == ["blocked_members"]
    assert await table.names(song(1)) == []


async def test_who_may_add(table: Table) -> None:
    """Roles that may add are asked for; a blocked member hears of the block only."""
    table.set(blocked_members=(GRACE,))
    table.shared = replace(table.shared, roles=Roles(add=(7,)))
    assert await table.names(song()) == ["who_may_add"]
    assert await table.names(song(), Actor(LINUS, frozenset({7}))) == []
    assert await table.names(song(), Actor(GRACE, frozenset({7}))) == ["blocked_members"]
    for there, left in ((None, None), ({7, 8}, 1), ({8}, 0)):
        actor = Actor(LINUS, guild_role_ids=None if there is None else frozenset(there))
        (refusal,) = await table.refusals(song(), actor)
        assert refusal.found == left


async def test_full(table: Table) -> None:
    """A full list takes nothing, unless it makes room by itself."""
    table.set(most_items=2)
    await table.bring(song(1), None)
    assert await table.names(song(3)) == []
    await table.bring(song(2), state=State.QUEUED)
    assert await table.names(song(3)) == ["most_items"]
    for when_full in (WhenFull.DROP_OLDEST, WhenFull.DROP_LOWEST):
        table.set(most_items=2, when_full=when_full)
        assert await table.names(song(3)) == []


def vote_in(table: Table, mode: Mode = Mode.VOTE, **rules: Any) -> None:
    """For 72 hours, or two days where a curator decides."""
    table.set(settings=Settings(vote_hours=72, approval_days=2), **rules)
    table.shared = replace(table.shared, mode=mode)


async def open_proposal(table: Table, number: int, member_id: int = LINUS, *, hours: int = 72) -> None:
    """One that was proposed so that it ends in so many hours."""
    ballot = Ballot(1, BallotKind.VOTE_IN, member_id, NOW, NOW + timedelta(hours=hours))
    await table.bring(song(number), member_id, state=State.PENDING, ballot=ballot)


async def test_open_proposals(table: Table) -> None:
    """A member has as many open as the list allows, their own only; the refusal says until when at the latest."""
    vote_in(table, open_proposals=2)
    await open_proposal(table, 1, hours=9)
    await open_proposal(table, 2, GRACE, hours=1)
    assert await table.names(song(9)) == []
    await open_proposal(table, 3, hours=5)
    (refusal,) = await table.refusals(song(9))
    assert (refusal.rule, refusal.limit, refusal.found) == ("open_proposals", 2, 2)
    assert refusal.until == NOW + timedelta(hours=5)
    assert await table.names(song(9), Actor(GRACE)) == []


async def test_open_proposals_of_before(table: Table) -> None:
    """Of a list with more than that open, so many have to end first that one is less than the ceiling."""
    vote_in(table, open_proposals=2)
    for number in range(1, 6):
        await open_proposal(table, number, hours=number)
    (refusal,) = await table.refusals(song(9))
    assert (refusal.found, refusal.until) == (5, NOW + timedelta(hours=4))


@pytest.mark.parametrize("mode", [Mode.APPROVAL, Mode.VOTE])
async def test_open_proposals_of_one_request(table: Table, mode: Mode) -> None:
    """What one request brings counts along: the first ones fit, the others are refused with the end of the first."""
    vote_in(table, mode, open_proposals=3)
    await open_proposal(table, 1, hours=90)
    answers = await table.book.check_many(table.shared, Actor(LINUS), [song(each) for each in range(2, 7)])
    assert [[refusal.rule for refusal in each] for each in answers] == [[], []] + [["open_proposals"]] * 3
    assert {refusal.until for each in answers[2:] for refusal in each} == {
        NOW + timedelta(hours=48 if mode is Mode.APPROVAL else 72)
    }


async def test_open_proposals_where_nothing_is_decided(table: Table) -> None:
    """Where everything goes straight in there is no such limit, and none for those who skip the queue."""
    table.set(open_proposals=1)
    await open_proposal(table, 1)
    assert await table.names(song(9)) == []
    vote_in(table, open_proposals=1)
    table.shared = replace(table.shared, roles=Roles(bypass=(5,)))
    assert await table.names(song(9)) == ["open_proposals"]
    assert await table.names(song(9), Actor(LINUS, frozenset({5}))) == []


@pytest.mark.parametrize("state", State)
async def test_what_is_open(table: Table, state: State) -> None:
    """What was decided, taken back or ran out of time leaves room again."""
    vote_in(table, open_proposals=1)
    ballot = Ballot(1, BallotKind.VOTE_IN, LINUS, NOW, NOW + timedelta(hours=1))
    await table.bring(song(1), LINUS, state=state, ballot=ballot)
    assert await table.names(song(9)) == (["open_proposals"] if state is State.PENDING else [])
