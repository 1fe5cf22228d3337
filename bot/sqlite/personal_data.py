"""What shared playlists hold about one member, in SQLite: read and removed in batches."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.sqlite.contribution_rows import BODY, update
from bot.sqlite.database import from_ms
from bot.sqlite.history import EVENT
from bot.sqlite.snapshots import INFO, SNAPSHOT
from bot.stores.contributions import State
from bot.stores.history import FORMER_MEMBER
from bot.stores.likes import Like
from bot.stores.personal_data import (
    LikeGiven,
    Vote,
    after_all,
    event_without_member,
    is_named,
    without_member,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from bot.sqlite.database import Database, Run
    from bot.stores.contributions import Contribution

# A member's lists are found without looking at any other.
LISTS_OF_MEMBERS: Final = (
    # The same as before, but by member first.
    "ALTER TABLE event_members RENAME TO former_event_members",
    """CREATE TABLE event_members ( -- who did it, and whose contribution it is about
        member_id INTEGER NOT NULL,
        list_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        seq INTEGER NOT NULL, -- of the event
        PRIMARY KEY (member_id, list_id, at, seq)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO event_members
        SELECT member_id, list_id, at, seq FROM former_event_members ORDER BY member_id, list_id, at, seq""",
    "DROP TABLE former_event_members",
    # The condition keeps it out of the plans of other questions, which name the list.
    "CREATE INDEX member_counts_member ON member_counts (member_id) WHERE member_id > 0",
    "ALTER TABLE snapshots ADD COLUMN actor_id INTEGER",  # who took it; NULL: the bot
    "UPDATE snapshots SET actor_id = json_extract(CAST(info AS TEXT), '$.actor_id')",
    "CREATE INDEX snapshots_actor ON snapshots (actor_id, list_id) WHERE actor_id IS NOT NULL",
    """CREATE TABLE list_members ( -- who owns it, and who is blocked in it
        list_id TEXT NOT NULL,
        member_id INTEGER NOT NULL,
        PRIMARY KEY (list_id, member_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX list_members_member ON list_members (member_id)",
    "INSERT INTO list_members SELECT list_id, owner_id FROM lists WHERE owner_id > 0",
    """INSERT OR IGNORE INTO list_members
        SELECT list_id, value FROM lists, json_each(CAST(body AS TEXT), '$.rules.blocked_members')""",
    "DROP INDEX lists_closed",
)
_LISTS_ABOUT: Final = (
    "SELECT list_id FROM list_members WHERE member_id = ?1"
    " UNION SELECT list_id FROM member_counts WHERE member_id = ?1 AND member_id > 0"
    " UNION SELECT list_id FROM event_members WHERE member_id = ?1"
    " UNION SELECT list_id FROM snapshots WHERE actor_id = ?1"
    " UNION SELECT list_id FROM likes WHERE member_id = ?1"
    " UNION SELECT c.list_id FROM votes v"
    " CROSS JOIN contributions c ON c.contribution_id = v.contribution_id WHERE v.member_id = ?1"
)
_AT_ONCE: Final = 100  # rows in one transaction: nobody waits long for it


class SqliteTraces:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def lists_about(self, member_id: int) -> frozenset[str]:
        return frozenset(list_id for (list_id,) in await self._database.read(_LISTS_ABOUT, member_id))

    async def contributions(self, list_id: str, member_id: int) -> AsyncIterator[tuple[Contribution, ...]]:
        for state in State:
            at, seq = -1, -1
            while rows := await self._database.read(
                "SELECT body, created_at, seq FROM contributions WHERE list_id = ? AND member_id = ?"
                " AND state = ? AND (created_at, seq) > (?, ?) ORDER BY created_at, seq LIMIT ?",
                list_id,
                member_id,
                state.value,
                at,
                seq,
                _AT_ONCE,
            ):
                yield tuple(BODY.unpack(body) for body, _, _ in rows)
                _, at, seq = rows[-1]

    async def votes(self, member_id: int) -> AsyncIterator[tuple[Vote, ...]]:
        last: tuple[str, int] = ("", 0)
        while rows := await self._database.read(
            "SELECT v.contribution_id, v.ballot_no, v.yes, v.at, c.body FROM votes v"
            " LEFT JOIN contributions c ON c.contribution_id = v.contribution_id"
            " WHERE v.member_id = ? AND (v.contribution_id, v.ballot_no) > (?, ?)"
            " ORDER BY v.contribution_id, v.ballot_no LIMIT ?",
            member_id,
            *last,
            _AT_ONCE,
        ):
            yield tuple(
                Vote(key, ballot_no, bool(yes), from_ms(at), BODY.unpack(body) if body else None)
                for key, ballot_no, yes, at, body in rows
            )
            last = rows[-1][:2]

    async def likes(self, member_id: int) -> AsyncIterator[tuple[LikeGiven, ...]]:
        last: tuple[str, str] = ("", "")
        while rows := await self._database.read(
            "SELECT l.list_id, l.recording, l.contribution_id, l.at, c.body FROM likes l"
            " LEFT JOIN contributions c ON c.contribution_id = l.contribution_id"
            " WHERE l.member_id = ? AND (l.list_id, l.recording) > (?, ?)"
            " ORDER BY l.list_id, l.recording LIMIT ?",
            member_id,
            *last,
            _AT_ONCE,
        ):
            yield tuple(
                LikeGiven(
                    Like(list_id, recording, member_id, key, from_ms(at)), BODY.unpack(body) if body else None
                )
                for list_id, recording, key, at, body in rows
            )
            last = rows[-1][:2]

    async def forget(self, list_id: str, member_id: int) -> None:
        # Contributions first: after that, what happens to them no longer mentions the member.
        while await self._forget_contributions(list_id, member_id):
            pass
        while await self._forget_events(list_id, member_id):
            pass
        await self._forget_snapshots(list_id, member_id)

    async def forget_rest(self, member_id: int, facts: Collection[str] = ()) -> None:
        while await self._database.write(
            "DELETE FROM votes WHERE (contribution_id, ballot_no, member_id) IN"
            " (SELECT contribution_id, ballot_no, member_id FROM votes WHERE member_id = ? LIMIT ?)"
            " RETURNING 1",
            member_id,
            _AT_ONCE,
        ):
            pass
        while await self._database.write(
            "DELETE FROM likes WHERE (list_id, recording, member_id) IN"
            " (SELECT list_id, recording, member_id FROM likes WHERE member_id = ? LIMIT ?) RETURNING 1",
            member_id,
            _AT_ONCE,
        ):
            pass
        for beginning in facts:
            for key, value in await self._database.read(
                "SELECT key, value FROM key_values WHERE key >= ? AND key < ?",
                beginning,
                after_all(beginning),
            ):
                if is_named(member_id, key, value):
                    await self._database.write("DELETE FROM key_values WHERE key = ?", key)
        # Overwritten data is still in the write-ahead log until that is merged into the database.
        await self._database.read("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _forget_contributions(self, list_id: str, member_id: int) -> bool:
        async with self._database.transaction() as run:
            rows = await run(
                "SELECT body FROM contributions WHERE list_id = ? AND member_id = ? LIMIT ?",
                list_id,
                member_id,
                _AT_ONCE,
            )
            for (body,) in rows:
                await _replace(run, BODY.unpack(body), member_id)
        return bool(rows)

    async def _forget_events(self, list_id: str, member_id: int) -> bool:
        """Events, and the member's part in other people's contributions, which the events record."""
        async with self._database.transaction() as run:
            rows = await run(
                "SELECT m.at, m.seq, e.body FROM event_members m CROSS JOIN events e ON e.seq = m.seq"
                " WHERE m.list_id = ? AND m.member_id = ? LIMIT ?",
                list_id,
                member_id,
                _AT_ONCE,
            )
            touched: set[str] = set()
            for at, seq, body in rows:
                event = EVENT.unpack(body)
                if event.actor_id == member_id and event.contribution_id is not None:
                    touched.add(event.contribution_id)
                await run(
                    "UPDATE events SET body = ? WHERE seq = ?",
                    EVENT.pack(event_without_member(event, member_id)),
                    seq,
                )
                await run(
                    "DELETE FROM event_members WHERE list_id = ? AND member_id = ? AND at = ? AND seq = ?",
                    list_id,
                    member_id,
                    at,
                    seq,
                )
            for key in touched:
                for (body,) in await run("SELECT body FROM contributions WHERE contribution_id = ?", key):
                    await _replace(run, BODY.unpack(body), member_id)
        return bool(rows)

    async def _forget_snapshots(self, list_id: str, member_id: int) -> None:
        taken = await self._database.read(
            "SELECT number FROM snapshots WHERE list_id = ? AND actor_id = ?", list_id, member_id
        )
        for (number,) in taken:
            async with self._database.transaction() as run:
                for (body,) in await run(
                    "SELECT body FROM snapshots WHERE list_id = ? AND number = ?", list_id, number
                ):
                    snapshot = SNAPSHOT.unpack(zlib.decompress(body))
                    info = replace(snapshot.info, actor_id=FORMER_MEMBER)
                    await run(
                        "UPDATE snapshots SET actor_id = ?, info = ?, body = ? WHERE list_id = ? AND number = ?",
                        info.actor_id,
                        INFO.pack(info),
                        zlib.compress(SNAPSHOT.pack(replace(snapshot, info=info))),
                        list_id,
                        number,
                    )


async def _replace(run: Run, held: Contribution, member_id: int) -> None:
    new = without_member(held, member_id)
    if new != held:
        await update(run, held, replace(new, version=held.version + 1))
        await run(
            "UPDATE contributions SET origin = ? WHERE contribution_id = ?", new.origin, new.contribution_id
        )
