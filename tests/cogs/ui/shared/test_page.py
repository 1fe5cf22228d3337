"""A page of a shared playlist: every name made harmless, and everything within Discord's limits."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from bot.services.shared.reports.page import Away, ShownItem, ShownPage
from bot.stores.contributions import Ballot, BallotKind
from bot.stores.history import FORMER_MEMBER
from cogs.ui.reply import Reply
from cogs.ui.shared.page import page_parts
from tests.cogs.hostile import HOSTILE, harms, markdown_texts, over_limits, skeleton
from tests.cogs.samples import NOW, TRACK_ID, track
from tests.shared_records import a_list, contribution

SHARED = a_list(TRACK_ID, owner_id=7, account_id="a")
MEMBER = 2**62
UNDO = "</shared undo:1>"


def page(name: str, count: int = 20, **changes: object) -> ShownPage:
    """A page where every title, artist and note, and the list itself, is called so."""
    shared = replace(SHARED, name=name)
    items = tuple(
        ShownItem(
            9_980 + number,
            f"spotify:track:{number:022}",
            track(name, track_id=f"{number:022}", explicit=True),
            False,  # noqa: FBT003 - whether it is local
            contribution(shared, number, f"spotify:track:{number:022}", MEMBER, note=name),
        )
        for number in range(count)
    )
    return replace(ShownPage(shared, items, 499, 500, 10_000, 3), **changes)  # type: ignore[arg-type] # its fields


def shown(made: ShownPage) -> Reply:
    return Reply(card=page_parts(made, add="</add:1>", link="</link:1>", undo=UNDO))


@pytest.mark.parametrize("count", [3, 20])
def test_names(count: int) -> None:
    """No name adds anything that Discord acts upon."""
    for name in HOSTILE:
        reply = shown(page(name, count))
        assert [found for text in markdown_texts(reply) for found in _harms(text)] == [], name
        assert over_limits(reply) == [], name


def _harms(text: str) -> list[str]:
    """Beside our own mentions of members and commands."""
    return harms(text.replace(f"<@{MEMBER}>", "").replace("<@7>", "").replace(UNDO, ""))


def test_skeleton() -> None:
    """A hostile name leaves the page's form as an ordinary one does, where there is room for everything."""
    ordinary = [skeleton(text) for text in markdown_texts(shown(page("x", 3)))]
    for name in HOSTILE:
        if name.strip():
            assert [skeleton(text) for text in markdown_texts(shown(page(name, 3)))] == ordinary, name


@pytest.mark.parametrize("away", [None, *Away])
@pytest.mark.parametrize("name", ["x", "a" * 300, "[" * 300, "👨‍👩‍👧‍👦" * 60, "文" * 300])
def test_room(name: str, away: Away | None) -> None:
    """Twenty long names with long notes fit into one message, and none of the twenty is left out."""
    reply = shown(page(name, away=away, until=NOW))
    assert over_limits(reply) == []
    text = "\n".join(markdown_texts(reply))
    assert text.count(f"-# <@{MEMBER}>") + text.count(f"** · <@{MEMBER}>") == 20


def test_notes_share_the_room() -> None:
    """A note is shown whole where there is room, and shortened where there is little."""
    note = "because it rains " * 11
    assert note.strip() in " ".join(markdown_texts(shown(_noted(3, note))))
    crowded = " ".join(markdown_texts(shown(_noted(20, note))))
    assert "because it rains" in crowded
    assert note.strip() not in crowded


def _noted(count: int, note: str) -> ShownPage:
    made = page("Song", count)
    items = tuple(
        replace(item, contribution=replace(item.contribution, note=note))
        for item in made.items
        if item.contribution
    )
    return replace(made, items=items)


def test_summary() -> None:
    """One line under the heading names Spotify, the totals and the page."""
    head = next(markdown_texts(shown(page("x"))))
    assert head.splitlines()[1] == "-# Spotify · 10,000 tracks · 3 to be added · page 500 of 500"


def test_episode() -> None:
    """An episode of a podcast is called one, and no artist is made up for it."""
    made = page("Tapes Today", 1)
    (item,) = made.items
    assert item.track is not None
    episode = msgspec.structs.replace(item.track, type="episode", artists=())
    (text,) = [
        text
        for text in markdown_texts(shown(replace(made, items=(replace(item, track=episode),))))
        if "9980" in text
    ]
    assert "** · episode" in text
    assert "unknown artist" not in text


def test_votes() -> None:
    """A vote to let something in is shown by its thumbs; one to take it out in words, since its 👍 was against it."""
    let_in = Ballot(1, BallotKind.VOTE_IN, 1, NOW, NOW, open=False, yes=5, no=2)
    assert "👍 5 👎 2" in _with_ballot(let_in)
    kept = _with_ballot(replace(let_in, kind=BallotKind.VOTE_OFF))
    assert "kept after a vote, 2 to 5" in kept
    assert "👍" not in kept


def _with_ballot(ballot: Ballot) -> str:
    made = page("Song", 1)
    (item,) = made.items
    assert item.contribution is not None
    item = replace(item, contribution=replace(item.contribution, ballot=ballot))
    return " ".join(markdown_texts(shown(replace(made, items=(item,)))))


def test_without_owner() -> None:
    """Where the owner's data was deleted, nobody is named, and members read what would help."""
    ownerless = replace(page("x"), shared=replace(SHARED, owner_id=FORMER_MEMBER), away=Away.OWNER)
    text = " ".join(markdown_texts(shown(ownerless)))
    assert "needs a new owner" in text
    assert f"<@{FORMER_MEMBER}>" not in text
