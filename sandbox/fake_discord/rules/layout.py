"""Rules for how components are put together, in messages and in modals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.fake_discord.components import (
    IN_A_CONTAINER,
    LINK_STYLE,
    PREMIUM_STYLE,
    SELECTS,
    Kind,
    walk,
)
from sandbox.fake_discord.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.fake_discord.rules.drafts import Draft
    from sandbox.fake_discord.wire import Payload

_ROWS = 5
_NESTED = 40
_TEXT_TOTAL = 4000


def five_rows(draft: Draft) -> Iterator[Finding]:
    if not draft.v2 and len(draft.components) > _ROWS:
        yield Finding(("components",), f"Must be {_ROWS} or fewer in length.")


def forty_components(draft: Draft) -> Iterator[Finding]:
    """Nested ones count too."""
    total = sum(1 for _ in walk(draft.components))
    if draft.v2 and total > _NESTED:
        yield Finding(("components",), f"The total number of components cannot exceed {_NESTED} ({total})")


def four_thousand_characters(draft: Draft) -> Iterator[Finding]:
    """All text displays of a V2 message together."""
    total = sum(len(each["content"]) for _, each in walk(draft.components) if each["type"] == Kind.TEXT)
    if total > _TEXT_TOTAL:
        yield Finding(("components",), f"The text is longer than {_TEXT_TOTAL} characters ({total})")


def parts_fit(draft: Draft) -> Iterator[Finding]:
    """What may stand in what: no container in a container, only texts in a section, which has something beside them."""
    top = IN_A_CONTAINER | {Kind.CONTAINER} if draft.v2 else frozenset({Kind.ROW})
    yield from _only(top, draft.components, "components")
    for path, each in walk(draft.components, "components"):
        inside = _INSIDE.get(each["type"])
        if inside is None:
            continue
        if not each.get("components"):
            yield Finding((*path, "components"), "This field is required")
        yield from _only(inside, each.get("components") or [], *path, "components")
        if each["type"] == Kind.SECTION:
            beside = each.get("accessory")
            if beside is None:
                yield Finding((*path, "accessory"), "This field is required")
            elif beside["type"] not in {Kind.BUTTON, Kind.THUMBNAIL}:
                yield Finding((*path, "accessory", "type"), "Beside a section stands a button or a thumbnail")


_INSIDE: dict[int, frozenset[Kind]] = {
    Kind.ROW: SELECTS | {Kind.BUTTON},
    Kind.SECTION: frozenset({Kind.TEXT}),
    Kind.CONTAINER: IN_A_CONTAINER,
}


def _only(kinds: frozenset[Kind], components: Sequence[Payload], *path: str | int) -> Iterator[Finding]:
    for index, each in enumerate(components):
        if each["type"] not in kinds:
            yield Finding((*path, index, "type"), f"Value must be one of {sorted(map(int, kinds))}.")


def buttons_do_one_thing(components: Sequence[Payload]) -> Iterator[Finding]:
    """A link button has an address and no custom_id, every other button the reverse, and something to show."""
    for path, each in walk(components, "components"):
        if each["type"] != Kind.BUTTON:
            continue
        style = each.get("style")
        if style == PREMIUM_STYLE:
            if not each.get("sku_id"):
                yield Finding((*path, "sku_id"), "This field is required")
            continue
        if style == LINK_STYLE and not each.get("url"):
            yield Finding((*path, "url"), "A url is required")
        if style != LINK_STYLE and not each.get("custom_id"):
            yield Finding((*path, "custom_id"), "A custom id is required")
        if each.get("url") and each.get("custom_id"):
            yield Finding(path, "A custom id and url cannot both be specified")
        elif style != LINK_STYLE and each.get("url"):
            yield Finding((*path, "url"), "Only link buttons have a url")
        if not (each.get("label") or each.get("emoji")):
            yield Finding((*path, "label"), "A button needs a label or an emoji")


def rows_hold_one_kind(components: Sequence[Payload]) -> Iterator[Finding]:
    """Up to five buttons, or one select."""
    for path, each in walk(components, "components"):
        if each["type"] != Kind.ROW:
            continue
        children = each.get("components") or []
        selects = sum(1 for child in children if child["type"] in SELECTS)
        if selects and len(children) > 1:
            yield Finding((*path, "components"), "A select fills its row; nothing fits beside it")


def custom_ids_differ(components: Sequence[Payload]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, each in walk(components, "components"):
        custom_id = each.get("custom_id")
        if custom_id and custom_id in seen:
            yield Finding((*path, "custom_id"), "Component custom id cannot be duplicated")
        seen |= {custom_id} if custom_id else set()


def numbers_differ(components: Sequence[Payload]) -> Iterator[Finding]:
    """The integer `id` of a component; 0 and absent mean: number it for me."""
    counted = Counter(each["id"] for _, each in walk(components) if each.get("id"))
    for number, times in counted.items():
        if times > 1:
            yield Finding(("components",), f"Component id {number} is used {times} times")


def choices_make_sense(components: Sequence[Payload]) -> Iterator[Finding]:
    """Values of options differ; the number to choose fits the options; no more preselected than may be chosen."""
    for path, each in walk(components, "components"):
        options = each.get("options")
        if options is not None:
            counted = Counter(option.get("value") for option in options)
            for index, option in enumerate(options):
                if counted[option.get("value")] > 1:
                    yield Finding(
                        (*path, "options", index, "value"), "The specified option value is already used"
                    )
        least, most = each.get("min_values"), each.get("max_values")
        if least is not None and most is not None and least > most:
            yield Finding((*path, "min_values"), "Minimum is more than maximum")
        if options is not None and (most or 1) > len(options):
            yield Finding((*path, "max_values"), "More than there are options")
        chosen = sum(1 for option in options or [] if option.get("default"))
        allowed = len(options or []) if each["type"] == Kind.CHECKBOX_GROUP and most is None else (most or 1)
        if options is not None and chosen > allowed:
            yield Finding((*path, "options"), "More options are preselected than may be chosen")


LAYOUT_RULES = (five_rows, parts_fit, forty_components, four_thousand_characters)
COMPONENT_RULES = (
    buttons_do_one_thing,
    rows_hold_one_kind,
    custom_ids_differ,
    numbers_differ,
    choices_make_sense,
)
