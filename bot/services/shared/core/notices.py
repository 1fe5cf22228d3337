"""Which notices follow from a change: what to send, and to whom. They are stored together with the change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.ballot import is_decided_together
from bot.stores.contributions import ANSWERED, BallotKind, Leave, State, Via
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import Trouble
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from bot.stores.contributions import Ballot, Contribution
    from bot.stores.lists import SharedPlaylist

    Tells = Callable[[Contribution], Sequence[Notice]]  # of what is about to be stored

GATHER: Final = timedelta(seconds=2)  # what happens within this time goes into one message
TOGETHER: Final = timedelta(
    seconds=10
)  # the same for what is decided together, which takes a slow database a while


def decided(after: Contribution, now: datetime) -> tuple[Notice, ...]:
    """For a decision, unless they made it themselves: to who proposed it, started the vote, or added the track."""
    ballot = after.ballot
    if ballot is None:
        return ()
    facts: dict[str, str | int] = {"ballot": ballot.number}
    if is_decided_together(after):  # one message for everything decided with it
        facts["together"], now = after.together[0], now + TOGETHER
    return tuple(
        replace(_about(after, kind, ballot.number, now), member_id=member_id, facts=facts)
        for member_id, kind in dict(_concerned(after, ballot)).items()
        if member_id != FORMER_MEMBER
    )


def _concerned(after: Contribution, ballot: Ballot) -> Iterator[tuple[int, NoticeKind]]:
    if ballot.kind is BallotKind.VOTE_OFF:
        if after.leave is Leave.VOTED_OFF and after.member_id is not None:
            yield after.member_id, NoticeKind.VOTED_OFF
        yield ballot.proposer_id, NoticeKind.VOTE_ENDED
    elif after.member_id is not None and after.member_id != ballot.decided_by:
        yield after.member_id, NoticeKind.DECISION


def lapsed(after: Contribution, why: str, now: datetime, *, by: int | None) -> tuple[Notice, ...]:
    """That it expired. by: who caused that; they needn't be notified."""
    if after.member_id in {None, FORMER_MEMBER, by}:
        return ()
    told = _about(after, NoticeKind.LAPSE, after.version, now + GATHER)
    return (replace(told, member_id=after.member_id, facts={"why": why}),)


def moved(before: Contribution, after: Contribution, now: datetime) -> tuple[Notice, ...]:
    """For a move, whoever makes it: to curators that it's parked, to its member what they were promised."""
    if after.state is before.state:
        return ()
    if after.state is State.PARKED:
        return (_about(after, NoticeKind.PARKED, before.version, now + GATHER),)
    if not after.awaited or after.state not in ANSWERED or after.member_id in {None, FORMER_MEMBER}:
        return ()
    told = _about(after, NoticeKind.SETTLED, before.version, now + GATHER)
    there = () if after.channel_id is None or after.via is Via.DROP else (after.channel_id,)
    return (replace(told, member_id=after.member_id, channel_ids=there),)


def stopped(before: SharedPlaylist, after: SharedPlaylist, now: datetime) -> tuple[Notice, ...]:
    """That the owner's consent has expired, or that the bot was removed from the server, added back, or not in time:
    to the owner, and if it helps, in the list's channel. And there, that a round is over.
    """
    if after.round_no != before.round_no:
        return (_round_over(before, now),)
    kind = _kind_of(before, after)
    if kind is None:
        return ()
    key = f"{after.list_id}:{kind}:{before.version}"
    told = Notice(key, kind, now + GATHER, after.guild_id, after.list_id)
    owner = replace(told, notice_id=_to_owner(after, kind, key), member_id=after.owner_id)
    to_owner = () if after.owner_id == FORMER_MEMBER else (owner,)
    return (told, *to_owner) if kind in {NoticeKind.CONSENT, NoticeKind.BACK} else to_owner


def wanted(before: SharedPlaylist, after: SharedPlaylist, now: datetime) -> tuple[Notice, ...]:
    """What the owner is asked to let curators do: what a curator needed first, or what the owner before had allowed."""
    known = before.grants.asked if before.owner_id == after.owner_id else ()
    new = [grant for grant in after.grants.asked if grant not in known]
    if not new or after.owner_id == FORMER_MEMBER:
        return ()
    key = f"{after.list_id}:{NoticeKind.GRANT}:{before.version}"
    asking = Notice(key, NoticeKind.GRANT, now + GATHER, after.guild_id, after.list_id)
    return (replace(asking, member_id=after.owner_id, facts={"wanted": "-".join(new)}),)


def _round_over(before: SharedPlaylist, now: datetime) -> Notice:
    """A look back on the round, in the list's channel."""
    key = f"{before.list_id}:{NoticeKind.RECAP}:round {before.round_no}"
    facts: dict[str, str | int] = {"round": before.round_no}
    return Notice(key, NoticeKind.RECAP, now + TOGETHER, before.guild_id, before.list_id, facts=facts)


def _kind_of(before: SharedPlaylist, after: SharedPlaylist) -> NoticeKind | None:
    was_away, is_away = (one.trouble is Trouble.BOT_REMOVED for one in (before, after))
    if is_away and after.status is not before.status:
        return NoticeKind.ENDED
    if was_away is not is_away:
        return NoticeKind.AWAY if is_away else NoticeKind.BACK
    if after.trouble is Trouble.CONSENT_ENDED and before.trouble is not after.trouble:
        return NoticeKind.CONSENT
    return None


def _to_owner(after: SharedPlaylist, kind: NoticeKind, key: str) -> str:
    """A consent ends for all lists of its owner, which notice it one after another; the owner gets one letter."""
    if kind is not NoticeKind.CONSENT:
        return f"{key}:owner"
    given = after.trouble_since
    return f"{kind}:{after.owner_id}:{given.isoformat() if given else ''}"


def _about(after: Contribution, kind: NoticeKind, number: int, due_at: datetime) -> Notice:
    """number: distinguishes it from an earlier one of its kind about the same contribution."""
    key = f"{after.contribution_id}:{kind}:{number}"
    return Notice(key, kind, due_at, after.guild_id, after.list_id, after.contribution_id)
