"""The promises of `SharedPlaylists`, on every database."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.shared_errors import ListNameTakenError, PlaylistLentError
from bot.stores.lists import BestOf, Grant, Grants, ListStatus, Rounds, Rules, Settings, Trouble
from tests.stores.records import ADA, GRACE
from tests.stores.shared_records import GUILD, LIST, OTHER_GUILD, event, full_list, shared

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.backdoors import Backdoor
    from tests.stores.conftest import OpenStores

ROOT = Path(__file__).parents[2]
SAME_NAMES = [
    ("Chill", "cHILL"),
    ("Straße", "STRASSE"),
    ("Été", "e\N{COMBINING ACUTE ACCENT}TE\N{COMBINING ACUTE ACCENT}"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("Chill", "  Chill "),
    ("\N{FULLWIDTH LATIN CAPITAL LETTER A}", "a"),
]


async def test_round_trip(open_stores: OpenStores) -> None:
    """A list comes back as it was kept, also after a restart, with the version 1."""
    async with open_stores() as stores:
        assert await stores.lists.create(full_list()) == replace(full_list(), version=1)
    async with open_stores() as stores:
        assert await stores.lists.get(GUILD, LIST) == replace(full_list(), version=1)
        assert await stores.lists.by_id(LIST) == replace(full_list(), version=1)


async def test_grants_of_older_lists(stores: Stores, backdoor: Backdoor) -> None:
    """A list that an older bot lent lets curators do nothing more; what its owner allows then is kept."""
    await stores.lists.create(shared("1"))

    def older_body(values: dict[str, object]) -> None:
        assert values.pop("grants")

    backdoor.rewrite("1", older_body)
    older = await stores.lists.by_id("1")
    assert older is not None
    assert older.grants == Grants()
    allowed = replace(older, grants=Grants(reorder=True, asked=(Grant.REMOVE, Grant.REORDER)))
    await stores.lists.swap(older, allowed)
    assert await stores.lists.by_id("1") == replace(allowed, version=2)


async def test_from_an_older_bot(stores: Stores, backdoor: Backdoor) -> None:
    """A list lent before rules and settings were added has them as they were: off."""
    lent = await stores.lists.create(
        shared(rules=Rules(per_member=3), settings=Settings(rounds=Rounds.WEEKLY))
    )
    known = {"rules": {"per_member"}, "settings": {"rounds"}}

    def older(values: dict[str, dict[str, object]]) -> None:
        for part, names in known.items():
            values[part] = {name: value for name, value in values[part].items() if name in names}

    backdoor.rewrite(LIST, older)
    assert await stores.lists.get(GUILD, LIST) == lent
    assert lent.rules == replace(Rules(), per_member=3)
    changed = await stores.lists.swap(lent, replace(lent, rules=replace(lent.rules, stay_days=9)))
    assert await stores.lists.get(GUILD, LIST) == changed


async def test_told(stores: Stores) -> None:
    """A change and what tells of it are there together; a change that is not made is not told."""
    one = await stores.lists.create(shared("1"), event(1, list_id="1"))
    two = await stores.lists.create(shared("2"), event(2, list_id="2"))
    with pytest.raises(ListNameTakenError):
        await stores.lists.create(shared("3", name=one.name), event(3, list_id="1"))
    changed = await stores.lists.swap(
        one, replace(one, round_no=2), event(4, list_id="1"), event(5, list_id="1")
    )
    assert changed == replace(one, round_no=2, version=2)
    assert await stores.lists.swap(one, replace(one, round_no=3), event(6, list_id="1")) is None
    with pytest.raises(PlaylistLentError):
        await stores.lists.swap(changed, replace(changed, playlist_id=two.playlist_id), event(7, list_id="1"))
    assert await stores.lists.swap(changed, changed, event(4, list_id="1"))  # told before
    page = await stores.history.page("1", limit=10)
    assert [one.event_id for one in page.events] == ["event 5", "event 4", "event 1"]
    assert [one.event_id for one in (await stores.history.page("2", limit=10)).events] == ["event 2"]


async def test_kill(
    backend: str, open_stores: OpenStores, database_file: Path, request: pytest.FixtureRequest
) -> None:
    """After kill -9 every change of a list that is there is told in its history, and no other one is."""
    address = request.getfixturevalue("mongo_uri") if backend == "mongo" else str(database_file)
    changing = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.stores.endless_changes",
        backend,
        address,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert changing.stdout
    for _ in range(20):
        assert await changing.stdout.readline()
    changing.kill()
    acknowledged = 20 + len((await changing.stdout.read()).splitlines())
    assert await changing.wait() < 0
    async with open_stores() as stores:
        there = await stores.lists.by_id(LIST)
        assert there is not None
        assert there.round_no >= 1 + acknowledged
        events = (await stores.history.page(LIST, limit=there.version + 10)).events
        assert [one.event_id for one in events] == [f"event {n}" for n in range(there.version, 0, -1)]


async def test_other_guild(stores: Stores) -> None:
    """A guild does not get another guild's list, even if it knows its id."""
    await stores.lists.create(shared())
    assert await stores.lists.get(OTHER_GUILD, LIST) is None
    assert await stores.lists.get(GUILD, "unknown") is None
    assert await stores.lists.by_id("unknown") is None
    assert await stores.lists.of_guild(OTHER_GUILD) == ()


