"""/shared create, adopt, list, pause, resume, close, transfer: the life of a shared playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.shared_errors import SettingError
from bot.spotify.limits import DESCRIPTION_LENGTH  # noqa: TC001 - discord.py reads it in an annotation
from bot.stores.lists import Mode
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.reply import answer, think
from cogs.ui.share import share_of
from cogs.ui.shared.closing import close_reply, paused_reply, resumed_reply
from cogs.ui.shared.lending import asked_reply
from cogs.ui.shared.modes import CHOICES
from cogs.ui.shared.offering import offer_reply
from cogs.ui.shared.standing import lists_reply
from cogs.ui.suggestions import suggest_lists, suggest_playlists

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from cogs.ui.suggestions import Choices

CREATE = "Make a new playlist in your Spotify account and lend it to this server"
ADOPT = "Lend one of your Spotify playlists to this server"
LISTS = "Show the playlists this server makes together, and how they stand"
PAUSE = "Let nothing more into a shared playlist until it is resumed"
RESUME = "Let a paused playlist go on"
CLOSE = "Give a shared playlist back to its owner; shows first what that ends"
TRANSFER = "Offer a shared playlist to a new owner, who has to accept"
NEW_OWNER = "Who is to own it"
NAME = "What it is called"
DESCRIPTION = "A line about it, for Spotify"
MODE = "What becomes of what members add"
ON_PROFILE = "Show it on your Spotify profile; anyone who has the link can open it either way"
MINE = "One of your playlists: its name, or a link to it"
NAME_HERE = "What it is called here; leave it out to keep its name"
LIST = "Which one; leave it out for this server's usual one"


class LifeCommands(commands.Cog):
    @app_commands.command(description=CREATE)
    @app_commands.describe(name=NAME, description=DESCRIPTION, mode=MODE, on_profile=ON_PROFILE)
    @app_commands.choices(mode=CHOICES)
    async def create(
        self,
        interaction: discord.Interaction[DiscordBot],
        name: app_commands.Range[str, 1, 80],
        description: app_commands.Range[str, 1, DESCRIPTION_LENGTH] = "",
        mode: str = Mode.OPEN.value,
        on_profile: bool = False,  # noqa: FBT001, FBT002 - Discord passes options by name
    ) -> None:
        await think(interaction, private=True)
        draft = await interaction.client.services.shared.lending.ask_create(
            guild_of(interaction),
            interaction.user.id,
            name,
            description=description,
            mode=Mode(mode),
            on_profile=on_profile,
        )
        await answer(interaction, asked_reply(interaction, draft))

    @app_commands.command(description=ADOPT)
    @app_commands.describe(playlist=MINE, name=NAME_HERE, mode=MODE)
    @app_commands.choices(mode=CHOICES)
    async def adopt(
        self,
        interaction: discord.Interaction[DiscordBot],
        playlist: app_commands.Range[str, 1, 1000],
        name: app_commands.Range[str, 1, 80] = "",
        mode: str = Mode.OPEN.value,
    ) -> None:
        await think(interaction, private=True)
        asked = await interaction.client.services.shared.lending.ask_adopt(
            guild_of(interaction),
            interaction.user.id,
            playlist,
            name=name,
            mode=Mode(mode),
            share=share_of(interaction),
        )
        await answer(interaction, asked_reply(interaction, asked))

    @app_commands.command(name="list", description=LISTS)
    async def list_(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        shared, guild_id = interaction.client.services.shared, guild_of(interaction)
        standings = await shared.standings.of_guild(guild_id)
        default = await shared.finder.default(guild_id)
        await answer(
            interaction, lists_reply(interaction.client, standings, default.list_id if default else "")
        )

    @app_commands.command(description=PAUSE)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def pause(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=False)
        managing = interaction.client.services.shared.managing
        stood = await managing.pause(actor_of(interaction), guild_of(interaction), shared)
        await answer(interaction, paused_reply(interaction.client, stood))

    @app_commands.command(description=RESUME)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def resume(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=False)
        managing = interaction.client.services.shared.managing
        stood = await managing.resume(actor_of(interaction), guild_of(interaction), shared)
        await answer(interaction, resumed_reply(stood))

    @app_commands.command(description=CLOSE)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def close(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=True)
        managing = interaction.client.services.shared.managing
        stood = await managing.ask_close(actor_of(interaction), guild_of(interaction), shared)
        await answer(interaction, close_reply(stood))

    @app_commands.command(description=TRANSFER)
    @app_commands.rename(shared="list")
    @app_commands.describe(member=NEW_OWNER, shared=LIST)
    async def transfer(
        self,
        interaction: discord.Interaction[DiscordBot],
        member: discord.Member,
        shared: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        await think(interaction, private=False)
        if member.bot:
            raise SettingError("member", "bot")
        handing_over = interaction.client.services.shared.handing_over
        offered = await handing_over.offer(actor_of(interaction), guild_of(interaction), shared, member.id)
        await answer(interaction, offer_reply(interaction.client, offered))

    @adopt.autocomplete("playlist")
    async def _suggest_mine(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_playlists(interaction.client.services.playlists, current, interaction)

    @pause.autocomplete("shared")
    @resume.autocomplete("shared")
    @close.autocomplete("shared")
    @transfer.autocomplete("shared")
    async def _suggest_lent(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)
