"""A shared playlist shown, counted, drawn and exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.reports.charts import Charts
from bot.services.shared.reports.export import Exporter
from bot.services.shared.reports.page import ListPages
from bot.services.shared.reports.stats import Stats
from bot.services.shared.reports.titles import TitleReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.shared.playlist_access import AccessServices
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class ReportServices:
    pages: ListPages
    stats: Stats
    charts: Charts
    exporter: Exporter
    titles: TitleReader


def build_reports(
    stores: Stores,
    access: AccessServices,
    *,
    keeper: TokenKeeper,
    client: SpotifyClient,
    lookups: Lookups,
    now: Callable[[], datetime],
) -> ReportServices:
    return ReportServices(
        pages=ListPages(
            stores.contributions,
            stores.journals,
            keeper,
            client,
            lookups,
            likes=stores.likes,
            recovery=access.recovery,
            now=now,
        ),
        stats=Stats(stores),
        charts=Charts(),
        exporter=Exporter(stores.contributions, stores.history, stores.snapshots, stores.likes, now=now),
        titles=TitleReader(keeper, client),
    )
