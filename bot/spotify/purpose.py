"""What a call to Spotify is for, which decides who goes first when requests are scarce."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

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


@dataclass(frozen=True, slots=True)
class Purpose:
    """priority: of reads; None: LOOKUP; writes are WRITE, unless it's ACCEPTED. share: whose part it uses."""

    priority: Priority | None = None
    share: Share | None = None
