"""Pausing, resuming and closing a shared playlist: what it means for pending tracks, and the yes before closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.languages import Text
from cogs.ui.controls import LIST, Question
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.counts import TRACKS
from cogs.words.names import list_name, mention

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.manage import Stood
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Control

PAUSED = Text("⏸️ {playlist} is paused. Nothing is added until a manager uses {resume}.")
STILL = Text("{tracks} pending, kept until then.")
RESUMED = Text("▶️ {playlist} is open again.")
GOES_ON = Text("{tracks} pending, next in line.")
REALLY = Text(
    "### Close {playlist}?\n"
    "It stays in its owner's Spotify account as it is, but nobody here can add to it anymore. "
    "Its history is kept. You can't undo this, but its owner can lend it again."
)
WOULD_END = Text("{tracks} pending won't go in.")
CLOSED = Text("{playlist} is closed. It stays in the Spotify account of {owner} as it is.")
ENDED = Text("{tracks} pending didn't go in.")
KEPT = Text("{playlist} stays open.")
YES, NO = Text("Close it"), Text("Keep it")

CLOSE = Question("sp:close", list=LIST)  # whoever presses must be allowed to at that moment


def paused_reply(bot: DiscordBot, stood: Stood) -> Reply:
    said = PAUSED(playlist=list_name(stood.shared), resume=bot.mention_command("shared resume"))
    return _reply(said, STILL, stood, list_button(stood.shared))


def resumed_reply(stood: Stood) -> Reply:
    return _reply(RESUMED(playlist=list_name(stood.shared)), GOES_ON, stood, list_button(stood.shared))


def close_reply(stood: Stood) -> Reply:
    buttons = CLOSE.buttons(YES(), NO(), style=discord.ButtonStyle.danger, list=stood.shared.list_id)
    return _reply(REALLY(playlist=list_name(stood.shared)), WOULD_END, stood, *buttons)


def closed_reply(stood: Stood) -> Reply:
    said = CLOSED(playlist=list_name(stood.shared), owner=mention(stood.shared.owner_id))
    return _reply(said, ENDED, stood)


def kept_reply(shared: SharedPlaylist) -> Reply:
    return Reply(card=(text(KEPT(playlist=list_name(shared))),))


def _reply(said: str, pending: Text, stood: Stood, *buttons: Control) -> Reply:
    more = [pending(tracks=TRACKS(stood.waiting))] if stood.waiting else []
    return Reply(card=(text(said, *more),), view=controls(*buttons) if buttons else None)
