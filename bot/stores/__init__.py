"""The bot's data: the records, and one Protocol per store, implemented by `bot/sqlite` and `bot/mongo`.

Every datetime is aware, UTC, and in whole milliseconds (MongoDB keeps no more; finer parts may be cut off).
Stores compare with the `now` they are given and never check a clock. Any method raises StoreUnavailableError
if the database is unavailable or full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.stores.contributions import Contributions, Votes
from bot.stores.due import DueTimes
from bot.stores.history import History, Snapshots
from bot.stores.imports import Imports
from bot.stores.journal import Journals
from bot.stores.known_tracks import KnownTracks
from bot.stores.likes import Likes
from bot.stores.linked import Account, Accounts, LinkAttempt, LinkAttempts, LinkStatus, Tokens
from bot.stores.lists import SharedPlaylists
from bot.stores.notices import Notices
from bot.stores.personal_data import PersonalData
from bot.stores.playlist_jobs import PlaylistJobs
from bot.stores.process import KeyValues, Leases, QuotaLedger
from bot.stores.sealed import SealedRows
from bot.stores.stats_opt_outs import StatsOptOuts
from bot.stores.workload import Workloads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.stores.backup import Record

__all__ = [
    "Account",
    "Accounts",
    "Contributions",
    "DueTimes",
    "History",
    "Imports",
    "Journals",
    "KeyValues",
    "KnownTracks",
    "Leases",
    "Likes",
    "LinkAttempt",
    "LinkAttempts",
    "LinkStatus",
    "Notices",
    "PersonalData",
    "PlaylistJobs",
    "QuotaLedger",
    "SealedRows",
    "SharedPlaylists",
    "Snapshots",
    "StatsOptOuts",
    "Stores",
    "Tokens",
    "Votes",
    "Workloads",
]


@dataclass(frozen=True, slots=True)
class Stores:
    accounts: Accounts
    attempts: LinkAttempts
    leases: Leases
    values: KeyValues
    quota: QuotaLedger
    lists: SharedPlaylists
    contributions: Contributions
    votes: Votes
    likes: Likes
    history: History
    snapshots: Snapshots
    journals: Journals
    due: DueTimes
    stats_opt_outs: StatsOptOuts
    notices: Notices
    personal_data: PersonalData
    playlist_jobs: PlaylistJobs
    workload: Workloads
    imports: Imports
    sealed: SealedRows
    known_tracks: KnownTracks | None
    records: Callable[[], AsyncIterator[Record]]
    """Everything there is, as a backup would hold it."""
    ping: Callable[[], Awaitable[None]]
    """Write something unimportant. Raises StoreUnavailableError if nothing can be stored right now."""
