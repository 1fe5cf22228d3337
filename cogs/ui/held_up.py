"""What a member's ended or withdrawn consent holds up in servers, as part of their own cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Text
from cogs.ui.layout import line, text
from cogs.words.held_up import you_need_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.overview import HeldUp
    from cogs.ui.layout import Part

SHOWN: Final = 5
AND_MORE: Final = Text("- and {count} more")


def held_up(bot: DiscordBot, held: Sequence[HeldUp]) -> list[Part]:
    """None where nothing is."""
    lines = [you_need_link(bot, one) for one in held[:SHOWN]]
    if len(held) > SHOWN:
        lines.append(AND_MORE(count=len(held) - SHOWN))
    return [line(), text(*lines), line()] if lines else []
