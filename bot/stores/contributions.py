"""Contributions: every item of a shared playlist, who added it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bot.stores.lists import Majority

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.stores.history import Event
    from bot.stores.notices import Notice


class Via(StrEnum):
    COMMAND = "command"
    MENU = "menu"  # the message menu
    DROP = "drop"  # a drop channel
    SPOTIFY = "spotify"  # someone added it in Spotify, or it was there when the list was lent


class State(StrEnum):
    PENDING = "pending"  # needs a curator or votes; `ballot` says which
    QUEUED = "queued"  # accepted, not written yet
    SENDING = "sending"  # in the batch being written
    LANDED = "landed"  # in the playlist
    DECLINED = "declined"  # a curator or the votes said no
    LAPSED = "lapsed"  # expired: nobody decided in time
    WITHDRAWN = "withdrawn"  # by the proposer, before it landed
    REJECTED = "rejected"  # Spotify refused it
    PARKED = "parked"  # its outcome was still unknown after three rounds; curators are notified
    LEAVING = "leaving"  # was in; to be taken out
    REMOVED = "removed"  # was in, and was taken out


# Every set of states that is used anywhere, each defined once. The ledger says how a contribution moves between them.
QUEUE = frozenset({State.QUEUED, State.SENDING})  # accepted, and Spotify hasn't answered yet
OUTBOX = QUEUE | {State.LEAVING}  # what the outbox still has to write
UNDELAYED = frozenset({State.SENDING, State.LEAVING})  # of these, what waits for no departure
UNANSWERED = QUEUE | {State.PENDING}  # neither decided against nor answered by Spotify
ON_ITS_WAY = QUEUE | {State.PARKED}  # accepted, and not in as far as we know
ANSWERED = frozenset({State.LANDED, State.REJECTED})  # Spotify has given its answer
OUTSTANDING = ON_ITS_WAY | {State.PENDING}  # it isn't settled yet whether it goes in
INSIDE = frozenset({State.LANDED, State.LEAVING})
UNFINISHED = OUTBOX | {State.PARKED}  # someone still has work to do on it
EVER_INSIDE = INSIDE | {State.REMOVED}
GOING = frozenset({State.LEAVING, State.REMOVED})  # on its way out, or already out
ADDED = ON_ITS_WAY | EVER_INSIDE  # accepted, whatever happened later
OCCUPYING = OUTSTANDING | INSIDE  # counts for duplicates and limits
WITHDRAWABLE = frozenset({State.PENDING, State.QUEUED})  # by the proposer
CANCELLABLE = WITHDRAWABLE | {State.PARKED}  # expires with its list; what is being sent doesn't
CONTRIBUTED = OCCUPYING | {
    State.REMOVED,
    State.DECLINED,
    State.LAPSED,
}  # neither withdrawn nor refused by Spotify
UNDOABLE = QUEUE | {State.LANDED}  # an addition that can still be taken back


# The `batch_id` of what was on its way when a backup was made: PARKED until the list was compared with Spotify.
RESTORED = "restored"


class Leave(StrEnum):
    """Why an item left, or is leaving."""

    UNDONE = "undone"
    VOTED_OFF = "voted_off"
    DROPPED = "dropped"  # the list was full
    STAYED = "stayed"  # as long as the list lets tracks stay
    ROUND = "round"  # its round ended
    SPOTIFY = "spotify"  # someone took it out in Spotify
    RESTORED = "restored"  # an earlier version without it was restored
    TIDIED = "tidied"  # a curator took it out, as the owner lets them


class BallotKind(StrEnum):
    APPROVAL = "approval"  # added with a curator's approval
    VOTE_IN = "vote_in"
    VOTE_OFF = "vote_off"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A decision, open or made: about a PENDING contribution, or about voting out a LANDED one."""

    number: int  # from 1, per contribution; each vote belongs to one ballot
    kind: BallotKind
    proposer_id: int  # whose own vote doesn't count
    opened_at: datetime
    ends_at: datetime
    needed: int = 1  # VOTE_IN: votes for minus against; VOTE_OFF: voters; from the settings at the start
    majority: Majority = Majority.HALF  # VOTE_OFF: the same
    only_yes: bool = False  # VOTE_IN: nobody can vote against it
    hidden: bool = False  # its count is shown once it ends
    approvable: bool = False  # VOTE_IN: a curator can approve it, too
    open: bool = True
    yes: int = 0  # as counted when it was decided; while it's open, count the votes
    no: int = 0
    decided_by: int | None = None  # a curator; None: by votes, or it expired
    reason: str = ""  # the curator's, for the proposer; untrusted text
    against: str = ""  # the rule that came to forbid it after all, so that it didn't go in
    channel_id: int | None = None  # where its card is
    message_id: int | None = None  # None: not posted yet; 0: deleted
    shown: bool = False  # the card shows the decision
    extended_to: datetime | None = None  # `ends_at` already includes the list's pauses up to this time


