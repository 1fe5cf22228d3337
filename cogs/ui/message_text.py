"""All the text of a message that can hold a link: written, forwarded, or in components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import discord

WORDS: Final = ("content", "label", "description", "url")
PARTS: Final = ("children", "accessory", "items", "component")


def text_of(message: discord.Message, *, previews: bool) -> str:
    """One piece per line. previews: include Discord's previews of linked pages, which nobody wrote."""
    texts = [*_texts(message, previews=previews)]
    for forwarded in message.message_snapshots:
        texts += _texts(forwarded, previews=previews)
    return "\n".join(text for text in texts if text)


def _texts(message: discord.Message | discord.MessageSnapshot, *, previews: bool) -> Iterator[str | None]:
    yield message.content
    for embed in message.embeds:
        if previews or embed.type == "rich":  # made by an app; the other types are previews
            yield from (embed.url, embed.title, embed.description, embed.author.url, embed.footer.text)
            yield from (f"{field.name}\n{field.value}" for field in embed.fields)
    yield from _words(message.components)


def _words(components: Iterable[object]) -> Iterator[str | None]:
    for component in components:
        yield from (word for name in WORDS if isinstance(word := getattr(component, name, None), str))
        for name in PARTS:
            inside = getattr(component, name, None)
            if inside is not None:
                yield from _words(inside if isinstance(inside, list | tuple) else (inside,))


def options_on(message: discord.Message | None, name: str) -> list[discord.SelectOption]:
    """The options of the menu on a message whose custom_id begins so; none if there is no such menu."""
    return [*_options(message.components, name)] if message else []


def _options(components: Iterable[object], name: str) -> Iterator[discord.SelectOption]:
    for component in components:
        if str(getattr(component, "custom_id", None)).startswith(name):
            yield from getattr(component, "options", ())
        yield from _options(getattr(component, "children", ()), name)
