"""Contributions on their way to Spotify: each lands once, in order, whatever fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.core.ids import CONTRIBUTION, new_id
from bot.services.shared.core.queue import Queue
from bot.services.shared.outbox.dead_letters import DeadLetters
from bot.services.shared.outbox.dispatcher import OutboxDispatcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.core import CoreServices
    from bot.services.shared.outbox.fair_order import HeldUntil
    from bot.services.shared.playlist_access import AccessServices
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class OutboxServices:
    dispatcher: OutboxDispatcher
    queue: Queue
    dead_letters: DeadLetters


def build_outbox(
    stores: Stores,
    core: CoreServices,
    access: AccessServices,
    *,
    held_until: HeldUntil,
    used_part: Callable[[], float],
    now: Callable[[], datetime],
) -> OutboxServices:
    dispatcher = OutboxDispatcher(
        stores,
        access.lent,
        core.ledger,
        core.schedule,
        held_until=held_until,
        used_part=used_part,
        new_id=lambda: new_id(CONTRIBUTION),
        now=now,
    )
    contributions = stores.contributions
    return OutboxServices(
        dispatcher=dispatcher,
        queue=Queue(stores.lists, contributions, core.ledger, wake=dispatcher.wake, now=now),
        dead_letters=DeadLetters(
            stores.lists, contributions, stores.journals, core.ledger, dispatcher, now=now
        ),
    )
