"""Builds what works on shared playlists, as `bot/wiring.py` builds the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared import Shared
from bot.services.shared.finding import ListFinder

if TYPE_CHECKING:
    from bot.stores import Stores


def build_shared(stores: Stores) -> Shared:
    return Shared(
        finder=ListFinder(stores.lists, stores.values),
    )
