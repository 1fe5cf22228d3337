"""Messages as the version ed8e487 of the bot had sent them, in place of those that today's bot sends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sandbox.fake_discord.components import walk
from sandbox.fake_discord.messages import Flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.fake_discord import Message
    from sandbox.world import World

RECORDED: Final[dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "data" / "messages_ed8e487.json").read_text("utf-8")
)
del RECORDED["about"]  # how they were recorded


def age(world: World, message: Message, kind: str, **ids: object) -> Message:
    """The same message, sent by the former version. ids: those its controls hold, where today's message has none."""
    members = {name: member.id for name, member in world.discord.members.items()}
    known = {**members, "command": 1, "unknown": 1, **read(kind, message), **ids}
    text = json.dumps(RECORDED[kind])
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", str(value))
    body = json.loads(text)
    for control in controls(body["components"]):
        values = [option["value"] for option in control.get("options", ())]
        assert not any("{" in each for each in (control["custom_id"], *values)), control
    world.discord.sent_as(message, body)
    return message


def is_new(message: Message) -> bool:
    """Whether it was edited into today's form: made of Components V2 alone."""
    return Flag.COMPONENTS_V2 in message.flags and not message.content and not message.embeds


def read(kind: str, message: Message) -> dict[str, str]:
    """The ids that today's message holds where the former one held its own."""
    found: dict[str, str] = {}
    for was in controls(RECORDED[kind]["components"]):
        pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^:]+)", re.escape(was["custom_id"])))
        for now in controls(message.components):
            if fits := pattern.fullmatch(now["custom_id"]):
                found |= fits.groupdict()
                pairs = zip(was.get("options", ()), now.get("options", ()), strict=False)
                found |= {old["value"].strip("{}"): new["value"] for old, new in pairs if "{" in old["value"]}
                break
    return found


def controls(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (each for _, each in walk(components) if each.get("custom_id"))
