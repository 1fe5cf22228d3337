"""What can be drawn: the figures on their way to the process that draws, and the pictures on their way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LENGTH_BYTES: Final = 4
PNG: Final = b"\x89PNG\r\n\x1a\n"


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """A bar for each label, one under the other. rest: whether the last one stands for all others."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    axis: str = ""
    rest: bool = False


class Columns(msgspec.Struct, frozen=True, tag="columns"):
    """A column for each label, side by side."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    axis: str = ""


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """A field for each row and column, the brighter the more. values: by row."""

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
    """PNG files. Raises ValueError when something else came, or not all."""
    pictures: list[bytes] = []
    place = 0
    while place < len(data):
        begin = place + LENGTH_BYTES
        place = begin + int.from_bytes(data[begin - LENGTH_BYTES : begin])
        pictures.append(data[begin:place])
    if place != len(data) or not all(picture.startswith(PNG) for picture in pictures):
        raise ValueError("these are no whole pictures")
    return tuple(pictures)
