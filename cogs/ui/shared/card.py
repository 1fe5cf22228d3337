"""The card of a proposal: what it is, who proposed it, how the votes stand, until when; and what was decided.

The same card serves votes about removing something. It is low: at most five lines and a row of buttons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.languages import Text
from bot.services.shared.core.ballot import BallotState, is_alive, missing
from bot.stores.contributions import BallotKind, State
from bot.stores.lists import ListStatus
from cogs.ui.layout import rows, text, with_button, with_picture
from cogs.ui.reply import Reply
from cogs.ui.shared.head import card_parts, texts_of
from cogs.words.counts import TRACKS
from cogs.words.decisions import decision, tally_words
from cogs.words.lists import MAJORITIES
from cogs.words.names import mention
from cogs.words.text import bar, safe_text

if TYPE_CHECKING:
    from bot.services.shared.outbox.health import WaitingFor
    from cogs.ui.layout import Control, Part
    from cogs.ui.shared.head import Head

NAME_SHOWN: Final = 24
NOTE_SHOWN: Final = 60  # the history has all of it

PROPOSED: Final = Text("Proposed by {member} for **{name}**")
PROPOSED_SAYING: Final = Text("Proposed by {member} for **{name}**: “{note}”")
REMOVE: Final = Text("Remove this from **{name}**? Vote started by {opener}")
REMOVE_ADDED: Final = Text("Remove this from **{name}**? Added by {member}, vote started by {opener}")
REMOVED_FROM: Final = Text("Vote in **{name}** started by {opener}")
REMOVED_FROM_ADDED: Final = Text("Added by {member}, vote in **{name}** started by {opener}")
DECIDED: Final = "{decision} · {about}"
LIKED: Final = "{words} · {hearts}"
HEARTS: Final = "♥ {count:,}"

VOTES: Final = "{votes} {bar} {missing}"
GOES_IN: Final = Text("{more} more 👍 and it goes in.")
GOES_IN_ALL: Final = Text("{more} more 👍 and they go in.")
# How many 👍 more than 👎, and how many 👍 where there are no 👎.
HIDDEN_LEAD: Final = Text("It goes in once 👍 lead by {needed:,}. The count is shown when the vote ends.")
HIDDEN_LEAD_ALL: Final = Text("They go in once 👍 lead by {needed:,}. The count is shown when the vote ends.")
HIDDEN_UP: Final = Text("It goes in with {needed:,} 👍. The count is shown when the vote ends.")
HIDDEN_UP_ALL: Final = Text("They go in with {needed:,} 👍. The count is shown when the vote ends.")
HIDDEN: Final = Text("The count is shown when the vote ends.")
COMES_OUT: Final = Text("{more} more 👍 and it's removed.")
STAYS: Final = Text("It stays: not all votes are in favour.")
ONE_EACH: Final = Text("One vote each; you can change yours.")
ONE_VOTE: Final = Text("One vote each.")
OR_CURATOR: Final = Text("A curator can also decide.")
NEEDS: Final = Text("Needs at least {needed} votes, {majority} in favour.")
WITH_OTHERS: Final = Text("Proposed with {others}: votes count for all of them, *Decline…* is for this one.")
OPEN_EXPIRES: Final = Text("Open until {day} ({left}), then it expires.")
OPEN_EXPIRES_ALL: Final = Text("Open until {day} ({left}), then they expire.")
OPEN_STAYS: Final = Text("Open until {day} ({left}), then it stays.")
CURATOR_DECIDES: Final = Text("A curator decides by {day} ({left}), then it expires.")
CURATOR_DECIDES_ALL: Final = Text("A curator decides by {day} ({left}), then they expire.")
PAUSED: Final = Text("⏸️ The playlist is paused. The time left is kept until it's resumed.")


@dataclass(frozen=True, slots=True)
class Buttons:
    """apart, curators: for others than those who press the row. like: for what went in."""

    row: tuple[Control, ...]
    apart: Control | None = None
    curators: tuple[Control, ...] = ()
    like: Control | None = None


def card(ballot_state: BallotState, head: Head, buttons: Buttons, waiting: WaitingFor | None) -> Reply:
    """head: by `head_of` or `former_head`. Votes stand on an open card only; on a decided one, ♥."""
    if not is_open(ballot_state):
        decided = with_likes(
            DECIDED.format(decision=decision(ballot_state, waiting), about=about(ballot_state)), ballot_state
        )
        inside = ballot_state.contribution.state is State.LANDED
        below_head = with_button(decided, buttons.like) if inside and buttons.like else text(decided)
        return Reply(card=(text(head.words), below_head))
    lines = [*votes_line(ballot_state)]
    held = ballot_state.contribution
    if held.together and ballot_state.ballot.kind is not BallotKind.VOTE_OFF:
        lines.append(f"-# {WITH_OTHERS(others=TRACKS(len(held.together) - 1))}")
    top = [with_picture(head.words, head.artwork, head.alt)]
    if isinstance(top[0], discord.ui.Section):
        top[0].add_item(about(ballot_state))  # beside the picture, where there is room
    else:
        lines.insert(0, about(ballot_state))
    top += [text(*lines)] if lines else []
    return Reply(card=(*top, *below(deadline(ballot_state), buttons)))


def with_likes(words: str, ballot_state: BallotState) -> str:
    """And how many like what went in."""
    if not ballot_state.likes:
        return words
    return LIKED.format(words=words, hearts=HEARTS.format(count=ballot_state.likes))


def below(ends: str, buttons: Buttons) -> list[Part]:
    """The row of buttons, then the small print with what stands apart."""
    words = f"-# {ends}"
    return [
        *rows(buttons.row),
        *rows(buttons.curators),
        with_button(words, buttons.apart) if buttons.apart else text(words),
    ]


def is_open(ballot_state: BallotState) -> bool:
    return ballot_state.ballot.open and is_alive(ballot_state.contribution, ballot_state.ballot)


def about(ballot_state: BallotState) -> str:
    """Who proposed it or began the vote, for which playlist, and the words added to it."""
    held, ballot = ballot_state.contribution, ballot_state.ballot
    name = safe_text(ballot_state.shared.name, NAME_SHOWN)
    member = mention(held.member_id) if held.member_id is not None else ""
    if ballot.kind is BallotKind.VOTE_OFF:
        plain, added = (REMOVE, REMOVE_ADDED) if is_open(ballot_state) else (REMOVED_FROM, REMOVED_FROM_ADDED)
        return (added if member else plain)(name=name, member=member, opener=mention(ballot.proposer_id))
    note = safe_text(held.note, NOTE_SHOWN) if held.note and is_open(ballot_state) else ""
    return (PROPOSED_SAYING if note else PROPOSED)(
        member=member or mention(ballot.proposer_id), name=name, note=note
    )


def votes_line(ballot_state: BallotState) -> tuple[str, ...]:
    """The count first, for those who hear it, then how far that is, and what is missing; none for an approval."""
    ballot, tally = ballot_state.ballot, ballot_state.tally
    if ballot.kind is BallotKind.APPROVAL:
        return ()
    if ballot.hidden:
        return (_hidden_line(ballot_state),)
    more = missing(ballot, tally)
    if ballot.kind is BallotKind.VOTE_IN:
        done, of = ballot.needed - (more or 0), ballot.needed
        still = (GOES_IN_ALL if ballot_state.together else GOES_IN)(more=more)
    else:
        done, of = (0, 1) if more is None else (tally.yes, tally.yes + more)
        still = STAYS() if more is None else COMES_OUT(more=more)
    return (VOTES.format(votes=tally_words(ballot, tally), bar=bar(done, of), missing=still),)


def _hidden_line(ballot_state: BallotState) -> str:
    ballot, several = ballot_state.ballot, bool(ballot_state.together)
    if ballot.kind is BallotKind.VOTE_OFF:
        return HIDDEN()
    up, lead = (HIDDEN_UP_ALL, HIDDEN_LEAD_ALL) if several else (HIDDEN_UP, HIDDEN_LEAD)
    return (up if ballot.only_yes else lead)(needed=ballot.needed)


def deadline(ballot_state: BallotState) -> str:
    """Until when, and what then; and the rules of the vote."""
    ballot, several = ballot_state.ballot, bool(ballot_state.together)
    if ballot.kind is BallotKind.APPROVAL:
        until, rules = (CURATOR_DECIDES_ALL if several else CURATOR_DECIDES), []
    elif ballot.kind is BallotKind.VOTE_IN:
        until, rules = (
            (OPEN_EXPIRES_ALL if several else OPEN_EXPIRES),
            [(ONE_VOTE if ballot.only_yes else ONE_EACH)()],
        )
        rules += [OR_CURATOR()] if ballot.approvable else []
    else:
        needs = NEEDS(needed=ballot.needed, majority=MAJORITIES[ballot.majority]())
        until, rules = OPEN_STAYS, [needs, ONE_EACH()]
    if ballot_state.shared.status is ListStatus.PAUSED:
        return " ".join((PAUSED(), *rules))
    ends = until(day=format_dt(ballot.ends_at, "f"), left=format_dt(ballot.ends_at, "R"))
    return " ".join((ends, *rules))


def looks_like(message: discord.Message, reply: Reply) -> bool:
    """Whether a posted card says the same already."""
    posted = [said for part in card_parts(message) for said in texts_of(part)]
    return posted == said_by(reply)


def said_by(reply: Reply) -> list[str]:
    """The texts of a card that is about to be sent."""
    return [
        part.content for part in reply.layout().walk_children() if isinstance(part, discord.ui.TextDisplay)
    ]