async def test_which(stores: Stores) -> None:
    """Lists are found by guild in the order of their names, by owner, and all together; closed ones are in none."""
    zoo = await stores.lists.create(shared("1", name="zoo"))
    ant = await stores.lists.create(shared("2", name="Ant", owner_id=GRACE))
    bee = await stores.lists.create(shared("3", name="bee", guild_id=OTHER_GUILD))
    gone = await stores.lists.create(shared("4", name="gone"))
    closed = await stores.lists.swap(gone, replace(gone, status=ListStatus.CLOSED))
    assert await stores.lists.of_guild(GUILD) == (ant, zoo)
    assert set(await stores.lists.of_owner(ADA)) == {zoo, bee}
    assert await stores.lists.of_owner(GRACE) == (ant,)
    assert set(await stores.lists.open()) == {zoo, ant, bee}
    assert await stores.lists.get(GUILD, "4") == closed


async def test_used(open_stores: OpenStores) -> None:
    """Lists are found by every Spotify playlist they write to, and by their trouble, until they are closed."""
    async with open_stores() as stores:
        with_archive = await stores.lists.create(
            shared("1", playlist_id="one", archive_id="old", trouble=Trouble.BOT_REMOVED)
        )
        other = shared("2", playlist_id="two", guild_id=OTHER_GUILD, best=(BestOf("all", "best"),))
        other = await stores.lists.create(other)
        for used, lists in {
            ("one",): (with_archive,),
            ("old", "none"): (with_archive,),
            ("best", "two"): (other,),
            ("best", "old"): (with_archive, other),
            ("1", "on", "all"): (),
            (): (),
        }.items():
            assert await stores.lists.using(used) == lists
        assert await stores.lists.troubled(Trouble.BOT_REMOVED) == (with_archive,)
        assert await stores.lists.troubled(Trouble.CONSENT_ENDED) == ()
        assert await stores.lists.guilds() == {GUILD, OTHER_GUILD}
        moved = await stores.lists.swap(other, replace(other, playlist_id="three"))
        assert moved
        assert await stores.lists.using(["two"]) == ()
        assert await stores.lists.swap(moved, replace(moved, status=ListStatus.CLOSED))
    async with open_stores() as stores:
        assert await stores.lists.using(["three", "best", "old"]) == (with_archive,)
        assert await stores.lists.guilds() == {GUILD}


