"""Backups and restores on every database: private, whole or refused, and safe from a kill at any moment."""

from __future__ import annotations

import gzip
import stat
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from pymongo import MongoClient

from bot import mongo, sqlite
from bot.backup.file import BackupError
from bot.backup.restore import check
from bot.errors import BotRunningError, DatabaseInUseError, RestoreUnfinishedError, StoreUnavailableError
from bot.mongo.presence import GONE
from bot.sealing import Sealer, new_key
from bot.stores.contributions import RESTORED, State
from bot.stores.due import DueKind
from bot.stores.journal import Batch, Journal, Sent, Work
from tests.stores.dying_backup import FILE, SAVED, SERVER, killed, restore_from, save_as
from tests.stores.everything import fill
from tests.stores.records import ADA, NOW, TOKENS, account
from tests.stores.shared_records import GUILD, LIST, contribution, shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.stores import Stores

IN_USE = {"sqlite": DatabaseInUseError, "mongo": BotRunningError}
LATER = NOW + timedelta(days=900)


class Place:
    """A database by its settings, and a folder for files."""

    def __init__(self, variables: dict[str, str], folder: Path) -> None:
        self.variables = variables
        self.file = folder / "a.backup"
        self.sealer = Sealer([variables["TOKEN_KEYS"]])
        self.database = folder / "data" / "mixtape.sqlite3"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Stores]:
        uri = self.variables.get("MONGODB_URI")
        opening = (
            mongo.open_stores(uri, self.sealer) if uri else sqlite.open_stores(self.database, self.sealer)
        )
        async with opening as stores:
            yield stores

    async def save(self) -> None:
        await save_as(self.variables, self.file)

    async def restore(self, *, replace: bool = True) -> None:
        await restore_from(self.variables, self.file, replace=replace)

    async def holds(self) -> set[str]:
        """Which lists there are."""
        async with self.open() as stores:
            return {one.list_id for one in await stores.lists.open()}


@pytest.fixture
def place(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    variables = {"DATA_DIR": str(tmp_path / "data"), "TOKEN_KEYS": new_key()}
    if backend == "mongo":
        variables["MONGODB_URI"] = request.getfixturevalue("mongo_uri")
    return Place(variables, tmp_path)


@pytest.fixture
async def saved(place: Place) -> Place:
    """Everything was saved, and another list came afterwards."""
    async with place.open() as stores:
        await fill(stores)
        await place.save()
        await stores.lists.create(shared("later"))
    return place


async def test_private_and_without_secrets(saved: Place) -> None:
    """Only its owner can read it, and no token is in it; it was made while the bot had the database open."""
    assert stat.S_IMODE(saved.file.stat().st_mode) == 0o600
    content = gzip.decompress(saved.file.read_bytes())
    assert b"account-a" in content
    assert b"-marker" not in content
    assert saved.variables["TOKEN_KEYS"].encode() not in content


async def test_never_over_another(saved: Place) -> None:
    """A file that is there is left as it is, and nothing is left beside it."""
    before = saved.file.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        await saved.save()
    assert saved.file.read_bytes() == before
    assert not [*saved.file.parent.glob("*.part")]


async def test_no_database(place: Place, backend: str) -> None:
    """Where there is none, it says so; an empty server gives an empty backup."""
    if backend == "sqlite":
        with pytest.raises(StoreUnavailableError, match="there is no file"):
            await place.save()
        assert not place.file.exists()
    else:
        await place.save()
        assert check(place.file, place.sealer).contributions == 0


async def test_restored(saved: Place) -> None:
    """The data is as it was, in place of everything that came later."""
    assert "later" in await saved.holds()
    await saved.restore()
    assert "later" not in await saved.holds()
    async with saved.open() as stores:
        linked = await stores.accounts.of_member(ADA)
        assert linked
        assert linked.tokens == TOKENS
        assert await stores.values.get("language:7") == "de"


async def test_not_while_the_bot_runs(saved: Place, backend: str) -> None:
    """Nothing is changed while a bot uses the database; once it ended, it goes."""
    async with saved.open():
        with pytest.raises(IN_USE[backend]):
            await saved.restore()
    assert "later" in await saved.holds()
    await saved.restore()


async def test_not_over_data(saved: Place) -> None:
    """A database that holds something is only replaced by whoever says so."""
    with pytest.raises(BackupError, match=r"isn't empty.*--replace"):
        await saved.restore(replace=False)
    assert "later" in await saved.holds()


async def test_into_an_empty_one(saved: Place, mongo_uri: str, tmp_path: Path) -> None:
    """The other database, which is empty, needs no such word, and has everything then."""
    there = saved.variables.get("MONGODB_URI") is None
    other = {"DATA_DIR": str(tmp_path / "other"), "TOKEN_KEYS": saved.variables["TOKEN_KEYS"]}
    if there:
        other["MONGODB_URI"] = mongo_uri
    moved = Place(other, tmp_path / "other")
    moved.database = tmp_path / "other" / "mixtape.sqlite3"
    moved.file = saved.file
    await moved.restore(replace=False)
    async with moved.open() as stores:
        assert await stores.accounts.of_member(ADA)
        assert (await stores.contributions.in_state(LIST, {State.LANDED}, limit=9))[0].recording.uri


@pytest.mark.parametrize(
    "what", ["cut", "cut_between", "flipped", "more", "line_gone", "empty", "text", "gone"]
)
async def test_damaged(saved: Place, what: str) -> None:
    """A file that isn't whole is refused by name before anything is changed."""
    whole = saved.file.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    saved.file.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "cut_between": gzip.compress(b"".join(lines[:-1])),
            "flipped": whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
            "more": gzip.compress(b"".join([*lines, lines[3]])),
            "line_gone": gzip.compress(b"".join([*lines[:5], *lines[6:]])),
            "empty": b"",
            "text": b"no backup",
            "gone": b"",
        }[what]
    )
    if what == "gone":
        saved.file.unlink()
    with pytest.raises(BackupError, match=str(saved.file)):
        await saved.restore()
    assert "later" in await saved.holds()


