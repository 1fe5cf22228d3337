"""Linked Spotify accounts in SQLite."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.errors import AccountTakenError, AccountUnreadableError
from bot.sealing import SealBrokenError
from bot.sqlite.database import from_ms, to_ms
from bot.stores import Account

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sealing import Sealer
    from bot.sqlite.database import Database
    from bot.stores import Tokens

log = logging.getLogger(__name__)


# Versions start over when the member unlinks and links again, so the consent must match as well.
_THE_SAME = "member_id = ? AND account_id = ? AND authorized_at = ? AND version = ?"


class SqliteAccounts:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def of_member(self, member_id: int) -> Account | None:
        rows = await self._database.read(
            "SELECT account_id, spotify_id, scopes, authorized_at, tokens, version FROM accounts"
            " WHERE member_id = ?",
            member_id,
        )
        if not rows:
            return None
        [(account_id, spotify_id, scopes, authorized_at, sealed, version)] = rows
        try:
            tokens = self._sealer.open_tokens(account_id, member_id, sealed)
        except SealBrokenError as error:
            log.error("account %s of member %s: %s", account_id, member_id, error)  # noqa: TRY400 - the text says it all
            raise AccountUnreadableError("tokens can't be decrypted") from error
        return Account(
            member_id=member_id,
            account_id=account_id,
            spotify_id=spotify_id,
            scopes=frozenset(scopes.split()),
            authorized_at=from_ms(authorized_at),
            tokens=tokens,
            version=version,
        )

    async def owner_of(self, account_id: str) -> int | None:
        rows = await self._database.read("SELECT member_id FROM accounts WHERE account_id = ?", account_id)
        return rows[0][0] if rows else None

    async def everyone(self) -> tuple[tuple[int, datetime], ...]:
        rows = await self._database.read(
            "SELECT member_id, authorized_at FROM accounts ORDER BY authorized_at, member_id"
        )
        return tuple((member_id, from_ms(at)) for member_id, at in rows)

    async def unreadable(self) -> tuple[list[int], int]:
        rows = await self._database.read("SELECT member_id, tokens FROM accounts ORDER BY member_id")
        return [member_id for member_id, sealed in rows if not self._sealer.opens(sealed)], len(rows)

    async def link(self, account: Account) -> None:
        values = (
            account.account_id,
            account.spotify_id,
            _words(account.scopes),
            to_ms(account.authorized_at),
            self._sealer.seal_tokens(account),
            account.member_id,
        )
        try:
            async with self._database.transaction() as run:
                replaced = await run(
                    "UPDATE accounts SET account_id = ?, spotify_id = ?, scopes = ?, authorized_at = ?,"
                    " tokens = ?, version = version + 1 WHERE member_id = ? RETURNING 1",
                    *values,
                )
                if not replaced:
                    await run(
                        "INSERT INTO accounts"
                        " (account_id, spotify_id, scopes, authorized_at, tokens, member_id, version)"
                        " VALUES (?, ?, ?, ?, ?, ?, 1)",
                        *values,
                    )
        except sqlite3.IntegrityError as error:
            raise AccountTakenError("linked by another member") from error

    async def save_tokens(self, account: Account, tokens: Tokens, scopes: frozenset[str]) -> Account | None:
        saved = replace(account, tokens=tokens, scopes=scopes, version=account.version + 1)
        changed = await self._database.write(
            f"UPDATE accounts SET tokens = ?, scopes = ?, version = ? WHERE {_THE_SAME} RETURNING 1",  # noqa: S608 - only from above
            self._sealer.seal_tokens(saved),
            _words(scopes),
            saved.version,
            account.member_id,
            *_same(account),
        )
        return saved if changed else None

    async def unlink(self, member_id: int, *, only: Account | None = None) -> bool:
        if only is None:
            erased = await self._database.write(
                "DELETE FROM accounts WHERE member_id = ? RETURNING 1", member_id
            )
        else:
            erased = await self._database.write(
                f"DELETE FROM accounts WHERE {_THE_SAME} RETURNING 1",  # noqa: S608 - only from above
                member_id,
                *_same(only),
            )
        return bool(erased)


def _same(account: Account) -> tuple[str, int, int]:
    return account.account_id, to_ms(account.authorized_at), account.version


def _words(scopes: frozenset[str]) -> str:
    return " ".join(sorted(scopes))
