"""Rules for the forms a bot opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_discord.components import IN_A_LABEL, Kind, walk
from sandbox.fake_discord.rules.keys import unknown, unknown_component_keys
from sandbox.fake_discord.rules.layout import COMPONENT_RULES
from sandbox.fake_discord.rules.lengths import Length, component_lengths, too_long
from sandbox.fake_discord.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.fake_discord.wire import Payload

_KEYS = frozenset({"custom_id", "title", "components"})
_TOP_LEVEL = frozenset({Kind.ROW, Kind.TEXT, Kind.LABEL})
_MOST = 5


def modal_lengths(modal: Payload) -> Iterator[Finding]:
    yield from too_long(modal, {"custom_id": Length(1, 100), "title": Length(1, 45)})
    yield from component_lengths(modal["components"])


def modal_keys(modal: Payload) -> Iterator[Finding]:
    yield from unknown(modal, _KEYS)
    yield from unknown_component_keys(modal["components"])


def one_to_five(modal: Payload) -> Iterator[Finding]:
    if not 1 <= len(modal["components"]) <= _MOST:
        yield Finding(("components",), f"Must be between 1 and {_MOST} in length.")


def modal_parts(modal: Payload) -> Iterator[Finding]:
    """Labels and texts at the top; a field inside a label is never disabled."""
    for index, each in enumerate(modal["components"]):
        if each["type"] not in _TOP_LEVEL:
            yield Finding(
                ("components", index, "type"), "This component does not stand at the top of a modal"
            )
        if each["type"] == Kind.LABEL and (each.get("component") or {}).get("type") not in IN_A_LABEL:
            yield Finding(("components", index, "component"), "A label holds one field")
        for number, inner in enumerate(each.get("components") or []):
            if inner["type"] != Kind.TEXT_INPUT:
                yield Finding(
                    ("components", index, "components", number, "type"), "Only text inputs in a row"
                )
    for path, each in walk(modal["components"], "components"):
        if each["type"] == Kind.BUTTON:
            yield Finding((*path, "type"), "A modal has no buttons of its own")
        if each.get("disabled"):
            yield Finding((*path, "disabled"), "Nothing in a modal can be disabled")
        if each["type"] == Kind.CHECKBOX_GROUP and each.get("min_values") == 0 and each.get("required", True):
            yield Finding((*path, "min_values"), "Where nothing need be chosen, `required` is false")


def text_bounds(modal: Payload) -> Iterator[Finding]:
    for path, each in walk(modal["components"], "components"):
        if each["type"] != Kind.TEXT_INPUT:
            continue
        least, most = each.get("min_length") or 0, each.get("max_length") or 4000
        if least > most:
            yield Finding((*path, "min_length"), "Minimum is more than maximum")
        value = each.get("value")
        if value and not least <= len(value) <= most:
            yield Finding((*path, "value"), "The prefilled text does not fit the field's own limits")


def modal_components(modal: Payload) -> Iterator[Finding]:
    for rule in COMPONENT_RULES:
        yield from rule(modal["components"])


MODAL_RULES = (modal_lengths, modal_keys, one_to_five, modal_parts, text_bounds, modal_components)
