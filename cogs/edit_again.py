"""*Edit again* under the refusal of any form: see `cogs/ui/forms.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.ui.forms import RefusedForms

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot


async def setup(bot: DiscordBot) -> None:
    forms = RefusedForms()
    bot.add_dynamic_items(*forms.items)
    await bot.add_cog(forms)
