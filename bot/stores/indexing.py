"""What contributions are searched by, defined once for both databases; each only converts the types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores.contributions import Contribution

NOBODY: Final = 0  # in `member_id`: added in Spotify
FIXED: Final = ("origin", "list_id", "guild_id")  # identify the contribution; no change touches them


@dataclass(frozen=True, slots=True)
class Indexed:
    """place: `Contribution.number`, or 0 if it has none. None, or an empty text: not searched by this."""

    origin: str
    list_id: str
    guild_id: int
    member_id: int
    state: str
    place: int
    created_at: datetime
    round_no: int
    duration_ms: int
    uri: str
    asked_uri: str
    isrc: str
    fingerprint: str
    artist_ids: tuple[str, ...]
    batch_id: str | None
    ballot_ends: datetime | None  # of an open ballot
    unshown: bool | None  # True: its ballot is decided, and its card doesn't show it yet
    version: int


def indexed(one: Contribution) -> Indexed:
    ballot, recording = one.ballot, one.recording
    is_unshown = ballot is not None and not ballot.open and bool(ballot.message_id) and not ballot.shown
    return Indexed(
        origin=one.origin,
        list_id=one.list_id,
        guild_id=one.guild_id,
        member_id=one.member_id or NOBODY,
        state=one.state.value,
        place=one.number or 0,
        created_at=one.created_at,
        round_no=one.round_no,
        duration_ms=recording.duration_ms,
        uri=one.uri,
        asked_uri=recording.uri,
        isrc=recording.isrc,
        fingerprint=recording.fingerprint,
        artist_ids=recording.artist_ids,
        batch_id=one.batch_id,
        ballot_ends=ballot.ends_at if ballot and ballot.open else None,
        unshown=True if is_unshown else None,
        version=one.version,
    )
