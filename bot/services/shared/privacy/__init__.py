"""What shared playlists hold about a member, as a file or removed from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.privacy.export_own import OwnData
from bot.services.shared.privacy.forget import Forgetting
from bot.services.shared.reconciliation.restore_saga import restore_progresses

if TYPE_CHECKING:
    from bot.services.shared.ballots import BallotServices
    from bot.services.shared.core import CoreServices
    from bot.services.shared.outbox import OutboxServices
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class PrivacyServices:
    own_data: OwnData
    forgetting: Forgetting


def build_privacy(
    stores: Stores, core: CoreServices, outbox: OutboxServices, ballots: BallotServices
) -> PrivacyServices:
    return PrivacyServices(
        own_data=OwnData(stores),
        forgetting=Forgetting(
            stores,
            outbox.queue,
            ballots.card_queue,
            core.rotations,
            restore_progresses(stores.values),
            changes=core.changes,
        ),
    )
