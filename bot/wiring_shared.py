"""Builds what works on shared playlists, as `bot/wiring.py` builds the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared import Shared
from bot.services.shared.finding import ListFinder
from bot.services.shared.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.stores import Stores


def build_shared(
    stores: Stores,
    keeper: TokenKeeper,
    client: SpotifyClient,
    lookups: Lookups,
    *,
    now: Callable[[], datetime],
) -> Shared:
    return Shared(
        finder=ListFinder(stores.lists, stores.values),
        showing=Showing(stores.contributions, stores.journals, keeper, client, lookups, now=now),
    )
