"""Buttons and forms from before a restart."""

from __future__ import annotations

import discord

from cogs.ui.reply import hold
from cogs.unanswered import TOO_OLD, UnansweredCog
from tests.cogs.fake_interaction import FakeInteraction


async def _no_sleep(_seconds: float) -> None:
    pass


async def _listened(interaction: FakeInteraction) -> str:
    listener = UnansweredCog(sleep=_no_sleep).on_interaction
    await listener(interaction.real())
    return interaction.text


async def test_nobody_listens() -> None:
    """A press or form that nothing answered is told to be too old."""
    for kind in (discord.InteractionType.component, discord.InteractionType.modal_submit):
        assert await _listened(FakeInteraction(kind=kind)) == TOO_OLD()


async def test_answered() -> None:
    """What was answered is left alone, and so are commands and suggestions."""
    pressed = FakeInteraction(kind=discord.InteractionType.component)
    await hold(pressed.real())
    assert not await _listened(pressed)
    for kind in (discord.InteractionType.application_command, discord.InteractionType.autocomplete):
        assert not await _listened(FakeInteraction(kind=kind))


async def test_broken_line() -> None:
    """A connection that breaks meanwhile is no error."""
    component = discord.InteractionType.component
    assert not await _listened(FakeInteraction(kind=component, broken=ConnectionResetError()))
