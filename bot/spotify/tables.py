"""Tables for a terminal: columns that line up in every script, cut to its width. No I/O."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP: Final = "  "
LEAST: Final = 8  # a column is not cut below this
_NO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})  # marks on the character before, and invisible signs


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, width: int | None) -> str:
    """Lines with a heading. width: of the terminal; None: nothing is cut.

    A heading that ends in "!" loses that, and its column is never cut: an ID that was cut is of no use.
    """
    whole = [heading.endswith("!") for heading in headings]
    cells = [
        [heading.removesuffix("!") for heading in headings],
        *([clean(cell) for cell in row] for row in rows),
    ]
    columns = [max(map(wide, column)) for column in zip(*cells, strict=True)]
    if width is not None:
        columns = _fitted(columns, whole, width)
    return "\n".join(_line(row, columns) for row in cells)


def facts(pairs: Sequence[tuple[str, object]], *, width: int | None) -> str:
    """One thing, a line for each fact; facts that are missing are left out."""
    there = [(name, clean(value)) for name, value in pairs if value not in {None, ""}]
    first = max((wide(name) for name, _ in there), default=0)
    space = None if width is None else max(width - first - len(GAP), LEAST)
    return "\n".join(
        f"{_padded(name, first)}{GAP}{value if space is None else _cut(value, space)}"
        for name, value in there
    )


def clean(value: object) -> str:
    """Text that can't steer the terminal: whatever isn't printable becomes a blank."""
    if value is None:
        return ""
    text = "".join(
        sign if sign.isprintable() or unicodedata.category(sign) in _NO_WIDTH else " " for sign in str(value)
    )
    return " ".join(text.split())


def wide(text: str) -> int:
    """How many columns of a terminal it takes: Chinese, Japanese, Korean and most emoji take two each."""
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> int:
    if unicodedata.category(sign) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _fitted(columns: list[int], whole: Sequence[bool], width: int) -> list[int]:
    """Take from the widest column until all of them fit, or can't be cut any more."""
    columns = list(columns)
    over = sum(columns) + len(GAP) * (len(columns) - 1) - width
    while over > 0:
        soft = [place for place, kept in enumerate(whole) if not kept and columns[place] > LEAST]
        if not soft:
            break
        columns[max(soft, key=columns.__getitem__)] -= 1
        over -= 1
    return columns


def _line(row: Sequence[str], columns: Sequence[int]) -> str:
    return GAP.join(
        _padded(_cut(cell, width), width) for cell, width in zip(row, columns, strict=True)
    ).rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - wide(text))


def _cut(text: str, width: int) -> str:
    if wide(text) <= width:
        return text
    kept, taken = [], 1  # the sign for what's missing
    for sign in text:
        taken += _width(sign)
        if taken > width:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + "…"
