"""Who is in a guild, as a bot may ask without any intent, and forms that hold a choice already."""

from __future__ import annotations

import discord
import pytest

from sandbox.fake_discord import DriverError, FakeDiscord
from tests.sandbox.fake_discord.conftest import Bot, Runner


class Curious(Bot):
    """Asks for a role in a form that names one already, and remembers what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[int] = []
        sent = self.sent

        class Form(discord.ui.Modal):
            def __init__(self, role: int) -> None:
                super().__init__(title="Roles")
                preset = discord.SelectDefaultValue(id=role, type=discord.SelectDefaultValueType.role)
                self.roles = discord.ui.RoleSelect["Form"](
                    min_values=0, max_values=3, required=False, default_values=[preset]
                )
                self.add_item(discord.ui.Label(text="Who", component=self.roles))

            async def on_submit(self, interaction: discord.Interaction) -> None:
                sent[:] = [role.id for role in self.roles.values]
                await interaction.response.send_message("kept")

        @self.tree.command(description="Ask")
        async def ask(interaction: discord.Interaction, role: discord.Role) -> None:
            await interaction.response.send_modal(Form(role.id))


async def test_asking_for_a_member(fake: FakeDiscord, run: Runner) -> None:
    """Members are found with their roles; who left, who never existed, and other guilds are told apart."""
    bot = Curious()
    await run(bot)
    tape_heads = fake.guild("Tape Heads")
    guild = bot.get_guild(tape_heads.id)
    assert guild is not None
    grace = fake.members["grace"]
    found = await guild.fetch_member(grace.id)
    assert tape_heads.role("Curator").id in {role.id for role in found.roles}
    fake.leave("grace", "Tape Heads")
    with pytest.raises(discord.NotFound, match="10007"):
        await guild.fetch_member(grace.id)
    with pytest.raises(discord.NotFound, match="10013"):
        await guild.fetch_member(1)
    with pytest.raises(discord.Forbidden, match="50001"):
        await bot.http.get_member(fake.elsewhere.id, grace.id)
    with pytest.raises(discord.NotFound, match="10004"):
        await bot.http.get_member(1, grace.id)
    described = await bot.fetch_guild(tape_heads.id, with_counts=False)
    assert {role.name for role in described.roles} >= {"Curator", "Regular"}
    with pytest.raises(discord.Forbidden, match="50001"):
        await bot.fetch_guild(fake.elsewhere.id)
    with pytest.raises(DriverError, match="cannot leave"):
        fake.leave("ada", "Tape Heads")  # owns it
    assert fake.problems == []


async def test_chosen_already(fake: FakeDiscord, run: Runner) -> None:
    """What a menu in a form holds is sent along, unless the member chooses something else or nothing."""
    bot = Curious()
    await run(bot)
    ada, guild = fake.actor("ada"), fake.guild("Tape Heads")
    curator, regular = guild.role("Curator"), guild.role("Regular")
    for fields, wanted in (({}, [curator]), ({"Who": [regular]}, [regular]), ({"Who": []}, [])):
        modal = await (await ada.command("ask", role=curator)).modal()
        assert modal.fields[0].chosen == (str(curator.id),)
        await (await ada.submit(modal, fields)).reply()
        assert bot.sent == [role.id for role in wanted]
    assert fake.problems == []
