"""Looking round in the invented Discord: who is there, what one member sees, what the client offers them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.answers import actor_at, answer, read_query
from sandbox.control.orders import Pages, Place, Whose
from sandbox.control.seen import message_json
from sandbox.fake_discord import Permission
from sandbox.fake_discord.slash import GROUP, SUB_COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.control.answers import Json
    from sandbox.fake_discord import Channel, Guild, Member, Message
    from sandbox.fake_discord.wire import Payload
    from sandbox.world import World

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
OPTION_TYPES = {
    3: "string",
    4: "integer",
    5: "boolean",
    6: "user",
    7: "channel",
    8: "role",
    9: "mentionable",
    10: "number",
    11: "attachment",
}


class Looking:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/world", self.show_world),
            web.get("/api/view", self.show_view),
            web.get("/api/commands", self.show_commands),
            web.get("/api/messages", self.show_messages),
        ]

    async def show_world(self, _: web.Request) -> web.Response:
        world, discord, spotify = self._world, self._world.discord, self._world.spotify
        return answer(
            {
                "now": world.clock.now().isoformat(),
                "run": world.run,
                "extended": spotify.switches.extended,
                "bot": discord.bot_user.as_json() | {"online": discord.gateway.ready},
                "people": [self._person(member) for member in discord.members.values()],
                "guilds": [self._guild(guild) for guild in discord.state.every_guild()],
                "spotify": {
                    "people": {
                        name: {
                            "display_name": person.display_name,
                            "on_the_user_list": name in spotify.allowlist,
                        }
                        for name, person in spotify.people.items()
                    },
                    "tracks": len(spotify.catalogue.tracks),
                },
                "log": str(world.log_path),
                "problems": discord.problems,
            }
        )

    async def show_view(self, request: web.Request) -> web.Response:
        """The member's guilds with the channels they see, and their conversation with the bot."""
        discord = self._world.discord
        name = read_query(request, Whose).as_
        member = discord.actor(name, dm=True).member
        return answer(
            {
                "member": member.as_json(),
                "guilds": [
                    self._guild(guild)
                    | {
                        "channels": [
                            self._channel(each, member) for each in guild.channels if each.admits(member)
                        ]
                    }
                    for guild in discord.state.every_guild()
                    if member in guild.members
                ],
                "direct": [
                    self._channel(channel, member) | {"name": _others(channel, member)}
                    for channel in discord.state.private
                    if channel.admits(member)
                ],
            }
        )

    async def show_commands(self, request: web.Request) -> web.Response:
        actor = actor_at(self._world, read_query(request, Place))
        offered, locale = actor.commands(), actor.member.locale
        return answer(
            {
                "slash": [
                    usable
                    for command in offered
                    if command["type"] == SLASH
                    for usable in _usable(command, locale)
                ],
                "message": [
                    _entry(command, locale) for command in offered if command["type"] == MESSAGE_MENU
                ],
                "user": [_entry(command, locale) for command in offered if command["type"] == USER_MENU],
            }
        )

    async def show_messages(self, request: web.Request) -> web.Response:
        """`more`: whether there are further ones beyond these, in the direction that was asked for."""
        asked = read_query(request, Pages)
        actor = actor_at(self._world, asked)
        newest_first = self._world.discord.state.backwards(actor.channel, actor.member)
        if asked.after is not None:
            newer = [*_until(newest_first, asked.after)][::-1]
            page, more = newer[: asked.limit], len(newer) > asked.limit
        else:
            if asked.before is not None:
                newest_first = (each for each in newest_first if each.id < asked.before)
            found = [*islice(newest_first, asked.limit + 1)]
            page, more = found[: asked.limit][::-1], len(found) > asked.limit
        shown = [message_json(self._world, message) for message in page]
        return answer({"channel_id": str(actor.channel.id), "more": more, "messages": shown})

    def _person(self, member: Member) -> Json:
        guilds = [guild for guild in self._world.discord.state.every_guild() if member in guild.members]
        return member.as_json() | {
            "about": "; ".join(_part_in(guild, member) for guild in guilds if guild.has_bot),
            "guilds": [guild.name for guild in guilds],
            "installed": member.installed,
        }

    def _guild(self, guild: Guild) -> Json:
        people = [*self._world.discord.members.values(), self._world.discord.bot_user]
        return {
            "id": str(guild.id),
            "name": guild.name,
            "has_bot": guild.has_bot,
            "owner": guild.owner.username,
            "channels": [
                channel.as_json() | {"readers": [each.username for each in people if channel.admits(each)]}
                for channel in guild.channels
            ],
            "roles": [{"id": str(role.id), "name": role.name} for role in guild.roles],
            "members": [
                member.as_json() | {"roles": [role.name for role in roles]}
                for member, roles in guild.members.items()
            ],
        }

    def _channel(self, channel: Channel, member: Member) -> Json:
        state = self._world.discord.state
        rights = channel.permissions_of(member)
        people = [*state.members.values(), state.bot]
        last = next(state.backwards(channel, member), None)
        return channel.as_json() | {
            "may_write": Permission.SEND_MESSAGES in rights,
            "may_use_commands": Permission.USE_APPLICATION_COMMANDS in rights,
            "members": [each.username for each in people if channel.admits(each)],
            "last_message_id": str(last.id) if last else None,
        }


def _part_in(guild: Guild, member: Member) -> str:
    roles = [role.name for role in guild.members[member]]
    if member is guild.owner:
        return f"owns {guild.name}"
    if "Curator" in roles:
        return f"curates {guild.name}"
    return f"member of {guild.name}" if roles else f"newcomer without rights in {guild.name}"


def _others(channel: Channel, member: Member) -> str:
    return ", ".join(each.display_name for each in channel.recipients if each is not member)


def _until(newest_first: Iterator[Message], after: int) -> Iterator[Message]:
    for message in newest_first:
        if message.id <= after:
            return
        yield message


def _usable(command: Payload, locale: str) -> Iterator[Json]:
    """The command itself, or each of its sub-commands by its whole name: what a member can type.

    label: the name in the member's language; the description is in it, too.
    """

    def walk(step: Payload, name: str, label: str) -> Iterator[Json]:
        options = step.get("options") or []
        inner = [each for each in options if each["type"] in {SUB_COMMAND, GROUP}]
        for each in inner:
            yield from walk(each, f"{name} {each['name']}", f"{label} {_in(locale, each, 'name')}")
        if not inner:
            yield {
                "id": command["id"],
                "name": name,
                "label": label,
                "description": _in(locale, step, "description"),
                "options": [_option(each, locale) for each in options],
            }

    return walk(command, command["name"], _in(locale, command, "name"))


def _in(locale: str, thing: Payload, key: str) -> str:
    """As Discord shows it to somebody with this locale."""
    return str((thing.get(f"{key}_localizations") or {}).get(locale) or thing.get(key) or "")


def _option(option: Payload, locale: str) -> Json:
    return {
        "name": option["name"],
        "label": _in(locale, option, "name"),
        "type": OPTION_TYPES.get(option["type"], str(option["type"])),
        "description": _in(locale, option, "description"),
        "required": bool(option.get("required")),
        "autocomplete": bool(option.get("autocomplete")),
        "choices": [
            {"name": _in(locale, each, "name"), "value": each["value"]}
            for each in option.get("choices") or []
        ],
        "channel_types": option.get("channel_types") or [],
        **{key: option.get(key) for key in ("min_length", "max_length", "min_value", "max_value")},
    }


def _entry(command: Payload, locale: str) -> Json:
    return {"id": command["id"], "name": command["name"], "label": _in(locale, command, "name")}
