"""What can go into a shared playlist, and which tracks are the same recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.rules.blocking import Blocking
from bot.services.shared.rules.check import RuleBook
from bot.services.shared.rules.values import ListRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.shared.core import CoreServices
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class RuleServices:
    book: RuleBook
    list_rules: ListRules
    blocking: Blocking


def build_rules(
    stores: Stores,
    core: CoreServices,
    *,
    keeper: TokenKeeper,
    client: SpotifyClient,
    lookups: Lookups,
    now: Callable[[], datetime],
) -> RuleServices:
    return RuleServices(
        book=RuleBook(stores.contributions, now=now),
        list_rules=ListRules(core.changes),
        blocking=Blocking(core.changes, keeper, client, lookups),
    )
