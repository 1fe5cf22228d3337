"""The charts themselves: on their own dark background, in colours everyone can tell apart, fully labelled.

Colour is never the only cue: the numbers are next to the bars, and a grid's cells differ in brightness.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Literal

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.drawing.lettering import Lettering
from bot.drawing.orders import Bars, Columns, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from bot.drawing.orders import Order

GROUND: Final = "#232428"
LINES: Final = "#4e5058"
TEXT: Final = "#f2f3f5"
BAR: Final = "#f07b52"  # our accent, a little lighter: 6 to 1 against the background
REST: Final = "#8e9297"
MAP: Final = ("#2f3136", BAR)  # from empty to full, told apart by brightness
WIDTH: Final = 8.0  # inches
HEIGHT: Final = 3.2
EDGE: Final = 0.15
DOTS: Final = 120  # per inch
BAR_HEIGHT: Final = 0.36  # inches, with its gap
STYLE: Final[dict[Any, Any]] = {  # by matplotlib's own names, which it checks when they are used
    "text.parse_math": False,  # names can contain dollar signs
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "axes.edgecolor": LINES,
    "axes.facecolor": GROUND,
    "figure.facecolor": GROUND,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "font.size": 12,
}


def draw(orders: Sequence[Order]) -> bytes:
    """One PNG file with a chart for each order, one under the other."""
    lettering = Lettering(text for order in orders for text in _texts(order))
    heights = [_height(order) for order in orders]
    file = BytesIO()
    with mpl.rc_context(STYLE | {"font.family": lettering.families}):
        figure = Figure(figsize=(WIDTH, sum(heights)), dpi=DOTS, layout="constrained")
        grid = figure.subplots(len(orders), 1, squeeze=False, gridspec_kw={"height_ratios": heights})
        for axes, order in zip(grid[:, 0], orders, strict=True):
            _chart(figure, axes, order, lettering)
        figure.savefig(file, format="png", metadata={"Software": None}, bbox_inches="tight", pad_inches=EDGE)
    return file.getvalue()


def _chart(figure: Figure, axes: Axes, order: Order, lettering: Lettering) -> None:
    axes.set_title(lettering.drawn(order.title), fontsize=14, pad=10)
    match order:
        case Bars():
            _bars(axes, order, lettering)
        case Columns():
            _columns(axes, order, lettering)
        case Grid():
            _grid(figure, axes, order, lettering)


def _height(order: Order) -> float:
    """In inches."""
    return 1.2 + BAR_HEIGHT * max(len(order.labels), 3) if isinstance(order, Bars) else HEIGHT


def _bars(axes: Axes, order: Bars, lettering: Lettering) -> None:
    places = range(len(order.labels))
    bars = axes.barh(places, order.values, color=BAR)
    if order.rest and bars.patches:
        bars.patches[-1].set(facecolor=REST, hatch="///", edgecolor=GROUND)
    axes.bar_label(bars, [f"{value:,}" for value in order.values], padding=5)
    axes.set_yticks(places, [lettering.drawn(label) for label in order.labels])
    axes.invert_yaxis()
    axes.set_xlabel(lettering.drawn(order.axis))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.margins(x=0.12)
    _calm(axes, "x")


def _columns(axes: Axes, order: Columns, lettering: Lettering) -> None:
    places = range(len(order.labels))
    columns = axes.bar(places, order.values, color=BAR)
    axes.bar_label(columns, [f"{value:,}" if value else "" for value in order.values], padding=3)
    axes.set_xticks(places, [lettering.drawn(label) for label in order.labels])
    axes.set_xlabel(lettering.drawn(order.axis))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.margins(y=0.12)
    _calm(axes, "y")


def _grid(figure: Figure, axes: Axes, order: Grid, lettering: Lettering) -> None:
    most = max((value for row in order.values for value in row), default=0)
    image = axes.imshow(
        order.values,
        cmap=LinearSegmentedColormap.from_list("ours", MAP),
        aspect="auto",
        vmin=0,
        vmax=max(most, 1),
    )
    axes.set_yticks(range(len(order.rows)), [lettering.drawn(row) for row in order.rows])
    every = max(1, len(order.columns) // 8)
    axes.set_xticks(
        range(0, len(order.columns), every), [lettering.drawn(each) for each in order.columns[::every]]
    )
    axes.set_xlabel(lettering.drawn(order.axis))
    axes.set_xticks([place - 0.5 for place in range(1, len(order.columns))], minor=True)
    axes.set_yticks([place - 0.5 for place in range(1, len(order.rows))], minor=True)
    axes.grid(which="minor", color=GROUND, linewidth=1.5)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes, pad=0.02, ticks=MaxNLocator(integer=True, nbins=5))
    bar.outline.set_visible(False)


def _calm(axes: Axes, axis: Literal["x", "y"]) -> None:
    axes.set_axisbelow(True)
    axes.grid(axis=axis, color=LINES, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)


def _texts(order: Order) -> Iterator[str]:
    yield "0123456789.,□"
    yield order.title
    yield order.axis
    yield from (*order.rows, *order.columns) if isinstance(order, Grid) else order.labels
