"""A form the bot opened: its fields, and what the client sends when a member submits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord.choosing import chosen_ids, chosen_options
from sandbox.fake_discord.components import SELECTS, Kind, MenuOption, options_of
from sandbox.fake_discord.places import DriverError
from sandbox.fake_discord.uploads import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_discord.interactions import Interaction
    from sandbox.fake_discord.slash import Resolved
    from sandbox.fake_discord.wire import Payload

_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `value`: what stands in a text field already; `style` 1: it is a line, 2: a box.

    chosen: ids of the members, roles or channels that are chosen already; checked: of a box, that it is ticked already.
    """

    label: str
    description: str | None
    custom_id: str
    kind: int
    required: bool
    value: str | None
    placeholder: str | None
    options: tuple[MenuOption, ...]
    least: int
    most: int
    style: int | None = None
    chosen: tuple[str, ...] = ()
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Modal:
    """interaction: the one that was answered with this form."""

    interaction: Interaction
    custom_id: str
    title: str
    components: list[Payload]

    @classmethod
    def of(cls, interaction: Interaction, modal: Payload) -> Modal:
        return cls(interaction, modal["custom_id"], modal["title"], modal["components"])

    @property
    def fields(self) -> list[Field]:
        return [_field(top, inner) for top in self.components for inner in _inner(top)]

    @property
    def text(self) -> str:
        """Everything a reader can read."""
        shown = [self.title]
        for top in self.components:
            shown += [top["content"]] if top["type"] == Kind.TEXT else []
            for inner in _inner(top):
                field = _field(top, inner)
                pieces = (field.label, field.description, field.placeholder, field.value)
                shown += [piece for piece in pieces if piece]
                for option in field.options:
                    shown += [piece for piece in (option.label, option.description) if piece]
        return "\n".join(shown)

    def as_json(self) -> Payload:
        return {
            "interaction_id": str(self.interaction.id),
            "custom_id": self.custom_id,
            "title": self.title,
            "components": self.components,
        }

    def submission(self, given: Mapping[str, object], resolved: Resolved) -> Payload:
        """The `data` of the modal interaction. `given`: by label or custom_id; what is absent keeps its preset."""
        names = {name for field in self.fields for name in (field.label, field.custom_id)}
        for name in given:
            if name not in names:
                labels = [field.label for field in self.fields]
                raise DriverError(f"the modal {self.title!r} has no field {name!r}; it has {labels}")
        data: Payload = {
            "custom_id": self.custom_id,
            "components": [self._submitted(top, given, resolved) for top in self.components],
        }
        objects = resolved.payload()
        return data | ({"resolved": objects} if objects else {})

    def _submitted(self, top: Payload, given: Mapping[str, object], resolved: Resolved) -> Payload:
        answer: Payload = {"type": top["type"], "id": top["id"]}
        if top["type"] == Kind.TEXT:
            return answer
        filled = [
            {"type": inner["type"], "id": inner["id"], "custom_id": inner["custom_id"]}
            | _entered(_field(top, inner), given, resolved)
            for inner in _inner(top)
        ]
        return answer | ({"component": filled[0]} if top["type"] == Kind.LABEL else {"components": filled})


def _inner(top: Payload) -> list[Payload]:
    if top["type"] == Kind.LABEL:
        return [top["component"]]
    return list(top.get("components") or [])


def _field(top: Payload, inner: Payload) -> Field:
    text = inner["type"] == Kind.TEXT_INPUT
    options = options_of(inner) if "options" in inner else ()
    most_values = len(options) if inner["type"] == Kind.CHECKBOX_GROUP else 1
    return Field(
        label=top.get("label") or inner.get("label") or "",
        description=top.get("description"),
        custom_id=inner["custom_id"],
        kind=inner["type"],
        required=inner["type"] != Kind.CHECKBOX and inner.get("required") is not False,
        value=inner.get("value"),
        placeholder=inner.get("placeholder"),
        options=options,
        least=(inner.get("min_length") or 0) if text else _or_one(inner.get("min_values")),
        most=(inner.get("max_length") or _LONGEST) if text else inner.get("max_values") or most_values,
        style=inner.get("style") if text else None,
        chosen=tuple(str(each["id"]) for each in inner.get("default_values") or ()),
        checked=inner["type"] == Kind.CHECKBOX and bool(inner.get("default")),
    )


def _entered(field: Field, given: Mapping[str, object], resolved: Resolved) -> Payload:
    value = given.get(field.custom_id, given.get(field.label))
    if field.kind == Kind.TEXT_INPUT:
        return {"value": _text(field, field.value or "" if value is None else value)}
    if field.kind == Kind.CHECKBOX:
        return {"value": _ticked(field, value)}
    values = _listed(field, value)
    if field.kind == Kind.FILE_UPLOAD and not all(isinstance(each, Upload) for each in values):
        raise DriverError(f"the field {field.label!r} takes files (Upload), not {values!r}")
    if field.kind in {Kind.STRING_SELECT, Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP}:
        ids = chosen_options(field.label, field.options, values)
    elif field.kind in SELECTS or field.kind == Kind.FILE_UPLOAD:
        ids = chosen_ids(field.label, field.kind, values, resolved)
    else:
        raise DriverError(f"the field {field.label!r} is of a kind ({field.kind}) nobody can fill in")
    if (field.required or ids) and not max(field.least, int(field.required)) <= len(ids) <= field.most:
        raise DriverError(
            f"the field {field.label!r} takes {field.least} to {field.most} values, not {len(ids)}"
        )
    if field.kind == Kind.RADIO_GROUP:
        return {"value": ids[0] if ids else None}
    return {"values": ids}


def _ticked(field: Field, value: object) -> bool:
    if value is None:
        return field.checked
    if not isinstance(value, bool):
        raise DriverError(f"the field {field.label!r} is ticked (True) or not (False), not {value!r}")
    return value


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise DriverError(f"the field {field.label!r} takes text, not {value!r}")
    if field.required and not value.strip():
        raise DriverError(f"the field {field.label!r} must be filled in")
    if value and not field.least <= len(value) <= field.most:
        raise DriverError(
            f"the field {field.label!r} takes {field.least} to {field.most} characters, not {len(value)}"
        )
    return value


def _listed(field: Field, value: object) -> list[object]:
    if value is None:
        return [*(option.value for option in field.options if option.default), *field.chosen]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _or_one(number: int | None) -> int:
    return 1 if number is None else number
