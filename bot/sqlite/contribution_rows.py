"""A contribution as a row of SQLite, and how rows are put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.sqlite.database import to_ms
from bot.stores.bodies import Body
from bot.stores.contributions import Contribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sqlite.database import Row, Run

BODY: Final = Body(Contribution)
NOBODY: Final = 0  # in `member_id`: came in Spotify

# What a change may change; the rest says which contribution it is.
_CHANGING: Final = (
    "member_id, state, place, created_at, round_no, duration_ms, uri, asked_uri, isrc, fingerprint,"
    " batch_id, ballot_ends, unshown, version, body"
)


async def insert(run: Run, contributions: Sequence[Contribution]) -> list[Contribution]:
    """Put them in, except where the origin is there already; answers those that were put in."""
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(contributions))
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
    """Put `new` where `old` is. False, and nothing changed, when it no longer has `old.version`."""
    changed = await run(
        f"UPDATE contributions SET ({_CHANGING}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - names only
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
    ballot, recording = one.ballot, one.recording
    return (
        one.member_id or NOBODY,
        one.state.value,
        one.number or 0,
        to_ms(one.created_at),
        one.round_no,
        recording.duration_ms,
        one.uri,
        recording.uri,
        recording.isrc,
        recording.fingerprint,
        one.batch_id,
        to_ms(ballot.ends_at) if ballot and ballot.open else None,
        1 if ballot and not ballot.open and ballot.message_id and not ballot.shown else None,
        one.version,
        BODY.pack(one),
    )
