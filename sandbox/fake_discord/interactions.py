"""What may be answered to an interaction, when and how often: Discord's side of every command, press and modal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from sandbox.fake_discord.components import finished
from sandbox.fake_discord.messages import Flag
from sandbox.fake_discord.wire import (
    Refusal,
    already_acknowledged,
    invalid_field,
    token_expired,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.fake_discord.chat import Chat
    from sandbox.fake_discord.guilds import Channel
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.people import Member
    from sandbox.fake_discord.rules import Inspector
    from sandbox.fake_discord.state import State
    from sandbox.fake_discord.uploads import Body
    from sandbox.fake_discord.wire import Payload

# docs.discord.com/developers/interactions/receiving-and-responding
_TOKEN_LIFE = timedelta(minutes=15)
_USER_INSTALL_FOLLOWUPS = 5


class Asked(IntEnum):
    """Interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """Callback types."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True, eq=False)
class Interaction:
    """One thing a member did, and everything the bot answered to it.

    source: the message whose component was used (also for a modal opened from one), None for a command.
    asked_of: the session that was told of it, where several are told in turn.
    forced_private: Discord shows every answer to this member only, whatever the bot asks for.
    messages: what answered, in the order it became readable; the edited source counts, a promise does not.
    """

    id: int
    kind: Asked
    name: str
    member: Member
    channel: Channel
    opened_at: datetime
    owners: dict[str, str]
    source: Message | None = None
    forced_private: bool = False
    origin: Payload = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    answer: Answer | None = None
    answered_at: datetime | None = None
    original: Message | None = None
    modal: Payload | None = None
    choices: list[Payload] | None = None
    followups: list[Message] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    source_changed: bool = False
    deleted: list[Message] = field(default_factory=list)
    asked_of: str = ""

    def allows(self, answer: int) -> bool:
        match self.kind:
            case Asked.AUTOCOMPLETE:
                return answer == Answer.CHOICES
            case Asked.COMMAND:
                return answer in {Answer.MESSAGE, Answer.DEFER, Answer.MODAL}
            case Asked.COMPONENT:
                return answer in set(Answer) - {Answer.CHOICES}
            case Asked.MODAL:
                on_message = {Answer.DEFER_UPDATE, Answer.UPDATE} if self.source else set()
                return answer in {Answer.MESSAGE, Answer.DEFER} | on_message


class Interactions:
    """The state machine behind `/interactions/…/callback` and `/webhooks/…`."""

    def __init__(self, state: State, chat: Chat, inspector: Inspector) -> None:
        self._state = state
        self._chat = chat
        self._inspector = inspector
        self._by_token: dict[str, Interaction] = {}

    def open(self, interaction: Interaction) -> None:
        self._by_token[interaction.token] = interaction

    def forget(self) -> None:
        """Nothing that was asked so far can be answered any more."""
        self._by_token.clear()

    def get(self, interaction_id: int) -> Interaction | None:
        return next((each for each in self._by_token.values() if each.id == interaction_id), None)

    # The first answer

    def answer(self, interaction_id: int, token: str, body: Body) -> Payload:
        """Take the callback and return what `with_response` returns."""
        interaction = self._by_token.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise unknown_interaction()
        if interaction.answer is not None:
            raise already_acknowledged()
        if self._state.clock.now() - interaction.opened_at > timedelta(seconds=self._state.answer_within_s):
            raise unknown_interaction()
        kind = body.payload.get("type")
        if not isinstance(kind, int) or not interaction.allows(kind):
            raise invalid_field(f"A {interaction.kind.name.lower()} cannot be answered with this", "type")
        answer = Answer(kind)
        resource = self._take(interaction, answer, body)
        interaction.answer = answer
        interaction.answered_at = self._state.clock.now()
        self._state.changes.ring()
        return {"interaction": _reference(interaction), **({"resource": resource} if resource else {})}

    def _take(self, interaction: Interaction, answer: Answer, body: Body) -> Payload | None:
        data = body.part("data")
        match answer:
            case Answer.MESSAGE:
                self._inspector.message(data, "callback", below=("data",))
                interaction.original = self._post(interaction, data)
            case Answer.DEFER:
                flags = data.payload.get("flags") or 0
                if flags & ~Flag.EPHEMERAL:
                    raise invalid_field(
                        "Only the EPHEMERAL flag may be set on a deferred answer", "data", "flags"
                    )
                private = bool(flags) or interaction.forced_private
                interaction.original = self._chat.promise(
                    interaction.channel,
                    interaction.origin,
                    only_for=interaction.member if private else None,
                    kind=self._message_kind(interaction),
                    used=_used(interaction),
                )
            case Answer.DEFER_UPDATE:
                interaction.original = interaction.source
            case Answer.UPDATE:
                interaction.original = interaction.source
                self._edit(interaction, _present(interaction.source), data, "callback", below=("data",))
            case Answer.CHOICES:
                self._inspector.choices(data.payload)
                interaction.choices = data.payload["choices"]
            case Answer.MODAL:
                self._inspector.modal(data.payload)
                form = data.payload
                interaction.modal = {**form, "components": finished(form["components"])}
        if answer in {Answer.MESSAGE, Answer.UPDATE} and interaction.original is not None:
            return {"type": int(answer), "message": interaction.original.payload()}
        return None

    # Everything after it

    def followup(self, token: str, body: Body) -> Message:
        interaction = self._answered(token)
        promised = interaction.original
        if promised is not None and promised.thinking and not promised.deleted:
            # Deprecated but true: the first follow-up after a deferral fills the promise, and stays as private as that.
            self._edit(interaction, promised, body, "webhook")
            return promised
        self._inspector.message(body, "webhook")
        if set(interaction.owners) == {"1"} and len(interaction.followups) >= _USER_INSTALL_FOLLOWUPS:
            raise Refusal(
                400, 40094, "This interaction has reached the maximum number of follow up messages."
            )
        message = self._post(interaction, body, followup=True)
        interaction.followups.append(message)
        self._state.changes.ring()
        return message

    def find(self, token: str, message_id: str) -> Message:
        """A message behind a token: `@original`, or one of those this interaction made or belongs to."""
        interaction = self._answered(token)
        if message_id == "@original":
            return _present(interaction.original)
        reachable = [interaction.original, interaction.source, *interaction.followups]
        return _present(next((each for each in reachable if each and str(each.id) == message_id), None))

    def edit(self, token: str, message_id: str, body: Body) -> Message:
        message = self.find(token, message_id)
        self._edit(self._by_token[token], message, body, "webhook")
        return message

    def delete(self, token: str, message_id: str) -> None:
        message = self.find(token, message_id)
        self._by_token[token].deleted.append(message)
        self._chat.delete(message)

    def _answered(self, token: str) -> Interaction:
        interaction = self._by_token.get(token)
        if interaction is None or interaction.answer in {None, Answer.CHOICES}:
            raise unknown_webhook()
        if self._state.clock.now() - interaction.opened_at > _TOKEN_LIFE:
            raise token_expired()
        return interaction

    def _post(self, interaction: Interaction, body: Body, *, followup: bool = False) -> Message:
        private = bool((body.payload.get("flags") or 0) & Flag.EPHEMERAL) or interaction.forced_private
        message = self._chat.post(
            interaction.channel,
            self._state.bot,
            body,
            only_for=interaction.member if private else None,
            origin=interaction.origin,
            kind=0 if followup else self._message_kind(interaction),
            used=None if followup else _used(interaction),
        )
        interaction.messages.append(message)
        return message

    def _edit(
        self,
        interaction: Interaction,
        message: Message,
        body: Body,
        way: str,
        *,
        below: tuple[str, ...] = (),
    ) -> None:
        self._inspector.message(body, way, existing=message, below=below)
        self._chat.edit(message, body)
        if message not in interaction.messages:
            interaction.messages.append(message)
        if message is interaction.source:
            interaction.source_changed = True

    @staticmethod
    def _message_kind(interaction: Interaction) -> int:
        """Discord's message type: 20 answers a slash command, 23 a menu, 0 everything else."""
        if interaction.kind is not Asked.COMMAND:
            return 0
        return 20 if interaction.name.startswith("/") else 23


def _used(interaction: Interaction) -> str | None:
    return interaction.name if interaction.kind is Asked.COMMAND else None


def _present(message: Message | None) -> Message:
    if message is None or message.deleted:
        raise unknown_message()
    return message


def _reference(interaction: Interaction) -> Payload:
    answer: Payload = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "channel_id": str(interaction.channel.id),
    }
    if interaction.channel.guild is not None:
        answer["guild_id"] = str(interaction.channel.guild.id)
    if interaction.original is not None:
        answer |= {
            "response_message_id": str(interaction.original.id),
            "response_message_loading": interaction.original.thinking,
            "response_message_ephemeral": interaction.original.ephemeral,
        }
    return answer
