"""What a rule says when it refuses a track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores.contributions import Contribution


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's refusal, with the facts for its sentence (`cogs/words/rules.py`).

    limit: the rule's number (seconds for lengths, a year for years). found: the actual value; None: unknown; for roles
    that can add: how many of them still exist in the server.
    until: when it becomes possible. held: already in the list, or on its way.
    earlier: the conflict is with an earlier track of the same request. artist, word: to show; untrusted.
    """

    rule: str
    limit: int | None = None
    found: int | None = None
    until: datetime | None = None
    held: Contribution | None = None
    earlier: bool = False
    artist: str = ""
    word: str = ""
