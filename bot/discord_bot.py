"""The discord.py client: intents, command modules, and telling Discord about changed commands."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from yarl import URL

from bot.identifies import SessionLimits

if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine, Sequence

    from bot.identifies import Identifies
    from bot.services import Services
    from bot.stores import KeyValues

log = logging.getLogger(__name__)

NOT_GRANTED = (
    "DROP_CHANNELS: Discord does not let this bot read messages, so it runs on without drop channels. Turn on "
    "Message Content Intent at https://discord.com/developers/applications (your application, Bot), then restart it"
)

# Unknown member, unknown user: docs.discord.com/developers/topics/opcodes-and-status-codes
GONE = frozenset({10007, 10013})


class _SessionLostError(Exception):
    """The connection is over, and there is no session that could be resumed."""


class Tree(app_commands.CommandTree["DiscordBot"]):
    """The commands. Knows which are being answered right now."""

    async def interaction_check(self, interaction: discord.Interaction[DiscordBot], /) -> bool:
        interaction.client.at_work()
        return True


class DiscordBot(commands.Bot):
    """One connection to Discord. Commands are slash commands and message menus only.

    identifies: counts the sessions that are begun, and paces them.
    reads_messages: hear what members write, for drop channels; the one thing that needs a privileged intent.
    """

    def __init__(
        self,
        services: Services,
        *,
        extension_names: Sequence[str],
        values: KeyValues,
        identifies: Identifies,
        operator_ids: Collection[int] = (),
        reads_messages: bool = False,
        guild_ready_timeout: float = 2.0,
    ) -> None:
        self._asked = discord.Intents(guilds=True)  # discord.py keeps this very object, and asks by it
        self._asked.guild_messages = self._asked.message_content = reads_messages
        super().__init__(
            command_prefix=[],
            help_command=None,
            tree_cls=Tree,
            intents=self._asked,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=60.0,
            guild_ready_timeout=guild_ready_timeout,
        )
        self.services = services
        self.online = False
        self._extension_names = extension_names
        self._values = values
        self._identifies = identifies
        self._limits = SessionLimits()
        self._fruitless = 0  # connections in a row that did not get as far as a session
        self._is_refused = False  # Discord has not let us read messages, once
        self._operator_ids = frozenset(operator_ids)
        self._command_ids: dict[str, int] = {}
        self._working: set[asyncio.Task[object]] = set()
        self._afterwards: set[asyncio.Task[None]] = set()

    @property
    def operator_ids(self) -> frozenset[int]:
        """Who runs this bot: as configured, else the owner of the Discord application. Known after login."""
        if self._operator_ids or self.application is None:
            return self._operator_ids
        team = self.application.team
        return frozenset({team.owner_id or self.application.owner.id if team else self.application.owner.id})

    @property
    def reads_messages(self) -> bool:
        """Whether links in drop channels are noticed."""
        return self._asked.message_content

    @property
    def guild_ids(self) -> frozenset[int]:
        """Of the servers the bot is in, those included that are down at the moment. To be asked once it is ready."""
        return frozenset(guild.id for guild in self.guilds)

    async def on_message(self, message: discord.Message, /) -> None:
        """There are no commands in texts; `cogs/drop.py` listens by itself."""

    def mention_command(self, name: str) -> str:
        """The command as a member can click it; plain text as long as Discord's id for it is not known."""
        command_id = self._command_ids.get(name.partition(" ")[0])  # a sub-command has that of the whole
        return f"</{name}:{command_id}>" if command_id else f"`/{name}`"

    async def is_member(self, guild_id: int, member_id: int) -> bool | None:
        """Whether Discord knows this member of the guild; None: it does not say."""
        guild = self.get_guild(guild_id)
        if guild is None:
            return None
        try:
            await guild.fetch_member(member_id)
        except discord.NotFound as missing:
            return False if missing.code in GONE else None
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, ValueError) as lost:
            log.info("Discord does not say who is in server %s: %s", guild_id, type(lost).__name__)
            return None
        return True

    def at_work(self) -> None:
        """Called by whatever answers a member: its task is given time to end when the bot stops."""
        task = asyncio.current_task()
        if task is not None:
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    def afterwards(self, work: Coroutine[object, object, None]) -> None:
        """Do something in the background. It is dropped when the bot stops."""
        task = asyncio.create_task(work)
        self._afterwards.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._afterwards.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a background task failed", exc_info=error)

    async def close(self) -> None:
        left = set(self._afterwards)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await super().close()

    async def finish_work(self, limit_s: float) -> None:
        """Take nothing new, and wait until what members asked for is answered, `limit_s` at most."""
        if self.ws is not None:
            await self.ws.close(code=1000)
        waiting = set(self._working)
        if self.ws is not None and not self.is_ready():
            # discord.py announces that a moment later, and trips when the client is gone
            waiting.add(asyncio.create_task(self.wait_until_ready()))
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=limit_s)
            for task in late:
                task.cancel()

    async def login(self, token: str) -> None:
        """As discord.py's, and what a failed one had opened is closed, so that it can be tried again."""
        try:
            await super().login(token)
        except BaseException:
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            raise

    async def connect(self, *, reconnect: bool = True) -> None:
        """As discord.py's, but it begins no session before `Identifies` lets it; discord.py would, every 5 seconds.

        Where Discord does not let us read messages, without reading them.
        """
        while not self.is_closed():
            await self._learn_limits()
            await self._identifies.wait(self._limits, self._fruitless)
            try:
                await super().connect(reconnect=reconnect)
            except _SessionLostError:
                self._fruitless += 1
            except discord.PrivilegedIntentsRequired:
                if not self.reads_messages:
                    raise
                if (
                    not self._is_refused
                ):  # it may be a passing fault: `Identifies` lets us ask again some seconds later
                    self._is_refused = True
                    continue
                log.error(NOT_GRANTED)  # noqa: TRY400 - the sentence says it all
                self._asked.guild_messages = self._asked.message_content = False
            else:
                return

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002 - discord.py's signature
        await self._identifies.count(self._limits)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - discord.py's signature
        """As discord.py's. Raises _SessionLostError out of its `connect` where that would begin a new session."""
        super().dispatch(event_name, *args, **kwargs)
        if event_name != "disconnect" or isinstance(sys.exception(), discord.ConnectionClosed):
            return
        if self.ws is None or self.ws.session_id is None:
            raise _SessionLostError

    async def _learn_limits(self) -> None:
        try:
            said = await self.http.request(discord.http.Route("GET", "/gateway/bot"))
            limit = said["session_start_limit"]
            self._limits = SessionLimits(said["shards"], limit["total"], limit["remaining"])
        except discord.HTTPException as refused:
            if refused.status == 401:
                raise discord.LoginFailure("the token was taken away") from refused
            log.info("Discord does not tell its limits: %s", refused.status)
        except (
            discord.RateLimited,
            aiohttp.ClientError,
            OSError,
            ValueError,
            TypeError,
            LookupError,
        ) as lost:
            log.info("Discord does not tell its limits: %s", type(lost).__name__)

    async def setup_hook(self) -> None:
        for name in self._extension_names:
            if name not in self.extensions:  # a login that is tried again comes here again
                await self.load_extension(name)
        await self._sync_if_changed()

    async def on_ready(self) -> None:
        self.online = True
        log.info("online as %s in %s servers", self.user, len(self.guilds))
        self.services.shared.lifecycle.absence.woken.set()  # it may have been removed, or added, meanwhile

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed from it; of one that is down Discord says so otherwise."""
        log.info("removed from server %s", guild.id)
        self.services.shared.lifecycle.absence.woken.set()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        log.info("added to server %s", guild.id)
        self.services.shared.lifecycle.absence.woken.set()

    async def on_resumed(self) -> None:
        self.online = True

    async def on_disconnect(self) -> None:
        self.online = False

    async def on_connect(self) -> None:
        """Discord began a session."""
        self._fruitless = 0
        self._is_refused = False
        self.afterwards(self._identifies.answered())

    async def _sync_if_changed(self) -> None:
        """Discord is told about the commands only when their description differs from the last one it took."""
        key = f"commands:{self.application_id}"
        digest = command_digest(self.tree)
        held = json.loads(await self._values.get(key) or "{}")
        if held.get("digest") == digest:
            self._command_ids = held["ids"]
            return
        try:
            synced = await self.tree.sync()
        except discord.DiscordServerError:
            raise  # passes: the log-in is tried again
        except discord.HTTPException as refused:
            log.error("Discord did not take the commands (code %s); the former ones stay", refused.code)  # noqa: TRY400 - no traceback needed
            return
        self._command_ids = {command.name: command.id for command in synced}
        await self._values.put(key, json.dumps({"digest": digest, "ids": self._command_ids}))
        log.info("told Discord about %s commands", len(synced))


def command_digest(tree: app_commands.CommandTree[Any]) -> str:
    """A fingerprint of all that Discord is told about the commands, whatever order they were added in."""
    described = [command.to_dict(tree) for command in tree.get_commands()]
    described.sort(key=lambda command: (command["type"], command["name"]))
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def expect_no_voice() -> None:
    """discord.py warns at start that its voice libraries are missing. They are, on purpose."""
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False


def use_discord_at(api_url: str, gateway_url: str) -> None:
    """Point discord.py, for the whole process, at other addresses than Discord's (a proxy, or the sandbox)."""
    discord.http.Route.BASE = api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
