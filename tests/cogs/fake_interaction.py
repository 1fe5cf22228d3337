"""An interaction that remembers what was said and to whom, and breaks where a test wants it to."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import discord

from tests.cogs.samples import fake_bot

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot


class AlreadyAcknowledgedError(discord.HTTPException):
    """As Discord says it when discord.py repeats an acknowledgement whose answer was lost."""

    def __init__(self) -> None:
        self.status, self.code, self.text = 400, 40060, "Interaction has already been acknowledged."


class FakeInteraction:
    """broken: raised by every message. refusal: raised by the acknowledgement, which arrived all the same."""

    def __init__(
        self,
        *,
        kind: discord.InteractionType = discord.InteractionType.application_command,
        broken: Exception | None = None,
        refusal: Exception | None = None,
    ) -> None:
        self.client = fake_bot()
        self.type = kind
        self.command = None
        self.user = discord.Object(id=7)
        self.locale = discord.Locale.british_english
        self.guild_id = None
        self.message = None
        self.extras: dict[object, object] = {}
        self.response = _Response(self)
        self.followup = _Followup(self)
        self.done: list[str] = []
        self.text = ""
        self.private = False
        self.refusal = refusal
        self._broken = broken

    def real(self) -> discord.Interaction[DiscordBot]:
        return cast("discord.Interaction[DiscordBot]", self)

    def note(self, how: str, text: str, *, private: bool) -> None:
        if self._broken:
            raise self._broken
        self.done.append(f"{how}, {'private' if private else 'PUBLIC'}")
        self.text = text

    async def edit_original_response(self, *, content: str, **_rest: object) -> None:
        self.note("edit", content, private=self.private)

    async def delete_original_response(self) -> None:
        self.done.append("delete")


class _Response:
    def __init__(self, interaction: FakeInteraction) -> None:
        self._interaction = interaction
        self._done = False

    def is_done(self) -> bool:
        return self._done

    async def defer(self, *, ephemeral: bool = False, thinking: bool = False) -> None:
        self._interaction.private = ephemeral and thinking
        if self._interaction.refusal:
            raise self._interaction.refusal
        self._done = True

    async def send_message(self, content: str, *, ephemeral: bool, **_rest: object) -> None:
        self._interaction.note("first answer", content, private=ephemeral)
        self._done = True


class _Followup:
    def __init__(self, interaction: FakeInteraction) -> None:
        self._interaction = interaction

    async def send(self, content: str, *, ephemeral: bool, **_rest: object) -> None:
        self._interaction.note("follow-up", content, private=ephemeral)
