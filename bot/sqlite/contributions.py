"""Contributions to shared playlists in SQLite. Counting them is in `counting.py`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.sqlite.contribution_rows import BODY, insert, update
from bot.sqlite.counting import Counting
from bot.sqlite.history import append_events, erase_events
from bot.sqlite.notices import add_notices
from bot.stores.contributions import INSIDE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.sqlite.database import Row
    from bot.stores.contributions import Contribution, Recording, State
    from bot.stores.history import Event
    from bot.stores.notices import Notice

_AT_ONCE: Final = 500  # rows in one transaction of `add_all`: nobody waits long for it
_MOST_MARKS: Final = 10_000  # SQLite allows 32,766 in a statement


class SqliteContributions(Counting):
    async def add(self, contribution: Contribution, *events: Event) -> Contribution:
        stored = replace(contribution, version=1)
        async with self._database.transaction() as run:
            if not await insert(run, [stored]):
                [(body,)] = await run("SELECT body FROM contributions WHERE origin = ?", stored.origin)
                return BODY.unpack(body)
            await append_events(run, events)
        return stored

    async def add_all(self, contributions: Sequence[Contribution]) -> int:
        added = 0
        for start in range(0, len(contributions), _AT_ONCE):
            several = [replace(one, version=1) for one in contributions[start : start + _AT_ONCE]]
            async with self._database.transaction() as run:
                added += len(await insert(run, several))
        return added

    async def get(self, guild_id: int, contribution_id: str) -> Contribution | None:
        return _one(
            await self._database.read(
                "SELECT body FROM contributions WHERE contribution_id = ? AND guild_id = ?",
                contribution_id,
                guild_id,
            )
        )

    async def by_origin(self, guild_id: int, origin: str) -> Contribution | None:
        return _one(
            await self._database.read(
                "SELECT body FROM contributions WHERE origin = ? AND guild_id = ?", origin, guild_id
            )
        )

    async def by_origins(self, guild_id: int, origins: Collection[str]) -> tuple[Contribution, ...]:
        found: list[Contribution] = []
        wanted = sorted(set(origins))
        for start in range(0, len(wanted), _MOST_MARKS):
            some = wanted[start : start + _MOST_MARKS]
            rows = await self._database.read(
                f"SELECT body FROM contributions WHERE origin IN ({_marks(some)})"  # noqa: S608 - marks only
                " AND guild_id = ?",
                *some,
                guild_id,
            )
            found += _records(rows)
        return tuple(found)

    async def several(self, guild_id: int, contribution_ids: Sequence[str]) -> tuple[Contribution, ...]:
        rows = await self._database.read(
            "SELECT body FROM contributions"  # noqa: S608 - marks only
            f" WHERE contribution_id IN ({_marks(contribution_ids)}) AND guild_id = ?",
            *contribution_ids,
            guild_id,
        )
        found = {one.contribution_id: one for one in _records(rows)}
        return tuple(found[each] for each in dict.fromkeys(contribution_ids) if each in found)

    async def swap(
        self, old: Contribution, new: Contribution, *events: Event, notices: Sequence[Notice] = ()
    ) -> Contribution | None:
        stored = replace(
            new,
            contribution_id=old.contribution_id,
            origin=old.origin,
            list_id=old.list_id,
            guild_id=old.guild_id,
            version=old.version + 1,
        )
        async with self._database.transaction() as run:
            if not await update(run, old, stored):
                return None
            await append_events(run, events)
            await add_notices(run, notices)
        return stored

    async def erase(self, contribution: Contribution) -> bool:
        key = contribution.contribution_id
        async with self._database.transaction() as run:
            erased = await run(
                "DELETE FROM contributions WHERE contribution_id = ? AND version = ? RETURNING seq",
                key,
                contribution.version,
            )
            if erased:
                await run("DELETE FROM contribution_artists WHERE seq = ?", erased[0][0])
                await run("DELETE FROM votes WHERE contribution_id = ?", key)
                await erase_events(run, key)
        return bool(erased)

    async def next_number(self, list_id: str, *, block: int = 1) -> int:
        [(last,)] = await self._database.write(
            "INSERT INTO list_numbers (list_id, last) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET last = last + excluded.last RETURNING last",
            list_id,
            block,
        )
        return int(last) - block + 1

    async def in_state(
        self, list_id: str, states: Collection[State], *, limit: int, after: int = 0
    ) -> tuple[Contribution, ...]:
        # Those without a number have place 0, before all others.
        rows = await self._of_each(
            "SELECT body, place, created_at, seq FROM contributions"
            " WHERE list_id = ? AND state = ? AND place > ? ORDER BY place, created_at, seq LIMIT ?",
            [(list_id, state.value, after or -1, limit) for state in states],
        )
        return tuple(_records(sorted(rows, key=lambda row: row[1:])[:limit]))

    async def of_batch(self, list_id: str, batch_id: str) -> tuple[Contribution, ...]:
        return tuple(
            _records(
                await self._database.read(
                    "SELECT body FROM contributions WHERE list_id = ? AND batch_id = ? ORDER BY place, seq",
                    list_id,
                    batch_id,
                )
            )
        )

    async def alike(self, list_id: str, recordings: Collection[Recording]) -> tuple[Contribution, ...]:
        uris = sorted({one.uri for one in recordings})
        isrcs = sorted({one.isrc for one in recordings})
        fingerprints = sorted({one.fingerprint for one in recordings})
        # Exactly the wording of the indexes, so that each part is looked up in its own.
        branches = (
            (f"uri IN ({_marks(uris)})", uris),
            (f"asked_uri IN ({_marks(uris)}) AND asked_uri <> uri", uris),
            (f"isrc IN ({_marks(isrcs)}) AND isrc <> ''", isrcs),
            (f"fingerprint IN ({_marks(fingerprints)}) AND fingerprint <> ''", fingerprints),
        )
        found = " UNION ".join(
            f"SELECT seq FROM contributions WHERE list_id = ? AND {branch}"  # noqa: S608 - marks only
            for branch, _ in branches
        )
        rows = await self._database.read(
            f"SELECT body FROM contributions WHERE seq IN ({found}) ORDER BY seq",  # noqa: S608 - marks only
            *(value for _, values in branches for value in (list_id, *values)),
        )
        return tuple(_records(rows))

    async def of_uris(
        self, list_id: str, uris: Collection[str], states: Collection[State] = INSIDE
    ) -> tuple[Contribution, ...]:
        rows: list[Row] = []
        wanted = sorted(set(uris))
        for start in range(0, len(wanted), _MOST_MARKS):
            several = wanted[start : start + _MOST_MARKS]
            rows += await self._database.read(
                "SELECT body, place, seq FROM contributions"  # noqa: S608 - marks only
                f" WHERE list_id = ? AND uri IN ({_marks(several)}) AND state IN ({_marks(states)})",
                list_id,
                *several,
                *states,
            )
        return tuple(_records(sorted(rows, key=lambda row: row[1:])))

    async def latest_of(
        self, list_id: str, member_id: int, states: Collection[State], limit: int = 1
    ) -> tuple[Contribution, ...]:
        rows = await self._of_each(
            "SELECT body, created_at, seq FROM contributions"
            " WHERE list_id = ? AND member_id = ? AND state = ? ORDER BY created_at DESC LIMIT ?",
            [(list_id, member_id, state.value, limit) for state in states],
        )
        return tuple(_records(sorted(rows, key=lambda row: row[1:], reverse=True)[:limit]))

    async def lists_with(self, states: Collection[State]) -> frozenset[str]:
        # The first condition repeats the index's word for word; SQLite wouldn't use the index otherwise.
        rows = await self._database.read(
            "SELECT DISTINCT list_id FROM contributions"  # noqa: S608 - marks only
            " WHERE state IN ('queued', 'sending', 'leaving', 'parked')"
            f" AND state IN ({_marks(states)})",
            *states,
        )
        return frozenset(list_id for (list_id,) in rows)

    async def undecided(self, *, list_id: str | None = None) -> tuple[Contribution, ...]:
        if list_id is None:
            rows = await self._database.read(
                "SELECT body FROM contributions WHERE ballot_ends IS NOT NULL ORDER BY ballot_ends"
            )
        else:
            rows = await self._database.read(
                "SELECT body FROM contributions WHERE list_id = ? AND ballot_ends IS NOT NULL"
                " ORDER BY ballot_ends",
                list_id,
            )
        return tuple(_records(rows))

    async def unshown(self) -> tuple[Contribution, ...]:
        return tuple(_records(await self._database.read("SELECT body FROM contributions WHERE unshown = 1")))


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _one(rows: list[Row]) -> Contribution | None:
    return BODY.unpack(rows[0][0]) if rows else None


def _records(rows: list[Row]) -> Iterator[Contribution]:
    return (BODY.unpack(row[0]) for row in rows)
