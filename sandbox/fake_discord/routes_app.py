"""Routes about the bot itself: who it is, which commands and emojis it has, and who else is in its guilds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord.gateway_sessions import Intent
from sandbox.fake_discord.uploads import read_body, received
from sandbox.fake_discord.wire import Payload, Refusal, invalid_field, json_answer, missing_access

if TYPE_CHECKING:
    from aiohttp import web

    from sandbox.fake_discord.gateway import Gateway
    from sandbox.fake_discord.guilds import Guild
    from sandbox.fake_discord.rules import Inspector
    from sandbox.fake_discord.state import State


# a bot in fewer than 100 servers; docs.discord.com/developers/resources/application (flags)
_MAY_READ = 1 << 19


@dataclass(frozen=True, slots=True)
class AppRoutes:
    state: State
    gateway: Gateway
    inspector: Inspector

    def register(self, router: web.UrlDispatcher, prefix: str) -> None:
        app = prefix + r"/applications/{app:\d+}"
        router.add_get(f"{prefix}/users/@me", self.me)
        router.add_get(f"{prefix}/users/@me/guilds", self.own_guilds)
        router.add_get(prefix + r"/users/{user:\d+}", self.user)
        router.add_get(prefix + r"/guilds/{guild:\d+}", self.guild)
        router.add_get(prefix + r"/guilds/{guild:\d+}/members/{user:\d+}", self.member)
        router.add_get(f"{prefix}/oauth2/applications/@me", self.application)
        router.add_get(f"{prefix}/applications/@me", self.application)
        router.add_get(f"{prefix}/gateway/bot", self.gateway_bot)
        for path in (app + "/commands", app + r"/guilds/{guild_id:\d+}/commands"):
            router.add_get(path, self.list_commands)
            router.add_put(path, self.overwrite_commands)
        router.add_get(app + "/emojis", self.list_emojis)
        router.add_post(app + "/emojis", self.add_emoji)

    async def me(self, _: web.Request) -> web.Response:
        return json_answer({**self.state.bot.user_payload(), "mfa_enabled": True, "locale": "en-US"})

    async def own_guilds(self, request: web.Request) -> web.Response:
        """Source: docs.discord.com/developers/resources/user (get current user guilds)."""
        after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 200))
        own = [guild for guild in self.state.guilds if guild.has_bot and guild.id > after]
        own.sort(key=lambda guild: guild.id)
        return json_answer([self._own_guild(guild) for guild in own[:limit]])

    def _own_guild(self, guild: Guild) -> Payload:
        return {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": guild.owner is self.state.bot,
            "permissions": str(int(guild.permissions_of(self.state.bot))),
            "features": [],
        }

    async def user(self, request: web.Request) -> web.Response:
        person = self.state.person(int(request.match_info["user"]))
        if person is None:
            raise Refusal(404, 10013, "Unknown User")
        return json_answer(person.user_payload())

    async def member(self, request: web.Request) -> web.Response:
        """Needs no intent. Source: docs.discord.com/developers/resources/guild (get guild member)."""
        guild = self._guild(request)
        person = self.state.person(int(request.match_info["user"]))
        if person is None:
            raise Refusal(404, 10013, "Unknown User")
        if person not in guild.members:
            raise Refusal(404, 10007, "Unknown Member")
        return json_answer(guild.member_payload(person))

    async def guild(self, request: web.Request) -> web.Response:
        """Source: docs.discord.com/developers/resources/guild (get guild)."""
        return json_answer(self._guild(request).description())

    def _guild(self, request: web.Request) -> Guild:
        guild_id = int(request.match_info["guild"])
        guild = next((each for each in self.state.every_guild() if each.id == guild_id), None)
        if guild is None:
            raise Refusal(404, 10004, "Unknown Guild")
        if not guild.has_bot:
            raise missing_access()
        return guild

    async def application(self, _: web.Request) -> web.Response:
        owner = self.state.members["ada"]
        flags = _MAY_READ if Intent.MESSAGE_CONTENT in self.gateway.privileged else 0
        return json_answer(
            {
                "id": str(self.state.application_id),
                "name": self.state.bot.display_name,
                "icon": None,
                "description": "",
                "type": None,
                "bot": self.state.bot.user_payload(),
                "bot_public": True,
                "bot_require_code_grant": False,
                "integration_types_config": {"0": {}, "1": {}},
                "verify_key": "0" * 64,
                "flags": flags,
                "flags_new": str(flags),
                "redirect_uris": [],
                "interactions_endpoint_url": None,
                "role_connections_verification_url": None,
                "owner": owner.user_payload(),
                "approximate_guild_count": sum(guild.has_bot for guild in self.state.guilds),
                "approximate_user_install_count": sum(m.installed for m in self.state.members.values()),
                "approximate_user_authorization_count": 0,
                "event_webhooks_status": 1,
                "explicit_content_filter": 0,
                "team": None,
                "eligible_oauth2_scopes": [],
            }
        )

    async def gateway_bot(self, _: web.Request) -> web.Response:
        gateway = self.gateway
        limits = gateway.limits()
        return json_answer({"url": gateway.url, "shards": gateway.shards, "session_start_limit": limits})

    async def list_commands(self, request: web.Request) -> web.Response:
        return json_answer(self.state.commands.get(self._guild_id(request), []))

    async def overwrite_commands(self, request: web.Request) -> web.Response:
        """Store all commands at once. One that keeps its type and name keeps its id."""
        wanted = received(request)
        if not isinstance(wanted, list):
            raise invalid_field("Only iterables may be used in an ArrayType")
        self.inspector.commands(wanted)
        guild_id = self._guild_id(request)
        before = {(each["type"], each["name"]): each for each in self.state.commands.get(guild_id, [])}
        stored = [self._stored(each, guild_id, before) for each in wanted]
        self.state.commands[guild_id] = stored
        self.state.changes.ring()
        return json_answer(stored)

    def _stored(
        self, command: Payload, guild_id: int | None, before: dict[tuple[int, str], Payload]
    ) -> Payload:
        kind = command.get("type") or 1
        old = before.get((kind, command["name"]), {})
        rights = command.get("default_member_permissions")
        stored = {
            **{key: value for key, value in command.items() if value is not None},
            "id": old.get("id") or str(self.state.ids.next()),
            "application_id": str(self.state.application_id),
            "version": str(self.state.ids.next()),
            "type": kind,
            "description": command.get("description") or "",
            "default_member_permissions": None if rights is None else str(rights),
            "nsfw": bool(command.get("nsfw")),
        }
        if guild_id is not None:
            return {**stored, "guild_id": str(guild_id)}
        return {
            **stored,
            "integration_types": command.get("integration_types") or [0],
            "contexts": command.get("contexts"),
            "dm_permission": command.get("dm_permission", True) is not False,
        }

    def _own(self, request: web.Request) -> None:
        if int(request.match_info["app"]) != self.state.application_id:
            raise Refusal(404, 10002, "Unknown Application")

    def _guild_id(self, request: web.Request) -> int | None:
        self._own(request)
        if "guild_id" not in request.match_info:
            return None
        guild_id = int(request.match_info["guild_id"])
        if not any(guild.id == guild_id and guild.has_bot for guild in self.state.every_guild()):
            raise Refusal(403, 50001, "Missing Access")
        return guild_id

    async def list_emojis(self, request: web.Request) -> web.Response:
        self._own(request)
        return json_answer({"items": self.state.emojis})

    async def add_emoji(self, request: web.Request) -> web.Response:
        self._own(request)
        body = read_body(request).payload
        if not str(body.get("image", "")).startswith("data:image/"):
            raise invalid_field("Must be an image as a data URI", "image")
        emoji: Payload = {
            "id": str(self.state.ids.next()),
            "name": body["name"],
            "roles": [],
            "user": self.state.bot.user_payload(),
            "require_colons": True,
            "managed": False,
            "animated": False,
            "available": True,
        }
        self.state.emojis.append(emoji)
        return json_answer(emoji, 201)
