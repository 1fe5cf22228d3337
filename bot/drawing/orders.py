"""What can be drawn: the numbers sent to the drawing process, and the charts it sends back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LENGTH_BYTES: Final = 4
PNG: Final = b"\x89PNG\r\n\x1a\n"


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


def pack_pictures(pictures: Iterable[bytes]) -> bytes:
    return b"".join(len(picture).to_bytes(LENGTH_BYTES) + picture for picture in pictures)


def read_pictures(data: bytes) -> tuple[bytes, ...]:
    """PNG files. Raises ValueError if something else arrived, or not all of them."""
    pictures: list[bytes] = []
    place = 0
    while place < len(data):
        begin = place + LENGTH_BYTES
        place = begin + int.from_bytes(data[begin - LENGTH_BYTES : begin])
        pictures.append(data[begin:place])
    if place != len(data) or not all(picture.startswith(PNG) for picture in pictures):
        raise ValueError("incomplete charts")
    return tuple(pictures)
