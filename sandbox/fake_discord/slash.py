"""What Discord's client does with a typed command: find it, check every option, and shape it for the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.fake_discord.guilds import Channel
from sandbox.fake_discord.people import Member, Permission, Role
from sandbox.fake_discord.places import DriverError
from sandbox.fake_discord.uploads import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sandbox.fake_discord.places import Place
    from sandbox.fake_discord.state import State
    from sandbox.fake_discord.wire import Payload

SUB_COMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
_LONGEST_TEXT = 6000


@dataclass(slots=True)
class Resolved:
    """The objects behind the ids in an interaction. `keep` stores an uploaded file and returns its attachment."""

    place: Place
    users: dict[str, Payload] = field(default_factory=dict)
    members: dict[str, Payload] = field(default_factory=dict)
    roles: dict[str, Payload] = field(default_factory=dict)
    channels: dict[str, Payload] = field(default_factory=dict)
    attachments: dict[str, Payload] = field(default_factory=dict)
    messages: dict[str, Payload] = field(default_factory=dict)

    def add(self, thing: object) -> str:
        """Remember a member, role, channel or file and return its id as text."""
        match thing:
            case Member():
                key = str(thing.id)
                self.users[key] = thing.user_payload()
                guild = self.place.channel.guild
                if guild is not None and thing in guild.members:
                    rights = str(int(self.place.channel.permissions_of(thing)))
                    self.members[key] = guild.member_payload(thing, with_user=False) | {"permissions": rights}
            case Role():
                key = str(thing.id)
                self.roles[key] = thing.payload()
            case Channel():
                key = str(thing.id)
                rights = str(int(thing.permissions_of(self.place.member)))
                self.channels[key] = thing.payload() | {"permissions": rights}
            case Upload():
                attachment = self.place.keep(thing)
                key = str(attachment.id)
                self.attachments[key] = attachment.payload()
            case _:
                raise DriverError(f"{thing!r} is no member, role, channel or file")
        return key

    def payload(self) -> Payload:
        parts = {
            "users": self.users,
            "members": self.members,
            "roles": self.roles,
            "channels": self.channels,
            "attachments": self.attachments,
            "messages": self.messages,
        }
        return {key: value for key, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class Found:
    """A command and the path of sub-commands to it; `options`: those of the innermost."""

    command: Payload
    path: tuple[Payload, ...]

    @property
    def options(self) -> list[Payload]:
        return (self.path[-1] if self.path else self.command).get("options") or []

    def wrap(self, options: list[Payload], resolved: Resolved) -> Payload:
        """The `data` of the interaction: the options inside their sub-commands inside the command."""
        for step in reversed(self.path):
            options = [{"name": step["name"], "type": step["type"], "options": options}]
        data: Payload = {
            "id": self.command["id"],
            "name": self.command["name"],
            "type": self.command["type"],
            "options": options,
        }
        if "guild_id" in self.command:
            data["guild_id"] = self.command["guild_id"]
        objects = resolved.payload()
        return data | ({"resolved": objects} if objects else {})


def commands_at(state: State, place: Place) -> Iterator[Payload]:
    """The commands a member is offered at a place. A guild's own command hides the global one of the same name."""
    guild = place.channel.guild
    own = state.commands.get(guild.id, []) if guild is not None else []
    names = {(each["type"], each["name"]) for each in own}
    everywhere = [each for each in state.commands.get(None, []) if (each["type"], each["name"]) not in names]
    for command in (*own, *everywhere):
        if why_not(command, place) is None:
            yield command


def why_not(command: Payload, place: Place) -> str | None:
    """Why Discord does not offer this command to this member here; None when it does."""
    rights = place.channel.permissions_of(place.member)
    if Permission.USE_APPLICATION_COMMANDS not in rights:
        return f"{place} may not use commands"
    if "guild_id" not in command:
        contexts = command.get("contexts")
        if contexts is not None and place.context not in contexts:
            return (
                f"the command is registered for contexts {contexts}, and {place} is context {place.context}"
            )
        if contexts is None and place.context == 1 and not command.get("dm_permission", True):
            return "the command is not registered for direct messages"
        if not place.owners_of(command):
            return (
                f"the app is not installed for {place}: the command is registered for installation types"
                f" {command.get('integration_types')}"
            )
    wanted = command.get("default_member_permissions")
    if wanted is not None and place.channel.guild is not None:
        needed = int(wanted)
        owner_only = needed == 0 and place.member is not place.channel.guild.owner
        if owner_only or int(rights) & needed != needed:
            return f"{place} lacks the permissions {needed} that the command asks for"
    return None


