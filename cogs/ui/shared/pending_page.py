"""How the queue of a shared playlist is written: what is still to be decided, and what waits for Spotify, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.core.ballot import BallotState, missing
from bot.stores.contributions import BallotKind, State
from bot.stores.lists import ListStatus
from cogs.ui.controls import CONTRIBUTION, Ack, Item
from cogs.ui.layout import text, with_button
from cogs.ui.shared.votes import card_url
from cogs.words.names import FOOTER, mention, track_line
from cogs.words.text import page_of, safe_text
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.services.shared.ballots.pending import PendingPage
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from cogs.ui.layout import Part

TITLE: Final = Text("Pending in {name}")
NOTHING: Final = Text("Nothing is pending: every proposal is decided, and everything accepted is in.")
TO_DECIDE: Final = Text("**Proposals ({count:,})**")
ACCEPTED: Final = Text("**Accepted, going in ({count:,})**")
LEAVING: Final = Text("**Going out ({count:,})**")
BY_CURATOR: Final = Text("a curator decides")
THROW_OUT: Final = Text("🗑️ vote to remove it")
PAUSED: Final = Text("⏸️ paused")
PARKED: Final = Text("⚠️ Spotify hasn't confirmed it; a curator needs to check")
MORE_VOTES: Final = Plural("{n:,} more 👍", "{n:,} more 👍")
HIDDEN: Final = Text("count hidden until the end")
UNTIL: Final = Text("until {when}")
CARD: Final = Text("card")
IN_SPOTIFY: Final = Text("in Spotify")
LOOK: Final = Text("Review")
NAME_SHOWN: Final = 60


REVIEW: Final = Item("sp:review", Ack.THINK, id=CONTRIBUTION)  # to decide about it here


def pending_card(page: PendingPage, names: Mapping[str, Track]) -> tuple[Part, ...]:
    """names: of the tracks that Spotify names, by URI. Eight entries at most, so it always fits."""
    return (
        text(f"### {TITLE(name=safe_text(page.shared.name, NAME_SHOWN))}"),
        *(_parts(page, names) or (text(NOTHING()),)),
        text(f"-# {FOOTER} · {page_of(page.number, page.pages)}"),
    )


def _parts(page: PendingPage, names: Mapping[str, Track]) -> tuple[Part, ...]:
    """Each proposal has its button beside it; what was accepted needs none."""
    undecided = [
        with_button(
            _undecided(ballot_state, names),
            REVIEW.button(LOOK(), id=ballot_state.contribution.contribution_id),
        )
        for ballot_state in page.undecided
    ]
    decided = [*_decided(page, names)]
    return (
        *((text(TO_DECIDE(count=page.undecided_count)), *undecided) if undecided else ()),
        *((text(*decided),) if decided else ()),
    )


def _decided(page: PendingPage, names: Mapping[str, Track]) -> Iterator[str]:
    if page.accepted:
        yield ACCEPTED(count=page.accepted_count)
        yield waiting_words(page.waiting, page.accepted_count)
        for held in page.accepted:
            stuck = f" · {PARKED()}" if held.state is State.PARKED else ""
            yield f"{_what(held, names)} · {_by(held)}{stuck}"
    if page.leaving:
        yield LEAVING(count=page.leaving_count)
        yield waiting_words(page.waiting, page.leaving_count, leaving=True)
        for held in page.leaving:
            yield f"{_what(held, names)} · {_by(held)}"


def _undecided(ballot_state: BallotState, names: Mapping[str, Track]) -> str:
    held, ballot = ballot_state.contribution, ballot_state.ballot
    parts = [_by(held)]
    if ballot.kind is BallotKind.VOTE_OFF:
        parts.append(THROW_OUT())
    if ballot.kind is BallotKind.APPROVAL:
        parts.append(BY_CURATOR())
    else:
        parts += _count(ballot_state)
    paused = ballot_state.shared.status is ListStatus.PAUSED
    parts.append(PAUSED() if paused else UNTIL(when=format_dt(ballot.ends_at, "R")))
    url = card_url(held)
    parts += [f"[{CARD()}]({url})"] if url else []
    return f"{_what(held, names)}\n-# {' · '.join(parts)}"


def _count(ballot_state: BallotState) -> list[str]:
    ballot, tally = ballot_state.ballot, ballot_state.tally
    if ballot.hidden:
        return [HIDDEN()]
    more = missing(ballot, tally)
    return [
        f"👍 {tally.yes}" if ballot.only_yes else f"👍 {tally.yes} 👎 {tally.no}",
        *([MORE_VOTES(more)] if more else []),
    ]


def _what(held: Contribution, names: Mapping[str, Track]) -> str:
    return track_line(names.get(held.uri), held.uri)


def _by(held: Contribution) -> str:
    return mention(held.member_id) if held.member_id else IN_SPOTIFY()
