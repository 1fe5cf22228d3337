"""Fits an answer that isn't as documented to a model, so that one bad part only costs itself. No I/O.

A field that is null, missing or of the wrong type counts as missing; if a thing can't do without it, the thing is
bad. A bad entry of a list is left out, or is None if the list allows that; a model with `skipped` and `gaps`
records how many were left out, and where.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec import inspect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

# What decoding can raise; ValueError: invalid Unicode or JSON; RecursionError: endlessly nested brackets.
UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)

COUNTS: Final = ("skipped", "gaps")
_LARGEST: Final = 2**53  # how far JSON's numbers are exact, and what every database can hold
_HALF: Final = re.compile(r"[\ud800-\udfff]")  # half a character: text with it can't be sent or stored
_info: Final[Callable[[Any], inspect.Type]] = cache(inspect.type_info)


class UnfitError(Exception):
    """It can't be read as what it should be."""


def document_of(body: bytes) -> object:
    """The JSON in it. Anything that isn't a character becomes U+FFFD. Raises UnfitError."""
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except UNREADABLE:
        raise UnfitError from None


def is_nameless(body: bytes) -> bool:
    """Whether it's about one thing, and that thing has no ID or no address."""
    try:
        document = document_of(body)
    except UnfitError:
        return False
    return isinstance(document, dict) and any(document.get(name, "") is None for name in ("id", "uri"))


def fitted(document: object, kind: type[T]) -> T:
    """The document as the model. Raises UnfitError."""
    value: T = _fit(document, _info(kind))
    return value


def _fit(value: object, info: inspect.Type) -> Any:  # noqa: ANN401 - whatever the info describes
    match info:
        case inspect.StructType() if isinstance(value, dict):
            return _struct(value, info)
        case inspect.VarTupleType(item_type=entry) if isinstance(value, list):
            return tuple([one for _, one in _entries(value, entry)])
        case inspect.UnionType(types=types):
            return _first_of(value, types)
        case _:
            return _single(value, info)


def _single(value: object, info: inspect.Type) -> object:
    match info:
        case inspect.StrType(min_length=least) if isinstance(value, str) and len(value) >= (least or 0):
            return _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
        case inspect.BoolType():
            return _converted(value, bool)
        case inspect.IntType():
            return _whole(value, info)
        case inspect.DateTimeType() if (moment := _converted(value, datetime)).tzinfo is not None:
            return moment
        case _:
            raise UnfitError


def _struct(document: dict[str, object], info: inspect.StructType) -> object:
    fields: dict[str, object] = {}
    gaps: list[int] = []
    for field in info.fields:
        if field.name in COUNTS:
            continue
        value = document.get(field.encode_name)
        try:
            if isinstance(field.type, inspect.VarTupleType) and isinstance(value, list):
                kept = dict(_entries(value, field.type.item_type))
                gaps += [place for place in range(len(value)) if place not in kept]
                fields[field.name] = tuple(kept.values())
            elif value is not None or field.required:
                fields[field.name] = _fit(value, field.type)
        except UnfitError:
            if field.required:
                raise
    counts = dict(zip(COUNTS, (len(gaps), tuple(gaps)), strict=True))
    has = {field.name for field in info.fields}
    return info.cls(**fields, **{name: count for name, count in counts.items() if name in has})


def _entries(values: list[object], entry: inspect.Type) -> Iterator[tuple[int, object]]:
    """The readable entries, with their positions. Lists of numbers or words are read completely or not at all."""
    may_be_none = isinstance(entry, inspect.UnionType) and entry.includes_none
    for place, value in enumerate(values):
        try:
            yield place, _fit(value, entry)
        except UnfitError:
            if may_be_none:
                yield place, None
            elif not isinstance(entry, inspect.StructType):
                raise


def _first_of(value: object, types: tuple[inspect.Type, ...]) -> object:
    if value is None and any(isinstance(one, inspect.NoneType) for one in types):
        return None
    for one in types:
        try:
            return _fit(value, one)
        except UnfitError:
            continue
    raise UnfitError


def _whole(value: object, info: inspect.IntType) -> int:
    """A whole number; 3.4 becomes 3, and so does "3"."""
    try:
        number = round(value) if isinstance(value, float) else _converted(value, int)
    except (ValueError, OverflowError):  # not a number, or an infinite one
        raise UnfitError from None
    least = -_LARGEST if info.ge is None else info.ge
    if not least <= number <= _LARGEST:
        raise UnfitError
    return number


def _converted(value: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind, strict=False)
    except UNREADABLE:
        raise UnfitError from None
