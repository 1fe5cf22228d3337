"""The parts cards are made of: Discord's Components V2. A message made of them has no text or embeds beside them.

A card is a list of parts: texts, sections (a text with a picture or a button at its right), lines and rows.
`layout_of` makes a message of them. Source: docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.visible import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


Part = discord.ui.Item[Any]
Control = discord.ui.Item["discord.ui.View"] | discord.ui.Item["discord.ui.View | discord.ui.LayoutView"]

ACCENT: Final = discord.Colour(0xE4572E)  # the one colour of all our cards
MOST_TEXT: Final = 4_000  # characters in one message, all texts together
IN_A_ROW: Final = 5
MOST_ALT: Final = 1_024
PICTURES: Final = (".png", ".jpg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file under a message. description: what a picture shows, for those who do not see it."""

    name: str
    data: bytes
    description: str | None = None


def text(*lines: str) -> discord.ui.TextDisplay[discord.ui.LayoutView]:
    """Markdown, with Discord's headings (`###`) and small print (`-#`)."""
    return discord.ui.TextDisplay("\n".join(lines))


def with_picture(words: str, url: str | None, alt: str = "") -> Part:
    """The text with a picture at its right, or alone where there is none. url: by `cogs.words.text.picture`."""
    if url is None:
        return text(words)
    thumbnail: discord.ui.Thumbnail[discord.ui.LayoutView] = discord.ui.Thumbnail(
        url, description=shortened(one_line(alt), MOST_ALT) or None
    )
    return discord.ui.Section(words, accessory=thumbnail)


def with_button(words: str, button: Control) -> Part:
    """The text with what can be done about it at its right."""
    return discord.ui.Section(words, accessory=button)


def line(*, visible: bool = True) -> Part:
    return discord.ui.Separator(visible=visible)


def rows(items: Iterable[Control]) -> list[Part]:
    """Up to five buttons stand in a row; a menu has one of its own."""
    packed: list[list[Control]] = []
    for item in items:
        last = packed[-1] if packed else []
        if last and len(last) < IN_A_ROW and all(isinstance(one, discord.ui.Button) for one in (item, *last)):
            last.append(item)
        else:
            packed.append([item])
    return [discord.ui.ActionRow(*row) for row in packed]


def gallery(files: Sequence[Attached]) -> Part:
    """Pictures that are sent with the message."""
    items = [
        discord.MediaGalleryItem(f"attachment://{one.name}", description=one.description) for one in files
    ]
    return discord.ui.MediaGallery(*items)


def attached(files: Sequence[Attached]) -> list[Part]:
    """Files that are sent with the message; it shows none by itself."""
    pictures = [one for one in files if one.name.endswith(PICTURES)]
    others = [
        discord.ui.File[discord.ui.LayoutView](f"attachment://{one.name}")
        for one in files
        if one not in pictures
    ]
    return [*([gallery(pictures)] if pictures else []), *others]


def layout_of(words: str | None, card: Sequence[Part], below: Sequence[Part]) -> discord.ui.LayoutView:
    """Words, and the card with everything else in it, or everything else alone. May be made twice of the same parts.

    discord.py is not to listen to it, nor to remember it: `cogs.ui.controls` hears every press.
    """
    view = discord.ui.LayoutView(timeout=None)
    if words:
        view.add_item(text(words))
    if card:
        view.add_item(discord.ui.Container(*card, *below, accent_colour=ACCENT))
    else:
        for part in below:
            view.add_item(part)
    view.stop()
    return view
