"""The figures in words and the texts of the pictures: every name made harmless, and everything within the limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.drawing.orders import Bars, Grid
from bot.services.shared.reports.stats import Figures
from bot.stores.contributions import Share
from cogs.ui.shared.stats import nothing_reply, pictures_of, stats_reply
from cogs.words.stats import GONE, NO_PICTURES, minute_labels
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
    decisions=4,
    decided_in_s=90 * 60,
)
NAMES = {1: "Ada", 2: "Linus", 3: "Mira"}


def reply(figures: Figures = FIGURES, name: str = "") -> Reply:
    names = dict.fromkeys(NAMES, name) if name else NAMES
    drawn = [picture.attached(b"x") for picture in pictures_of(figures, names)]
    return stats_reply(figures, names, drawn, left_out=False)


def fields(made: Reply) -> dict[str | None, str | None]:
    assert made.embed is not None
    return {field.name: field.value for field in made.embed.fields}


def test_words() -> None:
    """The figures read as sentences; numbers add up, and where they come from is said."""
    made = reply()
    assert made.embed is not None
    assert made.embed.description == "12 tracks added by 5 members. Besides, 40 tracks came in Spotify."
    assert fields(made) == {
        "Who adds": "1. Ada: 6 tracks (50 %)\n2. Linus: 3 tracks (25 %)\n3. Mira: 1 track (8 %)\n"
        "others (2): 2 tracks (17 %)",
        "When": "Mon 0 · Tue 0 · Wed 0 · Thu 0 · Fri 12 · Sat 0 · Sun 0\n"
        "Most between 22:00 and 23:00 on Fridays (7 tracks).\nBy the clocks of UTC.",
        "How long": "2–3 min: 4 · 3–4 min: 8\nHalf of them are shorter than 3:20.",  # noqa: RUF001 - from, to
        "Decisions": "Half of the time within 90 minutes (counted from 4 decisions).",
    }
    assert "never from what anybody listens to" in (made.embed.footer.text or "")


def test_pictures() -> None:
    """Each picture has its file, its figures, and a text that tells them; the others come last."""
    who, when, how_long = pictures_of(FIGURES, NAMES)
    assert who.order == Bars(
        "Who adds", ("1. Ada", "2. Linus", "3. Mira", "others (2)"), (6, 3, 1, 2), "tracks", rest=True
    )
    assert isinstance(when.order, Grid)
    assert when.order.values == HOURS
    for picture, told in (
        (who, "2. Linus: 3 tracks"),
        (when, "22:00 and 23:00 on Fridays"),
        (how_long, "3:20"),
    ):
        attached = picture.attached(b"x")
        assert told in (attached.description or "")
        assert attached.name.endswith(".png")


def test_without() -> None:
    """What there are no figures for has no picture; without pictures it is said that there are none."""
    bare = replace(FIGURES, hours=NO_HOURS, length_ms=None, decided_in_s=None, in_spotify=0)
    assert [picture.file_name for picture in pictures_of(bare, NAMES)] == ["who-adds.png"]
    assert set(fields(reply(bare))) == {"Who adds", "When"}
    assert stats_reply(bare, NAMES, None, left_out=False).content == NO_PICTURES
    assert "nothing to count" in (nothing_reply(bare).content or "")


def test_many() -> None:
    """Of more additions than were looked at it is said how many that were; large numbers are readable."""
    many = replace(FIGURES, others=1_000_000, others_count=5_000, looked_at=10_000)
    shown = fields(reply(many))
    assert "others (5,000): 1,000,000 tracks (100 %)" in (shown["Who adds"] or "")
    assert "From the newest 10,000 additions." in (shown["When"] or "")


@pytest.mark.parametrize(("seconds", "words"), [(0, "1 minute"), (7200, "2 hours"), (3 * 86400, "3 days")])
def test_times(seconds: int, words: str) -> None:
    """A time is told in the unit that fits."""
    assert words in (fields(reply(replace(FIGURES, decided_in_s=seconds)))["Decisions"] or "")


def test_nobody_knows_the_name() -> None:
    """Who left the server has no name here any more."""
    drawn = stats_reply(FIGURES, {}, None, left_out=False)
    assert f"1. {GONE}: 6 tracks" in (fields(drawn)["Who adds"] or "")
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
