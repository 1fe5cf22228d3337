"""Cover pictures, drawn from nothing but an id: PNG files, since browsers and Discord show those."""

from __future__ import annotations

import hashlib
import struct
import zlib
from colorsys import hls_to_rgb
from functools import lru_cache

SIZES = (640, 300, 64)
CELLS = 8


@lru_cache(maxsize=512)
def draw(id_: str, size: int) -> bytes:
    """A square pattern in four colours, the left half mirrored to the right."""
    digest = hashlib.sha256(id_.encode()).digest()
    cells_left = int.from_bytes(digest[1 : 1 + CELLS])  # two bits for each cell of the left half
    rows = []
    for y in range(CELLS):
        left = [cells_left >> 2 * (y * CELLS // 2 + x) & 3 for x in range(CELLS // 2)]
        cells = left + left[::-1]
        line = bytes(cells[x * CELLS // size] for x in range(size))
        height = (y + 1) * size // CELLS - y * size // CELLS
        rows.append((b"\0" + line) * height)  # 0: this line is not filtered
    header = struct.pack(">2I5B", size, size, 8, 3, 0, 0, 0)  # 8 bits a pixel, colours from a palette
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", _palette(digest[0])),
            _chunk(b"IDAT", zlib.compress(b"".join(rows), 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _palette(hue: int) -> bytes:
    colours = ((0.0, 0.22), (0.04, 0.42), (0.1, 0.62), (0.5, 0.78))  # turn of the hue, lightness
    return b"".join(
        bytes(round(255 * part) for part in hls_to_rgb((hue / 255 + turn) % 1, light, 0.55))
        for turn, light in colours
    )
