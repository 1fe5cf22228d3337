"""What a rule looks at when someone proposes a track."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.services.shared.core.access import Actor
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution, Recording
    from bot.stores.lists import SharedPlaylist


@dataclass(frozen=True, slots=True)
class Candidate:
    track: Track
    recording: Recording


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when a track is proposed. Anything no rule of the list asks for stays empty.

    alike: contributions in any state that might be the same. earlier: what the same request added before.
    by_member, by_artist, total: how many are in the list or on their way, not counting this request.
    open_until: when the member's open proposals end at the latest, earliest first.
    last_added: when the member last added something. votes_until: when all votes about proposals end at the latest.
    """

    shared: SharedPlaylist
    actor: Actor
    now: datetime
    alike: tuple[Contribution, ...] = ()
    earlier: tuple[Recording, ...] = ()
    by_member: int = 0
    by_artist: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    open_until: tuple[datetime, ...] = ()
    last_added: datetime | None = None
    votes_until: datetime | None = None
