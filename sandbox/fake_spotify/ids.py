"""Ids as Spotify writes them: 22 letters and digits, the same at every start."""

from __future__ import annotations

import hashlib
import re
import string

ALPHABET = string.digits + string.ascii_letters
LENGTH = 22

_WELL_FORMED = re.compile(r"[0-9A-Za-z]{22}")


def make_id(*parts: object) -> str:
    """An id that depends on nothing but `parts`."""
    number = int.from_bytes(hashlib.sha256("\0".join(map(str, parts)).encode()).digest())
    letters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def well_formed(text: str) -> bool:
    return _WELL_FORMED.fullmatch(text) is not None
