"""A contribution as an SQLite row, and how rows are inserted."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.sqlite.database import to_ms
from bot.stores.bodies import Body
from bot.stores.contributions import Contribution
from bot.stores.indexing import FIXED, Indexed, indexed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sqlite.database import Row, Run

BODY: Final = Body(Contribution)
# The columns an update can change, in the order of `_columns`; artists have their own table.
_COLUMNS: Final = tuple(field.name for field in fields(Indexed) if field.name not in {*FIXED, "artist_ids"})
_CHANGING: Final = ", ".join((*_COLUMNS, "body"))
_MARKS: Final = ", ".join("?" * (len(_COLUMNS) + 1))


async def insert(run: Run, contributions: Sequence[Contribution]) -> list[Contribution]:
    """Insert them, except those whose origin already exists; returns the inserted ones."""
    marks = ", ".join([f"({_MARKS}, ?, ?, ?, ?)"] * len(contributions))
    added = await run(
        f"INSERT INTO contributions ({_CHANGING}, contribution_id, origin, list_id, guild_id)"  # noqa: S608 - names and marks only
        f" VALUES {marks} ON CONFLICT (origin) DO NOTHING RETURNING contribution_id, seq",
        *(
            value
            for one in contributions
            for value in (*_columns(one), one.contribution_id, one.origin, one.list_id, one.guild_id)
        ),
    )
    seqs: dict[str, int] = dict(added)
    new = [one for one in contributions if one.contribution_id in seqs]
    await _insert_artists(run, [(seqs[one.contribution_id], one) for one in new])
    numbers: dict[str, int] = {}
    for one in new:
        numbers[one.list_id] = max(numbers.get(one.list_id, 0), one.number or 0)
    for list_id, number in numbers.items():
        if number:
            await run(
                "INSERT INTO list_numbers (list_id, last) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
                list_id,
                number,
            )
    return new


async def update(run: Run, old: Contribution, new: Contribution) -> bool:
    """Replace `old` with `new`. False, and nothing changed, if it no longer has `old.version`."""
    changed = await run(
        f"UPDATE contributions SET ({_CHANGING}) = ({_MARKS})"  # noqa: S608 - names and marks only
        " WHERE contribution_id = ? AND version = ? RETURNING seq",
        *_columns(new),
        old.contribution_id,
        old.version,
    )
    if changed and (old.state, old.recording.artist_ids) != (new.state, new.recording.artist_ids):
        [(seq,)] = changed
        await run("DELETE FROM contribution_artists WHERE seq = ?", seq)
        await _insert_artists(run, [(seq, new)])
    return bool(changed)


async def _insert_artists(run: Run, contributions: Sequence[tuple[int, Contribution]]) -> None:
    rows = [
        (seq, artist_id, one.list_id, one.state.value)
        for seq, one in contributions
        for artist_id in dict.fromkeys(one.recording.artist_ids)
    ]
    if rows:
        marks = ", ".join(["(?, ?, ?, ?)"] * len(rows))
        await run(
            f"INSERT INTO contribution_artists (seq, artist_id, list_id, state) VALUES {marks}",  # noqa: S608 - marks only
            *(value for row in rows for value in row),
        )


def _columns(one: Contribution) -> Row:
    index = indexed(one)
    values = (getattr(index, name) for name in _COLUMNS)
    return (*(to_ms(value) if isinstance(value, datetime) else value for value in values), BODY.pack(one))
