"""Applies the rules to a body; the first broken one refuses the whole request, as Discord does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_discord.rules.commands import command_findings, suggestion_findings
from sandbox.fake_discord.rules.drafts import Draft
from sandbox.fake_discord.rules.keys import unknown_message_keys
from sandbox.fake_discord.rules.layout import COMPONENT_RULES, LAYOUT_RULES
from sandbox.fake_discord.rules.lengths import message_lengths
from sandbox.fake_discord.rules.messages import MESSAGE_RULES
from sandbox.fake_discord.rules.modals import MODAL_RULES
from sandbox.fake_discord.wire import refuse_if

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.uploads import Body
    from sandbox.fake_discord.wire import Finding, Payload


class Inspector:
    """Each method returns quietly or raises a Refusal that names every broken rule."""

    def message(
        self, body: Body, way: str, *, existing: Message | None = None, below: tuple[str, ...] = ()
    ) -> None:
        """way: callback, webhook or channel. below: where in the request the message stands."""
        draft = Draft.of(body, way, existing)
        refuse_if(finding.below(*below) for finding in message_findings(draft))

    def modal(self, modal: Payload) -> None:
        refuse_if(finding.below("data") for rule in MODAL_RULES for finding in rule(modal))

    def choices(self, data: Payload) -> None:
        refuse_if(suggestion_findings(data))

    def commands(self, commands: Sequence[Payload]) -> None:
        refuse_if(command_findings(commands))


def message_findings(draft: Draft) -> Iterator[Finding]:
    yield from message_lengths(draft)
    yield from unknown_message_keys(draft)
    for rule in (*MESSAGE_RULES, *LAYOUT_RULES):
        yield from rule(draft)
    for component_rule in COMPONENT_RULES:
        yield from component_rule(draft.components)
