"""What an owner's ended or withdrawn consent holds up, and how to go on: for everyone, and for the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Plural, Text
from cogs.words.names import list_name, mention

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.overview import HeldUp

NEEDS_LINK: Final = Text("⚠️ {owner} needs to {link} again before I can read this playlist.")
YOU_NEED_LINK: Final = Text("⚠️ I can't read {playlist} until you {link} again.")
WAITING: Final = Plural("{n:,} track is waiting.", "{n:,} tracks are waiting.")


def needs_link(bot: DiscordBot, held: HeldUp) -> str:
    """For everyone in the server, beside the playlist's name."""
    words = NEEDS_LINK(owner=mention(held.shared.owner_id), link=bot.mention_command("link"))
    return _with_waiting(words, held.waiting)


def you_need_link(bot: DiscordBot, held: HeldUp) -> str:
    """For the owner, who may have lent several."""
    words = YOU_NEED_LINK(playlist=list_name(held.shared), link=bot.mention_command("link"))
    return _with_waiting(words, held.waiting)


def _with_waiting(words: str, waiting: int) -> str:
    return f"{words} {WAITING(waiting)}" if waiting else words
