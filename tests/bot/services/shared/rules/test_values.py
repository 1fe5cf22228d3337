"""Changing the rules: what can be typed, who may, and what the history tells of it."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.core.access import Actor
from bot.services.shared.core.playlists import SharedPlaylistChanges
from bot.services.shared.core.schedule import Schedule
from bot.services.shared.rules.values import ListRules, read_rules
from bot.shared_errors import ListNotFoundError, NotAllowedError, SettingError
from bot.stores.history import Happening
from bot.stores.lists import Duplicates, Explicit, Period, Roles, Rules, WhenFull
from tests.shared_records import GUILD, NOW, a_list

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist

OWNER, CURATOR, MANAGER = Actor(1), Actor(2, frozenset({20})), Actor(3, manages_guild=True)


@pytest.fixture
async def shared(stores: Stores) -> SharedPlaylist:
    roles = Roles(curate=(20,))
    return await stores.lists.create(a_list("0" * 22, owner_id=1, account_id="ada", roles=roles))


@pytest.fixture
def changing(stores: Stores) -> ListRules:
    schedule = Schedule(stores.due, stores.lists, stores.values, now=lambda: NOW)
    return ListRules(SharedPlaylistChanges(stores.lists, schedule, now=lambda: NOW))


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("duplicates", "same_track", Duplicates.SAME_TRACK),
        ("never_again", "no", False),
        ("per_member", " 5 ", 5),
        ("per_member", "", None),
        ("per_member", "1,000", 1000),
        ("per_artist", "1.000", 1000),
        ("most_items", "10 000", 10_000),
        ("per_member_period", "round", Period.ROUND),
        ("per_artist", "٣", 3),
        ("open_proposals", "1", 1),
        ("open_proposals", "50", 50),
        ("shortest_s", "1:05", 65),
        ("longest_s", "1:02:03", 3723),
        ("longest_s", "90:00", 5400),
        ("longest_s", "24:00:00", 86_400),
        ("explicit", "clean_only", Explicit.CLEAN_ONLY),
        ("again_days", "365", 365),
        ("again_days", "", None),
        ("minutes_between", "10,080", 10_080),
        ("stay_days", "90", 90),
        ("closed_while_voting", "yes", True),
        ("refused_words", " Live ,karaoke,, LIVE,\nsped  up ", ("Live", "karaoke", "sped up")),
        ("refused_words", " , ", ()),
        ("required_words", "ジャズ、Café", ("ジャズ", "Café")),
        ("first_year", "1984", 1984),
        ("most_items", "10000", 10_000),
        ("when_full", "drop_lowest", WhenFull.DROP_LOWEST),
    ],
)
def test_what_can_be_typed(field: str, text: str, value: object) -> None:
    """Numbers, lengths and choices are read; an empty text takes a limit away."""
    full = Rules(per_member=9, shortest_s=None, longest_s=None)
    assert getattr(read_rules(full, {field: text}), field) == value


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("per_member", "five", "number"),
        ("per_member", "-1", "number"),
        ("per_member", "²", "number"),
        ("per_member", "3.0", "number"),
        ("per_artist", "2,5", "number"),
        ("most_items", "1 00", "number"),
        ("first_year", "1984.0", "number"),
        ("per_member", "'", "number"),
        ("per_member", "0", "range"),
        ("per_member", "9" * 50, "range"),
        ("most_items", "10001", "range"),
        ("open_proposals", "0", "range"),
        ("open_proposals", "51", "range"),
        ("open_proposals", "", "number"),
        ("open_proposals", " ", "number"),
        ("first_year", "84", "range"),
        ("shortest_s", "4", "time"),
        ("shortest_s", "3:60", "time"),
        ("shortest_s", "0:00", "time"),
        ("longest_s", "24:00:01", "time"),
        ("explicit", "loud", "choice"),
        ("again_days", "0", "range"),
        ("again_days", "366", "range"),
        ("minutes_between", "1.5", "number"),
        ("stay_days", "3651", "range"),
        ("closed_while_voting", "maybe", "choice"),
        ("refused_words", "live, !!!", "words"),
        ("refused_words", "x" * 51, "words"),
        ("required_words", ", ".join(f"word {number}" for number in range(26)), "words"),
        ("never_again", "", "choice"),
    ],
)
def test_what_cannot_be_typed(field: str, text: str, problem: str) -> None:
    """The field and what is wrong with it are told."""
    with pytest.raises(SettingError) as told:
        read_rules(Rules(), {field: text})
    assert (told.value.field, told.value.problem) == (field, problem)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"shortest_s": "5:00", "longest_s": "4:59"}, "longest_s"),
        ({"first_year": "1990", "last_year": "1989"}, "last_year"),
    ],
)
def test_the_wrong_way_round(typed: dict[str, str], field: str) -> None:
    """The least may not be more than the most; equal is all right."""
    with pytest.raises(SettingError) as told:
        read_rules(Rules(), typed)
    assert (told.value.field, told.value.problem) == (field, "order")
    assert read_rules(Rules(), dict.fromkeys(typed, next(iter(typed.values()))))


@given(st.sampled_from([field.name for field in fields(Rules) if "blocked" not in field.name]), st.text())
def test_any_text(field: str, text: str) -> None:
    """Whatever is typed, it is used or refused as a setting; nothing else breaks."""
    try:
        read_rules(Rules(), {field: text})
    except SettingError as error:
        assert error.field == field  # noqa: PT017 - either is right


async def test_change_and_history(changing: ListRules, stores: Stores, shared: SharedPlaylist) -> None:
    """A change is stored, leaves the other rules, and the history tells who changed what."""
    typed = {"shortest_s": "1:00", "longest_s": ""}
    changed = await changing.change(OWNER, GUILD, shared.list_id, "length of tracks", typed)
    assert changed.rules == Rules(shortest_s=60)
    assert await stores.lists.get(GUILD, shared.list_id) == changed
    (event,) = (await stores.history.page(shared.list_id, limit=9)).events
    assert (event.happening, event.actor_id) == (Happening.CHANGED, 1)
    assert event.detail == {"what": "length of tracks"} | typed


async def test_who_may(changing: ListRules, stores: Stores, shared: SharedPlaylist) -> None:
    """Managers and the owner change rules; a curator, a member and another server do not, and nothing happens."""
    await changing.change(MANAGER, GUILD, shared.list_id, "explicit tracks", {"explicit": "clean_only"})
    before = await stores.lists.get(GUILD, shared.list_id)
    for actor in (CURATOR, Actor(4)):
        with pytest.raises(NotAllowedError):
            await changing.change(actor, GUILD, shared.list_id, "explicit tracks", {"explicit": "any"})
    with pytest.raises(ListNotFoundError):
        await changing.change(MANAGER, 501, shared.list_id, "explicit tracks", {"explicit": "any"})
    assert await stores.lists.get(GUILD, shared.list_id) == before


async def test_two_at_the_same_time(changing: ListRules, stores: Stores, shared: SharedPlaylist) -> None:
    """Two managers who change different rules at once both get theirs."""
    await asyncio.gather(
        changing.change(OWNER, GUILD, shared.list_id, "limit", {"per_member": "5"}),
        changing.change(MANAGER, GUILD, shared.list_id, "limit", {"per_artist": "2"}),
    )
    stored = await stores.lists.get(GUILD, shared.list_id)
    assert stored is not None
    assert stored.rules == replace(Rules(), per_member=5, per_artist=2)
