"""A list changes in one place, together with what tells of it."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

import bot
from bot.errors import StoreUnavailableError
from bot.services.shared.core.playlists import SharedPlaylistChanges
from bot.services.shared.core.schedule import Schedule
from bot.shared_errors import ListClosedError, ListNameTakenError
from bot.stores.due import DueKind
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Trouble
from tests.bot.services.shared.proposals.proposals_desk import ADA, Bench
from tests.shared_records import GUILD, a_list

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.due import Due
    from bot.stores.history import History
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time

BOT = Path(bot.__file__).parent
HERE = "services/shared/core/playlists.py"


class Away:
    """A history that is away whenever somebody wants to tell it something."""

    def __init__(self, history: History) -> None:
        self.history = history

    def __getattr__(self, name: str) -> object:
        return getattr(self.history, name)

    async def append(self, *_: object) -> None:
        raise StoreUnavailableError


@pytest.fixture
def changes(stores: Stores, time: Time) -> SharedPlaylistChanges:
    schedule = Schedule(stores.due, stores.lists, stores.values, now=time.now)
    return SharedPlaylistChanges(stores.lists, schedule, now=time.now)


@pytest.fixture
async def shared(changes: SharedPlaylistChanges) -> SharedPlaylist:
    return await changes.create(a_list("p", owner_id=7, account_id="owner"))


async def told(stores: Stores) -> list[tuple[str, object]]:
    """What happened and why, oldest first."""
    events = (await stores.history.page("list0001", limit=50)).events
    return [(str(event.happening), event.detail.get("why")) for event in reversed(events)]


def test_one_caller() -> None:
    """No other module of the services changes what is kept of a list."""
    found = {
        path.relative_to(BOT).as_posix()
        for path in (BOT / "services").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"swap", "create"}
        and ast.unparse(node.func.value).rpartition(".")[2] in {"lists", "_lists"}
    }
    assert found == {HERE}


async def test_history_is_away(stores: Stores) -> None:
    """Nobody is told that nothing was changed when a list was: what is done and what tells of it are one write."""
    bench = Bench(replace(stores, history=cast("Any", Away(stores.history))))
    shared = await bench.lend(owner_id=ADA.member_id)
    paused = await bench.admin.pause(ADA, GUILD, shared.list_id)
    assert paused.shared.status is ListStatus.PAUSED
    assert await told(stores) == [("paused", None)]


async def test_index_goes_away(stores: Stores, time: Time) -> None:
    """What was changed is changed, also when it cannot be noted a second time that the list is to be looked at."""

    class Index:
        """Goes away as soon as something is noted."""

        noted = 0

        async def hasten(self, *dues: Due) -> None:
            self.noted += 1
            if self.noted > 1:
                raise StoreUnavailableError
            await stores.due.hasten(*dues)

    schedule = Schedule(cast("Any", Index()), stores.lists, stores.values, now=time.now)
    changes = SharedPlaylistChanges(stores.lists, schedule, now=time.now)
    shared = await changes.create(a_list("p", owner_id=7, account_id="owner"))
    changed = await changes.change(
        GUILD, shared.list_id, lambda old: replace(old, round_no=2), Happening.ROUND
    )
    assert changed == await stores.lists.by_id(shared.list_id)
    assert changed.round_no == 2
    assert [due.list_id for due in await stores.due.until(DueKind.ROUND, time.now(), limit=5)] == ["list0001"]


async def test_time_to_close(
    changes: SharedPlaylistChanges, stores: Stores, shared: SharedPlaylist, time: Time
) -> None:
    """Whoever closes a list cancels what waits in it, and counts that; what is left is looked for a minute later."""
    await changes.change(GUILD, shared.list_id, lambda old: replace(old, status=ListStatus.CLOSED))
    assert await stores.due.until(DueKind.OWNER, time.now() + timedelta(seconds=59), limit=5) == ()
    (due,) = await stores.due.until(DueKind.OWNER, time.now() + timedelta(seconds=60), limit=5)
    assert due.list_id == shared.list_id


async def test_stopped_at_any_point(stores: Stores) -> None:
    """Whoever is stopped in the middle of a change has made it with what tells of it, or not at all."""
    bench = Bench(stores)
    shared = await bench.lend(owner_id=ADA.member_id)
    changed = 0
    for moments in range(60):
        name = f"Mix {moments}"
        naming = asyncio.create_task(bench.admin.rename(ADA, GUILD, shared.list_id, name, "UTC"))
        for _ in range(moments):
            await asyncio.sleep(0)
        naming.cancel()
        await asyncio.gather(naming, return_exceptions=True)
        now = await stores.lists.by_id(shared.list_id)
        assert now is not None
        changed += now.name == name
        assert len(await told(stores)) == changed


async def test_at_once(changes: SharedPlaylistChanges, stores: Stores, shared: SharedPlaylist) -> None:
    """Changes that meet are all made, each on what the one before has left, and each told once."""
    await asyncio.gather(
        *(
            changes.change(
                GUILD,
                shared.list_id,
                lambda old: replace(old, round_no=old.round_no + 1),
                Happening.ROUND,
            )
            for _ in range(10)
        )
    )
    now = await stores.lists.by_id(shared.list_id)
    assert now is not None
    assert now.round_no == 11
    assert len(await told(stores)) == 10


async def test_nothing_to_tell(
    changes: SharedPlaylistChanges, stores: Stores, shared: SharedPlaylist
) -> None:
    """What stays as it was is not told, nor what the history need not know, nor what was refused."""
    assert await changes.change(GUILD, shared.list_id, lambda old: old, Happening.CHANGED) == shared
    named = await changes.change(GUILD, shared.list_id, lambda old: replace(old, archive_id="archive"))
    assert named.archive_id == "archive"
    await changes.create(a_list("q", owner_id=7, account_id="owner", list_id="list0002", name="Other"))
    with pytest.raises(ListNameTakenError):
        await changes.change(GUILD, shared.list_id, lambda old: replace(old, name="other"), Happening.CHANGED)
    assert await told(stores) == []


async def test_closed(changes: SharedPlaylistChanges, stores: Stores, shared: SharedPlaylist) -> None:
    """A list that is given back changes no more, unless somebody's data is taken out of it."""
    await changes.change(
        GUILD, shared.list_id, lambda old: replace(old, status=ListStatus.CLOSED), Happening.CLOSED
    )
    with pytest.raises(ListClosedError):
        await changes.change(GUILD, shared.list_id, lambda old: replace(old, owner_id=8), Happening.CHANGED)
    changed = await changes.change(GUILD, shared.list_id, lambda old: replace(old, owner_id=8), closed=True)
    assert changed.owner_id == 8
    assert await told(stores) == [("closed", None)]