@pytest.mark.parametrize("field", ["mixtape_backup", "schema"])
async def test_newer(saved: Place, field: str) -> None:
    """A file of a newer version is refused by name."""
    first, *rest = gzip.decompress(saved.file.read_bytes()).splitlines(keepends=True)
    header = msgspec.json.decode(first)
    header[field] += 100
    saved.file.write_bytes(gzip.compress(msgspec.json.encode(header) + b"\n" + b"".join(rest)))
    word = "format" if field == "mixtape_backup" else "schema"
    with pytest.raises(BackupError, match=f"newer version.*{word} {header[field]}"):
        await saved.restore()


async def test_unknown(saved: Place) -> None:
    """A whole file with something in it that only another version knows says that, and isn't called damaged."""
    lines = gzip.decompress(saved.file.read_bytes()).splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if b'"record":"due"' in line)
    lines[place] = (
        lines[place].replace(b'"kind":"look"', b'"kind":"someday"').replace(b'"kind":"owner"', b'"kind":"x"')
    )
    saved.file.write_bytes(gzip.compress(b"".join(lines)))
    with pytest.raises(BackupError, match=r"this version of the bot .* doesn't know"):
        await saved.restore()


async def test_dead_bots_are_forgotten(mongo_uri: str, sealer: Sealer) -> None:
    """A bot that was killed keeps nobody from restoring for longer than two minutes, and leaves nothing behind."""
    client: MongoClient[dict[str, object]] = MongoClient(mongo_uri)
    with client:
        there = client.get_default_database()["presence"]
        there.insert_one({"_id": "bot dead", "seen_at": datetime.now(UTC) - GONE})
        async with mongo.open_stores(mongo_uri, sealer):
            assert [one["_id"] for one in there.find()] != ["bot dead"]
            assert there.count_documents({}) == 1
        assert there.count_documents({}) == 0


