"""Cards of proposals and the queue, as drawn: for every state, for every count, with every hostile name and word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.ballots.pending import PendingPage
from bot.services.shared.core.ballot import BallotState
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.services.shared.rules.table import LASTING
from bot.stores.contributions import Ballot, BallotKind, Leave, State, Tally
from bot.stores.lists import ListStatus, Majority
from cogs.ui.reply import Reply, controls
from cogs.ui.shared.card import looks_like
from cogs.ui.shared.head import card_parts, former_head, head_of, texts_of
from cogs.ui.shared.pending_page import pending_card
from cogs.ui.shared.votes import card_url, list_card
from cogs.ui.shared.voting_off import vote_off_menus
from cogs.words.decisions import AGAINST, KNOWN_TIME, decision
from cogs.words.text import CELLS, FULL, VACANT, bar, masked_link, safe_text
from cogs.words.waiting import waiting_words
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
from tests.cogs.posted import components_of, posted, posted_embed
from tests.cogs.samples import NOW, TRACK_ID, track
from tests.shared_records import a_list, contribution

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores.contributions import Contribution

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
    undecided = tuple(
        replace(state, contribution=replace(state.contribution, contribution_id=f"a1b2c3d4e5f{number}"))
        for number, state in enumerate((one, off, one), 6)
    )
    return PendingPage(
        one.shared, 0, 2, undecided, (parked, *others[:3]), others[3:], 30, 40, 50, None, parked=True
    )


def menu(name: str) -> Reply:
    state = ballot_state(BallotKind.VOTE_OFF, State.LANDED)
    old = replace(state.contribution, ballot=None, changed_at=NOW - timedelta(days=2))
    (item,) = vote_off_menus(state.shared, [(old, track(name))] * 3, NOW)
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
        former_head(posted(VIEWS["vote"](name))),  # type: ignore[arg-type] # there is one
    ),
    "either, count hidden": lambda name: list_card(
        ballot_state(name=name, words=name, approvable=True, hidden=True, only_yes=True),
        head_of(track(name), SONG),
    ),
    "either, drawn anew": lambda name: list_card(
        ballot_state(name=name, words=name, approvable=True, hidden=True, only_yes=True),
        former_head(posted(VIEWS["either, count hidden"](name))),  # type: ignore[arg-type] # there is one
    ),
    "queue": lambda name: Reply(card=pending_card(page(name), {SONG: track(name)})),
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
        BallotKind.VOTE_IN: ["Add it", "Skip it", "Withdraw", "Decline…"],
        BallotKind.APPROVAL: ["Approve", "Decline…", "Withdraw"],
        BallotKind.VOTE_OFF: ["Remove it", "Keep it"],
    }
    parts = components(list_card(ballot_state(kind), head_of(track(), SONG)))
    assert [part["label"] for part in parts] == labels[kind]
    assert all("a1b2c3d4e5f6" in part["custom_id"] for part in parts)
    closed = State.REMOVED if kind is BallotKind.VOTE_OFF else State.DECLINED
    assert components(list_card(ballot_state(kind, closed), head_of(track(), SONG))) == []


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"only_yes": True}, ["Add it", "Withdraw", "Decline…"]),
        ({"hidden": True}, ["Add it", "Skip it", "Withdraw", "Decline…"]),
        ({"approvable": True}, ["Add it", "Skip it", "Withdraw", "Approve", "Decline…"]),
        ({"approvable": True, "only_yes": True}, ["Add it", "Withdraw", "Approve", "Decline…"]),
    ],
)
async def test_how_votes_go(about: dict[str, Any], expected: list[str]) -> None:
    """The buttons and the words of a vote go by how it began; a hidden count is nowhere on the card."""
    made = list_card(ballot_state(tally=(2, 0), **about), head_of(track(), SONG))
    assert [part["label"] for part in components(made)] == expected
    text = " ".join(markdown_texts(made))
    assert ("2 👍" in text) is not about.get("hidden", False)
    assert "👎" not in text or "only_yes" not in about
    assert ("you can change yours" in text) is not about.get("only_yes", False)
    assert ("A curator can also decide." in text) is about.get("approvable", False)


PROMISES = (
    "shown when the vote ends",
    "can also decide",
    "more 👍",
    "goes in",
    "go in",
    "Open until",
    "decides by",
    "expires",
    "stays.",
    "<t:",
    "One vote each",
)
FINAL = {
    "accepted": (State.LANDED, ListStatus.ACTIVE),
    "declined": (State.DECLINED, ListStatus.ACTIVE),
    "lapsed": (State.LAPSED, ListStatus.ACTIVE),
    "withdrawn": (State.WITHDRAWN, ListStatus.ACTIVE),
    "closed": (State.LAPSED, ListStatus.CLOSED),
}


@pytest.mark.parametrize("kind", [BallotKind.VOTE_IN, BallotKind.APPROVAL])
@pytest.mark.parametrize("end", FINAL)
async def test_no_stale_promise(kind: BallotKind, end: str) -> None:
    """Once it is over, nothing an open card promised stands beside how it ended: no count to go, no time, no button."""
    opened = posted(list_card(ballot_state(kind, words="for the way home"), head_of(track(), SONG)))
    before = " ".join(said for part in card_parts(opened) for said in texts_of(part))
    assert [promise for promise in PROMISES if promise in before]
    state, status = FINAL[end]
    over = ballot_state(kind, state, decided_by=CURATOR if kind is BallotKind.APPROVAL else None)
    over = replace(over, shared=replace(over.shared, status=status))
    if end == "closed":
        over = replace(over, contribution=replace(over.contribution, changed_at=NOW))
    head = former_head(opened)
    assert head is not None
    reply = list_card(over, head)
    shown = " ".join(markdown_texts(reply))
    assert [promise for promise in PROMISES if promise in shown or FULL in shown] == []
    assert [one["label"] for one in components(reply)] == (["Like"] if state is State.LANDED else [])
    letter = decision(over, redrawn=False)
    assert [promise for promise in PROMISES if promise in letter] == []


@pytest.mark.parametrize("kind", BallotKind)
async def test_letters_promise_nothing(kind: BallotKind) -> None:
    """What is said once, and never again, does not say what is to come; a card does, and is drawn anew."""
    way = State.LEAVING if kind is BallotKind.VOTE_OFF else State.QUEUED
    state = ballot_state(kind, way)
    state = replace(state, contribution=replace(state.contribution, leave=Leave.VOTED_OFF))
    assert decision(state) != decision(state, redrawn=False)
    assert "goes in" not in decision(state, redrawn=False)
    assert "being" not in decision(state, redrawn=False)


@pytest.mark.parametrize("why", [None, *(WaitingFor(why, NOW) for why in Why if why is not Why.TROUBLE)])
async def test_when_it_goes_in(why: WaitingFor | None) -> None:
    """What was accepted says when it goes in as `/add` does, if there is such a time, or else as soon as it can."""
    accepted = list_card(ballot_state(state=State.QUEUED), head_of(track(), SONG), why)
    shown = " ".join(markdown_texts(accepted))
    known = why is not None and why.why in KNOWN_TIME
    assert ("as soon as Spotify takes it" in shown) is not known
    assert (waiting_words(why, 1).removesuffix(".") in shown) is known
    assert ".:" not in shown
    assert ". ·" not in shown


async def test_taken_back_but_open() -> None:
    """Where there is nothing left to decide there are no buttons, although the ballot is not closed yet."""
    taken_back = ballot_state(state=State.WITHDRAWN, open=True)
    reply = list_card(taken_back, head_of(track(), SONG))
    assert components(reply) == []
    assert "↩️ Withdrawn · Proposed by" in " ".join(markdown_texts(reply))


@pytest.mark.parametrize("kind", BallotKind)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("curator", [None, CURATOR])
async def test_every_decision_has_words(kind: BallotKind, state: State, curator: int | None) -> None:
    """Whatever became of it, the card says so in a sentence."""
    text = decision(ballot_state(kind, state, decided_by=curator))
    assert text
    assert not text.endswith(".")  # more may follow
    assert "None" not in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (ballot_state(state=State.LANDED, tally=(4, 1)), "✅ Added: 4 👍, 1 👎"),
        (
            ballot_state(BallotKind.APPROVAL, State.LANDED, decided_by=CURATOR),
            f"✅ Added: approved by <@{CURATOR}>",
        ),
        (ballot_state(state=State.DECLINED, tally=(1, 4)), "❌ Declined: 1 👍, 4 👎"),
        (ballot_state(state=State.DECLINED, words="too loud"), "“too loud”"),
        (
            ballot_state(state=State.DECLINED, tally=(3, 0), against="same_track"),
            "Accepted: 3 👍, 0 👎, but not added: it was already in the playlist",
        ),
        (ballot_state(state=State.LAPSED), "Expired: 2 👍, 1 👎 wasn't enough"),
        (ballot_state(BallotKind.APPROVAL, State.LAPSED), "no curator decided in time"),
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
    assert "was closed first" in decision(closed)


@pytest.mark.parametrize("kind", BallotKind)
async def test_paused(kind: BallotKind) -> None:
    """While the list is paused, card and queue say that, and no end of the time."""
    one = ballot_state(kind)
    one = replace(one, shared=replace(one.shared, status=ListStatus.PAUSED))
    queue = replace(page("Mix"), undecided=(one,))
    for reply in (
        list_card(one, head_of(track("Song"), SONG)),
        Reply(card=pending_card(queue, {SONG: track("Song")})),
    ):
        shown = " ".join(markdown_texts(reply))
        assert "paused" in shown
        assert "<t:" not in shown


async def test_voted_off_words() -> None:
    """Only what the votes threw out is called voted off."""
    gone = ballot_state(BallotKind.VOTE_OFF, State.REMOVED)
    assert "before the vote ended" in decision(gone)
    off = replace(gone, contribution=replace(gone.contribution, leave=Leave.VOTED_OFF))
    assert "Voted out: 2 👍, 1 👎" in decision(off)


@given(st.integers(-50, 100), st.integers(0, 60))
def test_bar(done: int, of: int) -> None:
    """Always ten cells; full exactly when all is done."""
    drawn = bar(done, of)
    assert len(drawn) == CELLS
    assert (drawn == FULL * CELLS) == (done >= max(of, 1))


@given(st.sampled_from([BallotKind.VOTE_IN, BallotKind.VOTE_OFF]), st.integers(0, 40), st.integers(0, 40))
def test_any_count(kind: BallotKind, yes: int, no: int) -> None:
    """Every count can be drawn, and is read out before the bar."""
    shown = " ".join(markdown_texts(list_card(ballot_state(kind, tally=(yes, no)), head_of(track(), SONG))))
    before, votes, after = shown.partition(f"{yes} 👍, {no} 👎")
    assert votes
    assert not {FULL, VACANT} & set(before)
    assert sum(cell in {FULL, VACANT} for cell in after) == CELLS


@pytest.mark.parametrize("kind", BallotKind)
async def test_low(kind: BallotKind) -> None:
    """An open card is at most five lines and a row of buttons, its picture at the side, and says whose it is for."""
    reply = list_card(ballot_state(kind, words="for the way home"), head_of(track("Copper Umbrella"), SONG))
    lines = "\n".join(markdown_texts(reply)).split("\n")
    assert len(lines) <= 5
    assert lines[0].startswith("### [Copper Umbrella](")
    assert "Friday Mix" in lines[2]
    assert sum(part["type"] == 1 for part in components_of(reply)[0]["components"]) == 1


@pytest.mark.parametrize("kind", BallotKind)
async def test_colours(kind: BallotKind) -> None:
    """Only a vote in favour is green; what only curators may press is plain, so nothing invites who may not."""
    parts = components(list_card(ballot_state(kind), head_of(track(), SONG)))
    green = [part["label"] for part in parts if part["style"] != discord.ButtonStyle.secondary.value]
    expected = {BallotKind.VOTE_IN: ["Add it"], BallotKind.VOTE_OFF: ["Remove it"], BallotKind.APPROVAL: []}
    assert green == expected[kind]


async def test_voted_off_was_added() -> None:
    """What is voted about was added by somebody, not proposed; what came from Spotify was added by nobody we know."""
    state = ballot_state(BallotKind.VOTE_OFF)
    shown = " ".join(markdown_texts(list_card(state, head_of(track(), SONG))))
    assert f"Remove this from **Friday Mix**? Added by <@{PROPOSER}>, vote started by <@{OPENER}>" in shown
    assert "Proposed" not in shown
    foreign = replace(state, contribution=replace(state.contribution, member_id=None))
    shown = " ".join(markdown_texts(list_card(foreign, head_of(track(), SONG))))
    assert "Added by" not in shown


async def test_only_what_is_old_enough_can_be_voted_on() -> None:
    """The menu offers what has been in for long enough; where nothing has, it says from when on, and cannot be used."""
    state = ballot_state(BallotKind.VOTE_OFF, State.LANDED)
    young = replace(state.contribution, ballot=None, contribution_id="1" * 12, changed_at=NOW)
    old = replace(young, contribution_id="2" * 12, changed_at=NOW - timedelta(hours=24))
    voted_on = replace(old, contribution_id="3" * 12, ballot=replace(state.ballot, ends_at=NOW))
    open_vote = replace(old, contribution_id="4" * 12, ballot=replace(state.ballot, open=True))

    def menu_of(*items: Contribution) -> dict[str, Any]:
        (item,) = vote_off_menus(state.shared, [(one, track()) for one in items], NOW)
        (part,) = components(Reply("x", view=controls(item)))
        return part

    some = menu_of(young, old, voted_on, open_vote)
    assert [option["value"] for option in some["options"]] == ["2" * 12]
    none = menu_of(young)
    assert none["disabled"]
    assert none["placeholder"] == "Tracks can be voted out after 24 hours in the playlist"
    assert menu_of(voted_on)["placeholder"] == "No track here can be voted out right now"
    assert vote_off_menus(state.shared, [(open_vote, track())], NOW) == []


async def test_drawn_anew() -> None:
    """A card drawn from the former one keeps its head, and is told from one that says something else."""
    first = list_card(ballot_state(tally=(1, 0)), head_of(track("Song"), SONG))
    former = posted(first)
    head = former_head(former)
    assert head is not None
    assert head == head_of(track("Song"), SONG)
    assert looks_like(former, list_card(ballot_state(tally=(1, 0)), head))
    assert not looks_like(former, list_card(ballot_state(tally=(2, 0)), head))


async def test_drawn_anew_once_decided() -> None:
    """A decided card is short, and can still be drawn again when what came of it changes."""
    head = head_of(track("Song"), SONG)
    former = posted(list_card(ballot_state(state=State.QUEUED), head))
    kept = former_head(former)
    assert kept is not None
    assert kept.words == head.words
    assert not looks_like(former, list_card(ballot_state(state=State.LANDED), kept))


@pytest.mark.parametrize("name", ["Song", "[Live] *now*", "a.example.com", "x" * 90])
async def test_cards_of_earlier_versions(name: str) -> None:
    """A card that was an embed is drawn anew with the same title, artist, album, length, year and picture."""
    head = former_head(posted_embed(former_embed(name)))
    assert head == replace(head_of(track(name, explicit=True), SONG), alt="")
    assert not looks_like(posted_embed(former_embed(name)), list_card(ballot_state(), head))


def former_embed(name: str) -> discord.Embed:
    """As version 0.2 and before posted it."""
    safe, page = safe_text(name, 250), f"https://open.spotify.com/track/{TRACK_ID}"
    by = ", ".join([masked_link(name, f"https://open.spotify.com/artist/{TRACK_ID}", 100)] * 2)
    album = masked_link(name, f"https://open.spotify.com/album/{TRACK_ID}", 512)
    embed = discord.Embed(title=f"{safe} 🅴", url=page, description=f"by {by}")
    embed.set_author(name="Proposed for Friday Mix")
    embed.add_field(name="Album", value=f"{album}\ntrack 3 of 12")
    embed.add_field(name="Length", value="3:45")
    embed.add_field(name="Released", value="12 March 2019")
    embed.add_field(name="Proposed by", value="<@11>")
    embed.add_field(name="Votes", value="▰▱ 👍 1 👎 0")
    return embed.set_thumbnail(url="https://i.scdn.co/image/ab67616d0000b273").set_footer(text="Spotify")


async def test_where_the_card_is() -> None:
    """A card that was never posted, or was deleted, is not linked to."""
    held = ballot_state(channel_id=3, message_id=4).contribution
    assert card_url(held) == f"https://discord.com/channels/{held.guild_id}/3/4"
    assert card_url(ballot_state(channel_id=3, message_id=0).contribution) is None
    assert card_url(ballot_state(channel_id=3).contribution) is None


async def test_buttons_are_beside_what_is_to_decide() -> None:
    """In the queue only what is undecided can be reviewed."""
    reply = Reply(card=pending_card(page("x"), {}))
    ids = [item.custom_id for item in reply.layout().walk_children() if isinstance(item, discord.ui.Button)]
    assert ids == [f"sp:review:a1b2c3d4e5f{number}" for number in (6, 7, 8)]
