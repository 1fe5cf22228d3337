"""Shared playlists: what an owner lent to a guild, and its rules and settings there."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bot.visible import without_unseen

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.stores.history import Event
    from bot.stores.notices import Notice


class Mode(StrEnum):
    OPEN = "open"  # straight in
    APPROVAL = "approval"  # a curator decides
    VOTE = "vote"  # goes in once enough members are in favour
    EITHER = "either"  # a curator decides or enough members are in favour, whichever comes first


VOTED = frozenset({Mode.VOTE, Mode.EITHER})  # members vote on proposals


class ListStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # nothing is accepted and nothing is written until it is resumed
    CLOSED = "closed"  # given back; kept only as history


class Trouble(StrEnum):
    """Why nothing can be written right now. Contributions are still accepted, and queued."""

    OWNER_UNLINKED = "owner_unlinked"
    OWNER_LEFT = "owner_left"  # the server
    CONSENT_ENDED = "consent_ended"  # expired after six months, withdrawn, or lacking a scope
    FORBIDDEN = "forbidden"  # Spotify no longer lets the owner change it
    PLAYLIST_GONE = "playlist_gone"  # Spotify no longer knows it
    BOT_REMOVED = "bot_removed"  # the bot is no longer in the server


class Duplicates(StrEnum):
    ALLOWED = "allowed"
    SAME_TRACK = "same_track"  # the same id
    SAME_RECORDING = "same_recording"  # or the same ISRC, or title, artist and length


class Explicit(StrEnum):
    ANY = "any"
    CLEAN_ONLY = "clean_only"
    EXPLICIT_ONLY = "explicit_only"


class Period(StrEnum):
    DAY = "day"  # in the list's time zone
    ROUND = "round"


class WhenFull(StrEnum):
    REFUSE = "refuse"
    DROP_OLDEST = "drop_oldest"  # to the archive
    DROP_LOWEST = "drop_lowest"  # the one with the fewest likes, then votes, then the oldest; to the archive


class Majority(StrEnum):
    HALF = "half"  # more than half
    TWO_THIRDS = "two_thirds"
    THREE_QUARTERS = "three_quarters"
    ALL = "all"


class Rounds(StrEnum):
    """The hour is in the list's time zone."""

    BY_HAND = "by_hand"
    WEEKLY = "weekly"  # every `round_weeks` weeks, on `round_weekday` at `round_hour`
    MONTHLY = "monthly"  # the first, at `round_hour`


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Digests(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"  # on `digest_weekday`


class RoundKind(StrEnum):
    ARCHIVE = "archive"  # one list; its tracks move to its archive playlist
    NEW_PLAYLIST = "new_playlist"  # a new Spotify playlist per round; the previous one stays as it is


class Grant(StrEnum):
    """What an owner can let curators do, besides deciding and taking back."""

    REMOVE = "remove"  # anything: also what the bot didn't add
    REORDER = "reorder"  # sort, and put new tracks on top
    EDIT = "edit"  # name, description and cover on Spotify


@dataclass(frozen=True, slots=True)
class Rules:
    """What can go in. `None` and empty mean no limit. Lengths are in seconds, inclusive."""

    duplicates: Duplicates = Duplicates.SAME_RECORDING
    never_again: bool = True  # tracks that were voted out
    per_member: int | None = None
    per_member_period: Period = Period.DAY
    open_proposals: int = 10  # per member, in approval and vote mode; there is always a limit
    per_artist: int | None = None  # in the list at the same time
    shortest_s: int | None = None
    longest_s: int | None = None
    explicit: Explicit = Explicit.ANY
    music_only: bool = True  # no podcast episodes
    first_year: int | None = None
    last_year: int | None = None
    blocked_artists: tuple[str, ...] = ()  # Spotify IDs
    blocked_tracks: tuple[str, ...] = ()  # URIs
    blocked_members: tuple[int, ...] = ()
    most_items: int | None = None
    when_full: WhenFull = WhenFull.REFUSE
    again_days: int | None = None  # before what left or was declined can come again
    minutes_between: int | None = None  # between two contributions of one member
    stay_days: int | None = None  # then they move to the archive
    closed_while_voting: bool = False  # no proposals while members vote on one
    # In title or artist, as typed.
    refused_words: tuple[str, ...] = ()
    required_words: tuple[str, ...] = ()  # at least one of them


@dataclass(frozen=True, slots=True)
class Roles:
    """Discord role IDs. Members with Manage Server can always curate and manage; the owner can always manage."""

    add: tuple[int, ...] = ()  # empty: every member
    curate: tuple[int, ...] = ()
    manage: tuple[int, ...] = ()
    bypass: tuple[
        int, ...
    ] = ()  # their contributions go straight in, and only the "same track" rule applies to them


@dataclass(frozen=True, slots=True)
class Grants:
    """What the owner lets curators do: nothing of it until the owner says so. asked: what they were asked for."""

    remove: bool = False
    reorder: bool = False
    edit: bool = False
    asked: tuple[Grant, ...] = ()

    @classmethod
    def of(cls, given: Collection[Grant], asked: tuple[Grant, ...] = ()) -> Grants:
        return cls(
            remove=Grant.REMOVE in given,
            reorder=Grant.REORDER in given,
            edit=Grant.EDIT in given,
            asked=asked,
        )

    def has(self, grant: Grant) -> bool:
        return bool(getattr(self, grant.value))

    @property
    def given(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in Grant if self.has(grant))


@dataclass(frozen=True, slots=True)
class Settings:
    votes_needed: int = 3  # votes for minus against
    vote_hours: int = 72
    voters_to_remove: int = 5
    majority_to_remove: Majority = Majority.TWO_THIRDS
    age_to_remove_hours: int = 24
    approval_days: int = 7
    thumbs_up_only: bool = False  # no votes against a proposal
    hide_count: bool = False  # until a vote ends
    voter_days: int = 0  # how long somebody must have been in the server to vote
    time_zone: str = "UTC"  # IANA name
    cards_channel_id: int | None = None  # where cards go; None: where the proposal was made
    drop_channel_id: int | None = None
    digest_channel_id: int | None = None  # None: no digest
    rounds: Rounds = Rounds.BY_HAND
    round_kind: RoundKind = RoundKind.ARCHIVE
    round_weekday: Weekday = Weekday.MONDAY
    round_hour: int = 0
    round_weeks: int = 1
    digests: Digests = Digests.DAILY
    digest_weekday: Weekday = Weekday.MONDAY
    digest_hour: int = 9  # nobody is asleep, nobody has gone home
    # When the calendar of rounds or the time zone was set (earlier ends don't count); when the digest was turned on.
    rounds_from: datetime | None = None
    digest_from: datetime | None = None
    new_on_top: bool = False  # as long as the owner lets curators reorder


@dataclass(frozen=True, slots=True)
class BestOf:
    """A second playlist in the owner's account, with what members like most of a span of time."""

    span: str  # "round 3", "2026-11", "2026", "all"
    playlist_id: str


@dataclass(frozen=True, slots=True)
class SharedPlaylist:
    """A playlist an owner lent to a guild. A playlist is lent to one guild at a time."""

    list_id: str  # ours: 8 letters and digits, for controls and options
    guild_id: int
    playlist_id: str  # Spotify's; changes in rounds that create new playlists
    name: str  # its name in the guild, unique among lists that aren't closed, ignoring case
    owner_id: int
    account_id: str  # the Spotify account it was lent from
    created_at: datetime
    mode: Mode = Mode.OPEN
    status: ListStatus = ListStatus.ACTIVE
    paused_at: datetime | None = None  # while a manager has paused it
    trouble: Trouble | None = None
    trouble_since: datetime | None = None
    rules: Rules = Rules()
    roles: Roles = Roles()
    settings: Settings = Settings()
    grants: Grants = Grants()
    archive_id: str | None = None  # the Spotify playlist that receives what leaves the list
    best: tuple[BestOf, ...] = ()  # one per span
    round_no: int = 1
    round_began: datetime | None = None  # None: when the list was lent
    # When this round ends, if not when the calendar says, because the time zone was changed during the round.
    round_ends: datetime | None = None
    # When it was lent with everything in it; for lists of an older bot, when it was last compared with Spotify.
    checked_at: datetime | None = None
    version: int = 0


def goes_on_top(playlist: SharedPlaylist) -> bool:
    """Whether new tracks go in on top, the newest first, and not at the end."""
    return playlist.settings.new_on_top and playlist.grants.reorder


def best_of(shared: SharedPlaylist, span: str) -> str:
    """The playlist with the best of the span; "": there is none."""
    return next((one.playlist_id for one in shared.best if one.span == span), "")


def playlists_of(shared: SharedPlaylist) -> frozenset[str]:
    """The Spotify playlists the bot writes to for the list: itself, its archive and those with the best of it."""
    others = {shared.archive_id, *(one.playlist_id for one in shared.best)} - {None}
    return frozenset({shared.playlist_id, *(one for one in others if one)})


def name_key(name: str) -> str:
    """The common form of names that members consider the same: regardless of case, surrounding spaces, and how their
    letters are composed. Every comparison of names uses it.
    """
    key = ""
    while key != (
        name := unicodedata.normalize("NFKC", name).strip().casefold()
    ):  # one pass can create work for another
        key = name
    return key


def search_key(text: str) -> str:
    """The same without accents, which many people skip while typing, and without invisible characters;
    for suggestions, and if nothing else matches.
    """
    apart = unicodedata.normalize("NFD", name_key(without_unseen(text)))
    return unicodedata.normalize("NFKC", "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f"))