def find_slash(state: State, place: Place, name: str) -> Found:
    """The command behind "name", "group name" or "group group name"."""
    first, *rest = name.removeprefix("/").split()
    command = find_command(state, place, first, kind=1)
    path: list[Payload] = []
    options = command.get("options") or []
    for step in rest:
        inner = {each["name"]: each for each in options if each["type"] in {SUB_COMMAND, GROUP}}
        if step not in inner:
            raise DriverError(f"/{first} has no sub-command {step!r}; it has {sorted(inner)}")
        path.append(inner[step])
        options = inner[step].get("options") or []
    if any(each["type"] in {SUB_COMMAND, GROUP} for each in options):
        names = [each["name"] for each in options]
        raise DriverError(f"/{name} cannot be used by itself; choose one of its sub-commands {names}")
    return Found(command, tuple(path))


def find_command(state: State, place: Place, name: str, *, kind: int) -> Payload:
    offered = {each["name"]: each for each in commands_at(state, place) if each["type"] == kind}
    if name in offered:
        return offered[name]
    hidden = [
        each
        for group in state.commands.values()
        for each in group
        if (each["type"], each["name"]) == (kind, name)
    ]
    reason = next((why for each in hidden if (why := why_not(each, place))), None)
    raise DriverError(
        f"{place} is not offered {name!r}: {reason or 'no such command is registered'}; offered: {sorted(offered)}"
    )


def fill(found: Found, given: Mapping[str, object], resolved: Resolved) -> list[Payload]:
    """Options as the client sends them once it lets the member press Enter."""
    known = {option["name"]: option for option in found.options}
    for name in given:
        if name not in known:
            raise DriverError(f"/{found.command['name']} has no option {name!r}; it has {sorted(known)}")
    for name, option in known.items():
        if option.get("required") and given.get(name) is None:
            raise DriverError(f"/{found.command['name']} needs the option {name!r}")
    return [
        {"name": name, "type": known[name]["type"], "value": _value(known[name], value, resolved)}
        for name, value in given.items()
        if value is not None
    ]


def _value(option: Payload, value: object, resolved: Resolved) -> object:
    kind = option["type"]
    if kind in {USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT}:
        return _object_value(option, value, resolved)
    if option.get("choices"):
        return _choice_value(option, value)
    fitting: dict[int, tuple[type, ...]] = {
        STRING: (str,),
        INTEGER: (int,),
        BOOLEAN: (bool,),
        NUMBER: (int, float),
    }
    if not isinstance(value, fitting[kind]) or (isinstance(value, bool) and kind != BOOLEAN):
        raise DriverError(f"option {option['name']!r} cannot hold {value!r}")
    if isinstance(value, str):
        _check_text(option, value)
    elif isinstance(value, (int, float)):
        low, high = option.get("min_value"), option.get("max_value")
        if (low is not None and value < low) or (high is not None and value > high):
            raise DriverError(f"option {option['name']!r} takes {low} to {high}, not {value}")
    return value


def _check_text(option: Payload, text: str) -> None:
    least, most = option.get("min_length") or 0, option.get("max_length") or _LONGEST_TEXT
    if not text.strip():
        raise DriverError(f"option {option['name']!r} is empty: the client does not send it")
    if not least <= len(text) <= most:
        raise DriverError(f"option {option['name']!r} takes {least} to {most} characters, not {len(text)}")


def _choice_value(option: Payload, value: object) -> object:
    for choice in option["choices"]:
        if value in {choice["value"], choice["name"]}:
            return choice["value"]
    offered = [choice["name"] for choice in option["choices"]]
    raise DriverError(f"option {option['name']!r} offers {offered}, not {value!r}")


def _object_value(option: Payload, value: object, resolved: Resolved) -> str:
    fitting: dict[int, tuple[type, ...]] = {
        USER: (Member,),
        CHANNEL: (Channel,),
        ROLE: (Role,),
        MENTIONABLE: (Member, Role),
        ATTACHMENT: (Upload,),
    }
    thing = resolved.place.named(value) if isinstance(value, str) else value
    if not isinstance(thing, fitting[option["type"]]):
        raise DriverError(f"option {option['name']!r} cannot hold {value!r}")
    return resolved.add(thing)


def partial(
    found: Found, typed: str, text: str, given: Mapping[str, object], resolved: Resolved
) -> list[Payload]:
    """Options while one of them is being typed: that one is marked, others may still be missing."""
    known = {option["name"]: option for option in found.options}
    if typed not in known:
        raise DriverError(f"/{found.command['name']} has no option {typed!r}; it has {sorted(known)}")
    if not known[typed].get("autocomplete"):
        raise DriverError(f"the option {typed!r} of /{found.command['name']} makes no suggestions")
    others: Sequence[Payload] = [
        {"name": name, "type": known[name]["type"], "value": _value(known[name], value, resolved)}
        for name, value in given.items()
        if name in known and value is not None
    ]
    return [*others, {"name": typed, "type": known[typed]["type"], "value": text, "focused": True}]
