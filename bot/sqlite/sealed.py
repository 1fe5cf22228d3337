"""Everything that is stored sealed, in SQLite."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.sqlite.notices import NOTICE
from bot.stores.notices import NoticeKind
from bot.stores.sealed import SealedKind, SealedRow

if TYPE_CHECKING:
    from bot.sqlite.database import Database


class SqliteSealedRows:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def everything(self) -> tuple[SealedRow, ...]:
        accounts = await self._database.read("SELECT member_id, tokens FROM accounts ORDER BY member_id")
        attempts = await self._database.read("SELECT member_id, secrets FROM attempts ORDER BY member_id")
        waiting = await self._database.read("SELECT body FROM notices WHERE told = 0 ORDER BY notice_id")
        notices = [NOTICE.unpack(body) for (body,) in waiting]
        return (
            *(SealedRow(SealedKind.ACCOUNT, member_id, sealed) for member_id, sealed in accounts),
            *(SealedRow(SealedKind.ATTEMPT, member_id, sealed) for member_id, sealed in attempts),
            *(
                SealedRow(SealedKind.REPLY, one.notice_id, str(one.facts["token"]).encode())
                for one in notices
                if one.kind is NoticeKind.REPLY
            ),
        )

    async def replace(self, row: SealedRow, sealed: bytes) -> bool:
        match row.kind:
            case SealedKind.ACCOUNT:
                sql = "UPDATE accounts SET tokens = ? WHERE member_id = ? AND tokens = ? RETURNING 1"
            case SealedKind.ATTEMPT:
                sql = "UPDATE attempts SET secrets = ? WHERE member_id = ? AND secrets = ? RETURNING 1"
            case SealedKind.REPLY:
                return await self._replace_reply(row, sealed)
        return bool(await self._database.write(sql, sealed, row.key, row.sealed))

    async def _replace_reply(self, row: SealedRow, sealed: bytes) -> bool:
        async with self._database.transaction() as run:
            found = await run("SELECT body FROM notices WHERE notice_id = ? AND told = 0", row.key)
            notice = NOTICE.unpack(found[0][0]) if found else None
            if notice is None or notice.facts["token"] != row.sealed.decode():
                return False
            anew = replace(notice, facts=notice.facts | {"token": sealed.decode()})
            await run("UPDATE notices SET body = ? WHERE notice_id = ?", NOTICE.pack(anew), row.key)
            return True
