"""Notices: messages a member or a channel still has to get. Kept until sent or given up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import Protocol


class NoticeKind(StrEnum):
    """The kinds of notices. A notice's `facts` hold what is listed here; they never name members."""

    DECISION = "decision"  # about a proposal: ballot; together: the first of what was proposed together
    VOTED_OFF = "voted_off"  # to whoever added it: ballot
    VOTE_ENDED = "vote_ended"  # to whoever started a vote to remove something: ballot
    LAPSE = "lapse"  # of something pending in a list: why
    PARKED = "parked"
    EDIT = "edit"  # in Spotify: found, missed, moved, before
    CONSENT = (
        "consent"  # to whoever linked, and in the channels of their lists: the link to Spotify has ended
    )
    CONSENT_ENDS = "consent_ends"  # to the same, before that: given (in milliseconds), days
    DIGEST = "digest"  # since, until: in milliseconds since 1970
    BEST = "best"  # a playlist with the best of a list is ready: span
    RECAP = "recap"  # of what is over: round or year
    AWAY = "away"  # to an owner: the bot was removed from the server
    BACK = "back"  # to an owner, and in the list's channel: it was added again
    ENDED = "ended"  # to an owner: it wasn't added back within 30 days, so the list is closed
    SETTLED = "settled"  # the outcome of something the member was promised a message about
    JOB = "job"  # to whoever began work on a playlist of theirs that has ended: job
    SEAT = "seat"  # to a linked member: whoever runs the bot asks for their seat back
    TITLE = "title"  # name or description of a playlist were changed in Spotify
    GRANT = "grant"  # to an owner: curators would like to be allowed something: wanted, separated by "-"
    SEAT_FREE = "seat_free"  # to whoever runs the bot: a member they asked for their seat has unlinked: asked
    INCIDENT = "incident"  # to whoever runs the bot: Spotify refuses consents at once: what, refused, minutes
    IMPORTED = "imported"  # to a member: what came of a file they brought: import
    HINT = "hint"  # to a server's managers: what to begin with
    REPLY = "reply"  # the same, in the reply that promised it: token (sealed), until (in milliseconds), contributions


@dataclass(frozen=True, slots=True)
class Notice:
    """member_id: gets a direct message; None: it goes to a channel of the guild, the first one that accepts it.

    channel_ids: those known when it was written; the list's own channels are looked up when it is sent.
    """

    notice_id: str  # unique: a notice added twice is sent once ("<contribution>:declined:4:proposer")
    kind: NoticeKind
    due_at: datetime  # while a process is sending it: how long the notice belongs to that process alone
    guild_id: int
    list_id: str
    contribution_id: str | None = None
    member_id: int | None = None
    channel_ids: tuple[int, ...] = ()
    facts: dict[str, str | int] = field(default_factory=dict)
    attempts: int = 0


class Notices(Protocol):
    """Notices that come with a change of a contribution or list are added by its `swap`, along with the change."""

    async def add(self, *notices: Notice) -> None:
        """Store them; those whose ID exists, or did until recently, are left as they are."""
        ...

    async def due(self, now: datetime, *, limit: int) -> tuple[Notice, ...]:
        """Those to send by `now`, longest overdue first."""
        ...

    async def next(self) -> datetime | None:
        """When the first one is due, even if it's past; None: there is nothing to send."""
        ...

    async def claim(self, notice: Notice, until: datetime) -> Notice | None:
        """Count one more attempt and return the notice as it is then. None: someone else has it, or it's done."""
        ...

    async def postpone(self, claimed: Notice, due_at: datetime) -> bool:
        """Postpone it. False, and nothing changed, if someone else has claimed it since."""
        ...

    async def done(self, claimed: Notice, remember_until: datetime) -> bool:
        """Erase everything but its ID, which is kept so that the same notice isn't added again. False: as above."""
        ...

    async def sweep(self, now: datetime) -> None:
        """Forget the IDs that no longer have to be remembered."""
        ...

    async def forget_member(self, member_id: int) -> None:
        """Erase those addressed to the member."""
        ...
