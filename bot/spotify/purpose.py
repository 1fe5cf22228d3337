"""What a call to Spotify is for, which decides who goes first when requests are scarce."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TypeAlias

from msgspec import Struct

# Whose part of the day's requests a call uses: a server's, and within it a member's. None: no server, nobody.
Share: TypeAlias = tuple[int | None, int | None]


class Priority(IntEnum):
    """Smaller goes first."""

    ACCEPTED = 0  # accepted contributions, and the reads they need; whose turn it is was decided before
    WRITE = 1
    REFRESH = 2
    VERIFY = 3
    LOOKUP = 4
    SUGGESTION = 5


class Part(StrEnum):
    """Which part of the day's requests a call uses; each has its own, so that none takes everything from the others."""

    SUGGESTIONS = "suggestions"
    LOOKUPS = "lookups"
    PERSONAL = "personal"  # a member's own playlists and library
    SHARED = "shared"


class Purpose(Struct, frozen=True, gc=False):
    """priority: of reads; None: LOOKUP; writes are WRITE, unless it's ACCEPTED. share: whose part it uses.

    part: None: by the priority and the kind of token, see `part_of`.
    """

    priority: Priority | None = None
    share: Share | None = None
    part: Part | None = None


def part_of(purpose: Purpose, *, as_member: bool) -> Part | None:
    """Of a call with this purpose; None: it counts for the whole only."""
    if purpose.part is not None:
        return purpose.part
    usual = Part.PERSONAL if as_member else Part.LOOKUPS
    if purpose.priority is None:
        return usual
    match purpose.priority:
        case Priority.SUGGESTION:
            return Part.SUGGESTIONS
        case Priority.ACCEPTED | Priority.VERIFY:
            return Part.SHARED
        case Priority.REFRESH:
            return None
        case _:
            return usual
