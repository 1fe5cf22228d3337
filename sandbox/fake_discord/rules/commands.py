"""Rules for the commands a bot registers, and for the suggestions it offers."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from sandbox.fake_discord.rules.keys import unknown_command_keys, unknown_option_keys
from sandbox.fake_discord.rules.lengths import Length, too_long
from sandbox.fake_discord.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.fake_discord.wire import Payload

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUB_COMMAND, GROUP, STRING = 1, 2, 3
_MOST = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_TOTAL = 8000
# Source: docs.discord.com/developers/reference, section on locales
LOCALES = frozenset(
    {
        "ar",
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en-GB",
        "en-US",
        "es-419",
        "es-ES",
        "fi",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
        "id",
    }
    | {
        "it",
        "ja",
        "ko",
        "lt",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "ru",
        "sv-SE",
        "th",
        "tr",
        "uk",
        "vi",
        "zh-CN",
        "zh-TW",
    }
)


def command_findings(commands: Sequence[Payload]) -> Iterator[Finding]:
    """Everything wrong with one bulk overwrite."""
    yield from _counts(commands)
    for index, command in enumerate(commands):
        yield from unknown_command_keys(command, index)
        yield from _named(command, index, slash=_kind(command) == SLASH)
        yield from _described(command, index)
        yield from _options(command.get("options") or [], index, "options")
        yield from _total(command, index)


def _kind(command: Payload) -> int:
    return int(command.get("type") or SLASH)


def _counts(commands: Sequence[Payload]) -> Iterator[Finding]:
    for kind, times in Counter(_kind(each) for each in commands).items():
        if times > _MOST.get(kind, 0):
            yield Finding((), f"More than {_MOST.get(kind, 0)} commands of type {kind} ({times})")
    twice = Counter((_kind(each), each["name"]) for each in commands)
    for index, each in enumerate(commands):
        if twice[_kind(each), each["name"]] > 1:
            yield Finding((index, "name"), "Application command names must be unique")


def _named(thing: Payload, *path: str | int, slash: bool) -> Iterator[Finding]:
    yield from too_long(thing, {"name": Length(1, 32)}, *path)
    names: dict[tuple[str, ...], str] = {("name",): thing["name"]}
    for locale, name in (thing.get("name_localizations") or {}).items():
        names["name_localizations", locale] = name
    for place, name in names.items():
        if slash and not is_slash_name(name):
            yield Finding((*path, *place), "Command name is invalid")
        elif not name.strip():
            yield Finding((*path, *place), "This field is required")
    for key in ("name_localizations", "description_localizations"):
        for locale in thing.get(key) or {}:
            if locale not in LOCALES:
                yield Finding((*path, key, locale), "Discord knows no such locale")


def is_slash_name(name: str) -> bool:
    r"""Discord's pattern ^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$, lower case where a lower case exists."""

    def fits(char: str) -> bool:
        category = unicodedata.category(char)
        return (
            char in "-_'"
            or category[0] == "L"
            or category[0] == "N"
            or "\u0900" <= char <= "\u097f"
            or "\u0e00" <= char <= "\u0e7f"
        )

    return 1 <= len(name) <= 32 and all(map(fits, name)) and name == name.lower()


def _described(command: Payload, *path: str | int) -> Iterator[Finding]:
    description = command.get("description") or ""
    if _kind(command) != SLASH:
        if description or command.get("options"):
            yield Finding((*path, "description"), "A menu has neither description nor options")
    elif not 1 <= len(description.strip()) <= 100:
        yield Finding((*path, "description"), "Must be between 1 and 100 in length.")


def _options(options: Sequence[Payload], *path: str | int) -> Iterator[Finding]:
    if len(options) > 25:
        yield Finding(path, "Must be 25 or fewer in length.")
    twice = Counter(each["name"] for each in options)
    nested = [each["type"] in {SUB_COMMAND, GROUP} for each in options]
    if any(nested) and not all(nested):
        yield Finding(path, "Sub-commands and options cannot stand side by side")
    optional_seen = False
    for index, option in enumerate(options):
        place = (*path, index)
        yield from unknown_option_keys(option, *place)
        yield from _named(option, *place, slash=True)
        yield from _option(option, *place)
        if twice[option["name"]] > 1:
            yield Finding((*place, "name"), "Option names must be unique")
        if option.get("required") and optional_seen:
            yield Finding(place, "Required options must be placed before non-required options")
        optional_seen |= not option.get("required") and option["type"] not in {SUB_COMMAND, GROUP}


def _option(option: Payload, *path: str | int) -> Iterator[Finding]:
    if not 1 <= len((option.get("description") or "").strip()) <= 100:
        yield Finding((*path, "description"), "Must be between 1 and 100 in length.")
    if option.get("autocomplete") and option.get("choices"):
        yield Finding((*path, "autocomplete"), "Autocomplete and choices exclude each other")
    for low, high in (("min_value", "max_value"), ("min_length", "max_length")):
        least, most = option.get(low), option.get(high)
        if least is not None and most is not None and least > most:
            yield Finding((*path, low), "Minimum is more than maximum")
    for index, choice in enumerate(option.get("choices") or []):
        yield from _choice(choice, *path, "choices", index)
    if option.get("options"):
        if option["type"] == GROUP and any(each["type"] == GROUP for each in option["options"]):
            yield Finding((*path, "options"), "Groups do not hold groups")
        yield from _options(option["options"], *path, "options")


def _choice(choice: Payload, *path: str | int) -> Iterator[Finding]:
    yield from too_long(choice, {"name": Length(1, 100)}, *path)
    if isinstance(choice["value"], str) and not 1 <= len(choice["value"]) <= 100:
        yield Finding((*path, "value"), "Must be between 1 and 100 in length.")


def _total(command: Payload, *path: str | int) -> Iterator[Finding]:
    """Names, descriptions and values of a whole command; of a translated text the longest counts."""
    total = _size(command)
    if total > _TOTAL:
        yield Finding(path, f"Command exceeds maximum size of {_TOTAL} ({total})")


def _size(thing: Payload) -> int:
    total = 0
    for key in ("name", "description"):
        texts = [thing.get(key) or "", *(thing.get(f"{key}_localizations") or {}).values()]
        total += max(map(len, texts))
    if isinstance(thing.get("value"), str):
        total += len(thing["value"])
    return total + sum(_size(each) for key in ("options", "choices") for each in thing.get(key) or [])


def suggestion_findings(data: Payload) -> Iterator[Finding]:
    choices = data.get("choices")
    if not isinstance(choices, list):
        yield Finding(("data", "choices"), "This field is required")
        return
    if len(choices) > 25:
        yield Finding(("data", "choices"), "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        yield from _choice(choice, "data", "choices", index)
