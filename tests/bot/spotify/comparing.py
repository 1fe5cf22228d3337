"""Whether what was read is what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from bot.spotify.models import CursorPage, Page, Several

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_OURS = {"linked_from"}  # removed, and never of use to us


def differences(document: Any, read: Any, place: str) -> Iterator[str]:
    """Every field of a model, at any depth, that does not hold what was answered. place: how to call it."""
    if isinstance(read, Page | CursorPage):
        yield from _entries(document["items"], read, place)
    elif isinstance(read, Several):
        yield from _entries(document, read, place)
    elif isinstance(read, msgspec.Struct):
        for name in read.__struct_fields__:
            if document.get(name) is not None:
                yield from differences(document[name], getattr(read, name), f"{place}.{name}")
    elif isinstance(document, list):
        kept = [one for one in document if one is not None]
        if len(kept) != len(read):
            yield f"{place}: {len(kept)} answered, {len(read)} read"
        for number, (answered, one) in enumerate(zip(kept, read, strict=False)):
            yield from differences(answered, one, f"{place}[{number}]")
    elif (datetime.fromisoformat(document) if isinstance(read, datetime) else document) != read:
        yield f"{place}: {document!r} became {read!r}"


def _entries(
    entries: list[Any], read: Page[Any] | CursorPage[Any] | Several[Any], place: str
) -> Iterator[str]:
    if read.skipped != entries.count(None):
        yield f"{place}: {entries.count(None)} null entries, {read.skipped} counted"
    yield from differences(entries, read.items, f"{place}.items")


def ids(document: Any) -> set[str]:
    """Every id and URI in it, except in what we do not read."""
    found: set[str] = set()
    pending = [document]
    while pending:
        one = pending.pop()
        if isinstance(one, list | tuple):
            pending += one
        elif isinstance(one, dict):
            found |= {one[name] for name in ("id", "uri") if isinstance(one.get(name), str)}
            pending += [value for name, value in one.items() if name not in NOT_OURS]
    return found
