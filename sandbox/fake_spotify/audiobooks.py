"""The one audiobook there is, which nobody wrote. Spotify has audiobooks in six countries only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.fake_spotify.ids import make_id

MARKETS: Final = frozenset({"US", "GB", "CA", "IE", "NZ", "AU"})


@dataclass(frozen=True, slots=True)
class Chapter:
    id: str
    number: int  # from 0
    name: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Audiobook:
    id: str
    name: str
    author: str
    narrator: str
    chapters: tuple[Chapter, ...]


def _made(name: str, author: str, narrator: str, chapters: int) -> Audiobook:
    return Audiobook(
        make_id("audiobook", name),
        name,
        author,
        narrator,
        tuple(
            Chapter(make_id("chapter", name, number), number, f"Lamp {number + 1}", 900_000 + number * 1_000)
            for number in range(chapters)
        ),
    )


AUDIOBOOK: Final = _made("The Lamplighter's Almanac", "Orla Quenmarsh", "Tobias Reedle", 23)
