"""A message as a member would see it, drawn with letters for the terminal."""

from __future__ import annotations

import re
import textwrap
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.web.pages import time_left
from sandbox.fake_discord.components import Kind, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.fake_discord import Message
    from sandbox.fake_discord.guilds import Channel

WIDTH = 84
MENU_LINES = 4
_MASKED_LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\(<?(\S+?)>?\)")
_TIMESTAMP = re.compile(r"<t:(\d+)(?::(\w))?>")
_COMMAND = re.compile(r"</([^:>]+):\d+>")
_MENTION = re.compile(r"<(@&?|#)(\d+)>")
_EMPHASIS = re.compile(r"(?<!\\)(\*\*|\*|__|`|^-# |^#{1,3} |^> )", re.MULTILINE)
_ESCAPE = re.compile(r"\\([^\w\s])")


def draw(message: Message) -> str:
    """Texts, embeds, buttons and menus in a frame; says when only one member sees it."""
    seen_by = f"only {message.only_for.display_name} sees this" if message.only_for else "everybody sees this"
    head = f"┌ {message.author.display_name} · {seen_by} "
    lines = [head + "─" * max(WIDTH - len(head), 2)]
    lines += [f"│ {line}".rstrip() for line in _lines(message)]
    return "\n".join([*lines, "└" + "─" * (WIDTH - 1)])


def _plain(markdown: str, now: datetime, names: dict[str, str]) -> str:
    """Discord's markdown without its signs, links by their label, times as this terminal's owner would see them."""
    text = _MENTION.sub(lambda found: names.get(found[2], found[0]), markdown)
    text = _COMMAND.sub(r"/\1", _MASKED_LINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", _TIMESTAMP.sub(lambda found: _time(int(found[1]), found[2], now), text))
    return _ESCAPE.sub(r"\1", text)


def _time(seconds: int, style: str | None, now: datetime) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).astimezone()
    match style:
        case "R":
            return f"in {time_left(moment, now)}"
        case "t":
            return f"{moment:%H:%M}"
        case "D":
            return f"{moment.day} {moment:%B %Y}"
        case _:
            return f"{moment.day} {moment:%B %Y %H:%M}"


def _names(channel: Channel) -> dict[str, str]:
    """What mentions look like, by the ids in them."""
    if channel.guild is None:
        return {str(member.id): f"@{member.display_name}" for member in channel.recipients}
    members = {str(member.id): f"@{member.display_name}" for member in channel.guild.members}
    roles = {str(role.id): f"@{role.name}" for role in channel.guild.roles}
    return members | roles | {str(each.id): f"#{each.name}" for each in channel.guild.channels}


def _lines(message: Message) -> Iterator[str]:
    names = _names(message.channel)
    for markdown in _pieces(message):
        for line in _plain(markdown, message.edited_at or message.created_at, names).splitlines():
            yield from textwrap.wrap(line, WIDTH - 4) or [""]
    buttons = [
        f"({button.label})" if button.disabled else f"[ {button.label} ]" for button in message.buttons()
    ]
    if buttons:
        yield "  ".join(buttons)
    for menu in message.menus():
        yield f"▾ {menu.placeholder or 'Choose'}"
        for option in menu.options[:MENU_LINES]:
            yield f"    {option.label}"
        if len(menu.options) > MENU_LINES:
            yield f"    and {len(menu.options) - MENU_LINES} more"


def _pieces(message: Message) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield embed.get("author", {}).get("name", "")
        yield embed.get("title", "")
        yield embed.get("description", "")
        for entry in embed.get("fields", []):
            yield f"{entry['name']}: {entry['value']}"
        yield embed.get("footer", {}).get("text", "")
    for _, part in walk(message.components):
        yield part["content"] if part["type"] == Kind.TEXT else ""