class SharedPlaylists(Protocol):
    """Every change comes with its events; they are in the history as soon as the change is stored.

    The same goes for notices: from then on they get sent, whatever happens to the process that made the change.
    """

    async def create(self, playlist: SharedPlaylist, *events: Event) -> SharedPlaylist:
        """Store a new one; the stored version is 1.

        Raises ListNameTakenError or PlaylistLentError; then nothing changed. Closed lists block neither.
        """
        ...

    async def get(self, guild_id: int, list_id: str) -> SharedPlaylist | None:
        """The guild's list, closed or not; None for another guild's, too."""
        ...

    async def by_id(self, list_id: str) -> SharedPlaylist | None:
        """Whatever its guild: for work no member asked for."""
        ...

    async def of_guild(self, guild_id: int) -> tuple[SharedPlaylist, ...]:
        """Those that aren't closed, by name."""
        ...

    async def of_owner(self, owner_id: int) -> tuple[SharedPlaylist, ...]:
        """Those that aren't closed, in every guild."""
        ...

    async def using(self, playlist_ids: Collection[str]) -> tuple[SharedPlaylist, ...]:
        """Those that aren't closed, in every guild, and have one of these among `playlists_of` them.

        playlist_ids: a hundred at most.
        """
        ...

    async def troubled(self, trouble: Trouble) -> tuple[SharedPlaylist, ...]:
        """Those that aren't closed, in every guild, and have this trouble."""
        ...

    async def guilds(self) -> frozenset[int]:
        """Those with a list that isn't closed."""
        ...

    async def open(self) -> tuple[SharedPlaylist, ...]:
        """All that aren't closed, in every guild: for upgrades, and for whoever runs the bot."""
        ...

    async def swap(
        self, old: SharedPlaylist, new: SharedPlaylist, *events: Event, notices: Sequence[Notice] = ()
    ) -> SharedPlaylist | None:
        """Replace `old` with `new` and return what is stored now (its version is one higher).

        None, and nothing changed, if the list no longer has `old.version`. Raises the same errors as `create`.
        """
        ...
