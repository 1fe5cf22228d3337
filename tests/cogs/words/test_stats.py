"""The figures in words and the texts of the pictures: every name made harmless, and everything within the limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.drawing.orders import Bars, Grid
from bot.services.shared.reports.stats import Figures
from bot.stores.contributions import Share
from cogs.ui.shared.stats import FEWEST, is_worth_a_picture, nothing_reply, picture_of, stats_reply
from cogs.words.stats import GONE, NO_PICTURES, OWN_RECORDS, minute_labels
from tests.cogs.hostile import (
    HOSTILE,
    harms,
    hidden,
    markdown_texts,
    over_limits,
    plain_texts,
    size,
    skeleton,
)
from tests.shared_records import a_list

if TYPE_CHECKING:
    from cogs.ui.reply import Reply

SHARED = a_list("p" * 22, owner_id=7, account_id="a")
NO_HOURS = ((0,) * 24,) * 7
HOURS = (*NO_HOURS[:4], (*(0,) * 21, 5, 7, 0), *NO_HOURS[5:])  # Fridays
FIGURES = Figures(
    SHARED,
    shares=(Share(1, 6), Share(2, 3), Share(3, 1)),
    others=2,
    others_count=2,
    in_spotify=40,
    hours=HOURS,
    lengths=(0, 0, 4, 8, *(0,) * 7),
    length_ms=200_900,
    looked_at=12,
    decisions=5,
    decided_in_s=90 * 60,
)
NAMES = {1: "Ada", 2: "Linus", 3: "Mira"}


def reply(figures: Figures = FIGURES, name: str = "") -> Reply:
    names = dict.fromkeys(NAMES, name) if name else NAMES
    drawn = picture_of(figures, names).attached(b"x")
    return stats_reply(figures, names, drawn, left_out=False)


def said(made: Reply) -> str:
    return "\n".join(markdown_texts(made))


def test_words() -> None:
    """The numbers read as sentences, add up, and say where they come from and whose clocks they go by."""
    lines = said(reply()).splitlines()
    assert lines == [
        f"### [Friday Mix](https://open.spotify.com/playlist/{'p' * 22}) in numbers",
        "-# 12 tracks added by 5 members · 40 tracks added in Spotify",
        "**Who adds**",
        "1\\. Ada: 6 tracks (50%)",
        "2\\. Linus: 3 tracks (25%)",
        "3\\. Mira: 1 track (8%)",
        "others (2): 2 tracks (17%)",
        "**When**",
        "Mon 0 · Tue 0 · Wed 0 · Thu 0 · Fri 12 · Sat 0 · Sun 0",
        "Busiest hour: Friday, 22:00 to 23:00 (7 tracks).",
        "Times are in UTC.",
        "**How long**",
        "2–3 min: 4 · 3–4 min: 8",  # noqa: RUF001 - from, to
        "Median length: 3:20.",
        "**Decisions**",
        "Typical decision time: 90 minutes.",
        f"-# {OWN_RECORDS()}",
    ]


def test_few_decisions() -> None:
    """Below five decisions nothing is called typical."""
    assert "Typical" not in said(reply(replace(FIGURES, decisions=4)))


def test_ties() -> None:
    """Who added as many has the same place, in the words and in the picture; the next one's is as without a tie."""
    tied = replace(FIGURES, shares=(Share(1, 3), Share(2, 3), Share(3, 1)))
    assert "1\\. Ada: 3 tracks (33%)\n1\\. Linus: 3 tracks (33%)\n3\\. Mira" in said(reply(tied))
    who = picture_of(tied, NAMES).orders[0]
    assert isinstance(who, Bars)
    assert who.labels[:3] == ("1. Ada", "1. Linus", "3. Mira")


def test_picture() -> None:
    """One picture holds all charts, and its text tells all figures; the others come last."""
    picture = picture_of(FIGURES, NAMES)
    who, when, _ = picture.orders
    assert who == Bars(
        "Who adds", ("1. Ada", "2. Linus", "3. Mira", "others (2)"), (6, 3, 1, 2), "tracks", rest=True
    )
    assert isinstance(when, Grid)
    assert when.values == HOURS
    attached = picture.attached(b"x")
    assert attached.name.endswith(".png")
    for told in ("2. Linus: 3 tracks", "Friday, 22:00 to 23:00", "3:20"):
        assert told in (attached.description or "")


def test_without() -> None:
    """What there are no figures for has no chart; without a picture the numbers stand alone, and that is said."""
    bare = replace(FIGURES, hours=NO_HOURS, length_ms=None, decided_in_s=None, in_spotify=0)
    assert len(picture_of(bare, NAMES).orders) == 1
    assert "How long" not in said(reply(bare))
    assert NO_PICTURES() in said(stats_reply(bare, NAMES, None, left_out=False))
    assert "/add" in said(nothing_reply(bare))


def test_little_to_see() -> None:
    """A picture begins with five tracks; below, nobody is told that one is missing."""
    few = replace(FIGURES, shares=(Share(1, FEWEST - 1),), others=0, others_count=0, looked_at=FEWEST - 1)
    assert not is_worth_a_picture(few)
    assert NO_PICTURES() not in said(stats_reply(few, NAMES, None, left_out=False))
    assert is_worth_a_picture(replace(few, shares=(Share(1, FEWEST),)))


def test_many() -> None:
    """Of more additions than were looked at it is said how many that were; large numbers are readable."""
    many = replace(FIGURES, others=1_000_000, others_count=5_000, looked_at=10_000)
    shown = said(reply(many))
    assert "others (5,000): 1,000,000 tracks (100%)" in shown
    assert "From the newest 10,000 additions." in shown


@pytest.mark.parametrize(("seconds", "words"), [(0, "1 minute"), (7200, "2 hours"), (3 * 86400, "3 days")])
def test_times(seconds: int, words: str) -> None:
    """A time is told in the unit that fits."""
    assert f"Typical decision time: {words}." in said(reply(replace(FIGURES, decided_in_s=seconds)))


def test_nobody_knows_the_name() -> None:
    """Who left the server has no name here any more."""
    drawn = stats_reply(FIGURES, {}, None, left_out=False)
    assert f"1\\. {GONE()}: 6 tracks" in (said(drawn))
    assert minute_labels((0, 0, 0)) == ("0–1", "1–2", "2+")  # noqa: RUF001 - from, to


def test_hostile_names() -> None:
    """Members, a list and a time zone called like that ping nobody, break nothing, and fit everywhere."""
    for name in HOSTILE:
        settings = replace(SHARED.settings, time_zone=name)
        named = replace(FIGURES, shared=replace(SHARED, name=name, settings=settings))
        for made in (reply(named, name), nothing_reply(named)):
            assert [found for text in markdown_texts(made) for found in harms(text)] == [], name
            assert over_limits(made) == [], name
            assert [found for text in plain_texts(made) for found in hidden(text)] == [], name
            for file in made.files:
                alt = file.description or ""
                assert 0 < size(alt) <= 1024, name
                assert hidden(alt) == [], name


def test_skeleton() -> None:
    """A hostile name leaves the form of the answer as an ordinary one does."""
    ordinary = [skeleton(text) for text in markdown_texts(reply(FIGURES, "x"))]
    for name in HOSTILE:
        if name.strip():
            assert [skeleton(text) for text in markdown_texts(reply(FIGURES, name))] == ordinary, name
