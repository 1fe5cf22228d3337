"""The promises of `Imports`, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.stores.imports import Fate, ImportState, ListImport
from tests.stores.records import ADA, NOW, SOON

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

LINES = "Hello, Wörld\n".encode() * 50


def an_import(number: int = 1, **changes: object) -> ListImport:
    made = ListImport(f"import{number}", 500, "list0001", ADA, "csv", ImportState.OFFERED, SOON)
    return replace(made, **changes)  # type: ignore[arg-type] # of the record


async def test_round_trip(open_stores: OpenStores) -> None:
    """An import and its lines come back as they were kept, also after a restart."""
    kept = an_import(fates={Fate.IN: 3, Fate.UNMATCHED: 1}, rules={"longest": 2}, left=(4,), total=6)
    async with open_stores() as stores:
        await stores.imports.add(kept, LINES)
    async with open_stores() as stores:
        assert await stores.imports.get("import1") == kept
        assert await stores.imports.content("import1") == LINES
        assert await stores.imports.get("import2") is None
        assert await stores.imports.content("import2") is None


async def test_swap(stores: Stores) -> None:
    """Whoever knows the latest version replaces it, with new lines or the same; anybody else changes nothing."""
    await stores.imports.add(an_import(), LINES)
    begun = await stores.imports.swap(an_import(), an_import(state=ImportState.RUNNING, done=3))
    assert begun == an_import(state=ImportState.RUNNING, done=3, version=1)
    assert await stores.imports.content("import1") == LINES
    assert await stores.imports.swap(an_import(), an_import(state=ImportState.CANCELLED), b"") is None
    assert await stores.imports.get("import1") == begun
    assert await stores.imports.content("import1") == LINES
    done = await stores.imports.swap(begun, replace(begun, state=ImportState.DONE), b"left")
    assert done is not None
    assert (done.state, done.version) == (ImportState.DONE, 2)
    assert await stores.imports.content("import1") == b"left"


async def test_running(stores: Stores) -> None:
    """What isn't finished, first what may go on first."""
    later = SOON + timedelta(minutes=1)
    await stores.imports.add(an_import(1, state=ImportState.RUNNING, due_at=later), LINES)
    await stores.imports.add(an_import(2), LINES)
    await stores.imports.add(an_import(3, state=ImportState.RUNNING), LINES)
    assert [one.import_id for one in await stores.imports.running()] == ["import3", "import1"]


async def test_sweep(stores: Stores) -> None:
    """Offers and finished ones go when their time is up; what is running never does."""
    await stores.imports.add(an_import(1, due_at=NOW), LINES)
    await stores.imports.add(an_import(2, due_at=NOW, state=ImportState.RUNNING), LINES)
    await stores.imports.add(an_import(3, state=ImportState.DONE), LINES)
    await stores.imports.sweep(NOW)
    assert [one.import_id for one in await stores.imports.of_member(ADA)] == ["import3", "import2"]


async def test_forget_member(stores: Stores) -> None:
    """All of theirs is erased, with the lines; others keep what they have."""
    await stores.imports.add(an_import(1, state=ImportState.RUNNING), LINES)
    await stores.imports.add(an_import(2, member_id=ADA + 1), LINES)
    assert await stores.imports.forget_member(ADA)
    assert not await stores.imports.forget_member(ADA)
    assert await stores.imports.content("import1") is None
    assert await stores.imports.swap(an_import(1, state=ImportState.RUNNING), an_import()) is None
    assert await stores.imports.get("import2") == an_import(2, member_id=ADA + 1)
