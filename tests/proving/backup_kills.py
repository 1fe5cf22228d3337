"""kill -9 of `backup` and `restore`, at each of their own marked points."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bot import mongo, sqlite
from bot.backup.file import BackupError
from bot.backup.restore import check
from bot.errors import RestoreUnfinishedError
from bot.sealing import Sealer, new_key
from tests.stores.dying_backup import FILE, SAVED, SERVER, killed, restore_from, save_as
from tests.stores.everything import fill
from tests.stores.shared_records import shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.stores import Stores

NAME: Final = "backup"
KEPT: Final = "a backup is whole or not there; after a cut-off restore there is the old, the new, or no start"
LATER: Final = "later"  # a list that came after the backup


class Copies:
    """A database and its backups. points: where `backup` or `restore` was killed; faults: what wasn't kept."""

    def __init__(self, folder: Path, uri: str) -> None:
        self._folder = folder
        self._variables = {"DATA_DIR": str(folder / "data"), "TOKEN_KEYS": new_key()}
        if uri:
            self._variables["MONGODB_URI"] = uri
        self._sealer = Sealer([self._variables["TOKEN_KEYS"]])
        self._good = folder / "good.backup"
        self.points: list[str] = []
        self.faults: list[str] = []

    @property
    def restore_points(self) -> tuple[str, ...]:
        return SERVER if "MONGODB_URI" in self._variables else FILE

    async def prepare(self) -> None:
        async with self._open() as stores:
            await fill(stores)
        await save_as(self._variables, self._good)

    async def kill_backup(self, point: str) -> None:
        """Afterwards there's a whole file, or the next backup makes one."""
        file = self._folder / f"{len(self.points)}.backup"
        if not await self._struck("save", file, point):
            return
        try:
            if not file.exists():
                await save_as(self._variables, file)
            if not check(file, self._sealer).lists:
                self.faults.append(f"killed at {point}: the backup has no lists")
        except BackupError as error:
            self.faults.append(f"killed at {point}: {error}")

    async def kill_restore(self, point: str) -> None:
        """Until the restore is run again, all of the old or all of the new is there, or the bot doesn't start."""
        async with self._open() as stores:
            if await stores.lists.by_id(LATER) is None:
                await stores.lists.create(shared(LATER))
            whole = {one.list_id for one in await stores.lists.open()}
        if not await self._struck("restore", self._good, point):
            return
        try:
            if await self._lists() not in (whole, whole - {LATER}):
                self.faults.append(f"killed at {point}: only a part is there")
        except RestoreUnfinishedError:
            pass  # what the bot says instead of starting
        await restore_from(self._variables, self._good)
        if await self._lists() != whole - {LATER}:
            self.faults.append(f"killed at {point}: the second restore didn't mend it")

    async def _struck(self, work: str, file: Path, point: str) -> bool:
        if await killed(work, self._variables, file, point):
            self.points.append(point)
            return True
        self.faults.append(f"{work} didn't come to {point}")
        return False

    async def _lists(self) -> set[str]:
        async with self._open() as stores:
            return {one.list_id for one in await stores.lists.open()}

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Stores]:
        uri = self._variables.get("MONGODB_URI")
        file = self._folder / "data" / "mixtape.sqlite3"
        async with (
            mongo.open_stores(uri, self._sealer) if uri else sqlite.open_stores(file, self._sealer)
        ) as stores:
            yield stores


async def killed_copies(settings: Mapping[str, str], *, short: bool) -> Copies:
    """settings: of the database. In the short form, each is killed once."""
    with TemporaryDirectory(prefix="mixtape-copies-") as folder:
        copies = Copies(Path(folder), settings.get("MONGODB_URI", ""))
        await copies.prepare()
        for point in SAVED[:1] if short else SAVED:
            await copies.kill_backup(point)
        for point in copies.restore_points[:1] if short else copies.restore_points:
            await copies.kill_restore(point)
        return copies
