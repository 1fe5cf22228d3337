"""Whom a message pings, after `allowed_mentions` had its say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.fake_discord.guilds import Channel
    from sandbox.fake_discord.people import Member, Role
    from sandbox.fake_discord.wire import Payload

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)  # nothing in code pings


@dataclass(frozen=True, slots=True)
class Pings:
    """The people who hear a sound. An empty one means the message is silent."""

    members: tuple[Member, ...] = ()
    roles: tuple[Role, ...] = ()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.members or self.roles or self.everyone)

    def names(self) -> list[str]:
        return [
            *(["@everyone"] if self.everyone else []),
            *(f"@{role.name}" for role in self.roles),
            *(f"@{member.username}" for member in self.members),
        ]


def pings_of(
    texts: Iterable[str],
    channel: Channel,
    allowed: Payload | None,
    *,
    from_interaction: bool,
    may_ping_everyone: bool,
) -> Pings:
    """Find mentions in the texts that can ping (content and text displays; embeds never do).

    allowed: `allowed_mentions` of the body. Without it an interaction answer parses users only, a channel message all.
    Source: docs.discord.com/developers/resources/message (allowed mentions object)
    """
    if allowed is None:
        allowed = {"parse": ["users"] if from_interaction else ["users", "roles", "everyone"]}
    text = _CODE.sub("", "\n".join(texts))
    people = channel.guild.members if channel.guild else channel.recipients
    roles = channel.guild.roles if channel.guild else []
    return Pings(
        tuple(each for each in people if _named(each.id, _USER, text) and _lets(allowed, "users", each.id)),
        tuple(
            each
            for each in roles
            if may_ping_everyone and _named(each.id, _ROLE, text) and _lets(allowed, "roles", each.id)
        ),
        everyone=may_ping_everyone
        and "everyone" in (allowed.get("parse") or [])
        and bool(_EVERYONE.search(text)),
    )


def _named(snowflake: int, pattern: re.Pattern[str], text: str) -> bool:
    return str(snowflake) in pattern.findall(text)


def _lets(allowed: Payload, kind: str, snowflake: int) -> bool:
    listed = {str(each) for each in allowed.get(kind) or []}
    return kind in (allowed.get("parse") or []) or str(snowflake) in listed