@dataclass(frozen=True, slots=True)
class Recording:
    """What we keep of a track to tell whether two are the same recording; no titles or names.

    fingerprint: of the normalised title; empty if unknown. year: of the release.
    """

    uri: str
    isrc: str = ""
    artist_ids: tuple[str, ...] = ()
    duration_ms: int = 0
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    contribution_id: str  # ours: 12 letters and digits, for controls
    origin: str  # unique: where it came from ("interaction 123/0", "message 9/0", "found <list> 17/3")
    list_id: str
    guild_id: int
    member_id: int | None  # None: added in Spotify
    via: Via
    recording: Recording
    state: State
    created_at: datetime
    changed_at: datetime  # when `state` changed
    note: str = ""  # untrusted text, up to 200 characters
    round_no: int = 1
    number: int | None = (
        None  # its place in the writing order, from QUEUED on. For items found in Spotify: their order
    )
    batch_id: str | None = None  # from SENDING on
    ballot: Ballot | None = None  # the latest
    leave: Leave | None = None
    left_by: int | None = None  # the member who had it removed
    channel_id: int | None = None  # where it was proposed
    awaited: bool = False  # the member was promised a message once it's in
    on_top: bool = False  # it was written on top, not at the end
    written_uri: str = ""  # if Spotify stored another release instead
    # The IDs of everything proposed together, including itself: its first ballot covers all of them. Empty: it's alone.
    together: tuple[str, ...] = ()
    version: int = 0

    @property
    def uri(self) -> str:
        return self.written_uri or self.recording.uri


@dataclass(frozen=True, slots=True)
class Tally:
    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a list is by one member; None: added in Spotify."""

    member_id: int | None
    count: int


class Contributions(Protocol):
    """Every change comes with its events; they are in the history as soon as the change is stored.

    The same goes for notices: from then on they get sent, whatever happens to the process that made the change.
    """

    async def add(self, contribution: Contribution, *events: Event) -> Contribution:
        """Store a new one and return what is stored: the earlier one, if its origin already existed.

        The stored version is 1. On return it's safe: "accepted" relies on this.
        """
        ...

    async def add_all(self, contributions: Sequence[Contribution]) -> int:
        """Store many at once, without events, skipping those whose origin already exists. Returns how many were new."""
        ...

    async def get(self, guild_id: int, contribution_id: str) -> Contribution | None:
        """The guild's contribution; None for another guild's, too."""
        ...

    async def by_origin(self, guild_id: int, origin: str) -> Contribution | None: ...

    async def by_origins(self, guild_id: int, origins: Collection[str]) -> tuple[Contribution, ...]:
        """Those that came from one of these, in any order. origins: a few thousand at most."""
        ...

    async def several(self, guild_id: int, contribution_ids: Sequence[str]) -> tuple[Contribution, ...]:
        """The guild's contributions with these IDs, in the same order; missing ones are left out.

        contribution_ids: a few hundred at most.
        """
        ...

    async def swap(
        self, old: Contribution, new: Contribution, *events: Event, notices: Sequence[Notice] = ()
    ) -> Contribution | None:
        """Replace `old` with `new` and return what is stored now (its version is one higher).

        None, and nothing changed, if it no longer has `old.version`.
        """
        ...

    async def erase(self, contribution: Contribution) -> bool:
        """Erase one that is finished, with its votes and events.

        False, and nothing is erased, if it no longer has that version.
        """
        ...

    async def next_number(self, list_id: str, *, block: int = 1) -> int:
        """A number never used before in this list, greater than all earlier ones: the first of `block` in a row."""
        ...

    async def in_state(
        self, list_id: str, states: Collection[State], *, limit: int, after: int = 0
    ) -> tuple[Contribution, ...]:
        """Those with a `number` greater than `after`, by number.

        Without `after`, those without a number (PENDING) come first, by creation.
        """
        ...

    async def of_batch(self, list_id: str, batch_id: str) -> tuple[Contribution, ...]:
        """By number."""
        ...

    async def alike(self, list_id: str, recordings: Collection[Recording]) -> tuple[Contribution, ...]:
        """Those in any state with the URI (requested or written), ISRC or fingerprint of one of these; oldest first.

        recordings: a few hundred at most; an empty ISRC or fingerprint matches nothing.
        """
        ...

    async def of_uris(
        self, list_id: str, uris: Collection[str], states: Collection[State] = INSIDE
    ) -> tuple[Contribution, ...]:
        """Those that represent one of these URIs (as written), by number."""
        ...

    async def count(
        self,
        list_id: str,
        states: Collection[State],
        *,
        member_id: int | None = None,
        artist_id: str | None = None,
        since: datetime | None = None,
        round_no: int | None = None,
    ) -> int:
        """How many there are; `since` filters by creation."""
        ...

    async def latest_of(
        self, list_id: str, member_id: int, states: Collection[State], limit: int = 1
    ) -> tuple[Contribution, ...]:
        """A member's, newest first."""
        ...

    async def lists_with(self, states: Collection[State]) -> frozenset[str]:
        """The IDs of lists with any in these states, which are among UNFINISHED."""
        ...

    async def undecided(self, *, list_id: str | None = None) -> tuple[Contribution, ...]:
        """Those with an open ballot, by its end; in one list, or in all."""
        ...

    async def unshown(self) -> tuple[Contribution, ...]:
        """Those whose ballot is decided, but whose card, if any, doesn't show it yet."""
        ...

    async def shares(
        self, list_id: str, states: Collection[State], *, since: datetime | None = None
    ) -> tuple[Share, ...]:
        """How many there are per member, most first."""
        ...

    async def moments(
        self, list_id: str, states: Collection[State], *, limit: int
    ) -> tuple[tuple[datetime, int | None, int], ...]:
        """Creation, member and duration in ms of the newest ones, newest first: the data for the charts."""
        ...


class Votes(Protocol):
    async def cast(
        self, contribution_id: str, ballot_no: int, member_id: int, now: datetime, *, yes: bool
    ) -> bool:
        """Store the member's one vote, replacing an earlier one. False: it was the same already."""
        ...

    async def tally(self, contribution_id: str, ballot_no: int, *, without: int | None = None) -> Tally:
        """The number of votes each way; `without` leaves out one member's vote."""
        ...

    async def of_member(self, contribution_id: str, ballot_no: int, member_id: int) -> bool | None: ...
