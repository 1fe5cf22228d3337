"""Link attempts in SQLite: one row per member."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.sealing import SealBrokenError
from bot.sqlite.database import from_ms, to_ms
from bot.stores import LinkAttempt, LinkStatus

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sealing import Sealer
    from bot.sqlite.database import Database, Row

log = logging.getLogger(__name__)

_COLUMNS = (
    "attempt_id, member_name, status, scopes, expires_at, token_hash, state_hash, cookie_hash, code_hash,"
    " tries_left, secrets, version, member_id"
)


class SqliteAttempts:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def put(self, attempt: LinkAttempt) -> None:
        await self._database.write(
            f"REPLACE INTO attempts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - names only
            *self._row(attempt),
        )

    async def of_member(self, member_id: int, now: datetime) -> LinkAttempt | None:
        return await self._find("member_id = ?", member_id, now)

    async def by_token(self, token_hash: bytes, now: datetime) -> LinkAttempt | None:
        return await self._find("token_hash = ?", token_hash, now)

    async def by_cookie(self, cookie_hash: bytes, now: datetime) -> LinkAttempt | None:
        return await self._find("cookie_hash = ?", cookie_hash, now)

    async def swap(self, old: LinkAttempt, new: LinkAttempt) -> LinkAttempt | None:
        stored = replace(new, attempt_id=old.attempt_id, member_id=old.member_id, version=old.version + 1)
        changed = await self._database.write(
            f"UPDATE attempts SET ({_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - names only
            " WHERE member_id = ? AND attempt_id = ? AND version = ? RETURNING 1",
            *self._row(stored),
            old.member_id,
            old.attempt_id,
            old.version,
        )
        return stored if changed else None

    async def erase(self, attempt: LinkAttempt) -> bool:
        erased = await self._database.write(
            "DELETE FROM attempts WHERE member_id = ? AND attempt_id = ? AND version = ? RETURNING 1",
            attempt.member_id,
            attempt.attempt_id,
            attempt.version,
        )
        return bool(erased)

    async def erase_of_member(self, member_id: int) -> None:
        await self._database.write("DELETE FROM attempts WHERE member_id = ?", member_id)

    async def sweep(self, now: datetime) -> int:
        return len(
            await self._database.write("DELETE FROM attempts WHERE expires_at <= ? RETURNING 1", to_ms(now))
        )

    async def _find(self, condition: str, value: int | bytes, now: datetime) -> LinkAttempt | None:
        rows = await self._database.read(
            f"SELECT {_COLUMNS} FROM attempts WHERE {condition} AND expires_at > ?",  # noqa: S608 - only from above
            value,
            to_ms(now),
        )
        return self._record(rows[0]) if rows else None

    def _row(self, attempt: LinkAttempt) -> Row:
        return (
            attempt.attempt_id,
            attempt.member_name,
            attempt.status.value,
            " ".join(sorted(attempt.scopes)),
            to_ms(attempt.expires_at),
            attempt.token_hash,
            attempt.state_hash,
            attempt.cookie_hash,
            attempt.code_hash,
            attempt.tries_left,
            self._sealer.seal_attempt(attempt),
            attempt.version,
            attempt.member_id,
        )

    def _record(self, row: Row) -> LinkAttempt | None:
        (
            attempt_id,
            name,
            status,
            scopes,
            expires_at,
            token,
            state,
            cookie,
            code,
            tries,
            sealed,
            version,
            member,
        ) = row
        try:
            secrets = self._sealer.open_attempt(attempt_id, member, sealed)
        except SealBrokenError as error:
            log.error("link attempt %s of member %s: %s", attempt_id, member, error)  # noqa: TRY400 - the text says it all
            return None  # treated as expired: the member starts over
        return LinkAttempt(
            attempt_id=attempt_id,
            member_id=member,
            member_name=name,
            status=LinkStatus(status),
            scopes=frozenset(scopes.split()),
            expires_at=from_ms(expires_at),
            token_hash=token,
            state_hash=state,
            verifier=secrets.verifier,
            cookie_hash=cookie,
            code_hash=code,
            tries_left=tries,
            pending=secrets.pending,
            username=secrets.username,
            version=version,
        )