async def test_swap(stores: Stores) -> None:
    """A change is kept if nobody was faster, and its version is one higher; the id and guild stay."""
    first = await stores.lists.create(shared())
    second = await stores.lists.swap(first, replace(first, name="New", list_id="x", guild_id=OTHER_GUILD))
    assert second == replace(first, name="New", version=2)
    assert await stores.lists.swap(first, replace(first, name="Late")) is None
    assert await stores.lists.get(GUILD, LIST) == second
    assert await stores.lists.swap(shared("unknown"), shared("unknown")) is None


@pytest.mark.parametrize(("one", "other"), SAME_NAMES)
async def test_name_taken(stores: Stores, one: str, other: str) -> None:
    """Two lists of a guild cannot have names that members take for the same; two guilds can."""
    await stores.lists.create(shared("1", name=one))
    with pytest.raises(ListNameTakenError) as caught:
        await stores.lists.create(shared("2", name=other))
    assert caught.value.name == other
    assert await stores.lists.by_id("2") is None
    await stores.lists.create(shared("3", name=other, guild_id=OTHER_GUILD))


@pytest.mark.parametrize("guild_id", [GUILD, OTHER_GUILD])
async def test_playlist_lent(stores: Stores, guild_id: int) -> None:
    """A playlist is lent once, to this guild or to another."""
    await stores.lists.create(shared("1", playlist_id="same"))
    with pytest.raises(PlaylistLentError):
        await stores.lists.create(shared("2", playlist_id="same", guild_id=guild_id))
    assert await stores.lists.by_id("2") is None


async def test_swap_to_taken(stores: Stores) -> None:
    """A change that would take another list's name or playlist is refused, and nothing is changed."""
    await stores.lists.create(shared("1", name="one", playlist_id="one"))
    two = await stores.lists.create(shared("2", name="two", playlist_id="two"))
    with pytest.raises(ListNameTakenError):
        await stores.lists.swap(two, replace(two, name="ONE"))
    with pytest.raises(PlaylistLentError):
        await stores.lists.swap(two, replace(two, playlist_id="one"))
    assert await stores.lists.by_id("2") == two
    assert await stores.lists.swap(two, replace(two, name="TWO")) == replace(two, name="TWO", version=2)


async def test_stale_to_taken(stores: Stores) -> None:
    """A change that comes too late is told so."""
    one = await stores.lists.create(shared("1"))
    assert await stores.lists.swap(one, replace(one, round_no=2))
    assert await stores.lists.swap(one, replace(one, name="free")) is None


async def test_closed(stores: Stores) -> None:
    """A closed list takes neither name nor playlist; several can have had the same."""
    for list_id in ("1", "2"):
        there = await stores.lists.create(shared(list_id, name="same", playlist_id="same"))
        assert await stores.lists.swap(there, replace(there, status=ListStatus.CLOSED))
    await stores.lists.create(shared("3", name="same"))
    closed = await stores.lists.by_id("2")
    assert closed
    with pytest.raises(ListNameTakenError):
        await stores.lists.swap(closed, replace(closed, status=ListStatus.ACTIVE))
    assert await stores.lists.by_id("2") == closed


async def test_swap_race(stores: Stores) -> None:
    """Of fifty who change the same version at once one succeeds."""
    first = await stores.lists.create(shared())
    results = await asyncio.gather(
        *(stores.lists.swap(first, replace(first, round_no=n)) for n in range(2, 52))
    )
    assert [won for won in results if won] == [await stores.lists.by_id(LIST)]


async def test_create_race(stores: Stores) -> None:
    """Of many who want a name, or lend a playlist, at once one succeeds."""
    for same in ({"name": "same"}, {"playlist_id": "same"}):
        results = await asyncio.gather(
            *(stores.lists.create(shared(f"{same}{n}", **same)) for n in range(20)), return_exceptions=True
        )
        refused = [error for error in results if isinstance(error, ListNameTakenError | PlaylistLentError)]
        assert len(refused) == 19
    assert len(await stores.lists.open()) == 2
