"""What a rule says when it is against a track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores.contributions import Contribution


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's no, with the facts its sentence is made of (`cogs/words/rules.py`).

    limit: the rule's number (seconds for lengths, a year for years). found: what was met instead; None: unknown; of the
    roles that may add how many the server still has.
    until: when it becomes possible. held: what is in the list, or on its way there, already.
    earlier: what speaks against it is an earlier track of the same request. artist: whose name to say; untrusted.
    """

    rule: str
    limit: int | None = None
    found: int | None = None
    until: datetime | None = None
    held: Contribution | None = None
    earlier: bool = False
    artist: str = ""
