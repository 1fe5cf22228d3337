"""What a rule looks at when somebody proposes a track, and what it says when it is against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.services.shared.people import Actor
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution, Recording
    from bot.stores.lists import SharedPlaylist


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


@dataclass(frozen=True, slots=True)
class Candidate:
    track: Track
    recording: Recording


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when a track is proposed. What no rule of the list asks for is left empty.

    alike: contributions of any state that might be the same. earlier: what the same request brought before.
    by_member, by_artist, total: how many are in the list or on their way, those of the request not counted.
    """

    shared: SharedPlaylist
    actor: Actor
    now: datetime
    alike: tuple[Contribution, ...] = ()
    earlier: tuple[Recording, ...] = ()
    by_member: int = 0
    by_artist: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
