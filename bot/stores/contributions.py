"""Contributions: every item of a shared playlist, who brought it, and what became of it."""

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
    SPOTIFY = "spotify"  # somebody put it there in Spotify, or it was in when the list was lent


class State(StrEnum):
    PENDING = "pending"  # waits for a curator or for votes; `ballot` says how
    QUEUED = "queued"  # accepted; waits to be written
    SENDING = "sending"  # in the batch that is being written
    LANDED = "landed"  # in the playlist
    DECLINED = "declined"  # a curator or the votes said no
    LAPSED = "lapsed"  # nobody decided in time
    WITHDRAWN = "withdrawn"  # by whoever proposed it, before it landed
    REJECTED = "rejected"  # Spotify refused it
    PARKED = "parked"  # its outcome stayed unknown after three rounds; curators are told
    LEAVING = "leaving"  # was in; waits to be taken out
    REMOVED = "removed"  # was in and was taken out


# Every set of states that anybody asks for, each once. How a contribution moves between them is in the ledger.
QUEUE = frozenset({State.QUEUED, State.SENDING})  # accepted, and Spotify has not answered yet
OUTBOX = QUEUE | {State.LEAVING}  # what the outbox has to write
ON_ITS_WAY = QUEUE | {State.PARKED}  # accepted, and not in as far as we know
ANSWERED = frozenset({State.LANDED, State.REJECTED})  # Spotify has said what it makes of it
OUTSTANDING = ON_ITS_WAY | {State.PENDING}  # whether it goes in is still open
INSIDE = frozenset({State.LANDED, State.LEAVING})
UNFINISHED = OUTBOX | {State.PARKED}  # somebody has work left with it
EVER_INSIDE = INSIDE | {State.REMOVED}
GOING = frozenset({State.LEAVING, State.REMOVED})  # on its way out, or out after it was in
ADDED = ON_ITS_WAY | EVER_INSIDE  # accepted, whatever became of it later
OCCUPYING = OUTSTANDING | INSIDE  # what counts for duplicates and limits
WITHDRAWABLE = frozenset({State.PENDING, State.QUEUED})  # by whoever proposed it
CANCELLABLE = WITHDRAWABLE | {State.PARKED}  # lapses with its list; what is being sent does not
UNDOABLE = QUEUE | {State.LANDED}  # an addition that can still be taken back


class Leave(StrEnum):
    """Why an item left, or is about to."""

    UNDONE = "undone"
    VOTED_OFF = "voted_off"
    DROPPED = "dropped"  # the list was full
    ROUND = "round"  # its round ended
    SPOTIFY = "spotify"  # somebody took it out in Spotify
    RESTORED = "restored"  # an earlier state was restored, in which it was not


