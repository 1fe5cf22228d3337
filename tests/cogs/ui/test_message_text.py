"""Links are looked for wherever text can stand in a message."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import discord
import pytest

from cogs.ui.message_text import text_of

if TYPE_CHECKING:
    from discord.types.message import MessageSnapshot

LINK = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"
STATE = cast("Any", SimpleNamespace())


def snapshot(**changes: object) -> discord.MessageSnapshot:
    """What discord.py makes of the message inside a forward."""
    plain = {
        "type": 0,
        "content": "",
        "embeds": [],
        "attachments": [],
        "timestamp": "2026-11-20T12:00:00+00:00",
        "edited_timestamp": None,
        "flags": 0,
        "mentions": [],
        "mention_roles": [],
        "components": [],
    }
    return discord.MessageSnapshot(STATE, cast("MessageSnapshot", plain | changes))


def message(
    *forwarded: discord.MessageSnapshot, of: discord.MessageSnapshot | None = None
) -> discord.Message:
    held = of or snapshot()
    return cast(
        "discord.Message",
        SimpleNamespace(
            content=held.content,
            embeds=held.embeds,
            components=held.components,
            message_snapshots=list(forwarded),
        ),
    )


TEXT = {"type": 10, "content": f"hear {LINK}"}
BUTTON = {"type": 2, "style": 5, "label": "Open", "url": LINK}
THUMBNAIL = {"type": 11, "media": {"url": "https://i.example/x"}, "description": LINK}
HOLDS = [
    {"content": f"hear {LINK}"},
    {"embeds": [{"type": "rich", "url": LINK, "title": "Song"}]},
    {"embeds": [{"type": "rich", "description": LINK}]},
    {"embeds": [{"type": "rich", "fields": [{"name": "x", "value": LINK}]}]},
    {"embeds": [{"type": "rich", "footer": {"text": LINK}}]},
    {"components": [TEXT]},
    {"components": [{"type": 1, "components": [BUTTON]}]},
    {"components": [{"type": 9, "components": [TEXT], "accessory": THUMBNAIL}]},
    {"components": [{"type": 9, "components": [{"type": 10, "content": "x"}], "accessory": BUTTON}]},
    {"components": [{"type": 17, "components": [{"type": 9, "components": [TEXT], "accessory": BUTTON}]}]},
    {"components": [{"type": 17, "components": [{"type": 1, "components": [BUTTON]}, {"type": 14}]}]},
    {"components": [{"type": 12, "items": [{"media": {"url": "https://i.example/x"}, "description": LINK}]}]},
]


@pytest.mark.parametrize("held", HOLDS)
@pytest.mark.parametrize("previews", [True, False])
def test_everywhere(held: dict[str, object], *, previews: bool) -> None:
    """In what was written, in an app's embeds and components, and in the same of a forwarded message."""
    assert LINK in text_of(message(of=snapshot(**held)), previews=previews)
    assert LINK in text_of(message(snapshot(), snapshot(**held)), previews=previews)


@pytest.mark.parametrize("kind", ["link", "article", "video"])
def test_previews(kind: str) -> None:
    """What Discord shows of a page behind a link counts only where that is asked for."""
    shown = snapshot(
        content="https://video.example/1", embeds=[{"type": kind, "description": f"also on {LINK}"}]
    )
    assert LINK in text_of(message(of=shown), previews=True)
    assert LINK not in text_of(message(of=shown), previews=False)


def test_nothing() -> None:
    """An empty message has no text."""
    assert text_of(message(), previews=True) == ""
