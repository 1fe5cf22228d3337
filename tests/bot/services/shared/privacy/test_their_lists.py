"""Exporting and deleting look at the lists that hold something about the member: at all of these, and at no others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bot.services.shared.privacy.export_own import OwnData
from bot.stores.imports import ImportState, ListImport
from tests.bot.services.shared.privacy.test_forget import forgetting
from tests.bot.voting_desk import PROPOSER, Desk
from tests.stores.between import between
from tests.stores.member_places import NOTE, PLACES, strangers
from tests.stores.records import ADA, SOON
from tests.stores.shared_records import GUILD, LIST

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.bot.link_desk import Time

# Which part of the file has it. Who took a snapshot is told by the history, if it was a member's doing.
EXPORTED = {
    "owner": "lent_playlists",
    "owner of a closed list": "lent_playlists",
    "blocked": "blocked_in",
    "contribution": "contributions",
    "decision": "history",
    "removal": "history",
    "event": "history",
    "event about them": "history",
    "snapshot": None,
    "vote": "votes",
    "like": "likes",
    "import": "imports",
}


async def bring_file(stores: Stores, list_id: str, number: int) -> None:
    await strangers(stores, list_id, number)
    one = ListImport(f"import{number}", GUILD, list_id, ADA, "csv", ImportState.DONE, SOON)
    await stores.imports.add(one, b"lines")


class Noting:
    """One store, whose calls are noted with what they were about."""

    def __init__(self, store: object, name: str, calls: list[str]) -> None:
        self._store = store
        self._name = name
        self._calls = calls

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._store, method)

        def noted(*given: object, **named: object) -> Any:
            self._calls.append(f"{self._name}.{method} {given} {named}")
            return found(*given, **named)

        return noted


def noting(stores: Stores, calls: list[str]) -> Stores:
    return between(stores, lambda store, name: Noting(store, name, calls))


async def export_and_forget(stores: Stores, time: Time, member_id: int) -> list[str]:
    """The calls of the stores that it takes."""
    calls: list[str] = []
    noted = noting(stores, calls)
    await exported(noted, member_id)
    await OwnData(noted).is_kept(member_id)
    assert await forgetting(Desk(noted, time)).forget(member_id)
    return calls


async def exported(stores: Stores, member_id: int) -> Any:
    copy = await OwnData(stores).copy(member_id, {}, "mixtape", most_bytes=10**6)
    [file] = copy.files
    return json.loads(file.data)


@pytest.mark.parametrize("name", EXPORTED)
async def test_complete(stores: Stores, time: Time, name: str) -> None:
    """What is in one place only is in the file, and after deleting it, nothing is left but a block."""
    await strangers(stores, "stranger", 2)
    await (PLACES | {"import": bring_file})[name](stores, LIST, 1)
    own, section = OwnData(stores), EXPORTED[name]
    content = await exported(stores, ADA)
    assert [part for part, rows in content.items() if rows] == ([section] if section else [])
    if section:
        [row] = content[section]
        assert row["list"] == f"Mix {LIST}"
    assert await own.is_kept(ADA) is (section is not None)
    assert await forgetting(Desk(stores, time)).forget(ADA) is (name not in {"blocked", "snapshot"})
    left = [msgspec.json.encode(record) async for record in stores.records()]
    traces = (str(ADA).encode(), NOTE.encode())
    assert any(trace in record for record in left for trace in traces) is (name == "blocked")
    assert await own.is_kept(ADA) is (name == "blocked")


def test_all_places() -> None:
    """Whoever adds a place says where it's exported."""
    assert EXPORTED.keys() == {*PLACES, "import"}


async def test_no_others(stores: Stores, time: Time) -> None:
    """With twenty lists of strangers, the stores are asked the same as without any."""
    desk = Desk(stores, time)
    own = await desk.lend()
    await desk.propose(own, 1)
    alone = await export_and_forget(stores, time, PROPOSER)
    for number in range(20):
        await strangers(stores, f"strange{number}", 100 + number)
    await desk.propose(own, 2)
    among_others = await export_and_forget(stores, time, PROPOSER)
    assert f"personal_data.forget {(own.list_id, PROPOSER)} {{}}" in among_others
    assert [call for call in among_others if "strange" in call] == []
    assert [call.split()[0] for call in among_others] == [call.split()[0] for call in alone]
