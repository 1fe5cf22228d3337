"""Likes in SQLite: one row per member and recording in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.sqlite.database import to_ms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.sqlite.database import Database
    from bot.stores.likes import Like

LIKES: Final = (
    """CREATE TABLE likes (
        list_id TEXT NOT NULL,
        recording TEXT NOT NULL,
        member_id INTEGER NOT NULL,
        contribution_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (list_id, recording, member_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX likes_member ON likes (member_id)",
)
_MOST_MARKS: Final = 10_000  # SQLite allows 32,766 in a statement
_AT_ONCE: Final = 500  # rows in one transaction: nobody waits long for it


class SqliteLikes:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, like: Like) -> bool:
        return bool(
            await self._database.write(
                "INSERT INTO likes (list_id, recording, member_id, contribution_id, at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                like.list_id,
                like.recording,
                like.member_id,
                like.contribution_id,
                to_ms(like.at),
            )
        )

    async def drop(self, list_id: str, recording: str, member_id: int) -> bool:
        return bool(
            await self._database.write(
                "DELETE FROM likes WHERE list_id = ? AND recording = ? AND member_id = ? RETURNING 1",
                list_id,
                recording,
                member_id,
            )
        )

    async def counts(self, list_id: str, recordings: Collection[str] | None = None) -> Mapping[str, int]:
        if recordings is None:
            return dict(
                await self._database.read(
                    "SELECT recording, count(*) FROM likes WHERE list_id = ? GROUP BY recording", list_id
                )
            )
        counted: dict[str, int] = {}
        wanted = sorted(set(recordings))
        for start in range(0, len(wanted), _MOST_MARKS):
            some = wanted[start : start + _MOST_MARKS]
            marks = ", ".join("?" * len(some))
            counted |= dict(
                await self._database.read(
                    "SELECT recording, count(*) FROM likes"  # noqa: S608 - marks only
                    f" WHERE list_id = ? AND recording IN ({marks}) GROUP BY recording",
                    list_id,
                    *some,
                )
            )
        return counted

    async def given(self, list_id: str, likes: Collection[tuple[str, int]]) -> frozenset[tuple[str, int]]:
        wanted = set(likes)
        recordings = sorted({recording for recording, _ in wanted})
        members = sorted({member_id for _, member_id in wanted})
        if len(recordings) + len(members) > _MOST_MARKS:
            half = len(recordings) // 2
            first, second = set(recordings[:half]), set(recordings[half:])
            return await self.given(list_id, [one for one in wanted if one[0] in first]) | await self.given(
                list_id, [one for one in wanted if one[0] in second]
            )
        rows = await self._database.read(
            "SELECT recording, member_id FROM likes WHERE list_id = ?"  # noqa: S608 - marks only
            f" AND recording IN ({', '.join('?' * len(recordings))})"
            f" AND member_id IN ({', '.join('?' * len(members))})",
            list_id,
            *recordings,
            *members,
        )
        return frozenset((recording, member_id) for recording, member_id in rows) & wanted

    async def erase_list(self, list_id: str) -> None:
        while await self._database.write(
            "DELETE FROM likes WHERE (list_id, recording, member_id) IN"
            " (SELECT list_id, recording, member_id FROM likes WHERE list_id = ? LIMIT ?) RETURNING 1",
            list_id,
            _AT_ONCE,
        ):
            pass
