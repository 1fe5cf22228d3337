"""A bot with one of every control Discord has, to see that the page can use what ours does not use yet."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from yarl import URL

from sandbox.fake_spotify import pictures
from tests.sandbox.fake_discord.conftest import Bot, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.fake_discord import FakeDiscord

Interaction = discord.Interaction[Any]
SIZES = [
    discord.SelectOption(label="Small", value="s", description="Fits in a pocket"),
    discord.SelectOption(label="Medium", value="m"),
    discord.SelectOption(label="Large", value="l", default=True),
]


@asynccontextmanager
async def every_control(discord_: FakeDiscord) -> AsyncIterator[EveryControl]:
    """The bot, online at this Discord."""
    route, gateway = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, gateway.DEFAULT_GATEWAY
    route.BASE, gateway.DEFAULT_GATEWAY = discord_.api_url, URL(discord_.gateway_url)
    bot = EveryControl()
    bot.stranger = discord_.members["barbara"].id
    try:
        async with running(discord_, bot):
            yield bot
    finally:
        route.BASE, gateway.DEFAULT_GATEWAY = before


class EveryControl(Bot):
    """asked: what was typed while suggestions were wanted, in order. stranger: somebody of another server."""

    stranger: int

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        commands: list[app_commands.Command[Any, ..., Any]] = [
            options,
            controls,
            layout,
            form,
            choices,
            presets,
            silent,
        ]
        for command in commands:
            self.tree.add_command(command)
        self.tree.add_command(app_commands.ContextMenu(name="Count letters", callback=count_letters))

    async def setup_hook(self) -> None:
        self.tree.error(_nothing)
        await super().setup_hook()


async def _nothing(_: Interaction, error: app_commands.AppCommandError) -> None:
    raise error


async def suggest(
    interaction: discord.Interaction[EveryControl], text: str
) -> list[app_commands.Choice[str]]:
    interaction.client.asked.append(text)
    words = ["alpha", "beta", "gamma"]
    return [app_commands.Choice(name=f"{word} {text}".strip(), value=word) for word in words]


@app_commands.command(description="Shows what it was given")
@app_commands.describe(
    text="2 to 5 letters", number="1 to 5", size="One of three", flag="Yes or no", word="Anything"
)
@app_commands.choices(size=[app_commands.Choice(name=each.label, value=each.value) for each in SIZES])
@app_commands.autocomplete(word=suggest)
async def options(  # noqa: PLR0917 - one option of every type
    interaction: Interaction,
    text: app_commands.Range[str, 2, 5],
    number: app_commands.Range[int, 1, 5] | None = None,
    size: str | None = None,
    flag: bool | None = None,  # noqa: FBT001 - the type makes it a yes-or-no option
    whom: discord.Member | None = None,
    file: discord.Attachment | None = None,
    word: str | None = None,
) -> None:
    given = [text, number, size, flag, whom and whom.name, file and file.filename, word]
    await interaction.response.send_message(f"got {' '.join(str(each) for each in given)}")


class Controls(ui.View):
    """Presses are counted in the message itself."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.presses = 0
        self.add_item(ui.Button(label="Read", url="https://example.org/read"))

    @ui.button(label="Count", style=discord.ButtonStyle.primary)
    async def count(self, interaction: Interaction, _: ui.Button[Controls]) -> None:
        self.presses += 1
        await interaction.response.edit_message(content=f"pressed {self.presses} times")

    @ui.button(label="Yes", style=discord.ButtonStyle.success, emoji="✅")
    async def yes(self, interaction: Interaction, _: ui.Button[Controls]) -> None:
        await interaction.response.send_message("only to you", ephemeral=True)

    @ui.button(label="Never", style=discord.ButtonStyle.danger, disabled=True)
    async def never(self, interaction: Interaction, _: ui.Button[Controls]) -> None:
        raise NotImplementedError

    @ui.select(placeholder="A size", options=SIZES, min_values=1, max_values=2)
    async def size(self, interaction: Interaction, select: ui.Select[Controls]) -> None:
        await interaction.response.edit_message(content=f"chose {' '.join(sorted(select.values))}")

    @ui.select(cls=ui.UserSelect, placeholder="A person")
    async def person(self, interaction: Interaction, select: ui.UserSelect[Controls]) -> None:
        await interaction.response.edit_message(content=f"chose {select.values[0].name}")


@app_commands.command(description="Buttons and menus")
async def controls(interaction: Interaction) -> None:
    await interaction.response.send_message("pressed 0 times", view=Controls())


