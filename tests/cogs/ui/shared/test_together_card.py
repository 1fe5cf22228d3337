"""The card of what was proposed at once: within Discord's limits, harmless, and telling of every track."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import pytest
from msgspec.structs import replace as replace_struct

from bot.services.shared.core.ballot import BallotState
from bot.services.shared.outbox.health import WaitingFor, Why
from bot.services.shared.proposals.propose import MOST_TO_DECIDE
from bot.spotify.models import Album, Image
from bot.stores.contributions import Ballot, BallotKind, State, Tally
from cogs.ui.shared.card import looks_like
from cogs.ui.shared.head import former_head, together_head
from cogs.ui.shared.together_card import spans, together_card
from cogs.words.text import masked_link, safe_text
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
from tests.cogs.posted import posted, posted_embed
from tests.cogs.samples import NOW, TRACK_ID, track, url
from tests.shared_records import a_list, contribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cogs.ui.reply import Reply

PROPOSER, CURATOR = 11, 12
ARTWORK = (Image("https://i.scdn.co/image/ab67616d0000b273", 640, 640),)
STATES = (State.PENDING, State.LANDED, State.DECLINED, State.WITHDRAWN, State.LAPSED, State.QUEUED)


def several_state(
    states: Sequence[State],
    kind: BallotKind = BallotKind.VOTE_IN,
    *,
    name: str = "Friday Mix",
    words: str = "",
) -> BallotState:
    shared = a_list("playlist", owner_id=1, account_id="account", name=name)
    ids = tuple(f"{number:012d}" for number in range(len(states)))
    several = []
    for number, state in enumerate(states):
        ballot = Ballot(
            1,
            kind,
            PROPOSER,
            NOW,
            NOW + timedelta(hours=72),
            needed=5,
            open=state is State.PENDING,
            yes=5,
            no=1,
            reason=words if state is State.DECLINED else "",
            decided_by=CURATOR if state is State.DECLINED else None,
        )
        held = contribution(shared, number, f"spotify:track:{number:022d}", PROPOSER, state=state, note=words)
        changed_at = ballot.ends_at if state is State.LAPSED else NOW
        number_in = held.number if state in {State.LANDED, State.QUEUED} else None
        several.append(
            replace(
                held,
                contribution_id=ids[number],
                together=ids,
                ballot=ballot,
                changed_at=changed_at,
                number=number_in,
            )
        )
    speaker = next((one for one in several if one.state is State.PENDING), several[0])
    assert speaker.ballot is not None
    return BallotState(shared, speaker, speaker.ballot, Tally(2, 1), tuple(several))


def card(state: BallotState, name: str = "Song") -> Reply:
    titles = {one.uri: track(name) for one in state.together[1:]}  # the first one's Spotify does not tell
    return together_card(state, together_head(state.together, titles))


@pytest.mark.parametrize("kind", [BallotKind.APPROVAL, BallotKind.VOTE_IN])
async def test_names(kind: BallotKind) -> None:
    """No name, note or reason adds to what Discord acts upon, and the longest card fits."""
    states = [STATES[number % len(STATES)] for number in range(MOST_TO_DECIDE)]
    harmless = [
        skeleton(text) for text in markdown_texts(card(several_state(states, kind, name="x", words="x"), "x"))
    ]
    for name in HOSTILE:
        reply = card(several_state(states, kind, name=name, words=name), name)
        texts = list(markdown_texts(reply))
        bare = [text.replace(f"<@{PROPOSER}>", "").replace(f"<@{CURATOR}>", "") for text in texts]
        assert [found for text in bare for found in harms(text)] == [], name
        assert [found for text in plain_texts(reply) for found in hidden(text)] == [], name
        if name.strip() and name != "\u200b":  # without a note there is no field for it
            assert [skeleton(text) for text in texts] == harmless, name
        assert over_limits(reply) == [], name


async def test_every_track() -> None:
    """As many as can be proposed at once stand on it, each with its number, however long their names are."""
    state = several_state([State.PENDING] * MOST_TO_DECIDE)
    reply = card(state, "Long " * 40)
    assert over_limits(reply) == []
    lines = list(markdown_texts(reply))[1].split("\n")
    assert [line.partition("\\.")[0] for line in lines] == [
        str(number) for number in range(1, MOST_TO_DECIDE + 1)
    ]


async def test_an_album() -> None:
    """What is all of one album is one card with its name, its artwork, and how many tracks it is."""
    state = several_state([State.PENDING] * 3)
    album = Album(name="Small Hours Atlas", external_urls=url("album", TRACK_ID), images=ARTWORK)
    titles = {one.uri: replace_struct(track(f"No {one.uri[-1]}"), album=album) for one in state.together}
    head = together_head(state.together, titles)
    assert head.words.startswith("### [Small Hours Atlas](")
    assert "\n3 tracks · 11:15 · " in head.words
    assert head.artwork == ARTWORK[0].url
    assert [line.split("](")[0] for line in head.tracks.split("\n")] == [
        "1\\. [No 0",
        "2\\. [No 1",
        "3\\. [No 2",
    ]


async def test_what_is_decided() -> None:
    """What is open and each decision are told by the numbers of the tracks; once all is decided there is no button."""
    state = several_state(
        [State.PENDING, State.LANDED, State.LANDED, State.DECLINED, State.PENDING, State.LANDED]
    )
    reply = card(state)
    shown = "\n".join(markdown_texts(reply))
    assert "\nStill open: 1, 5\n" in shown
    assert "\n**2 to 3, 6:** ✅ Added: 5 👍, 1 👎\n" in shown
    assert "\n**4:** ❌ Declined by" in shown
    assert {part["custom_id"].split(":")[2] for part in components(reply)} == {"0" * 12}
    over = card(several_state([State.LANDED] * 3))
    assert [one["label"] for one in components(over)] == ["Like…"]
    *_, tracks, decided = markdown_texts(over)
    assert tracks.count("\n") == 2  # they have no name of their own
    assert decided == f"✅ Added: 5 👍, 1 👎 · Proposed by <@{PROPOSER}> for **Friday Mix**"


@pytest.mark.parametrize("kind", [BallotKind.APPROVAL, BallotKind.VOTE_IN])
@pytest.mark.parametrize("end", [State.LANDED, State.DECLINED, State.LAPSED, State.WITHDRAWN])
async def test_no_stale_promise(kind: BallotKind, end: State) -> None:
    """Once all is over, nothing the open card promised is left."""
    opened = posted(card(several_state([State.PENDING] * 3, kind)))
    head = former_head(opened)
    assert head is not None
    reply = together_card(several_state([end] * 3, kind), head)
    shown = " ".join(markdown_texts(reply))
    promises = (
        "more 👍",
        "go in",
        "Open until",
        "decides by",
        "expire.",
        "<t:",
        "One vote",
        "Still open",
        "`/shared",
    )
    assert [promise for promise in promises if promise in shown] == []
    assert [one["label"] for one in components(reply)] == (["Like…"] if end is State.LANDED else [])


async def test_when_they_go_in() -> None:
    """Tracks that were accepted and wait for a set time say it once, of all of them."""
    state = several_state([State.QUEUED] * 3)
    head = together_head(state.together, {})
    (shown,) = [
        words
        for words in markdown_texts(together_card(state, head, WaitingFor(Why.TOGETHER, NOW)))
        if "✅" in words
    ]
    assert shown.count("so they go in together at about <t:") == 1
    assert "They go in as soon as Spotify takes them" in "".join(markdown_texts(together_card(state, head)))


async def test_decided_one_by_one() -> None:
    """Where it was not one decision for all, the tracks stay, with what became of each."""
    over = card(several_state([State.LANDED, State.DECLINED]))
    assert [one["label"] for one in components(over)] == ["Like"]
    shown = "\n".join(markdown_texts(over))
    assert "\n2\\. " in shown
    assert "\n**1:** ✅ Added" in shown
    assert "\n**2:** ❌ Declined by" in shown


async def test_drawn_anew() -> None:
    """The titles are taken from the former card; it is drawn only when it would say something else."""
    state = several_state([State.PENDING] * 3)
    first = posted(card(state))
    head = former_head(first)
    assert head == together_head(state.together, {one.uri: track("Song") for one in state.together[1:]})
    assert looks_like(first, together_card(state, head))
    assert not looks_like(first, together_card(replace(state, tally=Tally(3, 1)), head))


@pytest.mark.parametrize("name", ["Song", "[Live] *now*", "Long " * 40])
async def test_cards_of_earlier_versions(name: str) -> None:
    """The tracks of a card that was an embed stay on it, by the same numbers."""
    state = several_state([State.PENDING] * MOST_TO_DECIDE)
    lines = [
        f"{number}\\. **{masked_link(name, track().url, 50)}** by {safe_text(name, 30)}"
        for number in range(2, MOST_TO_DECIDE + 1)
    ]
    lines.insert(0, f"1\\. {masked_link('a track on Spotify', track().url, 50)}")
    head = former_head(posted_embed(discord.Embed(description="\n".join(lines))))
    assert head is not None
    reply = together_card(state, head)
    assert over_limits(reply) == []
    now = head.tracks.split("\n")
    assert [line.partition("\\. ")[0] for line in now] == [line.partition("\\. ")[0] for line in lines]
    assert now[0] == lines[0]
    if name == "Song":
        assert now[1] == f"2\\. [Song]({track().url}) · Song"


@pytest.mark.parametrize(
    ("numbers", "words"), [([], ""), ([3], "3"), ([1, 2], "1 to 2"), ([1, 3, 4, 5, 9], "1, 3 to 5, 9")]
)
def test_spans(numbers: list[int], words: str) -> None:
    """Numbers in a row are a span."""
    assert spans(numbers) == words
