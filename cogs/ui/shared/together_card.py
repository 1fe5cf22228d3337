"""The card of what a member proposed at once: all its tracks, one vote or one press for all, and what became of each.

The tracks are numbered, so that what is decided about some can be said without their titles, which are not kept.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.services.shared.core.ballot import is_decided_together
from bot.stores.contributions import BallotKind, State
from cogs.ui.controls import CONTRIBUTION, Ack, Item
from cogs.ui.layout import MOST_TEXT, rows, text, with_picture
from cogs.ui.reply import Reply
from cogs.ui.shared.card import DECIDED, Buttons, about, below, deadline, is_open, votes_line, with_likes
from cogs.ui.shared.liking import like_several
from cogs.words.decisions import decision
from cogs.words.text import fitting, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.services.shared.core.ballot import BallotState
    from bot.services.shared.outbox.health import WaitingFor
    from bot.stores.contributions import Contribution
    from cogs.ui.layout import Part
    from cogs.ui.shared.head import Head

SPAN: Final = Text("{first} to {last}")  # numbers
OPEN_STILL: Final = Text("Still open: {which}")
FOR_ALL: Final = Text("-# One vote counts for all of them.")
ONE_BY_ONE: Final = Text("-# Curators can decide on single tracks in `/shared pending`.")

VOTE_ALL: Final = Item("sp:bvote", id=CONTRIBUTION, way="[yn]")
APPROVE_ALL: Final = Item("sp:bapprove", id=CONTRIBUTION)
DECLINE_ALL: Final = Item("sp:bdecline", Ack.NONE, id=CONTRIBUTION)
WITHDRAW_ALL: Final = Item("sp:bwithdraw", id=CONTRIBUTION)
FOR, AGAINST = Text("Add all"), Text("Skip all")
APPROVE_LABEL, DECLINE_LABEL, WITHDRAW_LABEL = Text("Approve all"), Text("Decline all…"), Text("Withdraw all")


def together_card(ballot_state: BallotState, head: Head, waiting: WaitingFor | None = None) -> Reply:
    """head: the tracks, by `together_head`, or as they stand on the former card. waiting: as for `list_card`."""
    if is_open(ballot_state):
        return Reply(card=_open(ballot_state, head, waiting))
    decided = list(_decisions(ballot_state, waiting))
    if len(decided) == 1:
        words = with_likes(DECIDED.format(decision=decided[0], about=about(ballot_state)), ballot_state)
        tracks = [] if head.is_named else _tracks(head)
        return Reply(card=(text(head.words), *tracks, text(words), *_like(ballot_state)))
    said = with_likes(about(ballot_state), ballot_state)
    room = MOST_TEXT - sum(map(size, (head.words, head.tracks, said))) - 1
    return Reply(
        card=(text(head.words), *_tracks(head), text(said, fitting(decided, room)), *_like(ballot_state))
    )


def _open(ballot_state: BallotState, head: Head, waiting: WaitingFor | None) -> tuple[Part, ...]:
    several, by_curator = ballot_state.together, ballot_state.ballot.kind is BallotKind.APPROVAL
    undecided = [number for number, one in enumerate(several, start=1) if _is_open(one)]
    lines = [about(ballot_state)]
    if len(undecided) < len(several):
        lines.append(OPEN_STILL(which=spans(undecided)))
    lines += [*votes_line(ballot_state), ONE_BY_ONE() if by_curator else FOR_ALL()]
    ends = deadline(ballot_state)
    room = MOST_TEXT - sum(size(words) + 1 for words in (head.words, head.tracks, ends, *lines)) - len("-# ")
    if decided := fitting(_decisions(ballot_state, waiting), room):
        lines.append(decided)
    return (
        with_picture(head.words, head.artwork, head.alt),
        *_tracks(head),
        text(*lines),
        *below(ends, _buttons(ballot_state)),
    )


def _like(ballot_state: BallotState) -> list[Part]:
    inside = [one for one in ballot_state.together if one.state is State.LANDED]
    return rows(like_several(ballot_state.shared.list_id, inside))


def _tracks(head: Head) -> list[Part]:
    return [text(head.tracks)] if head.tracks else []


def spans(numbers: Sequence[int]) -> str:
    """As they stand before the tracks, those in a row as a span. numbers: ascending."""
    parts = []
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        first, *rest = [number for _, number in run]
        parts.append(SPAN(first=first, last=rest[-1]) if rest else str(first))
    return ", ".join(parts)


def _decisions(ballot_state: BallotState, waiting: WaitingFor | None) -> Iterator[str]:
    """Each decision once, with the numbers of the tracks it is about; without them where it is about all."""
    by_words: dict[str, list[int]] = {}
    for number, one in enumerate(ballot_state.together, start=1):
        if not _is_open(one) and one.ballot is not None:
            words = decision(replace(ballot_state, contribution=one, ballot=one.ballot), waiting)
            by_words.setdefault(words, []).append(number)
    for words, numbers in by_words.items():
        yield words if len(numbers) == len(ballot_state.together) else f"**{spans(numbers)}:** {words}"


def _is_open(one: Contribution) -> bool:
    return is_decided_together(one) and one.ballot is not None and one.ballot.open


def _buttons(ballot_state: BallotState) -> Buttons:
    key = ballot_state.together[0].contribution_id
    decline = DECLINE_ALL.button(DECLINE_LABEL(), id=key)
    withdraw = WITHDRAW_ALL.button(WITHDRAW_LABEL(), id=key)
    if ballot_state.ballot.kind is BallotKind.APPROVAL:
        return Buttons((APPROVE_ALL.button(APPROVE_LABEL(), id=key), decline), withdraw)
    votes = (
        VOTE_ALL.button(FOR(), style=discord.ButtonStyle.success, emoji="👍", id=key, way="y"),
        VOTE_ALL.button(AGAINST(), emoji="👎", id=key, way="n"),
    )
    ballot = ballot_state.ballot
    row = (*votes[: 1 if ballot.only_yes else 2], withdraw)
    if ballot.approvable:
        return Buttons(row, curators=(APPROVE_ALL.button(APPROVE_LABEL(), id=key), decline))
    return Buttons(row, decline)