async def test_trouble(
    changes: SharedPlaylistChanges, stores: Stores, shared: SharedPlaylist, time: Time
) -> None:
    """Trouble is told once when it comes, once when it is over, and each time with what it was."""
    for _ in range(2):
        troubled = await changes.set_trouble(shared, Trouble.FORBIDDEN)
    assert (troubled.trouble, troubled.trouble_since) == (Trouble.FORBIDDEN, time.now())
    time.pass_by(hours=1)
    assert await changes.set_trouble(shared, None) == troubled  # it speaks of no trouble that is over
    for _ in range(2):
        over = await changes.set_trouble(troubled, None)
    assert (over.trouble, over.trouble_since) == (None, None)
    assert await told(stores) == [("stopped", "forbidden"), ("resumed", "forbidden")]


async def test_the_end_of_a_consent_stays(
    changes: SharedPlaylistChanges, stores: Stores, shared: SharedPlaylist, time: Time
) -> None:
    """Who finds the link erased does not call that an unlinking where it is known that the consent ended."""
    given = time.now() - timedelta(days=180)
    ended = await changes.set_trouble(shared, Trouble.CONSENT_ENDED, since=given)
    assert (ended.trouble, ended.trouble_since) == (Trouble.CONSENT_ENDED, given)
    assert await changes.set_trouble(shared, Trouble.OWNER_UNLINKED) == ended
    unlinked = await changes.set_trouble(ended, Trouble.OWNER_UNLINKED)  # by `/unlink`, later
    assert unlinked.trouble is Trouble.OWNER_UNLINKED
    assert await told(stores) == [("stopped", "consent_ended"), ("stopped", "owner_unlinked")]


async def test_trouble_of_another(
    changes: SharedPlaylistChanges, stores: Stores, shared: SharedPlaylist
) -> None:
    """What came in between stays: another owner, another trouble, or that the list was closed."""
    left = await changes.set_trouble(shared, Trouble.OWNER_LEFT)
    gone = await changes.set_trouble(left, Trouble.PLAYLIST_GONE)
    assert await changes.set_trouble(left, None) == gone
    handed = await changes.change(
        GUILD, shared.list_id, lambda old: replace(old, owner_id=8, trouble=None, trouble_since=None)
    )
    assert await changes.set_trouble(gone, Trouble.OWNER_UNLINKED) == handed
    await changes.change(GUILD, shared.list_id, lambda old: replace(old, status=ListStatus.CLOSED))
    assert await changes.set_trouble(handed, Trouble.FORBIDDEN) == handed
    assert await told(stores) == [("stopped", "owner_left"), ("stopped", "playlist_gone")]
