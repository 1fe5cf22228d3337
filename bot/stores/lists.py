"""Shared playlists: what an owner lent to a guild, and the rules and settings it goes by there."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bot.visible import without_unseen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.stores.history import Event
    from bot.stores.notices import Notice


class Mode(StrEnum):
    OPEN = "open"  # straight in
    APPROVAL = "approval"  # a curator decides
    VOTE = "vote"  # in when enough members want it


class ListStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # nothing is accepted and nothing is written until it is resumed
    CLOSED = "closed"  # given back; stays only as history


class Trouble(StrEnum):
    """Why nothing can be written at the moment. Contributions are accepted and wait."""

    OWNER_UNLINKED = "owner_unlinked"
    OWNER_LEFT = "owner_left"  # the server
    CONSENT_ENDED = "consent_ended"  # six months are over, it was withdrawn, or lacks a scope
    FORBIDDEN = "forbidden"  # Spotify no longer lets the owner change it
    PLAYLIST_GONE = "playlist_gone"  # Spotify does not know it any more
    BOT_REMOVED = "bot_removed"  # the bot is not in the server any more


class Duplicates(StrEnum):
    ALLOWED = "allowed"
    SAME_TRACK = "same_track"  # the same id
    SAME_RECORDING = "same_recording"  # or ISRC, or title, artist and length


class Explicit(StrEnum):
    ANY = "any"
    CLEAN_ONLY = "clean_only"
    EXPLICIT_ONLY = "explicit_only"


class Period(StrEnum):
    DAY = "day"  # in the list's time zone
    ROUND = "round"


class WhenFull(StrEnum):
    REFUSE = "refuse"
    DROP_OLDEST = "drop_oldest"  # into the archive
    DROP_LOWEST = "drop_lowest"  # the fewest votes, then the oldest; into the archive


class Majority(StrEnum):
    HALF = "half"  # more than half
    TWO_THIRDS = "two_thirds"
    THREE_QUARTERS = "three_quarters"
    ALL = "all"


class Rounds(StrEnum):
    BY_HAND = "by_hand"
    WEEKLY = "weekly"  # Monday, 00:00 in the list's time zone
    MONTHLY = "monthly"  # the first, 00:00


class RoundKind(StrEnum):
    ARCHIVE = "archive"  # one list; what is in it moves to its archive playlist
    NEW_PLAYLIST = "new_playlist"  # a new playlist at Spotify per round; the former one stays as it is


@dataclass(frozen=True, slots=True)
class Rules:
    """What may go in. `None` and empty mean: no limit. Lengths in seconds, both ends allowed."""

    duplicates: Duplicates = Duplicates.SAME_RECORDING
    never_again: bool = True  # what was voted off
    per_member: int | None = None
    per_member_period: Period = Period.DAY
    open_proposals: int = 10  # of each member, where something is decided; there is always a limit
    per_artist: int | None = None  # in the list at the same time
    shortest_s: int | None = None
    longest_s: int | None = None
    explicit: Explicit = Explicit.ANY
    first_year: int | None = None
    last_year: int | None = None
    blocked_artists: tuple[str, ...] = ()  # Spotify ids
    blocked_tracks: tuple[str, ...] = ()  # URIs
    blocked_members: tuple[int, ...] = ()
    most_items: int | None = None
    when_full: WhenFull = WhenFull.REFUSE


@dataclass(frozen=True, slots=True)
class Roles:
    """Discord role ids. Members with Manage Server may always curate and manage; the owner may always manage."""

    add: tuple[int, ...] = ()  # empty: every member
    curate: tuple[int, ...] = ()
    manage: tuple[int, ...] = ()
    bypass: tuple[
        int, ...
    ] = ()  # their contributions go straight in and no rule but "same track" holds for them


@dataclass(frozen=True, slots=True)
class Settings:
    votes_needed: int = 3  # approvals minus objections
    vote_hours: int = 72
    voters_to_remove: int = 5
    majority_to_remove: Majority = Majority.TWO_THIRDS
    age_to_remove_hours: int = 24
    approval_days: int = 7
    time_zone: str = "UTC"  # IANA name
    cards_channel_id: int | None = None  # where cards go; None: where somebody proposed
    drop_channel_id: int | None = None
    digest_channel_id: int | None = None  # None: no digest
    rounds: Rounds = Rounds.BY_HAND
    round_kind: RoundKind = RoundKind.ARCHIVE
    # When `rounds` or the time zone was chosen (earlier ends do not count), and when the digest was switched on.
    rounds_from: datetime | None = None
    digest_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class SharedPlaylist:
    """A playlist an owner lent to a guild. One playlist is lent to one guild at a time."""

    list_id: str  # ours: 8 letters and digits, for controls and options
    guild_id: int
    playlist_id: str  # Spotify's; changes with rounds that make new playlists
    name: (
        str  # the guild's word for it, unique in the guild among lists that are not closed, whatever the case
    )
    owner_id: int
    account_id: str  # the Spotify account that lent it
    created_at: datetime
    mode: Mode = Mode.OPEN
    status: ListStatus = ListStatus.ACTIVE
    paused_at: datetime | None = None  # while a manager has it paused
    trouble: Trouble | None = None
    trouble_since: datetime | None = None
    rules: Rules = Rules()
    roles: Roles = Roles()
    settings: Settings = Settings()
    archive_id: str | None = None  # the Spotify playlist that takes what leaves the list
    round_no: int = 1
    round_began: datetime | None = None  # None: when the list was lent
    # When this round ends by itself although the calendar says otherwise, since the time zone was changed within it.
    round_ends: datetime | None = None
    # When it was lent with all that was in it; by an older bot, when it was last compared with Spotify.
    checked_at: datetime | None = None
    version: int = 0


def name_key(name: str) -> str:
    """What two names have in common that members take for the same: whatever the case, the blanks around, and the
    way their letters are put together. Every comparison of names goes by it.
    """
    key = ""
    while key != (
        name := unicodedata.normalize("NFKC", name).strip().casefold()
    ):  # one pass can make work for another
        key = name
    return key


def search_key(text: str) -> str:
    """The same without accents, which many leave out while they type, and without what nobody sees, joiners among it;
    for suggestions, and where nothing else fits.
    """
    apart = unicodedata.normalize("NFD", name_key(without_unseen(text)))
    return unicodedata.normalize("NFKC", "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f"))


class SharedPlaylists(Protocol):
    """Every change takes the events that tell of it; they are in the history as soon as the change is stored.

    So it is with the notices: from then on they are told, whatever happens to the process that made the change.
    """

    async def create(self, playlist: SharedPlaylist, *events: Event) -> SharedPlaylist:
        """Keep a new one; the stored version is 1.

        Raises ListNameTakenError or PlaylistLentError; then nothing changed. Closed lists take neither.
        """
        ...

    async def get(self, guild_id: int, list_id: str) -> SharedPlaylist | None:
        """The guild's list, closed or not; None also for another guild's."""
        ...

    async def by_id(self, list_id: str) -> SharedPlaylist | None:
        """Whatever its guild: for work that no member asked for."""
        ...

    async def of_guild(self, guild_id: int) -> tuple[SharedPlaylist, ...]:
        """Those that are not closed, by name."""
        ...

    async def of_owner(self, owner_id: int) -> tuple[SharedPlaylist, ...]:
        """Those that are not closed, in every guild."""
        ...

    async def open(self) -> tuple[SharedPlaylist, ...]:
        """All that are not closed, in every guild."""
        ...

    async def closed(self) -> tuple[SharedPlaylist, ...]:
        """All that are, in every guild."""
        ...

    async def swap(
        self, old: SharedPlaylist, new: SharedPlaylist, *events: Event, notices: Sequence[Notice] = ()
    ) -> SharedPlaylist | None:
        """Replace `old` by `new` and answer what is stored now (its version is one higher).

        None, and nothing changed, when the list no longer has `old.version`. Raises as `create`.
        """
        ...
