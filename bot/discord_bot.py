"""The discord.py client: intents, command modules, and syncing changed commands with Discord."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import time
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands
from yarl import URL

from bot.discord_connections import ConnectedBot
from bot.errors import StoreUnavailableError
from bot.languages import command_text, current, language_for, speak
from bot.services.ttl_cache import TtlCache
from bot.shards import ShardPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence

    from bot.identifies import Identifies
    from bot.services import Services
    from bot.stores import KeyValues

log = logging.getLogger(__name__)

NAMED_COMMAND = re.compile(r"`/([\w-]+(?: [\w-]+){0,2})`")

# Unknown member, unknown user: docs.discord.com/developers/topics/opcodes-and-status-codes
OUTCOME = "outcome"  # in Interaction.extras: "refused" or "failed", if the command wasn't done
GONE = frozenset({10007, 10013})
SILENT = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, ValueError)

ONE_SHARD = ShardPlan()
DESCRIBED = timedelta(minutes=10)  # how long we go by what Discord said of another process's server
MOST_DESCRIBED = 1000


class Tree(app_commands.CommandTree["DiscordBot"]):
    """The commands. Knows which ones are being answered right now."""

    async def interaction_check(self, interaction: discord.Interaction[DiscordBot], /) -> bool:
        interaction.client.at_work()
        interaction.client.take_time(interaction)
        speak(interaction.client.language_of_member(interaction.user.id, interaction.locale.value))
        return True


# Where a command's text stands, as the catalogues have it.
CONTEXTS = {
    app_commands.TranslationContextLocation.command_name: "command",
    app_commands.TranslationContextLocation.group_name: "command",
    app_commands.TranslationContextLocation.parameter_name: "option",
    app_commands.TranslationContextLocation.command_description: "description",
    app_commands.TranslationContextLocation.group_description: "description",
    app_commands.TranslationContextLocation.parameter_description: "description",
    app_commands.TranslationContextLocation.choice_name: "choice",
}


def context_of(string: app_commands.locale_str, where: app_commands.TranslationContextLocation) -> str:
    """A name that stands for several things says which one it is: `locale_str("show", context="podcast")`."""
    return str(string.extras.get("context", CONTEXTS[where]))


@cache  # discord.py asks for each text in 31 languages, and twice when the commands have changed
def _translated(english: str, context: str, locale: str) -> str | None:
    return command_text(english, context, language_for(locale))


class Translator(app_commands.Translator):
    """Names, descriptions and choices of commands, in every language Discord has that we have, too."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        return _translated(string.message, context_of(string, context.location), locale.value)


def _localised(command: str) -> str:
    """A command's full name as it is called in the language being spoken."""
    names = (command_text(name, "command", current()) or name for name in command.split())
    return " ".join(names)


