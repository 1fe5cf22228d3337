"""Builds each object once and connects them. Nothing else knows the whole."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yarl import URL

from bot import VERSION, token_keys
from bot.discord_bot import DiscordBot, expect_no_voice, use_discord_at
from bot.identifies import Identifies
from bot.outgoing import Outgoing
from bot.services import Services
from bot.services.accounts import AccountService
from bot.services.adding import Adding
from bot.services.catalogue import Catalogue
from bot.services.consent_reminders import ConsentReminders
from bot.services.consent_watch import ConsentWatch
from bot.services.consents import Consents
from bot.services.greeting import Greeting
from bot.services.incident_notices import IncidentNotices
from bot.services.language_choice import LanguageChoice
from bot.services.leases import LeaseKeeper
from bot.services.library import Library
from bot.services.linking import Linking, LinkWay
from bot.services.lookups import Lookups
from bot.services.notices import Notifying, PrivateMessages
from bot.services.own_playlists import OwnPlaylists
from bot.services.own_playlists.cover import PlaylistCover
from bot.services.own_playlists.details import PlaylistDetails
from bot.services.own_playlists.jobs import Jobs
from bot.services.own_playlists.previews import Previews
from bot.services.own_playlists.reading import PlaylistReader
from bot.services.own_playlists.runner import JobRunner
from bot.services.own_playlists.visibility import PlaylistVisibility
from bot.services.playlists import Playlists
from bot.services.replies import Replies
from bot.services.seats import Seats
from bot.services.shared.build import build_shared
from bot.services.status import Status
from bot.services.tokens import TokenKeeper
from bot.services.tombstones import Tombstones
from bot.shard_groups import ShardGroups
from bot.spotify.cache import Cache
from bot.spotify.client import SpotifyClient
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import OAuth
from bot.spotify.short_links import PATIENCE_S, ShortLinks
from bot.spotify.transport import Transport, new_session
from bot.steady_time import ClockCheck, SteadyTime
from bot.storage import keys_place, make_sealer, open_stores
from bot.web.metrics_server import MetricsServer
from bot.web.server import WebServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection
    from datetime import datetime

    from aiohttp import ClientSession

    from bot.metrics import Metrics
    from bot.services.shared import Shared
    from bot.settings import Settings
    from bot.shards import Shards
    from bot.stores import Account, Stores

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.errors",
    "cogs.unanswered",
    "cogs.edit_again",
    "cogs.link",
    "cogs.account",
    "cogs.track",
    "cogs.lookups",
    "cogs.playlists",
    "cogs.playlist",
    "cogs.library",
    "cogs.add",
    "cogs.add_menu",
    "cogs.drop",
    "cogs.language",
    "cogs.help",
    "cogs.status",
    "cogs.greeting",
    "cogs.shared",
    "cogs.clockwork",
    "cogs.left_messages",
)
SHORT_LINKS = 1_000  # lookups in a day


@dataclass(frozen=True, slots=True)
class App:
    """The bot, ready to start."""

    bot: DiscordBot
    web: WebServer
    services: Services
    stores: Stores
    metrics: MetricsServer | None
    shard_groups: ShardGroups


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    link_ways: Collection[LinkWay] | None = None,
    guild_ready_timeout: float = 2.0,
    longest_sleep_s: float = 60,
    forget_unreadable: bool = False,
    stores_seen: Callable[[Stores], Stores] = lambda stores: stores,
) -> AsyncIterator[App]:
    """Everything the bot consists of, closed again in the right order. Nothing is started.

    now, sleep: the sandbox passes its own; by default, what the machine says. link_ways: by default, what the redirect
    address allows.
    longest_sleep_s: how long the clock may sleep at most, and so how late it may notice that the time was changed.
    forget_unreadable: erase the links whose tokens the keys can't open. Otherwise they are a SettingsError.
    stores_seen: what is used in place of the opened stores; `make prove` puts something between, to be killed there.
    """
    now = now or SteadyTime().now
    async with AsyncExitStack() as stack:
        sealer = make_sealer(settings)
        stores = stores_seen(await stack.enter_async_context(open_stores(settings, sealer)))
        await token_keys.check(stores.accounts, where=keys_place(settings), forget=forget_unreadable)
        session = await stack.enter_async_context(
            new_session(connections=max(settings.spotify_concurrency, 16))
        )
        limiter = Limiter(
            now,
            concurrency=settings.spotify_concurrency,
            budget=settings.spotify_daily_budget,
            guilds=lambda: bot.own_shards.servers(len(bot.guilds)),  # created below
            ledger=stores.quota,
        )
        stack.push_async_callback(limiter.close)
        await limiter.freshen()  # how long Spotify told an earlier process to wait
        outgoing = Outgoing(settings.https_proxy, settings.no_proxy)
        metrics = _metrics(settings, stores, limiter, shards=lambda: bot.own_shards, now=now)
        transport = Transport(
            session,
            limiter,
            sleep=sleep,
            proxy_for=outgoing.proxy_for,
            noted=metrics.spotify if metrics is not None else None,
            dated=ClockCheck(now).compare,
        )
        client = SpotifyClient(
            Cache(transport, now),
            api_url=settings.spotify_api_url,
            market=settings.spotify_market,
            short_links=ShortLinks(
                Cache(_to_oembed(session, outgoing, now), now), oembed_url=settings.spotify_oembed_url
            ),
        )
        oauth = OAuth(
            transport,
            client_id=settings.spotify_client_id,
            client_secret=settings.spotify_client_secret,
            redirect_uri=settings.spotify_redirect_uri,
            accounts_url=settings.spotify_accounts_url,
            now=now,
        )
        leases = LeaseKeeper(stores.leases, now=now, sleep=sleep)
        private_messages = PrivateMessages(stores.values)
        notifying = Notifying(stores.notices, private_messages, now=now)
        incidents = IncidentNotices(
            stores.notices,
            operator_ids=lambda: bot.operator_ids,  # made below
            now=now,
            woken=notifying.woken,
        )
        consents = Consents(stores.values, stores.accounts, now=now, told=incidents)
        keeper = TokenKeeper(
            stores.accounts,
            leases,
            oauth,
            consents,
            now=now,
            sleep=sleep,
            ended=lambda account: _consent_ended(account, jobs, shared, reminders),  # made below
            restored=lambda account: _consent_restored(account, stores, shared),
        )
        stack.push_async_callback(keeper.close)
        seats = Seats(
            stores.accounts,
            stores.values,
            stores.notices,
            leases,
            limit=settings.spotify_seats,
            operator_ids=lambda: bot.operator_ids,
            now=now,
            woken=notifying.woken,
        )
        linking = Linking(
            stores.accounts,
            stores.attempts,
            oauth,
            client,
            digests=sealer.digests,
            now=now,
            public_url=settings.public_url,
            redirect_uri=settings.spotify_redirect_uri,
            ways=link_ways or {LinkWay.PASTE if settings.paste else LinkWay.PAGE},
            seats=seats,
        )
        lookups = Lookups(keeper, client, now=now, sleep=sleep, known=stores.known_tracks)
        playlists = Playlists(keeper, client, now=now)
        visibility = PlaylistVisibility(stores.values, keeper, playlists)
        reader = PlaylistReader(keeper, client, playlists)
        details = PlaylistDetails(keeper, client, reader, playlists)
        runner = JobRunner(
            stores.playlist_jobs,
            keeper,
            client,
            reader,
            details,
            playlists=playlists,
            leases=leases,
            limiter=limiter,
            now=now,
            noted=notifying.woken,
        )
        stack.push_async_callback(runner.close)
        jobs = Jobs(stores.playlist_jobs, runner, reader, lists=stores.lists, limiter=limiter, now=now)
        own_playlists = OwnPlaylists(
            reader,
            details,
            jobs,
            runner,
            Previews(reader, jobs),
            visibility,
            PlaylistCover(keeper, client, reader),
        )
        adding = Adding(keeper, client, lookups, playlists, now=now)

        reminders = ConsentReminders(stores, noted=notifying.woken, now=now)

        shared = build_shared(
            stores,
            keeper,
            client,
            lookups,
            playlists=playlists,
            leases=leases,
            is_member=lambda guild_id, member_id: bot.is_member(guild_id, member_id),  # noqa: PLW0108 - made below
            is_there=lambda guild_id: bot.is_there(guild_id),  # noqa: PLW0108 - the same
            limiter=limiter,
            noted=notifying.woken,
            now=now,
        )
        stack.push_async_callback(shared.reconciliation.drift.close)
        stack.push_async_callback(shared.reconciliation.restore.close)
        stack.push_async_callback(shared.rounds.rounds.close)
        stack.push_async_callback(shared.rounds.best.close)
        stack.push_async_callback(shared.reports.charts.close)
        stack.push_async_callback(shared.imports.imports.close)
        services = Services(
            linking=linking,
            accounts=AccountService(
                keeper,
                client,
                linking,
                stores.stats_opt_outs,
                stores.lists,
                own_data=shared.privacy.own_data,
                private_messages=private_messages,
                seats=seats,
                consents=consents,
                forgetting=shared.privacy.forgetting,
                jobs=jobs,
                visibility=visibility,
                tombstones=Tombstones(stores.values, sealer.digests, now=now),
                limiter=limiter,
                now=now,
                forget=(playlists.forget, adding.forget, shared.proposals.expander.forget),
                unlinked=shared.lifecycle.ownership.unlinked,
            ),
            lookups=lookups,
            catalogue=Catalogue(keeper, client, lookups, now=now),
            library=Library(keeper, client, lookups),
            playlists=playlists,
            own_playlists=own_playlists,
            adding=adding,
            shared=shared,
            notifying=notifying,
            private_messages=private_messages,
            replies=Replies(stores.notices, sealer, now=now, noted=notifying.woken),
            languages=LanguageChoice(stores.values, fixed=settings.language),
            greeting=Greeting(stores.values, stores.notices, now=now, woken=notifying.woken),
            seats=seats,
            consent_reminders=reminders,
            consent_watch=ConsentWatch(consents, keeper, stores.accounts, reminders, leases, now=now),
            status=Status(
                limiter,
                seats,
                consents=consents,
                version=VERSION,
                database="MongoDB" if settings.mongodb_uri else "SQLite",
                ping=stores.ping,
            ),
            tidy_quota=limiter.tidy,
            now=now,
            longest_sleep_s=longest_sleep_s,
        )
        await services.accounts.delete_again(stores.records)
        expect_no_voice()
        use_discord_at(settings.discord_api_url, settings.discord_gateway_url)
        bot = DiscordBot(
            services,
            extension_names=EXTENSIONS,
            values=stores.values,
            identifies=Identifies(stores.values, leases, now=now, sleep=sleep),
            shards=settings.shard_plan,
            operator_ids=settings.operator_ids,
            reads_messages=settings.drop_channels,
            proxy=outgoing.proxy_for(settings.discord_api_url),
            answered=metrics.command if metrics is not None else None,
            guild_ready_timeout=guild_ready_timeout,
        )
        web = WebServer(
            linking,
            public_url=settings.public_url,
            callback_path=URL(settings.spotify_redirect_uri).path,
            paste=LinkWay.PASTE in linking.ways,
            host=settings.web_host,
            port=settings.web_port,
            trusted_proxies=settings.trusted_proxies,
            ready=lambda: _ready(bot, stores),
            accounts_origin=str(URL(settings.spotify_accounts_url).origin()),
            language=settings.language,
        )
        yield App(
            bot,
            web,
            services,
            stores,
            _metrics_server(settings, metrics),
            ShardGroups(bot.own_shards, leases, sleep=sleep),
        )


async def _consent_ended(account: Account, jobs: Jobs, shared: Shared, reminders: ConsentReminders) -> None:
    await jobs.forget(account.member_id)
    await shared.lifecycle.ownership.consent_ended(account)
    await reminders.tell_ended(account)


async def _consent_restored(account: Account, stores: Stores, shared: Shared) -> None:
    for lent in await stores.lists.of_owner(account.member_id):
        shared.outbox.dispatcher.wake(lent.list_id)


def _to_oembed(session: ClientSession, outgoing: Outgoing, now: Callable[[], datetime]) -> Transport:
    """With its own limiter, separate from the Web API's, so that neither uses up nor blocks the other."""
    limiter = Limiter(now, concurrency=2, budget=SHORT_LINKS)
    return Transport(session, limiter, timeout_s=PATIENCE_S, max_body=64 * 1024, proxy_for=outgoing.proxy_for)


def _metrics(
    settings: Settings,
    stores: Stores,
    limiter: Limiter,
    *,
    shards: Callable[[], Shards],
    now: Callable[[], datetime],
) -> Metrics | None:
    if settings.metrics_port is None:
        return None
    from bot.metrics import Metrics  # noqa: PLC0415 - memory that few need

    return Metrics(stores, limiter, shards=shards, now=now)


def _metrics_server(settings: Settings, metrics: Metrics | None) -> MetricsServer | None:
    if settings.metrics_port is None or metrics is None:
        return None
    return MetricsServer(
        metrics.text,
        metrics.watching,
        host=settings.metrics_host,
        port=settings.metrics_port,
        token=settings.metrics_token,
    )


async def _ready(bot: DiscordBot, stores: Stores) -> bool:
    if not bot.online:
        return False
    await stores.ping()
    return True