async def test_other_keys(saved: Place) -> None:
    """It's known before anything is changed which links the keys can't open; without any keys, that's all of them."""
    assert check(saved.file, saved.sealer).locked == frozenset()
    assert len(check(saved.file, Sealer([new_key()])).locked) == 2
    assert len(check(saved.file, None).locked) == 2


async def test_on_its_way(place: Place) -> None:
    """What was queued or being sent waits until it was looked for; its journal is empty, and its list is due."""
    async with place.open() as stores:
        await stores.lists.create(shared())
        await stores.contributions.add(contribution(1, state=State.QUEUED, number=1))
        await stores.contributions.add(contribution(2, state=State.SENDING, number=2, batch_id="batch"))
        await stores.contributions.add(contribution(3, state=State.PARKED, number=3, batch_id="old"))
        batch = Batch("batch", Work.ADD, ("spotify:track:2",), Sent.SENDING, NOW)
        await stores.journals.swap(Journal(LIST), Journal(LIST, batch, 7))
        await place.save()
    await place.restore()
    async with place.open() as stores:
        parked = await stores.contributions.in_state(LIST, set(State), limit=9)
        assert [(one.state, one.batch_id) for one in parked] == [
            (State.PARKED, RESTORED),
            (State.PARKED, RESTORED),
            (State.PARKED, "old"),
        ]
        journal = await stores.journals.of(LIST)
        assert (journal.batch, journal.total) == (None, None)
        assert [one.list_id for one in await stores.due.until(DueKind.RECHECK, LATER, limit=9)] == [LIST]


@pytest.mark.parametrize("point", SAVED)
async def test_backup_killed(saved: Place, point: str) -> None:
    """It leaves a whole file or none, and doesn't keep the next one from being made."""
    saved.file.unlink()
    assert await killed("save", saved.variables, saved.file, point)
    if saved.file.exists():
        assert check(saved.file, saved.sealer).lists
    else:
        await saved.save()
    assert not [*saved.file.parent.glob("*.part")]


@pytest.mark.parametrize("step", range(4))
async def test_restore_killed(saved: Place, backend: str, step: int) -> None:
    """The old data is there, or the new, or the bot doesn't start and says what to do; a second restore mends it."""
    point = (SERVER if backend == "mongo" else FILE)[step]
    assert await killed("restore", saved.variables, saved.file, point)
    if backend == "mongo":
        with pytest.raises(RestoreUnfinishedError, match="restore` again"):
            await saved.holds()
        with pytest.raises(RestoreUnfinishedError):  # nor can a part be mistaken for the whole
            await save_as(saved.variables, saved.file.with_name("b.backup"))
    else:
        is_new = point == "restore: new file in place"
        assert ("later" in await saved.holds()) is not is_new
    await saved.restore()
    assert "later" not in await saved.holds()
    async with saved.open() as stores:
        assert await stores.accounts.of_member(ADA)
        assert await stores.contributions.get(GUILD, "contribution1")
    assert {path.name for path in saved.file.parent.glob("data/*restoring*")} == set()


async def test_deletions_survive_a_kill(saved: Place, backend: str) -> None:
    """What members had deleted is known after a restore that was interrupted and run again."""
    async with saved.open() as stores:
        await stores.values.put("tombstone:delete:abc", LATER.isoformat())
        await stores.values.put("tombstone:delete:old", (NOW - timedelta(days=900)).isoformat())
    point = "restore: emptied" if backend == "mongo" else "restore: new file written"
    assert await killed("restore", saved.variables, saved.file, point)
    await saved.restore()
    async with saved.open() as stores:
        assert set(await stores.values.starting("tombstone")) == {
            "tombstone:delete:abc",
            "tombstone:delete:old",
            "tombstone due:delete:abc",
        }


async def test_links_left_out(saved: Place) -> None:
    """Links that no key opens are left out if one wants that; everything else is there."""
    other = Place({**saved.variables, "TOKEN_KEYS": new_key()}, saved.file.parent)
    await other.restore()
    async with other.open() as stores:
        assert await stores.accounts.everyone() == ()
        await stores.accounts.link(replace(account(), account_id="account-a"))
        assert await stores.contributions.get(GUILD, "contribution1")
