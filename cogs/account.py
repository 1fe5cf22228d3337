"""/account and /unlink: what is kept about a member, a copy of it, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.reply import ACCENT, Reply, answer, controls, hold, link_button, think
from cogs.ui.scopes import allowed_list
from cogs.ui.share import share_of
from cogs.ui.text import FIELD_VALUE, masked_link, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.accounts import AccountService, AccountView
    from bot.services.shared.ownership import Orphaned

APPS_PAGE = "https://www.spotify.com/account/apps"

ACCOUNT = "Show what is linked, and your data"
UNLINK = "Unlink Spotify and erase what is kept about it"
TITLE = "Your Spotify account"
NAME_UNKNOWN = "Spotify does not tell your name at the moment."
LINKED_SINCE = "Linked since"
LINKED_UNTIL = "Linked until"
DAYS_LEFT = "{day}\n{days} left. {link} again renews it."
MAY = "This bot may"
EXPORT = "Export my data"
DELETE = "Delete my data"
DELETE_ALL = "Yes, delete everything"
KEEP = "Keep it"
EXPORTED = "Everything kept about you is in this file."
FILE_NAME = "mixtape-data.json"
REALLY = (
    "This erases everything kept about you, the link to Spotify included. "
    "Your playlists on Spotify stay as they are. There is no way back, but you can always link again."
)
KEPT = "Nothing was deleted."
ERASED = (
    "Your Spotify account is unlinked, and everything this bot kept about you is erased. "
    "Your playlists on Spotify stay as they are."
)
AT_SPOTIFY = "Spotify itself still lists this bot among your apps, until you remove it there."
APPS_BUTTON = "Apps at Spotify"
NAMED_AGAIN = (
    "That you wanted to be left out of the figures of {stats} is forgotten with it: they name you again."
)
CHOICE_ERASED = (
    "No Spotify account is linked to you. What I kept about you is erased: that you wanted to be left out of the "
    "figures of {stats}, which name you again."
)
NOTHING_TO_ERASE = "No Spotify account is linked to you, so there is nothing to erase. {link} links one."
NAME_SHOWN = 100
LISTS_SHOWN = 10
LENT = "What you had lent stays in your Spotify account as it is, and I can no longer change it:"
AND_MORE = "- and {count} more"
WAITING_ONE = "1 track of another member waits"
WAITING_MANY = "{count:,} tracks of other members wait"
ERASED_ONE = "1 track of your own that waited is erased"
ERASED_MANY = "{count:,} tracks of your own that waited are erased"
WHAT_NOW = (
    "What waits is kept for 30 days: it goes on when you {link} the same account again, "
    "or when somebody takes the playlist over ({transfer})."
)


class AccountCog(commands.Cog):
    def __init__(self, accounts: AccountService) -> None:
        self._accounts = accounts

    @app_commands.command(description=ACCOUNT)
    async def account(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        view = await self._accounts.view(interaction.user.id, share=share_of(interaction))
        await answer(interaction, account_reply(interaction.client, view))

    @app_commands.command(description=UNLINK)
    async def unlink(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await _erase(interaction)


def account_reply(bot: DiscordBot, view: AccountView) -> Reply:
    name = (
        f"**{masked_link(view.display_name, view.url, NAME_SHOWN)}**" if view.display_name else NAME_UNKNOWN
    )
    days = "1 day" if view.days_left == 1 else f"{view.days_left} days"
    until = DAYS_LEFT.format(day=format_dt(view.ends_at, "D"), days=days, link=bot.mention_command("link"))
    embed = discord.Embed(title=TITLE, description=name, colour=ACCENT)
    embed.add_field(name=LINKED_SINCE, value=format_dt(view.authorized_at, "D"))
    embed.add_field(name=LINKED_UNTIL, value=until)
    embed.add_field(name=MAY, value=allowed_list(view.scopes)[:FIELD_VALUE], inline=False)
    embed.set_footer(text="Spotify")
    return Reply(embed=embed, view=controls(ExportData.of(), DeleteData.of()))


async def _erase(interaction: discord.Interaction[DiscordBot]) -> None:
    """Erases first, then says so."""
    bot = interaction.client
    erased = await bot.services.accounts.delete(interaction.user.id)
    stats = bot.mention_command("shared stats")
    if erased.linked:
        lists = [_orphans(bot, erased.lists)] if erased.lists else []
        named = [NAMED_AGAIN.format(stats=stats)] if erased.choice else []
        text = "\n\n".join([ERASED, *lists, *named, AT_SPOTIFY])
        reply = Reply(text, view=controls(link_button(APPS_BUTTON, APPS_PAGE)))
    elif erased.choice:
        reply = Reply(CHOICE_ERASED.format(stats=stats))
    else:
        reply = Reply(NOTHING_TO_ERASE.format(link=bot.mention_command("link")))
    await answer(interaction, reply)


def _orphans(bot: DiscordBot, lists: Sequence[Orphaned]) -> str:
    """What happens to the playlists the member had lent."""
    lines = [_orphan(orphaned) for orphaned in lists[:LISTS_SHOWN]]
    if len(lists) > LISTS_SHOWN:
        lines.append(AND_MORE.format(count=len(lists) - LISTS_SHOWN))
    transfer = bot.mention_command("shared transfer")
    return "\n".join([LENT, *lines, WHAT_NOW.format(link=bot.mention_command("link"), transfer=transfer)])


def _orphan(orphaned: Orphaned) -> str:
    waiting, erased = orphaned.waiting, orphaned.erased
    facts = [WAITING_ONE if waiting == 1 else WAITING_MANY.format(count=waiting)] if waiting else []
    facts += [ERASED_ONE if erased == 1 else ERASED_MANY.format(count=erased)] if erased else []
    return f"- **{safe_text(orphaned.shared.name, NAME_SHOWN)}**" + (f": {', '.join(facts)}" if facts else "")


class ExportData(SafeItem[Button], template=r"account:export"):
    @classmethod
    def of(cls) -> Self:
        return cls(discord.ui.Button(label=EXPORT, custom_id="account:export"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        data = await interaction.client.services.accounts.export(interaction.user.id)
        await answer(interaction, Reply(EXPORTED, file=data, file_name=FILE_NAME))


class DeleteData(SafeItem[Button], template=r"account:delete"):
    """Asks first."""

    @classmethod
    def of(cls) -> Self:
        return cls(
            discord.ui.Button(label=DELETE, custom_id="account:delete", style=discord.ButtonStyle.danger)
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await answer(interaction, Reply(REALLY, view=controls(Decision.of("yes"), Decision.of("no"))))


class Decision(SafeItem[Button], template=r"account:delete:(?P<answer>yes|no)"):
    @classmethod
    def of(cls, answer: str) -> Self:
        yes = answer == "yes"
        return cls(
            discord.ui.Button(
                label=DELETE_ALL if yes else KEEP,
                custom_id=f"account:delete:{answer}",
                style=discord.ButtonStyle.danger if yes else discord.ButtonStyle.secondary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        if self.state["answer"] == "yes":
            await _erase(interaction)
        else:
            await answer(interaction, Reply(KEPT))


async def setup(bot: DiscordBot) -> None:
    bot.add_dynamic_items(ExportData, DeleteData, Decision)
    await bot.add_cog(AccountCog(bot.services.accounts))
