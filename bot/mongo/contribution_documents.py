"""A contribution as a document of MongoDB, with an outbox for the events that tell of its latest changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bson import Int64

from bot.mongo.outboxes import and_outbox, with_outbox
from bot.stores.bodies import Body
from bot.stores.contributions import Contribution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.mongo.database import Document
    from bot.stores.history import Event

BODY: Final = Body(Contribution)


def inserted(one: Contribution, events: Iterable[Event] = ()) -> Document:
    document = {field: value for field, value in _fields(one).items() if value is not None}
    document["_id"] = one.contribution_id
    return with_outbox(document, events)


def changed(one: Contribution, events: Iterable[Event]) -> Document:
    """The update that makes the document tell of `one`, and keeps what is in its outbox."""
    fields = _fields(one)
    update: Document = {"$set": {field: value for field, value in fields.items() if value is not None}}
    if gone := {field: "" for field, value in fields.items() if value is None}:
        update["$unset"] = gone
    return and_outbox(update, events)


def _fields(one: Contribution) -> Document:
    """What it is searched by, and all of it in `body`. None: the field is not there, and not in a sparse index."""
    ballot, recording = one.ballot, one.recording
    return {
        "origin": one.origin,
        "list_id": one.list_id,
        "guild_id": Int64(one.guild_id),
        "member_id": Int64(one.member_id or 0),  # 0: came in Spotify
        "state": one.state.value,
        "place": Int64(one.number or 0),  # 0: without a number
        "created_at": one.created_at,
        "round_no": one.round_no,
        "duration_ms": recording.duration_ms,
        "uri": one.uri,
        "asked_uri": recording.uri,
        "isrc": recording.isrc or None,
        "fingerprint": recording.fingerprint or None,
        "artist_ids": list(recording.artist_ids),
        "batch_id": one.batch_id,
        "ballot_ends": ballot.ends_at if ballot and ballot.open else None,
        "unshown": True if ballot and not ballot.open and ballot.message_id and not ballot.shown else None,
        "version": one.version,
        "body": BODY.pack(one),
    }
