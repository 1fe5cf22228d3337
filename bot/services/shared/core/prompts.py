"""Questions with a button under them: kept until they are answered, so that the answer also counts after a restart."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import msgspec

from bot.services.shared.core.ids import QUESTION, new_id
from bot.shared_errors import ListBusyError, PromptExpiredError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.stores import KeyValues, Leases

ANSWERING: Final = timedelta(minutes=30)  # longer than copying the longest playlist takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Base of what is asked. The id is in the buttons; a newer question takes the place of an older one."""

    question_id: str = field(default_factory=lambda: new_id(QUESTION))
    expires_at: datetime


Q = TypeVar("Q", bound=Prompt)


class Prompts(Generic[Q]):
    """One open question per `about`."""

    def __init__(
        self, kind: type[Q], name: str, values: KeyValues, leases: Leases, *, now: Callable[[], datetime]
    ) -> None:
        """name: under which they are kept, together with what each is about."""
        self._kind = kind
        self._name = name
        self._values = values
        self._leases = leases
        self._now = now

    async def put(self, about: object, question: Q) -> Q:
        await self._values.put(self._key(about), msgspec.json.encode(question).decode())
        return question

    async def open(self, about: object) -> Q | None:
        held = await self._values.get(self._key(about))
        question = msgspec.json.decode(held, type=self._kind) if held else None
        return question if question is not None and question.expires_at > self._now() else None

    async def get(self, about: object, question_id: str) -> Q:
        """Raises PromptExpiredError when it was answered, replaced, or is too old."""
        question = await self.open(about)
        if question is None or question.question_id != question_id:
            raise PromptExpiredError
        return question

    async def drop(self, about: object) -> None:
        await self._values.put(self._key(about), "")

    @asynccontextmanager
    async def answering(self, about: object, question_id: str) -> AsyncIterator[Q]:
        """For one at a time; whoever comes meanwhile gets ListBusyError, whoever comes after PromptExpiredError.

        The question stays open, to be answered again, unless it is dropped inside.
        """
        lease, holder, now = f"question:{question_id}", new_id(QUESTION), self._now()
        if not await self._leases.acquire(lease, holder, now, now + ANSWERING):
            raise ListBusyError
        try:
            yield await self.get(about, question_id)
        finally:
            await self._leases.release(lease, holder)

    def _key(self, about: object) -> str:
        return f"{self._name}:{about}"
