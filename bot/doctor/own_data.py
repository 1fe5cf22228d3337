"""What is in the database: whether it answers and can be written, and whether the keys open what is in it."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from bot.doctor.findings import not_checked, ok, problem, warning
from bot.doctor.sharding import look_at_processes
from bot.errors import StoreUnavailableError
from bot.sealing import Sealer, new_key
from bot.storage import DATABASE, open_beside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.doctor.findings import Finding
    from bot.settings import Settings
    from bot.stores import Stores
    from bot.stores.beside import Beside

DATABASE_CHECK: Final = "Database"
ROWS: Final = "Keys and accounts"


@asynccontextmanager
async def look_at_data(
    settings: Settings, keys: Sequence[str] | None
) -> AsyncIterator[tuple[Stores | None, list[Finding]]]:
    """The stores, None if they can't be used. Nothing but a row that is erased again is written."""
    path = settings.data_dir / DATABASE
    if not settings.mongodb_uri and not path.exists():
        fresh = f"{path} isn't there yet; the bot creates it when it first starts"
        yield None, [not_checked(DATABASE_CHECK, fresh)]
        return
    sealer = Sealer(keys or [new_key()])  # without keys, nothing that is sealed is read
    processes: list[Finding] = []
    async with AsyncExitStack() as stack:
        try:
            beside = await stack.enter_async_context(open_beside(settings, sealer))
            stores, finding = await _look(beside)
            processes += [look_at_processes(beside.running)] if beside.running is not None else []
            rows = await _look_at_rows(stores, keys) if stores is not None else None
        except StoreUnavailableError as lost:
            stores, rows = None, None
            said = f"{_name(settings)} can't be used: {_reason(lost, settings)}"
            finding = problem(DATABASE_CHECK, said, _advice(settings))
        yield stores, [finding, rows or not_checked(ROWS, "the database comes first"), *processes]


async def _look(beside: Beside) -> tuple[Stores | None, Finding]:
    if beside.schema > beside.newest:
        said = (
            f"a newer version of the bot has used it (schema {beside.schema}; this one knows {beside.newest})"
        )
        return None, problem(
            DATABASE_CHECK, said, "Run the newer version, or restore a backup made before it."
        )
    if beside.schema < beside.newest:
        said = (
            f"{beside.server}, schema {beside.schema}; the bot upgrades it to {beside.newest} when it starts"
        )
        return None, warning(DATABASE_CHECK, said, "Make a backup, then restart the bot.")
    began = time.monotonic()
    await beside.stores.ping()
    took_ms = (time.monotonic() - began) * 1000
    return beside.stores, ok(DATABASE_CHECK, f"{beside.server}, wrote in {took_ms:.0f} ms")


async def _look_at_rows(stores: Stores, keys: Sequence[str] | None) -> Finding:
    if keys is None:
        return not_checked(ROWS, "the keys come first")
    lost, there_are = await stores.accounts.unreadable()
    if lost:
        return problem(
            ROWS,
            f"the keys can't open {len(lost)} of {there_are} linked accounts",
            "Put back the key they were encrypted with, after the newer ones. If it's lost, start once with "
            "--forget-unreadable: these members then have to link again.",
        )
    return ok(
        ROWS, f"the keys open every linked account ({there_are})" if there_are else "no account is linked yet"
    )


def _reason(lost: StoreUnavailableError, settings: Settings) -> str:
    """What MongoDB's driver says can quote the address, and with it the password."""
    if lost.__cause__ is None:
        return str(lost)
    return type(lost.__cause__).__name__ if settings.mongodb_uri else str(lost.__cause__)


def _name(settings: Settings) -> str:
    return "MongoDB" if settings.mongodb_uri else str(settings.data_dir / DATABASE)


def _advice(settings: Settings) -> str:
    if settings.mongodb_uri:
        return "Check that the server in MONGODB_URI runs, can be reached from here, and accepts this user."
    return "Check that the disk isn't full, that the file belongs to this user, and that it's the bot's."
