"""Everything a database holds, as records that don't depend on which database it is: what a backup consists of.

A record is read and written whole. What can be derived from it, such as the columns it's searched by, isn't part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import msgspec

from bot.stores.contributions import Contribution
from bot.stores.due import Due
from bot.stores.history import Event, Snapshot
from bot.stores.imports import ListImport
from bot.stores.journal import Journal
from bot.stores.likes import Like
from bot.stores.lists import SharedPlaylist
from bot.stores.notices import Notice
from bot.stores.playlist_jobs import JobLists, PlaylistJob

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    Reached = Callable[[str], None]


class _Record(msgspec.Struct, frozen=True, tag_field="record"):
    """The tag says in the file which of them it is."""


class VoteRecord(_Record, frozen=True, tag="vote"):
    contribution_id: str
    ballot_no: int
    member_id: int
    yes: bool
    at: datetime


class LikeRecord(_Record, frozen=True, tag="like"):
    like: Like


class EventRecord(_Record, frozen=True, tag="event"):
    event: Event


class SnapshotRecord(_Record, frozen=True, tag="snapshot"):
    snapshot: Snapshot


class JournalRecord(_Record, frozen=True, tag="journal"):
    journal: Journal


class DueRecord(_Record, frozen=True, tag="due"):
    due: Due


class ContributionRecord(_Record, frozen=True, tag="contribution"):
    contribution: Contribution


class NumberRecord(_Record, frozen=True, tag="number"):
    """The last number that was given out in a list."""

    list_id: str
    last: int


class ListRecord(_Record, frozen=True, tag="list"):
    playlist: SharedPlaylist


class ImportRecord(_Record, frozen=True, tag="import"):
    one: ListImport
    content: bytes


class JobRecord(_Record, frozen=True, tag="job"):
    job: PlaylistJob
    lists: JobLists


class AccountRecord(_Record, frozen=True, tag="account"):
    """tokens: as they are stored, sealed."""

    member_id: int
    account_id: str
    spotify_id: str
    scopes: tuple[str, ...]
    authorized_at: datetime
    tokens: bytes
    version: int


class OptOutRecord(_Record, frozen=True, tag="opt_out"):
    member_id: int


class FactRecord(_Record, frozen=True, tag="fact"):
    key: str
    value: str


class SpentRecord(_Record, frozen=True, tag="spent"):
    """Requests to Spotify in a quarter of an hour."""

    quarter: int
    kind: str
    guild_id: int
    member_id: int
    requests: int


class BlockRecord(_Record, frozen=True, tag="block"):
    bucket: str
    until: datetime
    used_up: bool


class NoticeRecord(_Record, frozen=True, tag="notice"):
    notice: Notice


class SentRecord(_Record, frozen=True, tag="sent"):
    """A notice that was sent, so that it isn't sent again."""

    notice_id: str
    attempts: int
    remembered_until: datetime


Record: TypeAlias = (
    VoteRecord
    | LikeRecord
    | EventRecord
    | SnapshotRecord
    | JournalRecord
    | DueRecord
    | ContributionRecord
    | NumberRecord
    | ListRecord
    | ImportRecord
    | JobRecord
    | AccountRecord
    | OptOutRecord
    | FactRecord
    | SpentRecord
    | BlockRecord
    | NoticeRecord
    | SentRecord
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is kept: its table in SQLite, its collection in MongoDB. records: what it becomes in a backup.

    why: the reason, if it isn't in a backup.
    """

    table: str | None
    collection: str | None
    records: tuple[type[_Record], ...] = ()
    why: str = ""


# Every table and collection. In this order, they are read: what refers to something before what it refers to, so that
# even if the bot goes on meanwhile, a backup never names a contribution or a list it doesn't hold.
PLACES: Final = (
    Place("votes", "votes", (VoteRecord,)),
    Place("likes", "likes", (LikeRecord,)),
    Place("events", "events", (EventRecord,)),
    Place("snapshots", "snapshots", (SnapshotRecord,)),
    Place("journals", "journals", (JournalRecord,)),
    Place("due", "due", (DueRecord,)),
    Place("notices", "notices", (NoticeRecord, SentRecord)),
    Place("imports", "imports", (ImportRecord,)),
    Place("key_values", "key_values", (FactRecord,)),
    Place("contributions", "contributions", (ContributionRecord,)),
    Place("list_numbers", "counters", (NumberRecord,)),  # MongoDB's other counters follow from the records
    Place("lists", "lists", (ListRecord,)),
    Place("playlist_jobs", "playlist_jobs", (JobRecord,)),
    Place("accounts", "accounts", (AccountRecord,)),
    Place("left_out", "left_out", (OptOutRecord,)),
    Place("quota_ledger", "quota", (SpentRecord,)),  # Spotify counts on, whatever is restored
    Place("quota_blocks", "quota", (BlockRecord,)),
    Place(None, "known_tracks", (), "Spotify says it again, and nobody may keep it for long"),
    Place(None, "schema", (), "says what documents look like; a restore writes those of its own version"),
    Place("attempts", "attempts", (), "lasts ten minutes, and a link that was begun can be begun again"),
    Place("leases", "leases", (), "says who is at work right now"),
    Place("contribution_artists", None, (), "follows from the contributions"),
    Place("list_counts", None, (), "likewise"),
    Place("member_counts", None, (), "likewise"),
    Place("event_members", None, (), "follows from the events"),
    Place("list_members", None, (), "follows from the lists"),
    Place(None, "presence", (), "says which processes run, and that a restore is under way"),
)


# How the names of facts start that say what members had deleted, and what of that is to be deleted again. A restore
# keeps those of the database it replaces.
TOMBSTONE: Final = "tombstone:"
DUE: Final = "tombstone due:"
# The fact that says when the last backup began. It isn't in a backup: a restored database has none of its own yet.
LAST_BACKUP: Final = "last backup"


class Source(Protocol):
    """one_moment: all records are from the same moment, however long it takes to read them."""

    name: str
    one_moment: bool

    def records(self) -> AsyncIterator[Record]:
        """All of them, in the order of PLACES; of some, a few hundred are in memory at a time."""
        ...


class Target(Protocol):
    async def is_empty(self) -> bool:
        """Whether nothing would be lost by replacing what is there."""
        ...

    async def tombstones(self) -> Mapping[str, str]:
        """The facts that start with TOMBSTONE, even after a restore that was interrupted. None if it can't be read."""
        ...

    def replacing(self, reached: Reached = ..., /) -> AbstractAsyncContextManager[Sink]:
        """Replace everything with the records that are put in until the block ends.

        If it's left by an exception, or killed, the former data is still there, or the bot doesn't start. reached: is
        told the name of each step, for tests that end the process there.
        """
        ...


class Sink(Protocol):
    async def put(self, records: Sequence[Record]) -> None: ...


def tag_of(record: Record) -> str:
    return str(record.__struct_config__.tag)


def nothing(_: str) -> None:
    """For whoever doesn't want to be told what was reached."""
