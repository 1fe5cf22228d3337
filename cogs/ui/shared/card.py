"""The card of a proposal: what it is, who proposed it, how the votes stand, until when; and what was decided.

The same card serves votes about throwing something out. Titles are not kept; a card that is drawn anew without asking
Spotify takes them from the former one.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.services.shared.core.ballot import BallotState, is_alive, missing
from bot.stores.contributions import BallotKind
from bot.stores.lists import ListStatus
from cogs.ui.layout import ACCENT
from cogs.ui.track_card import track_card
from cogs.words.decisions import decision
from cogs.words.lists import MAJORITIES
from cogs.words.names import FOOTER, mention, unnamed
from cogs.words.text import CHOICE, bar, count, plain_text, safe_text

if TYPE_CHECKING:
    from bot.spotify.models import Track

IN: Final = "Proposed for {name}"
OFF: Final = "Shall this leave {name}?"
PROPOSED_BY: Final = "Proposed by"
BEGUN_BY: Final = "Vote begun by"
NOTE: Final = "Note"
VOTES: Final = "Votes"
APPROVAL: Final = "Approval"
DECISION: Final = "Decision"
OURS: Final = frozenset({PROPOSED_BY, BEGUN_BY, NOTE, VOTES, APPROVAL, DECISION})

NOTE_SHOWN: Final = 400  # of the field, with what makes a note harmless; a note has at most 200 characters
NAME_SHOWN: Final = 100
CURATOR_DECIDES: Final = "A curator decides {until}; otherwise it lapses."
GOES_IN: Final = "{more} more 👍 and it goes in. Open {until}; then it lapses."
CURATOR_DECIDES_ALL: Final = "A curator decides {until}; otherwise they lapse."
GOES_IN_ALL: Final = "{more} more 👍 and they go in. Open {until}; then they lapse."
WITH_OTHERS: Final = (
    "-# Proposed together with {others}: a vote counts for all of them, *Decline…* for this one."
)
COMES_OUT: Final = "{more} more 👍 and it is taken out. Open {until}; then it stays."
PAUSED: Final = (
    "⏸️ The playlist is paused. This goes on when the playlist does, and keeps the time it has left."
)
STAYS: Final = "Not everybody agrees, so it stays. Open {until}."
ASKS_IN: Final = (
    "-# In with {needed} more 👍 than 👎, out the other way round. One vote each; you can change it."
)
ASKS_OFF: Final = "-# It takes {needed} voters and {majority}. One vote each; you can change it."


def card_embed(ballot_state: BallotState, head: discord.Embed) -> discord.Embed:
    """head: what the proposal is about, by `head_of` or `former_head`."""
    held, ballot = ballot_state.contribution, ballot_state.ballot
    card = deepcopy(head)
    off = ballot.kind is BallotKind.VOTE_OFF
    title = (OFF if off else IN).format(name=plain_text(ballot_state.shared.name, NAME_SHOWN))
    card.set_author(name=plain_text(title, 2 * CHOICE))
    if held.member_id is not None:
        card.add_field(name=PROPOSED_BY, value=mention(held.member_id))
    if off:
        card.add_field(name=BEGUN_BY, value=mention(ballot.proposer_id))
    if held.note:
        card.add_field(name=NOTE, value=safe_text(held.note, NOTE_SHOWN), inline=False)
    if is_open(ballot_state):
        name, text = open_field(ballot_state)
        if held.together and not off:
            text = f"{text}\n{WITH_OTHERS.format(others=count(len(held.together) - 1, 'track'))}"
        return card.add_field(name=name, value=text, inline=False)
    return card.add_field(name=DECISION, value=decision(ballot_state), inline=False)


def is_open(ballot_state: BallotState) -> bool:
    return ballot_state.ballot.open and is_alive(ballot_state.contribution, ballot_state.ballot)


def head_of(track: Track | None, uri: str) -> discord.Embed:
    """The track as on every card; without one, when Spotify does not answer, a link to it."""
    if track is not None:
        return track_card(track)
    return discord.Embed(description=unnamed(uri, NAME_SHOWN), colour=ACCENT).set_footer(text=FOOTER)


def former_head(card: discord.Embed) -> discord.Embed:
    """What a card that was posted earlier says about the track."""
    head = deepcopy(card)  # discord.py's own copy shares the fields
    kept = [field for field in card.fields if field.name not in OURS]
    head.clear_fields()
    for field in kept:
        head.add_field(name=field.name, value=field.value, inline=field.inline)
    return head


def looks_like(former: discord.Embed, card: discord.Embed) -> bool:
    """Whether our part of a posted card says the same."""
    return _our_fields(former) == _our_fields(card)


def open_field(ballot_state: BallotState) -> tuple[str, str]:
    """What is missing, and until when, with the name it stands under."""
    ballot, tally = ballot_state.ballot, ballot_state.tally
    paused = ballot_state.shared.status is ListStatus.PAUSED
    several = bool(ballot_state.together)
    until = format_dt(ballot.ends_at, "R")
    if ballot.kind is BallotKind.APPROVAL:
        decides = CURATOR_DECIDES_ALL if several else CURATOR_DECIDES
        return APPROVAL, PAUSED if paused else decides.format(
            until=f"until {format_dt(ballot.ends_at, 'f')} ({until})"
        )
    more = missing(ballot, tally)
    if ballot.kind is BallotKind.VOTE_IN:
        done, of, tells, asks = (
            ballot.needed - (more or 0),
            ballot.needed,
            GOES_IN_ALL if several else GOES_IN,
            ASKS_IN,
        )
    else:
        done, of = (0, 1) if more is None else (tally.yes, tally.yes + more)
        tells, asks = (STAYS if more is None else COMES_OUT), ASKS_OFF
    closes = f"until {format_dt(ballot.ends_at, 'f')} ({until})"
    lines = (
        f"{bar(done, of)} 👍 {tally.yes} 👎 {tally.no}",
        PAUSED if paused else tells.format(more=more, until=closes),
        asks.format(needed=ballot.needed, majority=f"{MAJORITIES[ballot.majority]} of them"),
    )
    return VOTES, "\n".join(lines)


def _our_fields(card: discord.Embed) -> list[tuple[str | None, str | None]]:
    return [(field.name, field.value) for field in card.fields if field.name in OURS]
