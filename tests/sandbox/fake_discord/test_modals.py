"""Forms: opened by a command or a button, filled in by a member, read by the bot."""

import discord
import pytest
from discord import ui

from sandbox.fake_discord import DriverError, FakeDiscord, Modal, Upload
from tests.sandbox.fake_discord.conftest import Bot, Runner

Labelled = ui.Label[ui.Modal]
OPTIONS = [discord.SelectOption(label="Open"), discord.SelectOption(label="Vote")]


class Code(ui.Modal, title="Link Spotify"):
    hint: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay("Six digits from your browser")
    code: Labelled = ui.Label(
        text="Code",
        component=ui.TextInput(min_length=6, max_length=6, custom_id="code", placeholder="123456"),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.code.component, ui.TextInput)
        text = f"got {self.code.component.value}"
        if interaction.message is not None:
            await interaction.response.edit_message(content=text, view=None)
        else:
            await interaction.response.send_message(text, ephemeral=True)


class Everything(ui.Modal, title="Everything"):
    mode: Labelled = ui.Label(text="Mode", component=ui.Select(options=OPTIONS, required=True))
    people: Labelled = ui.Label(text="People", component=ui.UserSelect(max_values=2, required=False))
    file: Labelled = ui.Label(text="Cover", component=ui.FileUpload(required=True))
    radio: Labelled = ui.Label(
        text="Radio",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label="a"), discord.RadioGroupOption(label="b")]
        ),
    )
    sure: Labelled = ui.Label(text="Sure", component=ui.Checkbox())
    seen: list[object]

    async def on_submit(self, interaction: discord.Interaction) -> None:
        mode, people, file, radio, sure = (each.component for each in self.children)  # type: ignore[attr-defined]  # all labels
        read = [await each.read() for each in file.values]
        Everything.seen = [mode.values, [each.name for each in people.values], read, radio.value, sure.value]
        await interaction.response.send_message("thanks")


class Opener(ui.View):
    @ui.button(label="Enter code")
    async def enter(self, click: discord.Interaction, _: ui.Button[ui.View]) -> None:
        await click.response.send_modal(Code())


async def test_submit(fake: FakeDiscord, run: Runner) -> None:
    """A form opened by a command is filled in by label or custom_id; its own limits hold."""
    bot = Bot()

    @bot.tree.command(description="Code")
    async def code(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Code())

    await run(bot)
    ada = fake.actor("ada")
    modal = await (await ada.command("code")).modal()
    assert modal.text.splitlines() == ["Link Spotify", "Six digits from your browser", "Code", "123456"]
    assert [(each.label, each.custom_id, each.required) for each in modal.fields] == [("Code", "code", True)]
    for wrong, reason in (
        ({"Code": "123"}, "6 to 6 characters"),
        ({}, "must be filled in"),
        ({"PIN": "123456"}, "no field 'PIN'"),
    ):
        with pytest.raises(DriverError, match=reason):
            await ada.submit(modal, wrong)
    with pytest.raises(DriverError, match="opened for ada"):
        await fake.actor("grace").submit(modal, code="123456")
    sent = await ada.submit(modal, code="123456")
    reply = await sent.reply()
    assert (reply.content, reply.ephemeral) == ("got 123456", True)
    assert fake.problems == []


