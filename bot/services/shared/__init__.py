"""What a guild does with the playlists that were lent to it, one activity per module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.shared.finding import ListFinder
    from bot.services.shared.showing import Showing


@dataclass(frozen=True, slots=True)
class Shared:
    """Built in `bot/wiring_shared.py`. A guild's lists are found by the guild's id, never without it."""

    finder: ListFinder
    showing: Showing
