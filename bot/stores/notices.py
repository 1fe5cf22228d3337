"""Notices: what a member or a channel is still to be told. Kept until it was told, or given up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import Protocol


class NoticeKind(StrEnum):
    """What a notice tells. `facts` of a notice holds what is named here; members are never named there."""

    DECISION = "decision"  # about a proposal: ballot; together: the first of what was proposed at once
    VOTED_OFF = "voted_off"  # to whoever had added it: ballot
    VOTE_ENDED = "vote_ended"  # to whoever began a vote to throw something out: ballot
    LAPSE = "lapse"  # of something that waited in a list: why
    PARKED = "parked"
    EDIT = "edit"  # in Spotify: found, missed, moved, before
    CONSENT = "consent"  # the owner's link to Spotify has ended
    DIGEST = "digest"  # since, until: in milliseconds since 1970
    AWAY = "away"  # to an owner: the bot was removed from the server
    BACK = "back"  # to an owner, and in the list's channel: it was added again
    ENDED = "ended"  # to an owner: it was not for 30 days, so the list is closed
    SETTLED = "settled"  # what became of something the member was promised word of
    REPLY = "reply"  # the same, in the reply that promised it: token (sealed), until (in milliseconds), contributions


@dataclass(frozen=True, slots=True)
class Notice:
    """member_id: gets a direct message; None: it goes to a channel of the guild, the first one that takes it.

    channel_ids: what was known when it was written; the list's own channels are looked up when it is told.
    """

    notice_id: str  # unique: the same notice added twice is told once ("<contribution>:declined:4:proposer")
    kind: NoticeKind
    due_at: datetime  # while a process is telling it: until when the notice is that process's alone
    guild_id: int
    list_id: str
    contribution_id: str | None = None
    member_id: int | None = None
    channel_ids: tuple[int, ...] = ()
    facts: dict[str, str | int] = field(default_factory=dict)
    attempts: int = 0


class Notices(Protocol):
    """Those that come with a change of a contribution or list are added by its `swap`, together with the change."""

    async def add(self, *notices: Notice) -> None:
        """Keep them; those whose id is there already, or was until lately, are left as they are."""
        ...

    async def due(self, now: datetime, *, limit: int) -> tuple[Notice, ...]:
        """What is to be told by `now`, the longest overdue first."""
        ...

    async def next(self) -> datetime | None:
        """When the first one is due, be it past; None: there is nothing to tell."""
        ...

    async def claim(self, notice: Notice, until: datetime) -> Notice | None:
        """Count one more attempt and return the notice as it is then. None: somebody else has it, or it is over."""
        ...

    async def postpone(self, claimed: Notice, due_at: datetime) -> bool:
        """Have it told later. False, and nothing changed, when somebody else has claimed it since."""
        ...

    async def done(self, claimed: Notice, remember_until: datetime) -> bool:
        """Erase all but its id, which is kept so that the same notice is not added again. False: as above."""
        ...

    async def sweep(self, now: datetime) -> None:
        """Forget the ids that are not to be remembered any longer."""
        ...

    async def forget_member(self, member_id: int) -> None:
        """Erase what is addressed to the member."""
        ...
