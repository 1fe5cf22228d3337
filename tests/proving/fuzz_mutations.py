"""What the bot gets in place of what it expects: texts, bytes and documents, a little wrong or quite something else."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.cogs.hostile import HOSTILE

if TYPE_CHECKING:
    from random import Random

ID: Final = "4uLU6hMCjMI75M1A2tKUQC"
REDIRECT: Final = "http://127.0.0.1:8080/callback"
ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 1e308, 2**53, 2**63, -(2**63), 2**70, 10**400, "", "0", "x" * 10_000),
    *(
        [],
        [None],
        [[]],
        {},
        {"id": None},
        {"": {}},
        "\x00",
        "2026-13-45",
        "9999-99",
        "NaN",
        "\u202e@everyone",
    ),
    *(
        {"items": None},
        {"items": [None, 1, "x", {}]},
        {"error": "x"},
        {"error": {"status": "x", "message": []}},
    ),
)
NAMES: Final = st.lists(
    st.sampled_from(sorted({name[:120] for name in HOSTILE})) | st.text(max_size=12), min_size=1, max_size=4
).map("".join)


class WronglyAcceptedError(Exception):
    """Something was taken for what it isn't."""


def bent(document: Any, random: Random) -> Any:
    """The document with one to four of its parts replaced, removed, doubled or put elsewhere."""
    changed = copy.deepcopy(document)
    for _ in range(random.randint(1, 4)):
        holders = list(_holders(changed))
        if not holders:
            return copy.deepcopy(random.choice(ODD))
        holder = random.choice(holders)
        key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        match random.randrange(4):
            case 0:
                del holder[key]
            case 1:
                holder[key] = copy.deepcopy(random.choice(ODD))
            case 2:
                holder[key] = [holder[key], holder[key]]
            case _:
                holder[key] = copy.deepcopy(random.choice(holders))
    return changed


def _holders(document: Any) -> list[Any]:
    """All lists and objects in it that aren't empty."""
    found: list[Any] = []
    left = [document]
    while left and len(found) < 5_000:
        one = left.pop()
        if isinstance(one, dict | list) and one:
            found.append(one)
            left.extend(one.values() if isinstance(one, dict) else one)
    return found


def broken(data: bytes, random: Random) -> bytes:
    """The bytes cut, repeated, with others in them or instead of them."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(changed) + 1)
        match random.randrange(5):
            case 0:
                del changed[at:]
            case 1:
                changed[at:at] = random.randbytes(random.randint(1, 8))
            case 2:
                changed[at : at + random.randint(1, 20)] = b""
            case 3:
                changed[at:at] = random.choice(PIECES)
            case _:
                changed[at:at] = changed[at : at + 50] * random.choice((1, 2, 50))
    return bytes(changed[:1_000_000])


PIECES: Final = (
    *(
        b"{",
        b"[",
        b"}" * 20,
        b"[" * 2_000,
        b'"',
        b"\\u0000",
        b"\\ud800",
        b"\xff\xfe",
        b"\x00" * 10,
        b"\xef\xbb\xbf",
    ),
    *(
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"&a;" * 50,
        b"<track>" * 500,
        b"]]>",
        b"#EXTINF:",
        b"\r",
        b"1e999",
        b",",
    ),
    *(
        "\u202e".encode(),
        "😀".encode() * 5,
        b"spotify:track:",
        b"https://open.spotify.com/track/",
        b";",
        b"\t",
    ),
)
