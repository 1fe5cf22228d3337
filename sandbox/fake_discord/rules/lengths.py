"""How long texts and lists may be. Mostly what the OpenAPI document says too: these hold where the file is absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord.components import Kind, walk
from sandbox.fake_discord.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sandbox.fake_discord.rules.drafts import Draft
    from sandbox.fake_discord.wire import Payload


@dataclass(frozen=True, slots=True)
class Length:
    least: int
    most: int


# docs.discord.com/developers/resources/message (embed limits), components/reference
_EMBED = {"title": Length(0, 256), "description": Length(0, 4096), "fields": Length(0, 25)}
_FIELD = {"name": Length(1, 256), "value": Length(1, 1024)}
_COMPONENT = {
    "custom_id": Length(1, 100),
    "label": Length(0, 80),
    "url": Length(0, 512),
    "placeholder": Length(0, 150),
    "options": Length(1, 25),
    "items": Length(1, 10),
}
_OPTION = {"label": Length(1, 100), "value": Length(1, 100), "description": Length(0, 100)}
_LABEL = {"label": Length(1, 45), "description": Length(1, 100)}
_PICTURE = {"description": Length(1, 1024)}
_RADIO = {"options": Length(2, 10)}
_BOXES = {"options": Length(1, 10)}
_TEXT_INPUT = {"label": Length(1, 45), "value": Length(0, 4000), "placeholder": Length(0, 100)}


def too_long(payload: Payload, limits: Mapping[str, Length], *path: str | int) -> Iterator[Finding]:
    for key, limit in limits.items():
        value = payload.get(key)
        if value is not None and not limit.least <= len(value) <= limit.most:
            yield Finding((*path, key), f"Must be between {limit.least} and {limit.most} in length.")


def message_lengths(draft: Draft) -> Iterator[Finding]:
    yield from too_long(draft.body, {"content": Length(0, 2000), "embeds": Length(0, 10)})
    for index, embed in enumerate(draft.embeds):
        yield from too_long(embed, _EMBED, "embeds", index)
        yield from too_long(embed.get("footer") or {}, {"text": Length(1, 2048)}, "embeds", index, "footer")
        yield from too_long(embed.get("author") or {}, {"name": Length(1, 256)}, "embeds", index, "author")
        for number, entry in enumerate(embed.get("fields") or []):
            yield from too_long(entry, _FIELD, "embeds", index, "fields", number)
    yield from component_lengths(draft.components)


def component_lengths(components: Sequence[Payload]) -> Iterator[Finding]:
    special: dict[int, dict[str, Length]] = {
        Kind.LABEL: _LABEL,
        Kind.TEXT_INPUT: _TEXT_INPUT,
        Kind.THUMBNAIL: _PICTURE,
        Kind.RADIO_GROUP: _RADIO,
        Kind.CHECKBOX_GROUP: _BOXES,
    }
    for path, each in walk(components, "components"):
        kind = each["type"]
        yield from too_long(each, {**_COMPONENT, **special.get(kind, {})}, *path)
        if kind == Kind.TEXT:
            yield from too_long(each, {"content": Length(1, 4000)}, *path)
        if kind == Kind.ROW:
            yield from too_long(each, {"components": Length(1, 5)}, *path)
        if kind == Kind.SECTION:
            yield from too_long(each, {"components": Length(1, 3)}, *path)
        for number, option in enumerate(each.get("options") or []):
            yield from too_long(option, _OPTION, *path, "options", number)
        for number, item in enumerate(each.get("items") or []):
            yield from too_long(item, _PICTURE, *path, "items", number)