async def test_from_a_button(fake: FakeDiscord, run: Runner) -> None:
    """A form opened from a message may change that message."""
    bot = Bot()

    @bot.tree.command(description="Link")
    async def link(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("press", view=Opener(), ephemeral=True)

    await run(bot)
    ada = fake.actor("ada")
    message = await (await ada.command("link")).reply()
    modal = await (await ada.press(message, "Enter code")).modal()
    sent = await ada.submit(modal, {"Code": "654321"})
    assert await sent.updated() is message
    assert (message.content, message.buttons(), message.ephemeral) == ("got 654321", [], True)
    assert fake.problems == []


async def test_every_field(fake: FakeDiscord, run: Runner) -> None:
    """Selects, people, files, radio buttons and boxes arrive; what was left out keeps its preset."""
    bot = Bot()

    @bot.tree.command(description="Everything")
    async def everything(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Everything())

    await run(bot)
    ada = fake.actor("ada")

    async def opened() -> Modal:
        return await (await ada.command("everything")).modal()

    given: dict[str, object] = {"Mode": "Vote", "Cover": Upload("a.png", b"png"), "Radio": "b", "Sure": True}
    await (await ada.submit(await opened(), given, People=["grace", "linus"])).reply()
    assert Everything.seen == [["Vote"], ["grace", "linus"], [b"png"], "b", True]
    modal = await opened()
    await (await ada.submit(modal, {**given, "Sure": False})).reply()
    assert Everything.seen == [["Vote"], [], [b"png"], "b", False]
    with pytest.raises(DriverError, match="'Cover' takes files"):
        await ada.submit(modal, {**given, "Cover": "a.png"})
    with pytest.raises(DriverError, match="'Mode' takes 1 to 1 values"):
        await ada.submit(modal, {**given, "Mode": []})
    assert fake.problems == []


async def test_ids_are_text(fake: FakeDiscord, run: Runner) -> None:
    """Ids in components are text, as everywhere at Discord, although discord.py sends them as numbers."""
    bot = Bot()
    grace = fake.members["grace"]
    preset = discord.SelectDefaultValue(id=grace.id, type=discord.SelectDefaultValueType.user)
    emoji = discord.PartialEmoji(name="tape", id=grace.id)

    class Chosen(ui.Modal, title="Chosen"):
        people: Labelled = ui.Label(text="People", component=ui.UserSelect(default_values=[preset]))
        mode: Labelled = ui.Label(
            text="Mode", component=ui.Select(options=[discord.SelectOption(label="Open", emoji=emoji)])
        )

    @bot.tree.command(description="Chosen")
    async def chosen(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Chosen())

    await run(bot)
    modal = await (await fake.actor("ada").command("chosen")).modal()
    people, mode = (each["component"] for each in modal.components)
    assert people["default_values"] == [{"id": str(grace.id), "type": "user"}]
    assert mode["options"][0]["emoji"]["id"] == str(grace.id)


class Choices(ui.Modal, title="Rules"):
    mode: Labelled = ui.Label(
        text="Mode",
        component=ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label="Open", value="open"),
                discord.RadioGroupOption(label="Vote", value="vote", description="3 more", default=True),
            ]
        ),
    )
    kinds: Labelled = ui.Label(
        text="Allowed",
        component=ui.CheckboxGroup(
            options=[
                discord.CheckboxGroupOption(label="Live", value="live", default=True),
                discord.CheckboxGroupOption(label="Remix", value="remix"),
            ],
            required=False,
        ),
    )
    other: Labelled = ui.Label(
        text="Other",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label="This"), discord.RadioGroupOption(label="That")],
            required=False,
        ),
    )
    on: Labelled = ui.Label(text="Reminders", component=ui.Checkbox(default=True))
    off: Labelled = ui.Label(text="Digest", component=ui.Checkbox())

    async def on_submit(self, interaction: discord.Interaction) -> None:
        mode, kinds, other, on, off = (each.component for each in self.children)  # type: ignore[attr-defined]  # all labels
        seen = [mode.value, kinds.values, other.value, on.value, off.value]
        await interaction.response.send_message(repr(seen))


async def test_choices_keep_their_presets(fake: FakeDiscord, run: Runner) -> None:
    """What a member leaves as it is arrives as it was preset: radio buttons, groups of boxes, and single boxes."""
    bot = Bot()

    @bot.tree.command(description="Rules")
    async def rules(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Choices())

    await run(bot)
    ada = fake.actor("ada")

    async def sent(**given: object) -> str:
        modal = await (await ada.command("rules")).modal()
        return (await (await ada.submit(modal, given)).reply()).content

    assert await sent() == "['vote', ['live'], None, True, False]"
    assert await sent(Reminders=False, Digest=True, Other="That") == "['vote', ['live'], 'That', False, True]"
    assert (
        await sent(Mode="Open", Allowed=["Live", "remix"]) == "['open', ['live', 'remix'], None, True, False]"
    )
    assert await sent(Allowed=[]) == "['vote', [], None, True, False]"
    modal = await (await ada.command("rules")).modal()
    assert [(each.label, each.checked) for each in modal.fields][-2:] == [
        ("Reminders", True),
        ("Digest", False),
    ]
    assert "3 more" in modal.text
    for given, reason in (
        ({"Mode": ["open", "vote"]}, "'Mode' takes 1 to 1"),
        ({"Mode": []}, "'Mode' takes 1 to 1"),
        ({"Mode": "Closed"}, "offers"),
        ({"Digest": "yes"}, "ticked"),
    ):
        with pytest.raises(DriverError, match=reason):
            await ada.submit(modal, given)
    assert fake.problems == []
