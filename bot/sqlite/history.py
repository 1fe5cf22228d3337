"""What happened in shared playlists, in SQLite: rows are only added, or removed with their contribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.sqlite.database import to_ms
from bot.stores.bodies import Body
from bot.stores.history import FORMER_MEMBER, Event, HistoryPage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sqlite.database import Database, Run

EVENT: Final = Body(Event)
_NEWEST: Final = (2**63 - 1, 2**63 - 1)


class SqliteHistory:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, *events: Event) -> None:
        if events:
            async with self._database.transaction() as run:
                await append_events(run, events)

    async def page(
        self, list_id: str, *, limit: int, before: str | None = None, member_id: int | None = None
    ) -> HistoryPage:
        at, seq = _place(before) if before else _NEWEST
        # One more than requested: it shows whether there is another page.
        if member_id is None:
            rows = await self._database.read(
                "SELECT at, seq, body FROM events WHERE list_id = ? AND (at, seq) < (?, ?)"
                " ORDER BY at DESC, seq DESC LIMIT ?",
                list_id,
                at,
                seq,
                limit + 1,
            )
        else:
            rows = await self._database.read(
                "SELECT m.at, m.seq, e.body FROM event_members m CROSS JOIN events e ON e.seq = m.seq"
                " WHERE m.list_id = ? AND m.member_id = ? AND (m.at, m.seq) < (?, ?)"
                " ORDER BY m.at DESC, m.seq DESC LIMIT ?",
                list_id,
                member_id,
                at,
                seq,
                limit + 1,
            )
        shown = rows[:limit]
        return HistoryPage(
            events=tuple(EVENT.unpack(body) for _, _, body in shown),
            next="{}.{}".format(*shown[-1][:2]) if len(rows) > limit and shown else None,
        )


async def append_events(run: Run, events: Iterable[Event]) -> None:
    """Add events within a running transaction; events whose ID already exists are left as they are."""
    for event in events:
        added = await run(
            "INSERT INTO events (event_id, list_id, at, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (event_id) DO NOTHING RETURNING seq",
            event.event_id,
            event.list_id,
            to_ms(event.at),
            EVENT.pack(event),
        )
        for member_id in {event.actor_id, event.member_id} - {None, FORMER_MEMBER} if added else ():
            await run(
                "INSERT INTO event_members (list_id, member_id, at, seq) VALUES (?, ?, ?, ?)",
                event.list_id,
                member_id,
                to_ms(event.at),
                added[0][0],
            )


async def erase_events(run: Run, contribution_id: str) -> None:
    """Erase the events of a contribution, whose IDs start with its own."""
    erased = await run(
        "DELETE FROM events WHERE event_id >= ? AND event_id < ? RETURNING seq, at, body",
        f"{contribution_id}:",
        f"{contribution_id};",  # sorts right after all of them
    )
    for seq, at, body in erased:
        event = EVENT.unpack(body)
        for member_id in {event.actor_id, event.member_id} - {None, FORMER_MEMBER}:
            await run(
                "DELETE FROM event_members WHERE list_id = ? AND member_id = ? AND at = ? AND seq = ?",
                event.list_id,
                member_id,
                at,
                seq,
            )


def _place(cursor: str) -> tuple[int, int]:
    at, _, seq = cursor.partition(".")
    return int(at), int(seq)
