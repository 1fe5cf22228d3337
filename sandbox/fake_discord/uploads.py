"""Bodies as they arrive (JSON, or a form with files) and the files of a message."""

from __future__ import annotations

import json
import mimetypes
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_discord.wire import Finding, Payload, invalid, invalid_field, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


LARGEST_FILE = 10 * 1024 * 1024  # docs.discord.com/developers/reference (uploading files)
_FILE_PART = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody sends."""

    filename: str
    data: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file Discord keeps. `url` is served by the fake itself, so that a bot can download it."""

    id: int
    upload: Upload
    url: str
    description: str | None = None
    ephemeral: bool = False

    @property
    def filename(self) -> str:
        return self.upload.filename

    def payload(self) -> Payload:
        answer: Payload = {
            "id": str(self.id),
            "filename": self.upload.filename,
            "size": len(self.upload.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.upload.content_type,
        }
        if self.description is not None:
            answer["description"] = self.description
        if self.ephemeral:
            answer["ephemeral"] = True
        return answer


@dataclass(frozen=True, slots=True)
class Body:
    """A request body. `files`: the uploads by the number in their part name."""

    payload: Payload
    files: Mapping[int, Upload] = field(default_factory=dict)

    def part(self, key: str) -> Body:
        """The body inside this one (a callback wraps its message in `data`), with the same files."""
        return Body(self.payload.get(key) or {}, self.files)


_RECEIVED: web.RequestKey[tuple[object, dict[int, Upload]]] = web.RequestKey("received", tuple)


async def receive(request: web.Request) -> object:
    """Read and parse the body once; `received` and `read_body` then give it to whoever asks. None: no body."""
    payload, files = await _read(request)
    request[_RECEIVED] = (payload, files)
    return payload


def received(request: web.Request) -> object:
    """The JSON of a request: of its body, or of the form part that stands for it. None when nothing was read."""
    payload, _ = request.get(_RECEIVED, (None, {}))
    return payload


def read_body(request: web.Request) -> Body:
    """A body that must be a JSON object, with its files."""
    payload, files = request[_RECEIVED]
    if payload is None:
        payload = {}
    if not isinstance(payload, dict):
        raise invalid_field("Only dictionaries may be used in a body like this")
    return Body(payload, files)


async def _read(request: web.Request) -> tuple[object, dict[int, Upload]]:
    if request.content_type != "multipart/form-data":
        raw = await request.read()
        return (_parse(raw) if raw else None), {}
    payload: object = None
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        name = getattr(part, "name", None) or ""
        data = bytes(await part.read())  # type: ignore[union-attr]  # Discord's forms have no nested forms
        if name == "payload_json":
            payload = _parse(data)
        elif found := _FILE_PART.fullmatch(name):
            if len(data) > LARGEST_FILE:
                raise too_large()
            files[int(found[1])] = Upload(getattr(part, "filename", None) or "unnamed", data)
    return payload, files


def _parse(raw: bytes) -> object:
    try:
        parsed: object = json.loads(raw)
    except ValueError as error:
        raise invalid_field("The body is not valid JSON") from error
    return parsed


def kept_and_new(
    existing: Sequence[Attachment],
    body: Body,
    keep: Callable[[Upload, str | None], Attachment],
) -> list[Attachment]:
    """The attachments after a request.

    When the body lists attachments only those stay: existing ones by id, new ones by the number of their file part.
    Without a list everything stays and every uploaded file is added.
    Source: docs.discord.com/developers/reference (editing message attachments)
    """
    listed = body.payload.get("attachments")
    if listed is None:
        return [*existing, *(keep(upload, None) for _, upload in sorted(body.files.items()))]
    stored = {attachment.id: attachment for attachment in existing}
    after: list[Attachment] = []
    unknown: list[Finding] = []
    for index, entry in enumerate(listed):
        number = int(entry["id"])
        if number in body.files:
            after.append(keep(body.files[number], entry.get("description")))
        elif number in stored:
            after.append(stored[number])
        else:
            unknown.append(Finding(("attachments", index, "id"), "Attachment data could not be found."))
    if unknown:
        raise invalid(*unknown)
    return after
