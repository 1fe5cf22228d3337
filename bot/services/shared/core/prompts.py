"""Prompts with buttons: stored until they are answered, so that an answer also counts after a restart."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from bot.services.shared.core.facts import Facts
from bot.services.shared.core.ids import QUESTION, new_id
from bot.shared_errors import ListBusyError, PromptExpiredError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.services.leases import LeaseKeeper
    from bot.stores import KeyValues

# How long a prompt can't be answered after a kill. Whoever is working on an answer keeps it for as long as needed.
ANSWERING: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Base of all questions. The ID is in the buttons; a newer prompt replaces an older one."""

    question_id: str = field(default_factory=lambda: new_id(QUESTION))
    expires_at: datetime


Q = TypeVar("Q", bound=Prompt)


class Prompts(Generic[Q]):
    """One open prompt per `about`."""

    def __init__(
        self,
        kind: type[Q],
        name: str,
        values: KeyValues,
        leases: LeaseKeeper,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """name: under which they are stored, together with what each is about."""
        self._facts = Facts(values, name, kind)
        self._leases = leases
        self._now = now

    async def put(self, about: object, prompt: Q) -> Q:
        return await self._facts.put(about, prompt)

    async def open(self, about: object) -> Q | None:
        prompt = await self._facts.get(about)
        return prompt if prompt is not None and prompt.expires_at > self._now() else None

    async def get(self, about: object, question_id: str) -> Q:
        """Raises PromptExpiredError if it was answered, replaced, or is too old."""
        prompt = await self.open(about)
        if prompt is None or prompt.question_id != question_id:
            raise PromptExpiredError
        return prompt

    async def drop(self, about: object) -> None:
        await self._facts.drop(about)

    @asynccontextmanager
    async def answering(self, about: object, question_id: str) -> AsyncIterator[Q]:
        """For one caller at a time; concurrent callers get ListBusyError, later ones PromptExpiredError.

        The prompt stays open, to be answered again, unless it's dropped inside.
        """
        async with self._leases.held(f"question:{question_id}", ANSWERING, taken=ListBusyError):
            yield await self.get(about, question_id)
