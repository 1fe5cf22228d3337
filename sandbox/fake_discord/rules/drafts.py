"""A message as it would be after a request: what the rules look at, for new messages and edits alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord.messages import Flag

if TYPE_CHECKING:
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.uploads import Body
    from sandbox.fake_discord.wire import Payload


@dataclass(frozen=True, slots=True)
class Draft:
    """way: callback, webhook or channel, since limits and allowed keys differ. `existing`: None for a new message."""

    way: str
    body: Payload
    existing: Message | None
    content: str
    embeds: list[Payload]
    components: list[Payload]
    flags: Flag
    filenames: frozenset[str]
    files: int

    @property
    def v2(self) -> bool:
        return Flag.COMPONENTS_V2 in self.flags

    @classmethod
    def of(cls, body: Body, way: str, existing: Message | None) -> Draft:
        payload = body.payload
        names = [upload.filename for upload in body.files.values()]
        if existing is not None:
            listed = payload.get("attachments")
            kept = {str(each["id"]) for each in listed} if listed is not None else None
            names += [each.filename for each in existing.attachments if kept is None or str(each.id) in kept]
        flags = Flag(payload.get("flags") or 0)
        if existing is not None:
            flags |= existing.flags & Flag.COMPONENTS_V2
        return cls(
            way,
            payload,
            existing,
            content=payload.get("content", existing.content if existing else "") or "",
            embeds=payload.get("embeds", existing.embeds if existing else []) or [],
            components=payload.get("components", existing.components if existing else []) or [],
            flags=flags,
            filenames=frozenset(names),
            files=len(names),
        )
