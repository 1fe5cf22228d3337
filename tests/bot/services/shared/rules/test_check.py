"""All rules together: who bypasses them, several tracks at once, trying without keeping."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.rules.check import RuleBook
from bot.services.shared.rules.matching import recording
from bot.services.shared.rules.table import RULES
from bot.stores.contributions import State
from bot.stores.lists import Duplicates, Explicit, Roles
from tests.bot.services.shared.rules.rules_desk import ARTIST, GUEST, LINUS, Table, song
from tests.shared_records import NOW, bring

if TYPE_CHECKING:
    from bot.stores import Stores


@pytest.fixture
def table(stores: Stores) -> Table:
    return Table(stores)


async def test_bypass(table: Table) -> None:
    """A bypass role skips every rule but the same track."""
    table.set(
        duplicates=Duplicates.SAME_RECORDING, never_again=True, per_member=1, per_artist=1, longest_s=1,
        explicit=Explicit.EXPLICIT_ONLY, last_year=1980, blocked_artists=(ARTIST.id,), most_items=1,
    )  # fmt: skip
    table.shared = replace(table.shared, roles=Roles(bypass=(7,)))
    bypassing = Actor(LINUS, frozenset({7}))
    await table.bring(song(1), LINUS)
    assert len(await table.names(song(2, "Song 1 (Remastered)"))) == 8
    assert await table.names(song(2, "Song 1 (Remastered)"), bypassing) == []
    assert await table.names(song(1), bypassing) == ["same_track"]
    verdicts = await table.book.test(table.shared, bypassing, song(2))
    assert {verdict.rule for verdict in verdicts if not verdict.skipped} == {"same_track"}


async def test_other_lists_do_not_count(table: Table) -> None:
    """What is in another list of the same server is no reason here."""
    table.set(duplicates=Duplicates.SAME_RECORDING, per_member=1, most_items=1)
    other = replace(table.shared, list_id="list0002")
    await bring(table.stores, other, 1, song().uri, LINUS, recording=recording(song()))
    assert await table.names(song()) == []


async def test_many_at_once(table: Table) -> None:
    """The tracks of one request count among themselves: repetitions, and each limit as it is used up."""
    table.set(duplicates=Duplicates.SAME_RECORDING, per_member=3, per_artist=2)
    await table.bring(song(1), LINUS)
    tracks = [song(2), song(2), song(3, "Song 2 - Remastered"), song(4), song(5, artists=(GUEST,)), song(6)]
    answers = await table.book.check_many(table.shared, Actor(LINUS), tracks)
    assert [[refusal.rule for refusal in refusals] for refusals in answers] == [
        [],
        ["same_track", "per_artist"],
        ["same_recording", "per_artist"],
        ["per_artist"],
        [],
        ["per_member", "per_artist"],
    ]
    assert answers[1][0].earlier
    assert answers[5][0].earlier


async def test_many_into_little_room(table: Table) -> None:
    """An album that does not fit is taken as far as there is room."""
    table.set(most_items=3)
    await table.bring(song(1), None)
    answers = await table.book.check_many(table.shared, Actor(LINUS), [song(n) for n in range(2, 6)])
    assert [bool(refusals) for refusals in answers] == [False, False, True, True]


async def test_test_tells_every_rule(table: Table) -> None:
    """Trying a track names each rule that is set, with its no where it says no, and keeps nothing."""
    table.set(duplicates=Duplicates.SAME_TRACK, longest_s=60, explicit=Explicit.CLEAN_ONLY)
    verdicts = await table.book.test(table.shared, Actor(LINUS), song())
    assert {verdict.rule: bool(verdict.refusal) for verdict in verdicts} == {
        "same_track": False,
        "longest": True,
        "music_only": False,
        "explicit": False,
    }
    assert await table.stores.contributions.count(table.shared.list_id, set(State)) == 0


async def test_only_what_is_asked_is_counted(table: Table) -> None:
    """A list without rules counts nothing; it is only looked who took the same back before."""

    class Untouched:
        async def alike(self, _list_id: str, _recordings: object) -> tuple[()]:
            return ()

        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    book = RuleBook(Untouched(), now=lambda: NOW)  # type: ignore[arg-type] # that nothing is asked is the point
    assert await book.check(table.shared, Actor(LINUS), song()) == ()


def test_names_are_distinct() -> None:
    """Each rule has a name of its own, by which its sentence is found."""
    assert len({rule.name for rule in RULES}) == len(RULES)
