"""The only code that writes to a lent playlist, and creates new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.playlist_access.playlist import LentPlaylists
from bot.services.shared.playlist_access.provisioning import Provisioning
from bot.services.shared.playlist_access.recovery import Recovery

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.core import CoreServices
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class AccessServices:
    lent: LentPlaylists
    provisioning: Provisioning
    recovery: Recovery


def build_access(
    stores: Stores,
    core: CoreServices,
    *,
    keeper: TokenKeeper,
    client: SpotifyClient,
    leases: LeaseKeeper,
    now: Callable[[], datetime],
) -> AccessServices:
    recovery = Recovery(core.changes, stores.accounts, stores.contributions)
    lent = LentPlaylists(keeper, client, stores.lists, leases, stores.journals, recovery=recovery, now=now)
    return AccessServices(lent, Provisioning(keeper, client, lent, stores.lists, stores.values), recovery)
