"""The bot's connections to Discord, one per shard: discord.py's own, but each session starts when `Identifies` says."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.ext import commands

from bot.identifies import SessionLimits
from bot.shards import Shards, shard_of

if TYPE_CHECKING:
    from bot.identifies import Identifies
    from bot.shards import ShardPlan

log = logging.getLogger(__name__)

NOT_GRANTED = (
    "DROP_CHANNELS: Discord doesn't let this bot read messages, so drop channels are off. Turn on Message Content "
    "Intent at https://discord.com/developers/applications (your application, Bot), then restart the bot"
)
NO_NUMBER = float("nan")


class ConnectedBot(commands.AutoShardedBot):
    """One connection for each shard this process has; just one if there are no shards to speak of.

    discord.py connects shards one after the other and lets none of them go on while another waits. Here each has
    a task of its own, so that one that Discord refuses for minutes holds up nobody.
    """

    def __init__(
        self,
        *,
        intents: discord.Intents,
        identifies: Identifies,
        shards: ShardPlan,
        **options: Any,  # noqa: ANN401 - discord.py's
    ) -> None:
        self._asked = intents  # discord.py keeps this very object and uses it to identify
        super().__init__(intents=intents, **options)
        self.own_shards = Shards(shards)
        self._identifies = identifies
        self._limits = SessionLimits()
        self._connections: dict[int, _Connection] = {}

    @property
    def reads_messages(self) -> bool:
        """Whether the bot sees links in drop channels."""
        return self._asked.message_content

    def stop_reading(self) -> None:
        """Discord doesn't let us read messages, so we connect without."""
        if self.reads_messages:
            log.error(NOT_GRANTED)
        self._asked.guild_messages = self._asked.message_content = False

    @property
    def online(self) -> bool:
        """Connected with every shard this process has."""
        return self.own_shards.online

    def heartbeat_s(self, guild_id: int | None) -> float:
        """How long Discord took to answer for this server, or for direct messages; no number before the first time."""
        shard = shard_of(guild_id, self.own_shards.count) if guild_id is not None else 0
        connection = self._connections.get(shard)
        return connection.ws.latency if connection is not None and connection.has_begun else NO_NUMBER

    async def connect(self, *, reconnect: bool = True) -> None:
        """With every shard this process has, until one of them can't go on."""
        if self.own_shards.plan.count is None and (await self.learn_limits()).remaining is None:
            raise discord.GatewayNotFound
        self.own_shards.settle(self._limits.shards)
        self.shard_count = self._connection.shard_count = self.own_shards.count
        self.shard_ids = self._connection.shard_ids = list(self.own_shards.ids)
        self._connections = {one: _Connection(self, one, self._identifies) for one in self.shard_ids}
        kept = [asyncio.create_task(each.connect(reconnect=reconnect)) for each in self._connections.values()]
        try:
            ended, _ = await asyncio.wait(kept, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()  # raises
        finally:
            for task in kept:
                task.cancel()
            await asyncio.gather(*kept, return_exceptions=True)

    async def leave(self) -> None:
        """Hear nothing new from Discord."""
        await asyncio.gather(*(each.close() for each in self._connections.values()))

    @property
    def is_announcing(self) -> bool:
        """Whether discord.py has still to say that it is ready, and fails if the client is gone by then."""
        begun = [each.has_begun for each in self._connections.values()]
        return bool(begun) and all(begun) and not self.is_ready()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002 - discord.py's signature
        await self._identifies.count(self._limits, shard_id or 0)

    async def session_started(self, shard_id: int) -> None:
        self._connections[shard_id].started()
        await self._identifies.answered(shard_id)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - discord.py's signature
        """Like discord.py's. Which shards are up is known before anybody is told."""
        if event_name in {"shard_ready", "shard_resumed"}:
            self.own_shards.up.add(args[0])
        elif event_name == "shard_disconnect":
            self.own_shards.up.discard(args[0])
        super().dispatch(event_name, *args, **kwargs)

    async def learn_limits(self) -> SessionLimits:
        """What Discord allows now; if it doesn't say, what it said last."""
        try:
            said = await self.http.request(discord.http.Route("GET", "/gateway/bot"))
            limit = said["session_start_limit"]
            self._limits = SessionLimits(
                self.own_shards.plan.count or said["shards"],
                limit["total"],
                limit["remaining"],
                limit["max_concurrency"],
            )
        except discord.HTTPException as refused:
            if refused.status == 401:
                raise discord.LoginFailure("the token was revoked") from refused
            log.info("Discord doesn't report its session limits: %s", refused.status)
        except (
            discord.RateLimited,
            aiohttp.ClientError,
            OSError,
            ValueError,
            TypeError,
            LookupError,
        ) as lost:
            log.info("Discord doesn't report its session limits: %s", type(lost).__name__)
        return self._limits


class _SessionLostError(Exception):
    """The connection is gone, and there is no session that could be resumed."""


class _Connection(discord.Client):
    """Keeps one shard connected. All but the websocket is the bot's: its state, its HTTP session, its events."""

    def __init__(self, bot: ConnectedBot, shard_id: int, identifies: Identifies) -> None:
        # Not discord.Client's, which would make a second state and a second HTTP session.
        self._bot = bot
        self._identifies = identifies
        self._number = shard_id
        self._left = False
        self._fruitless = 0  # consecutive connections that didn't get as far as a session
        self._is_refused = False  # Discord has refused once to let us read messages
        self.shard_id = shard_id
        self.shard_count = bot.own_shards.count
        self.ws = None  # type: ignore[assignment] # as in discord.Client
        self.loop, self.http = bot.loop, bot.http
        self._connection = bot._connection  # type: ignore[assignment]  # noqa: SLF001 - what the shards share
        self._enable_debug_events = False

    @property
    def has_begun(self) -> bool:
        return self.ws is not None

    def is_closed(self) -> bool:
        return self._left or self._bot.is_closed()

    async def close(self) -> None:
        self._left = True
        if self.has_begun:
            await self.ws.close(code=1000)

    def started(self) -> None:
        """Discord started a session."""
        self._fruitless = 0
        self._is_refused = False

    async def connect(self, *, reconnect: bool = True) -> None:
        """Like discord.py's, but starts no session before `Identifies` allows it; discord.py would, every 5 seconds.

        If Discord doesn't let us read messages, connect without.
        """
        while not self.is_closed():
            limits = await self._bot.learn_limits()
            await self._identifies.wait(limits, self._fruitless, self._number)
            asked_to_read = self._bot.reads_messages
            try:
                await super().connect(reconnect=reconnect)
            except _SessionLostError:
                self._fruitless += 1
            except discord.PrivilegedIntentsRequired:
                if not asked_to_read:
                    raise
                if self._is_refused:
                    self._bot.stop_reading()
                # else: may be a passing fault: `Identifies` lets us ask again a few seconds later
                self._is_refused = True
            else:
                return

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - discord.py's signature
        """To the bot. Raises _SessionLostError out of discord.py's `connect` if that would start a new session."""
        if event_name == "disconnect":
            self._bot.dispatch("shard_disconnect", self._number)
        self._bot.dispatch(event_name, *args, **kwargs)
        if event_name != "disconnect" or isinstance(sys.exception(), discord.ConnectionClosed):
            return
        if not self.has_begun or self.ws.session_id is None:
            raise _SessionLostError