class BallotKind(StrEnum):
    APPROVAL = "approval"  # in, by a curator's word
    VOTE_IN = "vote_in"
    VOTE_OFF = "vote_off"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A decision that is open, or was taken: about a PENDING contribution, or about throwing a LANDED one out."""

    number: int  # from 1, per contribution; votes belong to one ballot
    kind: BallotKind
    proposer_id: int  # whose own vote does not count
    opened_at: datetime
    ends_at: datetime
    needed: int = (
        1  # VOTE_IN: approvals minus objections; VOTE_OFF: voters; as the settings said at the start
    )
    majority: Majority = Majority.HALF  # VOTE_OFF: likewise
    open: bool = True
    yes: int = 0  # as counted when it was decided; while it is open, count the votes
    no: int = 0
    decided_by: int | None = None  # a curator; None: by votes or by time
    reason: str = ""  # of the curator, for the proposer; untrusted text
    against: str = ""  # the rule that had come to speak against what was wanted, so that it did not go in
    channel_id: int | None = None  # where its card is
    message_id: int | None = None  # None: none was posted yet; 0: it was deleted
    shown: bool = False  # the card shows the decision
    extended_to: datetime | None = None  # what its list was paused up to then is in `ends_at` already


@dataclass(frozen=True, slots=True)
class Recording:
    """What we keep of a track to tell whether two are the same recording; no titles or names.

    fingerprint: of the normalised title; empty where unknown. year: of the release.
    """

    uri: str
    isrc: str = ""
    artist_ids: tuple[str, ...] = ()
    duration_ms: int = 0
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    contribution_id: str  # ours: 12 letters and digits, for controls
    origin: str  # unique: what it came from ("interaction 123/0", "message 9/0", "found <list> 17/3")
    list_id: str
    guild_id: int
    member_id: int | None  # None: came in Spotify
    via: Via
    recording: Recording
    state: State
    created_at: datetime
    changed_at: datetime  # of `state`
    note: str = ""  # untrusted text, up to 200 characters
    round_no: int = 1
    number: int | None = (
        None  # its place in the order of writing; from QUEUED on. Of found items: their order
    )
    batch_id: str | None = None  # from SENDING on
    ballot: Ballot | None = None  # the latest
    leave: Leave | None = None
    left_by: int | None = None  # the member who had it taken out
    channel_id: int | None = None  # where it was proposed
    awaited: bool = False  # the member was promised to be told when it is in
    written_uri: str = ""  # where Spotify put another release in its place
    # The ids of all that was proposed at once, itself among them: its first ballot is theirs, too. Empty: it is alone.
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
    """How much of a list is by one member; None: came in Spotify."""

    member_id: int | None
    count: int


class Contributions(Protocol):
    """Every change takes the events that tell of it; they are in the history as soon as the change is stored.

    So it is with the notices: from then on they are told, whatever happens to the process that made the change.
    """

    async def add(self, contribution: Contribution, *events: Event) -> Contribution:
        """Keep a new one and answer what is stored: the earlier one when its origin was there already.

        The stored version is 1. On return it is safe: this is what "accepted" rests on.
        """
        ...

    async def add_all(self, contributions: Sequence[Contribution]) -> int:
        """Keep many at once, without events; those whose origin is there already are left. How many were new."""
        ...

    async def get(self, guild_id: int, contribution_id: str) -> Contribution | None:
        """The guild's contribution; None also for another guild's."""
        ...

    async def by_origin(self, origin: str) -> Contribution | None: ...

    async def by_origins(self, origins: Collection[str]) -> tuple[Contribution, ...]:
        """Those that came from one of these, in no order. origins: some thousands at most."""
        ...

    async def several(self, guild_id: int, contribution_ids: Sequence[str]) -> tuple[Contribution, ...]:
        """The guild's contributions with these ids, in the order of the ids; those there are none of are left out.

        contribution_ids: a few hundred at most.
        """
        ...

    async def swap(
        self, old: Contribution, new: Contribution, *events: Event, notices: Sequence[Notice] = ()
    ) -> Contribution | None:
        """Replace `old` by `new` and answer what is stored now (its version is one higher).

        None, and nothing changed, when it no longer has `old.version`.
        """
        ...

    async def erase(self, contribution: Contribution) -> bool:
        """Erase one that is over, with its votes and the events that tell of it.

        False, and nothing is erased, when it no longer has that version.
        """
        ...

    async def next_number(self, list_id: str, *, block: int = 1) -> int:
        """A number nobody had before in this list, greater than all before it: the first of `block` in a row."""
        ...

    async def in_state(
        self, list_id: str, states: Collection[State], *, limit: int, after: int = 0
    ) -> tuple[Contribution, ...]:
        """Those whose `number` is greater than `after`, by number.

        Without `after` those without a number (PENDING) come first, by creation.
        """
        ...

    async def of_batch(self, list_id: str, batch_id: str) -> tuple[Contribution, ...]:
        """By number."""
        ...

    async def alike(self, list_id: str, recordings: Collection[Recording]) -> tuple[Contribution, ...]:
        """Those of any state with the URI (asked or written), ISRC or fingerprint of one of these; the oldest first.

        recordings: a few hundred at most; an empty ISRC or fingerprint is none.
        """
        ...

    async def of_uris(
        self, list_id: str, uris: Collection[str], states: Collection[State] = INSIDE
    ) -> tuple[Contribution, ...]:
        """Those that stand for one of these URIs (as written), by number."""
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
        """How many there are; `since` looks at their creation."""
        ...

    async def latest_of(
        self, list_id: str, member_id: int, states: Collection[State], limit: int = 1
    ) -> tuple[Contribution, ...]:
        """A member's, newest first."""
        ...

    async def lists_with(self, states: Collection[State]) -> frozenset[str]:
        """The ids of lists that have any in these states, which are among UNFINISHED."""
        ...

    async def undecided(self, *, list_id: str | None = None) -> tuple[Contribution, ...]:
        """Those with an open ballot, by its end; of one list, or of all."""
        ...

    async def overdue(self, now: datetime) -> tuple[Contribution, ...]:
        """Those of any list whose open ballot has reached its end, by that."""
        ...

    async def next_end(self, after: datetime) -> datetime | None:
        """When the first open ballot ends that does so later than `after`, in any list."""
        ...

    async def unshown(self) -> tuple[Contribution, ...]:
        """Those whose ballot is decided, but whose card, if there is one, does not show it yet."""
        ...

    async def shares(
        self, list_id: str, states: Collection[State], *, since: datetime | None = None
    ) -> tuple[Share, ...]:
        """How many are by whom, most first."""
        ...

    async def moments(
        self, list_id: str, states: Collection[State], *, limit: int
    ) -> tuple[tuple[datetime, int | None, int], ...]:
        """Creation, member and duration in ms of the newest, newest first: what the pictures are drawn from."""
        ...


class Votes(Protocol):
    async def cast(
        self, contribution_id: str, ballot_no: int, member_id: int, now: datetime, *, yes: bool
    ) -> bool:
        """Keep the member's one vote, in place of an earlier one. False: it was the same already."""
        ...

    async def tally(self, contribution_id: str, ballot_no: int, *, without: int | None = None) -> Tally:
        """How many say what; `without` leaves out one member's vote."""
        ...

    async def of_member(self, contribution_id: str, ballot_no: int, member_id: int) -> bool | None: ...
