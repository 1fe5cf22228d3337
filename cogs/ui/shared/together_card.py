"""The card of what a member proposed at once: all its tracks, one vote or one press for all, and what became of each.

The tracks are numbered, so that what is decided about some can be said without their titles, which are not kept.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.core.ballot import is_decided_together
from bot.stores.contributions import BallotKind
from cogs.ui.controls import CONTRIBUTION, Ack, Item
from cogs.ui.layout import ACCENT
from cogs.ui.reply import Reply, controls
from cogs.ui.shared.card import (
    DECISION,
    NAME_SHOWN,
    NOTE,
    NOTE_SHOWN,
    PROPOSED_BY,
    is_open,
    open_field,
)
from cogs.words.decisions import decision
from cogs.words.names import FOOTER, by_artist, mention, unnamed
from cogs.words.text import (
    CHOICE,
    EMBED_DESCRIPTION,
    FIELD_VALUE,
    fitting,
    masked_link,
    plain_text,
    safe_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.services.shared.core.ballot import BallotState
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from cogs.ui.layout import Control

ALL_IN: Final = "{count} tracks proposed for {name}"
OPEN_STILL: Final = "Still open: {which}"
FOR_ALL: Final = "-# One vote counts for all of them."
ONE_BY_ONE: Final = "-# Curators can decide about single tracks under `/shared pending`."
TITLE_SHOWN: Final = 50
ARTIST_SHOWN: Final = 30

VOTE_ALL: Final = Item("sp:bvote", id=CONTRIBUTION, way="[yn]")
APPROVE_ALL: Final = Item("sp:bapprove", id=CONTRIBUTION)
DECLINE_ALL: Final = Item("sp:bdecline", Ack.NONE, id=CONTRIBUTION)
WITHDRAW_ALL: Final = Item("sp:bwithdraw", id=CONTRIBUTION)
FOR, AGAINST = "I want them", "Rather not"
APPROVE_LABEL, DECLINE_LABEL, WITHDRAW_LABEL = "Approve all", "Decline all…", "Withdraw all"


def together_card(ballot_state: BallotState, head: discord.Embed) -> Reply:
    """head: the tracks, by `together_head`, or as they stand on the former card."""
    card = together_embed(ballot_state, head)
    if not is_open(ballot_state):
        return Reply(embed=card)
    return Reply(embed=card, view=controls(*_buttons(ballot_state)))


def together_head(several: Sequence[Contribution], tracks: Mapping[str, Track]) -> discord.Embed:
    """tracks: those that Spotify names, by URI."""
    lines = [f"{number}\\. {_title(one, tracks)}" for number, one in enumerate(several, start=1)]
    embed = discord.Embed(description=fitting(lines, EMBED_DESCRIPTION), colour=ACCENT)
    return embed.set_footer(text=FOOTER)


def together_embed(ballot_state: BallotState, head: discord.Embed) -> discord.Embed:
    held, several = ballot_state.contribution, ballot_state.together
    card = deepcopy(head)
    title = ALL_IN.format(count=len(several), name=plain_text(ballot_state.shared.name, NAME_SHOWN))
    card.set_author(name=plain_text(title, 2 * CHOICE))
    if held.member_id is not None:
        card.add_field(name=PROPOSED_BY, value=mention(held.member_id))
    if held.note:
        card.add_field(name=NOTE, value=safe_text(held.note, NOTE_SHOWN), inline=False)
    if is_open(ballot_state):
        name, text = open_field(ballot_state)
        by_curator = ballot_state.ballot.kind is BallotKind.APPROVAL
        lines = [text, ONE_BY_ONE if by_curator else FOR_ALL]
        undecided = [number for number, one in enumerate(several, start=1) if _is_open(one)]
        if len(undecided) < len(several):
            lines.insert(0, OPEN_STILL.format(which=spans(undecided)))
        card.add_field(name=name, value="\n".join(lines), inline=False)
    if decided := list(_decisions(ballot_state)):
        card.add_field(name=DECISION, value=fitting(decided, FIELD_VALUE), inline=False)
    return card


def spans(numbers: Sequence[int]) -> str:
    """As they stand before the tracks, those in a row as a span. numbers: ascending."""
    parts = []
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        first, *rest = [number for _, number in run]
        parts.append(f"{first} to {rest[-1]}" if rest else str(first))
    return ", ".join(parts)


def _decisions(ballot_state: BallotState) -> Iterator[str]:
    """Each decision once, with the numbers of the tracks it is about; without them where it is about all."""
    by_words: dict[str, list[int]] = {}
    for number, one in enumerate(ballot_state.together, start=1):
        if not _is_open(one) and one.ballot is not None:
            words = decision(replace(ballot_state, contribution=one, ballot=one.ballot, together=()))
            by_words.setdefault(words, []).append(number)
    for words, numbers in by_words.items():
        yield words if len(numbers) == len(ballot_state.together) else f"**{spans(numbers)}:** {words}"


def _is_open(one: Contribution) -> bool:
    return is_decided_together(one) and one.ballot is not None and one.ballot.open


def _title(one: Contribution, tracks: Mapping[str, Track]) -> str:
    track = tracks.get(one.uri)
    if track is None:
        return unnamed(one.uri, TITLE_SHOWN)
    return f"**{masked_link(track.name, track.url, TITLE_SHOWN)}**{by_artist(track, ARTIST_SHOWN)}"


def _buttons(ballot_state: BallotState) -> Iterator[Control]:
    key = ballot_state.together[0].contribution_id
    if ballot_state.ballot.kind is BallotKind.APPROVAL:
        yield APPROVE_ALL.button(APPROVE_LABEL, style=discord.ButtonStyle.success, id=key)
    else:
        yield VOTE_ALL.button(FOR, emoji="👍", id=key, way="y")
        yield VOTE_ALL.button(AGAINST, emoji="👎", id=key, way="n")
    yield DECLINE_ALL.button(DECLINE_LABEL, style=discord.ButtonStyle.danger, id=key)
    yield WITHDRAW_ALL.button(WITHDRAW_LABEL, id=key)
