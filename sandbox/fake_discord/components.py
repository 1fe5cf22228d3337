"""Buttons, menus and Components V2: walking through them, reading them, and the form in which Discord returns them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sandbox.fake_discord.wire import Payload


class Kind(IntEnum):
    """Component types. Source: docs.discord.com/developers/components/reference."""

    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset(
    {Kind.STRING_SELECT, Kind.USER_SELECT, Kind.ROLE_SELECT, Kind.MENTIONABLE_SELECT, Kind.CHANNEL_SELECT}
)
IN_A_CONTAINER = frozenset({Kind.ROW, Kind.SECTION, Kind.TEXT, Kind.GALLERY, Kind.FILE, Kind.SEPARATOR})
IN_A_LABEL = SELECTS | {
    Kind.TEXT_INPUT,
    Kind.FILE_UPLOAD,
    Kind.RADIO_GROUP,
    Kind.CHECKBOX_GROUP,
    Kind.CHECKBOX,
}
LINK_STYLE = 5
PREMIUM_STYLE = 6

# What Discord fills in when it returns a component that left these out.
_DEFAULTS: dict[int, Payload] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    Kind.THUMBNAIL: {"description": None, "spoiler": False},
    Kind.FILE: {"name": None, "size": None, "spoiler": False},
    Kind.SEPARATOR: {"spacing": 1, "divider": True},
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
}


def walk(components: Sequence[Payload], *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Payload]]:
    """Every component with its place in the body, nested ones after the one that holds them."""
    for index, component in enumerate(components):
        yield from _walk_one(component, *path, index)


def _walk_one(component: Payload, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Payload]]:
    yield path, component
    yield from walk(component.get("components") or [], *path, "components")
    for key in ("accessory", "component"):
        if isinstance(component.get(key), dict):
            yield from _walk_one(component[key], *path, key)


def finished(
    components: Sequence[Payload], resolve: Callable[[str], Payload] = lambda url: {"url": url}
) -> list[Payload]:
    """Components as Discord returns them: numbered, defaults filled in, media resolved, ids as text."""
    taken = {each["id"] for _, each in walk(components) if each.get("id")}
    numbers = (number for number in range(1, 1000) if number not in taken)

    def finish(component: Payload) -> Payload:
        answer = {**_DEFAULTS.get(component["type"], {}), **_ids_as_text(_without_nulls(component))}
        answer["id"] = answer.get("id") or next(numbers)
        for key in ("media", "file"):
            if key in answer:
                answer[key] = resolve(answer[key]["url"])
        if "items" in answer:
            answer["items"] = [
                {"description": None, "spoiler": False, **item, "media": resolve(item["media"]["url"])}
                for item in answer["items"]
            ]
        if "components" in answer:
            answer["components"] = [finish(child) for child in answer["components"]]
        for key in ("accessory", "component"):
            if key in answer:
                answer[key] = finish(answer[key])
        return answer

    return [finish(component) for component in components]


def _ids_as_text(component: Payload) -> Payload:
    """The ids of emoji and of what is chosen already, which libraries may send as numbers."""
    answer = dict(component)
    if "emoji" in answer:
        emoji = _without_nulls(answer["emoji"])
        answer["emoji"] = emoji | ({"id": str(emoji["id"])} if "id" in emoji else {})
    if "default_values" in answer:
        answer["default_values"] = [each | {"id": str(each["id"])} for each in answer["default_values"]]
    if "options" in answer:
        answer["options"] = [_ids_as_text(_without_nulls(option)) for option in answer["options"]]
    return answer


def _without_nulls(thing: Payload) -> Payload:
    return {key: value for key, value in thing.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    custom_id: str | None
    url: str | None
    disabled: bool
    style: int
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class MenuOption:
    label: str
    value: str
    description: str | None
    default: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """A select menu. Only a string select (kind 3) has options; the others choose among members, roles, channels."""

    custom_id: str
    placeholder: str | None
    options: tuple[MenuOption, ...]
    kind: int
    disabled: bool
    min_values: int
    max_values: int


def buttons_of(components: Sequence[Payload]) -> list[Button]:
    return [
        Button(
            label=each.get("label") or "",
            custom_id=each.get("custom_id"),
            url=each.get("url"),
            disabled=bool(each.get("disabled")),
            style=each["style"],
            emoji=(each.get("emoji") or {}).get("name"),
        )
        for _, each in walk(components)
        if each["type"] == Kind.BUTTON
    ]


def buttons_beside(components: Sequence[Payload], words: str) -> list[Button]:
    """The buttons that stand in a section beside these words."""
    sections = [each for _, each in walk(components) if each["type"] == Kind.SECTION]
    return [
        button
        for section in sections
        if any(words in text["content"] for text in section["components"])
        for button in buttons_of([section["accessory"]])
    ]


def menus_of(components: Sequence[Payload]) -> list[Menu]:
    return [
        Menu(
            custom_id=each["custom_id"],
            placeholder=each.get("placeholder"),
            options=options_of(each),
            kind=each["type"],
            disabled=bool(each.get("disabled")),
            min_values=each.get("min_values", 1),
            max_values=each.get("max_values", 1),
        )
        for _, each in walk(components)
        if each["type"] in SELECTS
    ]


def options_of(component: Payload) -> tuple[MenuOption, ...]:
    return tuple(
        MenuOption(o["label"], o["value"], o.get("description"), bool(o.get("default")))
        for o in component.get("options") or []
    )


def texts_of(components: Sequence[Payload]) -> Iterator[str]:
    """Every word a reader sees in the components, and what a screen reader says of the pictures."""
    for _, each in walk(components):
        candidates: tuple[Any, ...] = (
            each.get("content"),
            (each.get("emoji") or {}).get("name"),
            each.get("label"),
            each.get("placeholder"),
            each.get("description"),
        )
        yield from (text for text in candidates if text)
        for option in options_of(each):
            yield option.label
            yield from [option.description] if option.description else []
        yield from (item["description"] for item in each.get("items") or [] if item.get("description"))
