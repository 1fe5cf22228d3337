"""How many contributions there are, by whom and since when, in SQLite: never by scanning a whole list."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.sqlite.database import from_ms, to_ms
from bot.stores.contributions import Share
from bot.stores.indexing import NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from bot.sqlite.database import Database, Row
    from bot.stores.contributions import State


class Counting:
    """The counting part of the contributions store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(
        self,
        list_id: str,
        states: Collection[State],
        *,
        member_id: int | None = None,
        artist_id: str | None = None,
        since: datetime | None = None,
        round_no: int | None = None,
    ) -> int:
        asked: dict[str, int | str | None] = {
            "member_id = ?": member_id,
            "created_at >= ?": None if since is None else to_ms(since),
            "round_no = ?": round_no,
        }
        conditions: dict[str, int | str] = {text: value for text, value in asked.items() if value is not None}
        if artist_id is not None and not conditions:
            source, conditions = "SELECT count(*) FROM contribution_artists", {"artist_id = ?": artist_id}
        elif artist_id is not None:  # then the artist's contributions are read: there aren't many
            source = (
                "SELECT count(*) FROM contribution_artists JOIN contributions USING (seq, list_id, state)"
            )
            conditions["artist_id = ?"] = artist_id
        elif since is not None:
            source = "SELECT count(*) FROM contributions"
        else:
            source = f"SELECT coalesce(sum(n), 0) FROM {'list' if member_id is None else 'member'}_counts"  # noqa: S608 - one of two
        marks = ", ".join("?" * len(states))
        [(n,)] = await self._database.read(
            f"{source} WHERE list_id = ? AND state IN ({marks})"
            + "".join(f" AND {text}" for text in conditions),
            list_id,
            *states,
            *conditions.values(),
        )
        return int(n)

    async def shares(
        self, list_id: str, states: Collection[State], *, since: datetime | None = None
    ) -> tuple[Share, ...]:
        marks = ", ".join("?" * len(states))
        if since is None:
            rows = await self._database.read(
                f"SELECT member_id, n FROM member_counts WHERE list_id = ? AND state IN ({marks})",  # noqa: S608 - marks only
                list_id,
                *states,
            )
        else:
            rows = await self._database.read(
                "SELECT member_id, count(*) FROM contributions"  # noqa: S608 - marks only
                f" WHERE list_id = ? AND state IN ({marks}) AND created_at >= ? GROUP BY member_id",
                list_id,
                *states,
                to_ms(since),
            )
        counted: Counter[int] = Counter()
        for member_id, n in rows:
            counted[member_id] += n
        return tuple(
            Share(None if member_id == NOBODY else member_id, n)
            for member_id, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
            if n
        )

    async def moments(
        self, list_id: str, states: Collection[State], *, limit: int
    ) -> tuple[tuple[datetime, int | None, int], ...]:
        rows = await self._of_each(
            "SELECT created_at, member_id, duration_ms FROM contributions"
            " WHERE list_id = ? AND state = ? ORDER BY created_at DESC LIMIT ?",
            [(list_id, state.value, limit) for state in states],
        )
        return tuple(
            (from_ms(created_at), None if member_id == NOBODY else member_id, duration_ms)
            for created_at, member_id, duration_ms in sorted(rows, reverse=True)[:limit]
        )

    async def _of_each(self, query: str, parameters: Sequence[Row]) -> list[Row]:
        """The rows of one query run once per set of parameters, at one moment: each run follows its index in order."""
        if not parameters:
            return []
        return await self._database.read(
            " UNION ALL ".join([f"SELECT * FROM ({query})"] * len(parameters)),  # noqa: S608 - ours
            *(value for row in parameters for value in row),
        )
