"""Pictures hold whatever they are given: names of any script, names that try to break them, no figures, huge ones."""

from __future__ import annotations

import struct

import pytest

from bot.drawing.charts import draw
from bot.drawing.lettering import BOX, Lettering
from bot.drawing.orders import PNG, Bars, Columns, Grid, Order
from cogs.words.text import plain_text
from tests.cogs.hostile import HOSTILE

DAYS = tuple("MTWTFSS")
HOURS = tuple(f"{hour:02}" for hour in range(24))
SCRIPTS = (
    "Ada",
    "Ελένη",
    "Мария",
    "محمد علي",
    "\u05d9\u05d5\u05e1\u05d9",
    "名前",
    "ไทย",
    "हिन्दी",
    "한국어",
    "🎧",
    "\u200f\u0301",
    "$x_1$",
)


def size(picture: bytes) -> tuple[int, int]:
    """Width and height as the file says."""
    assert picture.startswith(PNG)
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_scripts() -> None:
    """Names of all scripts are drawn without a word about letters that are missing."""
    picture = draw([Bars("Who adds", SCRIPTS, tuple(range(1, len(SCRIPTS) + 1)), "tracks", rest=True)])
    assert 900 < size(picture)[0] <= 1000


def test_hostile_names() -> None:
    """No name breaks a picture, neither by its letters nor by what they would mean in a formula."""
    names = [plain_text(name, 24) for name in HOSTILE] + ["$\\frac{1}{0", "\\$", "$$", "{{}}", "%s"]
    for first in range(0, len(names), 12):
        some = tuple(names[first : first + 12])
        picture = draw([Bars(some[0], some, (1,) * len(some), some[0])])
        assert size(picture) > (0, 0)


@pytest.mark.parametrize("value", [0, 1, 10**12])
def test_extremes(value: int) -> None:
    """Nothing at all and a million millions can both be drawn, alone and with others in one picture."""
    orders: list[Order] = [
        Bars("t", ("a",), (value,)),
        Columns("t", ("a", "b"), (value, 0)),
        Grid("t", DAYS, HOURS, ((value, *(0,) * 23),) * 7),
    ]
    alone = [size(draw([order])) for order in orders]
    assert size(draw(orders))[1] > max(height for _, height in alone)


def test_more_makes_another_picture() -> None:
    """A picture depends on its figures: one field brighter, one bar longer is seen."""
    less, more = ((0,) * 24,) * 7, ((0,) * 24,) * 6 + ((0,) * 23 + (1,),)
    grids = [draw([Grid("t", DAYS, HOURS, values)]) for values in (less, more)]
    bars = [draw([Bars("t", ("a", "b"), values)]) for values in ((2, 1), (2, 2), (2, 1))]
    assert grids[0] != grids[1]
    assert bars[0] != bars[1]
    assert bars[0] == bars[2]


def test_the_rest_looks_different() -> None:
    """The bar that stands for all others is told apart by its pattern."""
    one, other = (draw([Bars("t", ("a", "b"), (2, 1), rest=rest)]) for rest in (False, True))
    assert one != other


def test_unknown_letters() -> None:
    """A run of letters that no font has becomes one box; all else stays."""
    lettering = Lettering(["Ada \U000e0041\U000e0042 b"])
    assert lettering.drawn("Ada \U000e0041\U000e0042 b").endswith(f"Ada {BOX} b")
    assert lettering.families[0] == "DejaVu Sans"
