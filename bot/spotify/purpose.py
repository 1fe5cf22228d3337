"""What a call to Spotify is for, which decides who goes first when requests are scarce."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable


class Priority(IntEnum):
    """Smaller goes first."""

    WRITE = 0
    REFRESH = 1
    VERIFY = 2
    LOOKUP = 3
    SUGGESTION = 4


@dataclass(frozen=True, slots=True)
class Purpose:
    """priority: of reads, None: LOOKUP; writes are always WRITE. share: whose fair share is used up, any key."""

    priority: Priority | None = None
    share: Hashable = None
