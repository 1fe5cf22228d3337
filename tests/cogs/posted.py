"""Messages as they come back from Discord: of a card of ours, and of one that earlier versions posted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from discord.components import _component_factory

if TYPE_CHECKING:
    import discord

    from cogs.ui.reply import Reply


@dataclass
class Posted:
    components: list[Any] = field(default_factory=list)
    embeds: list[discord.Embed] = field(default_factory=list)


def components_of(reply: Reply) -> list[dict[str, Any]]:
    """As they are sent."""
    made: list[dict[str, Any]] = reply.layout().to_components()  # type: ignore[no-untyped-call] # discord.py's
    return made


def posted(reply: Reply) -> discord.Message:
    made = [_component_factory(cast("Any", part)) for part in components_of(reply)]
    return cast("discord.Message", Posted(components=made))


def posted_embed(embed: discord.Embed) -> discord.Message:
    return cast("discord.Message", Posted(embeds=[embed]))
