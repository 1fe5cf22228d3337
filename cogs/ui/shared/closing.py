"""Pausing, resuming and closing a shared playlist: what it means for what waits, and the yes before the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.reply import Reply, answer, controls, hold, list_button
from cogs.words.lists import list_name
from cogs.words.members import mention
from cogs.words.text import count

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lending.managing import Stood

PAUSED = "{playlist} is paused: nothing is added until one of its managers uses {resume}."
STILL = "{tracks} waiting; kept meanwhile."
RESUMED = "{playlist} goes on."
GOES_ON = "{tracks} waiting; each has its turn again."
REALLY = (
    "Close {playlist}? It stays in its owner's Spotify account as it is, and nobody here can add to it any more. "
    "Its history is kept. There is no way back, but its owner can lend it again."
)
WOULD_END = "{tracks} waiting to be decided or to go in would not go in any more."
CLOSED = "{playlist} is closed. It stays in {owner}'s Spotify account as it is."
ENDED = "{tracks} waiting did not go in any more."
KEPT = "{playlist} goes on as it was."
YES, NO = "Yes, close it", "Keep it"


def paused_reply(bot: DiscordBot, stood: Stood) -> Reply:
    text = PAUSED.format(playlist=list_name(stood.shared), resume=bot.mention_command("shared resume"))
    return Reply(_with_waiting(text, STILL, stood.waiting), view=controls(list_button(stood.shared)))


def resumed_reply(stood: Stood) -> Reply:
    text = RESUMED.format(playlist=list_name(stood.shared))
    return Reply(_with_waiting(text, GOES_ON, stood.waiting), view=controls(list_button(stood.shared)))


def close_reply(stood: Stood) -> Reply:
    text = REALLY.format(playlist=list_name(stood.shared))
    list_id = stood.shared.list_id
    buttons = (CloseButton.of(list_id, "yes"), CloseButton.of(list_id, "no"))
    return Reply(_with_waiting(text, WOULD_END, stood.waiting), view=controls(*buttons))


def _with_waiting(text: str, more: str, waiting: int) -> str:
    if not waiting:
        return text
    tracks = f"{count(waiting, 'track')} {'is' if waiting == 1 else 'are'}"
    if more in {WOULD_END, ENDED}:
        tracks = count(waiting, "track")
    return f"{text}\n{more.format(tracks=tracks)}"


class CloseButton(SafeItem[Button], template=r"sp:close:(?P<list>[0-9A-Za-z]{1,16}):(?P<answer>yes|no)"):
    """Whoever presses must be allowed to at that moment."""

    @classmethod
    def of(cls, list_id: str, answer: str) -> Self:
        yes = answer == "yes"
        return cls(
            discord.ui.Button(
                label=YES if yes else NO,
                custom_id=f"sp:close:{list_id}:{answer}",
                style=discord.ButtonStyle.danger if yes else discord.ButtonStyle.secondary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        shared, guild_id = interaction.client.services.shared, guild_of(interaction)
        if self.state["answer"] == "no":
            found = await shared.finder.find(guild_id, self.state["list"])
            await answer(interaction, Reply(KEPT.format(playlist=list_name(found))))
            return
        stood = await shared.managing.close(actor_of(interaction), guild_id, self.state["list"])
        text = CLOSED.format(playlist=list_name(stood.shared), owner=mention(stood.shared.owner_id))
        await answer(interaction, Reply(_with_waiting(text, ENDED, stood.waiting)))
