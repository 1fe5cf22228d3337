"""One thing a member did, watched to its end: what the bot answered, when, and what happened to the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sandbox.fake_discord.changes import PATIENCE_S, NothingCameError
from sandbox.fake_discord.interactions import Answer
from sandbox.fake_discord.modals import Modal

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime
    from typing import Any

    from sandbox.fake_discord.interactions import Interaction
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.state import State
    from sandbox.fake_discord.wire import Payload

Found = TypeVar("Found")
QUIET_S = (
    3.0  # a press that was acknowledged without a word, and then nothing: it may have changed nothing here
)
_A_LITTLE_MORE_S = 0.5  # than Discord waits, so that a late answer is still seen being refused


class Run:
    """Waits end as soon as the awaited thing is there. `timeout` is in real seconds."""

    def __init__(self, interaction: Interaction, state: State) -> None:
        self.interaction = interaction
        self._state = state
        self._calls_before = len(state.calls)
        self._version_before = interaction.source.version if interaction.source else 0

    def __repr__(self) -> str:
        return f"<Run {self.interaction.name} by {self.interaction.member.username}>"

    @property
    def opened_at(self) -> datetime:
        return self.interaction.opened_at

    @property
    def answered_at(self) -> datetime | None:
        return self.interaction.answered_at

    @property
    def callback_type(self) -> int | None:
        """4 message, 5 "thinking", 6 silent, 7 update, 8 suggestions, 9 modal; None: not answered yet."""
        return None if self.interaction.answer is None else int(self.interaction.answer)

    @property
    def messages(self) -> list[Message]:
        """Everything that answered so far, in order: the answer or the edited source, then follow-ups."""
        return list(self.interaction.messages)

    @property
    def _given_up_after_s(self) -> float:
        return self._state.answer_within_s + _A_LITTLE_MORE_S

    def acknowledged(self, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, int]:
        """Wait for the first answer of whatever kind and return its callback type."""
        return self._until(lambda: self.callback_type, min(timeout, self._given_up_after_s), "answer")

    def reply(self, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, Message]:
        """The first message a member can read: the answer itself, the filled promise, or a follow-up."""
        return self.message(1, timeout)

    def message(self, number: int, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, Message]:
        """The first, second, … message that answered."""
        return self._message(number, timeout)

    async def _message(self, number: int, wait_s: float) -> Message:
        await self.acknowledged(wait_s)
        return await self._until(
            lambda: self.messages[number - 1] if len(self.messages) >= number else None,
            wait_s,
            f"message {number}",
        )

    async def replied(self, fits: Callable[[Message], bool], timeout: float = PATIENCE_S) -> Message:  # noqa: ASYNC109 - as above
        """The first message a member can read, once it fits: what stands there first may be edited."""
        message = await self.reply(timeout)
        return await self._until(lambda: message if fits(message) else None, timeout, "such a reply")

    def modal(self, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, Modal]:
        """The form that opened."""
        return self._until(self._modal, min(timeout, self._given_up_after_s), "modal")

    def updated(self, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, Message]:
        """The message whose button or menu was used, once the bot has changed it."""
        changed = self.interaction
        return self._until(
            lambda: changed.source if changed.source_changed else None, timeout, "change of the message"
        )

    def deleted(self, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, Message]:
        """The first message of this run (its source included) that was deleted."""
        return self._until(self._deleted, timeout, "deletion")

    async def settled(self, wait_s: float = PATIENCE_S, *, quiet_s: float = QUIET_S) -> Message | None:
        """What there is to see afterwards: the message that answered, or else the one that was used, as it is then.

        None: it was taken back, and nothing came instead. Whoever has acknowledged a press silently need not say more:
        after `quiet_s` without anything that is taken as all.
        """
        await self.acknowledged(wait_s)
        silent = self.interaction.answer is Answer.DEFER_UPDATE
        try:
            return await self._until(self._seen, quiet_s if silent else wait_s, "message or change")
        except NothingCameError:
            if not silent and self._deleted() is None:
                raise
        source = self.interaction.source
        return None if source is None or source.deleted else source

    def choices(self, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, list[Payload]]:
        return self._until(
            lambda: self.interaction.choices, min(timeout, self._given_up_after_s), "suggestions"
        )

    def _modal(self) -> Modal | None:
        opened = self.interaction.modal
        return Modal.of(self.interaction, opened) if opened is not None else None

    def _seen(self) -> Message | None:
        """The first message that answered, or the used one, once somebody has changed it."""
        source = self.interaction.source
        changed = source if source and source.version != self._version_before and not source.deleted else None
        return next((each for each in self.interaction.messages if not each.deleted), changed)

    def _deleted(self) -> Message | None:
        mine = (self.interaction.original, self.interaction.source, *self.interaction.messages)
        return next((each for each in mine if each is not None and each.deleted), None)

    async def _until(self, look: Callable[[], Found | None], wait_s: float, what: str) -> Found:
        return await self._state.changes.until(
            look, wait_s=wait_s, explain=lambda: self._disappointment(what, wait_s)
        )

    def _disappointment(self, what: str, wait_s: float) -> str:
        calls = [f"  {call}" for call in self._state.calls[self._calls_before :]][-12:]
        return "\n".join(
            [
                f"no {what} to {self.interaction.name} by {self.interaction.member.username} within {wait_s:g} s",
                f"answered with callback type {self.callback_type}",
                *(f"message: {message.text!r}" for message in self.messages),
                "calls of the bot since:" if calls else "the bot made no call since",
                *calls,
                *(f"problem: {problem}" for problem in self._state.problems),
                *(f"flaw of the fake: {flaw}" for flaw in self._state.flaws),
            ]
        )
