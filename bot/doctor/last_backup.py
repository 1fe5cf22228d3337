"""How old the last backup is that was made with `python -m bot backup`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.doctor.findings import not_checked, ok, warning
from bot.errors import StoreUnavailableError
from bot.stores.backup import LAST_BACKUP

if TYPE_CHECKING:
    from bot.doctor.findings import Finding
    from bot.stores import Stores

BACKUP: Final = "Last backup"
OLD: Final = timedelta(days=7)
STEP: Final = "Make one every night: python -m bot backup FILE; docs/operating.md has the details."


async def look_at_backup(stores: Stores | None, now: datetime) -> Finding:
    """None: the database can't be used."""
    if stores is None:
        return not_checked(BACKUP, "the database comes first")
    try:
        said = await stores.values.get(LAST_BACKUP)
    except StoreUnavailableError:
        return not_checked(BACKUP, "the database comes first")
    if said is None:
        unknown = "none was made with python -m bot backup, and others can't be seen from here"
        return not_checked(BACKUP, unknown, STEP)
    age = now - datetime.fromisoformat(said)
    if age > OLD:
        return warning(BACKUP, f"{age.days:,} days ago", STEP)
    if age < timedelta(days=1):
        return ok(BACKUP, "less than a day ago")
    return ok(BACKUP, f"{age.days} day{'s' * (age.days != 1)} ago")
