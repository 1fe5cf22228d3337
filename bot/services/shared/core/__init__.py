"""What every part of shared playlists builds on: the ledger, ballots, queue, access, facts, prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.core.announced import Announcements
from bot.services.shared.core.granting import Granting
from bot.services.shared.core.ledger import ContributionLedger
from bot.services.shared.core.likes import ListLikes
from bot.services.shared.core.playlists import ListFinder, SharedPlaylistChanges
from bot.services.shared.core.repeats import TakingBack
from bot.services.shared.core.rotation_progress import RotationProgresses
from bot.services.shared.core.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class CoreServices:
    finder: ListFinder
    changes: SharedPlaylistChanges
    granting: Granting
    schedule: Schedule
    ledger: ContributionLedger
    rotations: RotationProgresses
    taking_back: TakingBack
    likes: ListLikes
    announcements: Announcements


def build_core(
    stores: Stores, *, leases: LeaseKeeper, noted: Alarm, now: Callable[[], datetime]
) -> CoreServices:
    """noted: set when there is something to send."""
    schedule = Schedule(stores.due, stores.lists, stores.values, now=now, noted=noted)
    changes = SharedPlaylistChanges(stores.lists, schedule, now=now)
    likes = ListLikes(stores.likes, stores.lists, stores.contributions, now=now)
    return CoreServices(
        finder=ListFinder(stores.lists, stores.values),
        changes=changes,
        granting=Granting(stores.lists, changes),
        schedule=schedule,
        ledger=ContributionLedger(stores.contributions, stores.votes, now=now, noted=noted),
        rotations=RotationProgresses(stores.values),
        taking_back=TakingBack(stores.contributions, stores.history, leases, now=now),
        likes=likes,
        announcements=Announcements(likes, stores.contributions, now=now),
    )
