"""/link: ties a member's Spotify account to them, through the browser and back. Everything here is private.

Our page and the code it shows at the end are one way; copying an address is the other, for bots without a page that
the internet can reach.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands, tasks
from discord.utils import format_dt

from bot.errors import StoreUnavailableError
from bot.services.accounts import consent_ends
from cogs.ui.controls import Ack, Item, Press, TextForm
from cogs.ui.reply import Reply, answer, controls, link_button, think
from cogs.words.scopes import allowed_list
from cogs.words.text import BUTTON_URL, safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.linking import Begun, Linked, Linking
    from cogs.ui.layout import Control

DESCRIPTION = "Link your Spotify account, or renew the link"
INTRODUCTION = "**Link your Spotify account**\nSpotify will ask whether this bot may:\n{allowed}"
BY_PAGE = (
    "1. Press **Open the page**, go on to Spotify, and agree there.\n"
    "2. Your browser then shows six digits.\n"
    "3. Come back here, press **Enter the code**, and type them."
)
BY_PASTE = (
    "1. Press **Open Spotify** and agree there.\n"
    "2. Your browser then goes to a page that may not load. That is all right.\n"
    "3. Copy the whole address of that page, press **Paste the address**, and put it in."
)
OR_BY_PASTE = (
    "Does that page not open for you? Press **Open Spotify** instead and agree there; "
    "then **Paste the address** of the page you end on."
)
LASTS = "This works until {until} ({rest}), and for you alone: show it to nobody."
OPEN_PAGE = "Open the page"
ENTER_CODE = "Enter the code"
OPEN_SPOTIFY = "Open Spotify"
PASTE_ADDRESS = "Paste the address"
CODE_TITLE = "Enter the code"
CODE_LABEL = "The six digits in your browser"
PASTE_TITLE = "Paste the address"
PASTE_LABEL = "The whole address of the page"
PASTE_QUESTION = (
    "**Did you start this link yourself, in this browser?** If somebody sent it to you, close this form.\n"
    "The Spotify account will belong to the Discord account **{name}** (@{username})."
)
PASTE_HINT = "From the address bar of your browser, after you agreed on Spotify"
LINKED = "**{name} is linked.** This bot may now:\n{allowed}"
ENDS = "Spotify ends this after six months, on {day}; {account} shows how long is left."
NEXT = "Have a look at {playlists}, put a track into one of them with {add}, or lend one to a server with {adopt}."
NAME_SHOWN = 100


ENTER = Item("link:code", Ack.NONE)
PASTE = Item("link:paste", Ack.NONE)


class LinkCog(commands.Cog):
    def __init__(self, linking: Linking) -> None:
        self._linking = linking

    async def cog_load(self) -> None:
        self._sweep.start()

    async def cog_unload(self) -> None:
        self._sweep.cancel()

    @tasks.loop(minutes=1)
    async def _sweep(self) -> None:
        """Links nobody finished, and the tokens that wait in them, are erased soon after their ten minutes."""
        with suppress(StoreUnavailableError):  # the next minute comes
            await self._linking.sweep()

    @app_commands.command(description=DESCRIPTION)
    async def link(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        user = interaction.user
        begun = await self._linking.begin(user.id, user.display_name, user.name)
        await answer(interaction, begun_reply(begun))

    async def ask_code(self, press: Press) -> None:
        """The six digits. What they lead to replaces the message with the buttons; a wrong code leaves it standing."""
        await press.open(TextForm(CODE_TITLE, CODE_LABEL, self._confirm, max_length=20))

    async def _confirm(self, press: Press, typed: str) -> None:
        digits = "".join(typed.split()).replace("-", "")
        linked = await self._linking.confirm(press.member_id, digits)
        await press.answer(linked_reply(press.interaction.client, linked))

    async def ask_address(self, press: Press) -> None:
        """The address the browser ended on. The code in it goes nowhere but into this form."""
        member = press.interaction.user
        name, username = safe_text(member.display_name, NAME_SHOWN), safe_text(member.name, NAME_SHOWN)
        form = TextForm(
            PASTE_TITLE,
            PASTE_LABEL,
            self._paste,
            hint=PASTE_HINT,
            style=discord.TextStyle.paragraph,
            max_length=4000,
            question=PASTE_QUESTION.format(name=name, username=username),
        )
        await press.open(form)

    async def _paste(self, press: Press, typed: str) -> None:
        linked = await self._linking.paste(press.member_id, typed.strip())
        await press.answer(linked_reply(press.interaction.client, linked))


def begun_reply(begun: Begun) -> Reply:
    paragraphs = [INTRODUCTION.format(allowed=allowed_list(begun.scopes))]
    items: list[Control] = []
    if begun.page_url:
        paragraphs.append(BY_PAGE)
        paragraphs += _way_out(items, OPEN_PAGE, begun.page_url)
        items.append(ENTER.button(ENTER_CODE, style=discord.ButtonStyle.primary))
    if begun.authorize_url:
        paragraphs.append(OR_BY_PASTE if begun.page_url else BY_PASTE)
        paragraphs += _way_out(items, OPEN_SPOTIFY, begun.authorize_url)
        items.append(PASTE.button(PASTE_ADDRESS, style=discord.ButtonStyle.primary))
    until = begun.expires_at
    paragraphs.append(LASTS.format(until=format_dt(until, "t"), rest=format_dt(until, "R")))
    return Reply("\n\n".join(paragraphs), view=controls(*items))


def _way_out(items: list[Control], label: str, url: str) -> list[str]:
    """Adds a button that leads out of Discord; for an address too long for one, answers a line of text instead."""
    if len(url) > BUTTON_URL:
        return [f"[{label}](<{url}>)"]
    items.append(link_button(label, url))
    return []


def linked_reply(bot: DiscordBot, linked: Linked) -> Reply:
    name = safe_text(linked.display_name or linked.account.spotify_id, NAME_SHOWN)
    day = format_dt(consent_ends(linked.account.authorized_at), "D")
    return Reply(
        "\n\n".join(
            [
                LINKED.format(name=name, allowed=allowed_list(linked.account.scopes)),
                ENDS.format(day=day, account=bot.mention_command("account")),
                NEXT.format(
                    playlists=bot.mention_command("playlists"),
                    add=bot.mention_command("add"),
                    adopt=bot.mention_command("shared adopt"),
                ),
            ]
        )
    )


async def setup(bot: DiscordBot) -> None:
    cog = LinkCog(bot.services.linking)
    bot.add_dynamic_items(ENTER.bound(cog.ask_code), PASTE.bound(cog.ask_address))
    await bot.add_cog(cog)
