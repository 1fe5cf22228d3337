"""Pausing, resuming and closing a shared playlist: what it means for what waits, and the yes before the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from cogs.ui.controls import LIST, Question
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.names import list_name, mention
from cogs.words.text import count

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.manage import Stood

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

CLOSE = Question("sp:close", list=LIST)  # whoever presses must be allowed to at that moment


def paused_reply(bot: DiscordBot, stood: Stood) -> Reply:
    text = PAUSED.format(playlist=list_name(stood.shared), resume=bot.mention_command("shared resume"))
    return Reply(_with_waiting(text, STILL, stood.waiting), view=controls(list_button(stood.shared)))


def resumed_reply(stood: Stood) -> Reply:
    text = RESUMED.format(playlist=list_name(stood.shared))
    return Reply(_with_waiting(text, GOES_ON, stood.waiting), view=controls(list_button(stood.shared)))


def close_reply(stood: Stood) -> Reply:
    text = REALLY.format(playlist=list_name(stood.shared))
    buttons = CLOSE.buttons(YES, NO, style=discord.ButtonStyle.danger, list=stood.shared.list_id)
    return Reply(_with_waiting(text, WOULD_END, stood.waiting), view=controls(*buttons))


def _with_waiting(text: str, more: str, waiting: int) -> str:
    if not waiting:
        return text
    tracks = f"{count(waiting, 'track')} {'is' if waiting == 1 else 'are'}"
    if more in {WOULD_END, ENDED}:
        tracks = count(waiting, "track")
    return f"{text}\n{more.format(tracks=tracks)}"


def closed_reply(stood: Stood) -> Reply:
    text = CLOSED.format(playlist=list_name(stood.shared), owner=mention(stood.shared.owner_id))
    return Reply(_with_waiting(text, ENDED, stood.waiting))
