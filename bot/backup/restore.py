"""Puts a backup in the place of what is in the database: checked as a whole first, and then all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.backup.databases import SCHEMA
from bot.backup.file import BackupError, Header, header_of, records_of
from bot.backup.settling import settled
from bot.stores.backup import (
    DUE,
    TOMBSTONE,
    AccountRecord,
    ContributionRecord,
    FactRecord,
    ListRecord,
    nothing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.sealing import Sealer
    from bot.stores.backup import Reached, Record, Target

AT_ONCE: Final = 200  # records in memory


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that is whole. locked: linked accounts whose tokens the keys can't open."""

    path: Path
    header: Header
    accounts: int
    locked: frozenset[int]
    lists: int
    contributions: int


def check(path: Path, sealer: Sealer | None) -> Checked:
    """Read all of it. sealer: with the keys there are. Raises BackupError."""
    header = header_of(path, schema=SCHEMA)
    accounts, lists, contributions = 0, 0, 0
    locked: set[int] = set()
    for record in records_of(path):
        match record:
            case AccountRecord():
                accounts += 1
                if sealer is None or not sealer.opens(record.tokens):
                    locked.add(record.member_id)
            case ListRecord():
                lists += 1
            case ContributionRecord():
                contributions += 1
    return Checked(path, header, accounts, frozenset(locked), lists, contributions)


async def restore(
    checked: Checked,
    target: Target,
    *,
    now: datetime,
    replace: bool,
    reached: Reached = nothing,
) -> None:
    """Accounts the keys can't open are left out.

    replace: even if something is there. Raises BackupError, and what a Target raises.
    """
    if not replace and not await target.is_empty():
        raise BackupError(
            "the database isn't empty. Nothing was changed. To replace everything in it, add --replace; "
            "what is there now is then lost unless there is a backup of it"
        )
    kept = await target.tombstones()
    async with target.replacing(reached) as sink:
        await sink.put(
            [FactRecord(key, at) for key, at in (*kept.items(), *_due(kept, checked.header).items())]
        )
        records = _to_store(checked, now)
        while several := list(islice(records, AT_ONCE)):
            await sink.put(several)
            reached("restore: some records in")


def _due(kept: Mapping[str, str], header: Header) -> Mapping[str, str]:
    """What members had deleted after the backup was made; the bot deletes it again before it does anything else."""
    return {
        f"{DUE}{key.removeprefix(TOMBSTONE)}": at
        for key, at in kept.items()
        if datetime.fromisoformat(at) > header.made_at
    }


def _to_store(checked: Checked, now: datetime) -> Iterator[Record]:
    records = (
        record
        for record in records_of(checked.path)
        if not (isinstance(record, AccountRecord) and record.member_id in checked.locked)
    )
    return settled(records, now)