class Layout(ui.LayoutView):
    box = ui.Container[Any](
        ui.Section(
            ui.TextDisplay("### A section\nwith *words*"),
            accessory=ui.Button(label="Beside", custom_id="beside"),
        ),
        ui.Section(
            "### With artwork",
            "-# 3:34",
            accessory=ui.Thumbnail("attachment://dot.png", description="A cover"),
        ),
        ui.Separator(spacing=discord.SeparatorSpacing.large),
        ui.ActionRow(ui.Select(placeholder="A size", options=SIZES, custom_id="size")),
        ui.MediaGallery(discord.MediaGalleryItem("attachment://dot.png", description="A dot")),
        ui.TextDisplay("-# small print"),
        accent_colour=0x3366CC,
    )


@app_commands.command(description="Components V2")
async def layout(interaction: Interaction) -> None:
    file = discord.File(io.BytesIO(pictures.draw("dot", 64)), "dot.png")
    await interaction.response.send_message(view=Layout(), file=file)


class Form(ui.Modal, title="A form"):
    words: Any = ui.Label(text="Words", description="At least three", component=ui.TextInput(min_length=3))
    size: Any = ui.Label(text="Size", component=ui.Select(options=SIZES))
    one: Any = ui.Label(
        text="One of two",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label="This"), discord.RadioGroupOption(label="That")]
        ),
    )
    sure: Any = ui.Label(text="Sure", component=ui.Checkbox())
    file: Any = ui.Label(text="A file", component=ui.FileUpload(required=False))

    async def on_submit(self, interaction: Interaction) -> None:
        file = [each.filename for each in self.file.component.values]
        given = [self.words.component.value, *self.size.component.values, self.one.component.value]
        await interaction.response.send_message(f"got {' '.join(given)} {self.sure.component.value} {file}")


class Choices(ui.Modal, title="Choices"):
    mode: Any = ui.Label(
        text="Mode",
        description="What happens when a member adds a track",
        component=ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label="Open", value="open", description="It goes in"),
                discord.RadioGroupOption(label="Vote", value="vote", default=True),
                discord.RadioGroupOption(label="Approval", value="approval"),
            ]
        ),
    )
    kinds: Any = ui.Label(
        text="Versions",
        component=ui.CheckboxGroup(
            options=[
                discord.CheckboxGroupOption(label="Live", value="live", default=True),
                discord.CheckboxGroupOption(label="Remix", value="remix", description="Of the same track"),
            ],
            max_values=2,
        ),
    )
    reminders: Any = ui.Label(
        text="Reminders", description="By direct message", component=ui.Checkbox(default=True)
    )

    async def on_submit(self, interaction: Interaction) -> None:
        given = [each.component.value for each in (self.mode, self.reminders)]
        await interaction.response.send_message(f"got {given} {sorted(self.kinds.component.values)}")


@app_commands.command(description="Radio buttons and boxes")
async def choices(interaction: Interaction) -> None:
    await interaction.response.send_modal(Choices())


@app_commands.command(description="A form")
async def form(interaction: Interaction) -> None:
    await interaction.response.send_modal(Form())


class Presets(ui.Modal, title="Who and where"):
    """Filled in with one of each kind, and with somebody who is not in this server."""

    def __init__(self, guild: discord.Guild, stranger: int) -> None:
        super().__init__()
        kinds = discord.SelectDefaultValueType
        role = next(role for role in guild.roles if role.name == "Curator")
        channel = next(channel for channel in guild.channels if channel.name == "music")
        chosen = ((ui.RoleSelect, kinds.role, role.id), (ui.ChannelSelect, kinds.channel, channel.id))
        for select, kind, id_ in (*chosen, (ui.UserSelect, kinds.user, stranger)):
            presets = [discord.SelectDefaultValue(id=id_, type=kind)]
            component: Any = select(default_values=presets, required=False, max_values=3)
            self.add_item(ui.Label(text=kind.name.capitalize(), component=component))

    async def on_submit(self, interaction: Interaction) -> None:
        chosen = [each.name for label in self.children for each in label.component.values]  # type: ignore[attr-defined]  # all labels
        await interaction.response.send_message(f"kept {' '.join(chosen)}")


@app_commands.command(description="A form that is filled in already")
async def presets(interaction: discord.Interaction[EveryControl]) -> None:
    assert interaction.guild is not None
    await interaction.response.send_modal(Presets(interaction.guild, interaction.client.stranger))


@app_commands.command(description="Never answers")
async def silent(interaction: Interaction) -> None:
    """As a bot that hangs."""


async def count_letters(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"{len(message.content)} letters", ephemeral=True)
