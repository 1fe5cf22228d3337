"""A contribution as a MongoDB document, with an outbox for the events of its latest changes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from bson import Int64

from bot.mongo.outboxes import and_outbox, with_outbox
from bot.stores.bodies import Body
from bot.stores.contributions import Contribution
from bot.stores.indexing import indexed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.mongo.database import Document
    from bot.stores.history import Event
    from bot.stores.notices import Notice

BODY: Final = Body(Contribution)
_LONG: Final = ("guild_id", "member_id", "place")
_NONE_WHEN_EMPTY: Final = ("isrc", "fingerprint")


def inserted(one: Contribution, events: Iterable[Event] = ()) -> Document:
    document = {field: value for field, value in _fields(one).items() if value is not None}
    document["_id"] = one.contribution_id
    return with_outbox(document, events)


def changed(one: Contribution, events: Iterable[Event], notices: Iterable[Notice] = ()) -> Document:
    """The update that makes the document match `one`, keeping what's in its outbox."""
    fields = _fields(one)
    update: Document = {"$set": {field: value for field, value in fields.items() if value is not None}}
    if gone := {field: "" for field, value in fields.items() if value is None}:
        update["$unset"] = gone
    return and_outbox(update, events, notices)


def _fields(one: Contribution) -> Document:
    """The fields it's searched by, and all of it in `body`. None: the field is absent, and not in a sparse index."""
    fields: Document = asdict(indexed(one))
    for name in _LONG:
        fields[name] = Int64(fields[name])
    for name in _NONE_WHEN_EMPTY:
        fields[name] = fields[name] or None
    return fields | {"artist_ids": list(one.recording.artist_ids), "body": BODY.pack(one)}
