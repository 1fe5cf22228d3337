"""What can be drawn: the numbers sent to the drawing process, and the charts it sends back."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

PNG: Final = b"\x89PNG\r\n\x1a\n"
END: Final = b"IEND\xaeB`\x82"  # the last part of each PNG file
HEAD: Final = Struct(">I")  # the length of what follows, in bytes


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """One bar per label, top to bottom. rest: whether the last one stands for all the others."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    axis: str = ""
    rest: bool = False


class Columns(msgspec.Struct, frozen=True, tag="columns"):
    """One column per label, side by side."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    axis: str = ""


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """One cell per row and column, brighter for higher values. values: by row."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    axis: str = ""


Order = Bars | Columns | Grid


def pack_orders(orders: Sequence[Order]) -> bytes:
    return msgspec.json.encode(orders)


def read_orders(data: bytes) -> tuple[Order, ...]:
    """Raises ValueError."""
    return msgspec.json.decode(data, type=tuple[Order, ...])


def framed(data: bytes) -> bytes:
    """On its way between the two processes."""
    return HEAD.pack(len(data)) + data


def read_picture(data: bytes) -> bytes:
    """A PNG file. Raises ValueError when something else came, or not all of it."""
    if not data.startswith(PNG) or not data.endswith(END):
        raise ValueError("this is no whole picture")
    return data