class DiscordBot(ConnectedBot):
    """The bot at Discord. All commands are slash commands and message menus.

    shards: which this process has. identifies: counts and paces new sessions.
    reads_messages: receive members' messages, for drop channels; the only thing that needs a privileged intent.
    proxy: for everything sent to Discord, its gateway included. answered: told each command, its outcome and seconds.
    """

    def __init__(
        self,
        services: Services,
        *,
        extension_names: Sequence[str],
        values: KeyValues,
        identifies: Identifies,
        shards: ShardPlan = ONE_SHARD,
        operator_ids: Collection[int] = (),
        reads_messages: bool = False,
        proxy: str | None = None,
        answered: Callable[[str, str, float], None] | None = None,
        guild_ready_timeout: float = 2.0,
    ) -> None:
        intents = discord.Intents(guilds=True)
        intents.guild_messages = intents.message_content = reads_messages
        super().__init__(
            command_prefix=[],
            help_command=None,
            tree_cls=Tree,
            intents=intents,
            identifies=identifies,
            shards=shards,
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
            proxy=proxy,
        )
        self.services = services
        self._extension_names = extension_names
        self._values = values
        self._answered = answered
        self._operator_ids = frozenset(operator_ids)
        self._command_ids: dict[str, int] = {}
        self._elsewhere: TtlCache[int, discord.Guild | None] = TtlCache(
            services.now, keep=DESCRIBED, size=MOST_DESCRIBED
        )
        self._working: set[asyncio.Task[object]] = set()
        self._afterwards: set[asyncio.Task[None]] = set()

    @property
    def operator_ids(self) -> frozenset[int]:
        """Who runs this bot: as configured, or else the owner of the Discord application. Known after login."""
        if self._operator_ids or self.application is None:
            return self._operator_ids
        team = self.application.team
        return frozenset({team.owner_id or self.application.owner.id if team else self.application.owner.id})

    def is_there(self, guild_id: int) -> bool | None:
        """Whether the bot is in the server, even if it's down right now. None: this process can't tell, or not yet."""
        return self.get_guild(guild_id) is not None if self.own_shards.knows(guild_id) else None

    async def server(self, guild_id: int) -> discord.Guild | None:
        """A server of any process: what this one knows of it, or else what Discord says. None: the bot isn't in it."""
        guild = self.get_guild(guild_id)
        if guild is not None or self.own_shards.has(guild_id):
            return guild
        return await self._elsewhere.ask(guild_id, lambda: self._fetched(guild_id))

    async def _fetched(self, guild_id: int) -> discord.Guild | None:
        try:
            return await self.fetch_guild(guild_id, with_counts=False)
        except (discord.Forbidden, discord.NotFound):
            return None

    async def on_message(self, message: discord.Message, /) -> None:
        """There are no text commands; `cogs/drop.py` has its own listener."""

    def mention_command(self, name: str) -> str:
        """The command as a link members can click; plain text until Discord's ID for it is known."""
        command_id = self._command_ids.get(name.partition(" ")[0])  # a subcommand has the ID of its group
        return f"</{name}:{command_id}>" if command_id else f"`/{name}`"

    def mention_commands(self, text: str) -> str:
        """The text, with each command that stands in backticks as a link members can click."""
        if "`/" not in text:
            return text
        commands = {name: name for name in (each.qualified_name for each in self.tree.walk_commands())}
        commands |= {_localised(name): name for name in commands.values()}

        def link(found: re.Match[str]) -> str:
            return self.mention_command(commands[found[1]]) if found[1] in commands else found[0]

        return NAMED_COMMAND.sub(link, text)

    async def language_of(self, guild_id: int) -> str:
        """What is said to everybody in this server."""
        guild = await self._known(guild_id)
        discords = guild.preferred_locale.value if guild is not None else None
        return await self.services.languages.of_server(guild_id, discords)

    def language_of_member(self, member_id: int, discords: str) -> str:
        """discords: what their app is set to."""
        return self.services.languages.of_member(member_id, discords)

    async def _known(self, guild_id: int) -> discord.Guild | None:
        """Like `server`, but an unavailable Discord holds up nothing."""
        try:
            return await self.server(guild_id)
        except SILENT as lost:
            log.info("Discord doesn't describe server %s: %s", guild_id, type(lost).__name__)
            return None

    async def remembered_language(self, member_id: int, guild_id: int) -> str:
        """What a member is told later is said in: theirs, if they used a command since the start; else the server's."""
        return self.services.languages.remembered(member_id) or await self.language_of(guild_id)

    async def is_member(self, guild_id: int, member_id: int) -> bool | None:
        """Whether Discord knows this member of the guild; None: it doesn't say."""
        if self.is_there(guild_id) is False:
            return None
        try:
            await self.http.get_member(guild_id, member_id)
        except discord.NotFound as missing:
            return False if missing.code in GONE else None
        except SILENT as lost:
            log.info("Discord doesn't say who is in server %s: %s", guild_id, type(lost).__name__)
            return None
        return True

    def at_work(self) -> None:
        """Called by whatever answers a member: its task gets time to finish when the bot stops."""
        task = asyncio.current_task()
        if task is not None:
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    def take_time(self, interaction: discord.Interaction[DiscordBot]) -> None:
        """Called when a command begins, in the task that answers it."""
        task, answered, began = asyncio.current_task(), self._answered, time.monotonic()
        if answered is None or task is None:
            return

        def note(_: asyncio.Task[object]) -> None:
            suggesting = interaction.type is discord.InteractionType.autocomplete
            outcome = "suggested" if suggesting else interaction.extras.get(OUTCOME, "done")
            name = interaction.command.qualified_name if interaction.command else "unknown"
            answered(name, outcome, time.monotonic() - began)

        task.add_done_callback(note)

    def afterwards(self, work: Coroutine[object, object, None]) -> None:
        """Run something in the background. It's dropped when the bot stops."""
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
        """Accept nothing new, and wait until what members asked for is answered, `limit_s` at most."""
        await self.leave()
        waiting = set(self._working)
        if self.is_announcing:
            waiting.add(asyncio.create_task(self.wait_until_ready()))
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=limit_s)
            for task in late:
                task.cancel()

    async def login(self, token: str) -> None:
        """Like discord.py's, but closes what a failed attempt opened, so that it can be retried."""
        try:
            await super().login(token)
        except BaseException:
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            raise

    async def setup_hook(self) -> None:
        for name in self._extension_names:
            if name not in self.extensions:  # a retried login comes here again
                await self.load_extension(name)
        if self.own_shards.first:
            await self._sync_if_changed()
        else:
            await self._recall_commands()

    async def on_shard_connect(self, shard_id: int) -> None:
        self.afterwards(self.session_started(shard_id))
        if not self._command_ids:
            self.afterwards(self._recall_commands())

    async def on_shard_ready(self, shard_id: int) -> None:
        count = self.own_shards.count
        if count == 1:
            log.info("online as %s in %s servers", self.user, len(self.guilds))
        else:
            servers = sum(guild.shard_id == shard_id for guild in self.guilds)
            log.info(
                "shard %d of 0 to %d is online as %s in %d servers", shard_id, count - 1, self.user, servers
            )
        self.services.shared.lifecycle.absence.woken.set()  # it may have been removed or added meanwhile

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed; servers that are down are reported differently."""
        log.info("removed from server %s", guild.id)
        self.services.shared.lifecycle.absence.woken.set()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        log.info("added to server %s", guild.id)
        self.services.shared.lifecycle.absence.woken.set()

    async def _sync_if_changed(self) -> None:
        """Sync the commands with Discord, only if their description differs from the last one it accepted."""
        key = f"commands:{self.application_id}"
        await self.tree.set_translator(Translator())
        digest = await command_digest(self.tree)
        held = json.loads(await self._values.get(key) or "{}")
        if held.get("digest") == digest and await self._are_listed(held["ids"]):
            self._command_ids = held["ids"]
            return
        try:
            synced = await self.tree.sync()
        except discord.DiscordServerError:
            raise  # temporary: the login is retried
        except discord.HTTPException as refused:
            log.error("Discord rejected the commands (code %s); the previous ones stay", refused.code)  # noqa: TRY400 - no traceback needed
            return
        self._command_ids = {command.name: command.id for command in synced}
        await self._values.put(key, json.dumps({"digest": digest, "ids": self._command_ids}))
        log.info("synced %s commands with Discord", len(synced))

    async def _recall_commands(self) -> None:
        """Another process tells Discord about the commands; what it was told in return is in the database."""
        with suppress(StoreUnavailableError):
            held = json.loads(await self._values.get(f"commands:{self.application_id}") or "{}")
            self._command_ids = held.get("ids", {})

    async def _are_listed(self, ids: Mapping[str, int]) -> bool:
        """Whether Discord still has the commands as they were synced; if it doesn't say, they are taken to be there."""
        try:
            return {command.name: command.id for command in await self.tree.fetch_commands()} == ids
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as refused:
            log.info("Discord doesn't list the commands (code %s)", refused.code)
            return True


async def command_digest(tree: app_commands.CommandTree[Any]) -> str:
    """A fingerprint of everything we tell Discord about the commands, whatever order they were added in."""
    described = [await command.get_translated_payload(tree, Translator()) for command in tree.get_commands()]
    described.sort(key=lambda command: (command["type"], command["name"]))
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def expect_no_voice() -> None:
    """discord.py warns at startup that its voice libraries are missing. They are, on purpose."""
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False


def use_discord_at(api_url: str, gateway_url: str) -> None:
    """Point discord.py, for the whole process, at addresses other than Discord's (a proxy, or the sandbox)."""
    discord.http.Route.BASE = api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
