"""Cards of proposals and the queue, as drawn: for every state, for every count, with every hostile name and word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.ballots.pending import PendingPage
from bot.services.shared.core.ballot import BallotState
from bot.services.shared.rules.table import LASTING
from bot.stores.contributions import Ballot, BallotKind, Leave, State, Tally
from bot.stores.lists import ListStatus, Majority
from cogs.ui.reply import Reply, controls
from cogs.ui.shared.card import card_embed, former_head, head_of, looks_like
from cogs.ui.shared.pending_page import card_options, pending_embed
from cogs.ui.shared.votes import card_url, list_card
from cogs.ui.shared.voting_off import vote_off_menus
from cogs.words.decisions import AGAINST, decision
from cogs.words.text import CELLS, FULL, bar
from tests.cogs.hostile import (
    HOSTILE,
    components,
    harms,
    hidden,
    markdown_texts,
    over_limits,
    plain_texts,
    skeleton,
)
from tests.cogs.samples import NOW, TRACK_ID, track
from tests.shared_records import a_list, contribution

if TYPE_CHECKING:
    from collections.abc import Callable

PROPOSER, OPENER, CURATOR = 11, 12, 13
SONG = f"spotify:track:{TRACK_ID}"


def ballot_state(
    kind: BallotKind = BallotKind.VOTE_IN,
    state: State | None = None,
    *,
    name: str = "Friday Mix",
    words: str = "",
    tally: tuple[int, int] = (2, 1),
    **about_ballot: object,
) -> BallotState:
    """Open, unless `state` is one in which it cannot be."""
    alive = State.LANDED if kind is BallotKind.VOTE_OFF else State.PENDING
    ballot = Ballot(
        1,
        kind,
        OPENER if kind is BallotKind.VOTE_OFF else PROPOSER,
        NOW,
        NOW + timedelta(hours=72),
        needed=5,
        majority=Majority.TWO_THIRDS,
        open=state is None,
        yes=tally[0],
        no=tally[1],
        reason=words,
    )
    shared = a_list("playlist", owner_id=1, account_id="account", name=name)
    held = contribution(
        shared,
        1,
        SONG,
        PROPOSER,
        state=state or alive,
        changed_at=ballot.ends_at if state is State.LAPSED else NOW,
        note=words,
    )
    ballot = replace(ballot, **about_ballot)  # type: ignore[arg-type] # fields of a ballot
    undecided = held.state in {State.PENDING, State.DECLINED, State.LAPSED}
    held = replace(
        held, contribution_id="a1b2c3d4e5f6", ballot=ballot, number=None if undecided else held.number
    )
    return BallotState(shared, held, ballot, Tally(*tally))


def page(name: str) -> PendingPage:
    one = ballot_state(name=name, words=name)
    off = ballot_state(BallotKind.VOTE_OFF, name=name)
    others = tuple(replace(one.contribution, contribution_id=f"{number:012}") for number in range(4))
    parked = replace(one.contribution, state=State.PARKED)
    return PendingPage(
        one.shared, 0, 2, (one, off, one), (parked, *others[:3]), others[3:], 30, 40, 50, None, parked=True
    )


def menu(name: str) -> Reply:
    (item,) = vote_off_menus("list0001", [(ballot_state().contribution, track(name))] * 3)
    return Reply("x", view=controls(item))


VIEWS: dict[str, Callable[[str], Reply]] = {
    "vote": lambda name: list_card(ballot_state(name=name, words=name), head_of(track(name), SONG)),
    "vote without a title": lambda name: list_card(ballot_state(name=name), head_of(None, SONG)),
    "approval": lambda name: list_card(
        ballot_state(BallotKind.APPROVAL, name=name, words=name), head_of(track(name), SONG)
    ),
    "vote off": lambda name: list_card(
        ballot_state(BallotKind.VOTE_OFF, name=name, words=name), head_of(track(name, artists=20), SONG)
    ),
    "declined": lambda name: list_card(
        ballot_state(state=State.DECLINED, name=name, words=name, decided_by=CURATOR),
        head_of(track(name), SONG),
    ),
    "drawn anew": lambda name: list_card(
        ballot_state(name=name, words=name),
        former_head(VIEWS["vote"](name).embed),  # type: ignore[arg-type] # there is one
    ),
    "queue": lambda name: Reply(embed=pending_embed(page(name), {SONG: track(name)})),
    "vote off menu": menu,
}


@pytest.mark.parametrize("view", VIEWS)
async def test_names(view: str) -> None:
    """No name, note or reason adds to what Discord acts upon, wherever it stands, or makes a card too long."""
    harmless = [skeleton(text) for text in markdown_texts(VIEWS[view]("x"))]
    for name in HOSTILE:
        reply = VIEWS[view](name)
        members = {f"<@{number}>" for number in (PROPOSER, OPENER, CURATOR)}
        texts = list(markdown_texts(reply))
        bare = [_without(text, members) for text in texts]
        assert [found for text in bare for found in harms(text)] == [], name
        assert [found for text in plain_texts(reply) for found in hidden(text)] == [], name
        if name.strip() and name != "\u200b":  # without a note there is no field for it
            assert [skeleton(text) for text in texts] == harmless, name
        assert over_limits(reply) == [], name


def _without(text: str, members: set[str]) -> str:
    for member in members:
        text = text.replace(member, "")
    return text


@pytest.mark.parametrize("kind", BallotKind)
async def test_buttons(kind: BallotKind) -> None:
    """An open card has the buttons of its kind, each with the ballot in its id; a decided one has none."""
    labels = {
        BallotKind.VOTE_IN: ["I want it", "Rather not", "Decline…", "Withdraw"],
        BallotKind.APPROVAL: ["Approve", "Decline…", "Withdraw"],
        BallotKind.VOTE_OFF: ["Take it out", "Keep it"],
    }
    parts = components(list_card(ballot_state(kind), head_of(track(), SONG)))
    assert [part["label"] for part in parts] == labels[kind]
    assert all("a1b2c3d4e5f6" in part["custom_id"] for part in parts)
    closed = State.REMOVED if kind is BallotKind.VOTE_OFF else State.DECLINED
    assert list_card(ballot_state(kind, closed), head_of(track(), SONG)).view is None


async def test_taken_back_but_open() -> None:
    """Where there is nothing left to decide there are no buttons, although the ballot is not closed yet."""
    taken_back = ballot_state(state=State.WITHDRAWN, open=True)
    reply = list_card(taken_back, head_of(track(), SONG))
    assert reply.view is None
    assert "Taken back" in " ".join(markdown_texts(reply))


@pytest.mark.parametrize("kind", BallotKind)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("curator", [None, CURATOR])
async def test_every_decision_has_words(kind: BallotKind, state: State, curator: int | None) -> None:
    """Whatever became of it, the card says so in a sentence."""
    text = decision(ballot_state(kind, state, decided_by=curator))
    assert text.rstrip().endswith(".")
    assert "None" not in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (ballot_state(state=State.LANDED, tally=(4, 1)), "accepted with 4 👍 to 1 👎"),
        (ballot_state(BallotKind.APPROVAL, State.LANDED, decided_by=CURATOR), f"accepted by <@{CURATOR}>"),
        (ballot_state(state=State.DECLINED, tally=(1, 4)), "Declined with 1 👍 to 4 👎"),
        (ballot_state(state=State.DECLINED, words="too loud"), "> too loud"),
        (
            ballot_state(state=State.DECLINED, tally=(3, 0), against="same_track"),
            "Accepted with 3 👍 to 0 👎, but it did not go in: by then it was in the playlist already",
        ),
        (ballot_state(state=State.LAPSED), "not enough when the time was over"),
        (ballot_state(BallotKind.APPROVAL, State.LAPSED), "No curator decided in time"),
        (ballot_state(BallotKind.VOTE_OFF, State.LANDED), "It stays"),
    ],
)
async def test_decisions(held: BallotState, says: str) -> None:
    """By whom or by what count, and why."""
    assert says in decision(held)


async def test_every_lasting_rule_has_words() -> None:
    """Whichever rule has come to speak against it, the card says which."""
    assert AGAINST.keys() == LASTING


@pytest.mark.parametrize("kind", [BallotKind.VOTE_IN, BallotKind.APPROVAL])
async def test_lapsed_before_its_time(kind: BallotKind) -> None:
    """What ended with the list, or for want of an owner, is not said to have been decided by time."""
    lapsed = ballot_state(kind, State.LAPSED)
    early = replace(lapsed, contribution=replace(lapsed.contribution, changed_at=NOW))
    assert "no owner for 30 days" in decision(early)
    closed = replace(early, shared=replace(early.shared, status=ListStatus.CLOSED))
    assert "was closed before" in decision(closed)


@pytest.mark.parametrize("kind", BallotKind)
async def test_paused(kind: BallotKind) -> None:
    """While the list is paused, card and queue say that, and no end of the time."""
    one = ballot_state(kind)
    one = replace(one, shared=replace(one.shared, status=ListStatus.PAUSED))
    queue = replace(page("Mix"), undecided=(one,))
    for reply in (
        list_card(one, head_of(track("Song"), SONG)),
        Reply(embed=pending_embed(queue, {SONG: track("Song")})),
    ):
        shown = " ".join(markdown_texts(reply))
        assert "paused" in shown
        assert "<t:" not in shown


async def test_voted_off_words() -> None:
    """Only what the votes threw out is called voted off."""
    gone = ballot_state(BallotKind.VOTE_OFF, State.REMOVED)
    assert "before the vote was over" in decision(gone)
    off = replace(gone, contribution=replace(gone.contribution, leave=Leave.VOTED_OFF))
    assert "Voted off with 2 👍 to 1 👎" in decision(off)


@given(st.integers(-50, 100), st.integers(0, 60))
def test_bar(done: int, of: int) -> None:
    """Always ten cells; full exactly when all is done."""
    drawn = bar(done, of)
    assert len(drawn) == CELLS
    assert (drawn == FULL * CELLS) == (done >= max(of, 1))


@given(st.sampled_from([BallotKind.VOTE_IN, BallotKind.VOTE_OFF]), st.integers(0, 40), st.integers(0, 40))
def test_any_count(kind: BallotKind, yes: int, no: int) -> None:
    """Every count can be drawn, and is on the card."""
    shown = " ".join(
        markdown_texts(Reply(embed=card_embed(ballot_state(kind, tally=(yes, no)), head_of(track(), SONG))))
    )
    assert f"👍 {yes} 👎 {no}" in shown


async def test_drawn_anew() -> None:
    """A card drawn from the former one keeps its head, and is told from one that says something else."""
    first = list_card(ballot_state(tally=(1, 0)), head_of(track("Song"), SONG)).embed
    assert first is not None
    same = list_card(ballot_state(tally=(1, 0)), former_head(first)).embed
    other = list_card(ballot_state(tally=(2, 0)), former_head(first)).embed
    assert same is not None
    assert other is not None
    assert same.to_dict() == first.to_dict()
    assert looks_like(first, same)
    assert not looks_like(first, other)
    assert (other.title, other.url, other.thumbnail.url) == (first.title, first.url, first.thumbnail.url)


async def test_where_the_card_is() -> None:
    """A card that was never posted, or was deleted, is not linked to."""
    held = ballot_state(channel_id=3, message_id=4).contribution
    assert card_url(held) == f"https://discord.com/channels/{held.guild_id}/3/4"
    assert card_url(ballot_state(channel_id=3, message_id=0).contribution) is None
    assert card_url(ballot_state(channel_id=3).contribution) is None


async def test_options_are_those_to_decide() -> None:
    """From the queue only what is undecided can be chosen."""
    options = card_options(page("x"), {})
    assert {option.value for option in options} == {"a1b2c3d4e5f6"}
