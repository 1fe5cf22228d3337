"""Buttons and menus: what members press and choose, and what the bot does to the message."""

import re

import discord
import pytest
from discord import ui

from sandbox.fake_discord import DriverError, FakeDiscord, NothingCameError
from tests.sandbox.fake_discord.conftest import Bot, Runner

Click = discord.Interaction


def with_view(bot: Bot, make: type[ui.View] | type[ui.LayoutView], *, ephemeral: bool = False) -> None:
    """Give the bot a command that shows the view."""

    @bot.tree.command(description="Show it")
    async def show(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=make(), ephemeral=ephemeral)


class Pager(ui.View):
    page = 1

    @ui.button(label="Next")
    async def forward(self, click: Click, button: ui.Button[ui.View]) -> None:
        self.page += 1
        button.label = f"Next ({self.page})"
        await click.response.edit_message(content=f"page {self.page}", view=self)

    @ui.button(label="Off", disabled=True)
    async def off(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.defer()

    @ui.button(label="Silent", emoji="🤫")
    async def silent(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.defer()
        await click.edit_original_response(content="quietly changed")

    @ui.button(label="More")
    async def more(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.send_message("more", ephemeral=True)

    @ui.button(label="Gone")
    async def gone(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.defer()
        await click.delete_original_response()


class Quiet(ui.View):
    @ui.button(label="Nothing")
    async def nothing(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.defer()

    @ui.button(label="Elsewhere")
    async def elsewhere(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.defer()
        assert click.message is not None
        await click.client.http.edit_message(  # as a bot does that has collected several presses
            click.message.channel.id,
            click.message.id,
            params=discord.http.handle_message_parameters(content="two"),
        )

    @ui.button(label="Gone")
    async def gone(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.defer()
        await click.delete_original_response()

    @ui.button(label="Hangs")
    async def hangs(self, click: Click, _: ui.Button[ui.View]) -> None:
        await click.response.defer(thinking=True)


class Linked(ui.View):
    def __init__(self) -> None:
        super().__init__()
        self.add_item(ui.Button(label="Open in Spotify", url="https://open.spotify.com/"))


async def test_press(fake: FakeDiscord, run: Runner) -> None:
    """Pressing changes the message, silently too, answers on the side, or deletes it."""
    bot = Bot()
    with_view(bot, Pager)
    await run(bot)
    ada = fake.actor("ada")
    message = await (await ada.command("show")).reply()
    edited = fake.next_edit(message)
    pressed = await ada.press(message, "Next")
    assert await pressed.updated() is message is await edited
    assert message.content == "page 2"
    assert pressed.callback_type == 7
    assert message.buttons()[0].label == "Next (2)"
    assert (await (await ada.press(message, "🤫 Silent")).updated()).content == "quietly changed"
    aside = await (await ada.press(message, "More")).reply()
    assert aside.ephemeral
    assert aside is not message
    assert await (await ada.press(message, "Gone")).deleted() is message
    with pytest.raises(DriverError, match="was deleted"):
        await ada.press(message, "More")
    assert fake.problems == []


async def test_settled(fake: FakeDiscord, run: Runner) -> None:
    """What is to be seen after a press that was only acknowledged; a promised answer that never comes is missed."""
    bot = Bot()
    with_view(bot, Quiet)
    await run(bot)
    ada = fake.actor("ada")
    message = await (await ada.command("show")).reply()
    assert await (await ada.press(message, "Nothing")).settled(quiet_s=0.1) is message
    assert await (await ada.press(message, "Elsewhere")).settled() is message
    assert message.content == "two"
    with pytest.raises(NothingCameError, match="no message"):
        await (await ada.press(message, "Hangs")).settled(0.2)
    assert await (await ada.press(message, "Gone")).settled(quiet_s=0.1) is None
    assert fake.problems == []


async def test_press_refused(fake: FakeDiscord, run: Runner) -> None:
    """Buttons that are absent, disabled or mere links, and other people's private messages, cannot be pressed."""
    bot = Bot()
    with_view(bot, Pager, ephemeral=True)

    @bot.tree.command(description="A link")
    async def link(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("look", view=Linked())

    await run(bot)
    ada, grace = fake.actor("ada"), fake.actor("grace")
    message = await (await ada.command("show")).reply()
    with pytest.raises(DriverError, match="disabled"):
        await ada.press(message, "Off")
    with pytest.raises(DriverError, match="0 buttons are called 'Back'"):
        await ada.press(message, "Back")
    with pytest.raises(DriverError, match="cannot see"):
        await grace.press(message, "Next")
    with pytest.raises(DriverError, match="is not in #general"):
        await fake.actor("ada", channel="general").press(message, "Next")
    linked = await (await ada.command("link")).reply()
    with pytest.raises(DriverError, match=r"is a link to https://open\.spotify\.com/"):
        await ada.press(linked, "Open in Spotify")
    assert grace.messages() == [linked]


class Menus(ui.View):
    @ui.select(
        placeholder="Song",
        options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two")],
    )
    async def song(self, click: Click, menu: ui.Select[ui.View]) -> None:
        await click.response.send_message(f"song {menu.values}")

    @ui.select(cls=ui.UserSelect, placeholder="People", max_values=2)
    async def people(self, click: Click, menu: ui.UserSelect[ui.View]) -> None:
        await click.response.send_message(f"people {[each.name for each in menu.values]}")

    @ui.select(cls=ui.RoleSelect, placeholder="Role")
    async def role(self, click: Click, menu: ui.RoleSelect[ui.View]) -> None:
        await click.response.send_message(f"role {menu.values[0].name}")

    @ui.select(cls=ui.ChannelSelect, placeholder="Channel")
    async def channel(self, click: Click, menu: ui.ChannelSelect[ui.View]) -> None:
        await click.response.send_message(f"channel {menu.values[0].name}")

    @ui.select(cls=ui.MentionableSelect, placeholder="Whom", max_values=2)
    async def whom(self, click: Click, menu: ui.MentionableSelect[ui.View]) -> None:
        await click.response.send_message(f"whom {[each.name for each in menu.values]}")


async def test_choose(fake: FakeDiscord, run: Runner) -> None:
    """Options by label or value, and members, roles and channels, with the limits of the menu."""
    bot = Bot()
    with_view(bot, Menus)
    await run(bot)
    ada = fake.actor("ada")
    message = await (await ada.command("show")).reply()

    async def choose(menu: str, *what: object) -> str:
        return (await (await ada.choose(message, *what, menu=menu)).reply()).content

    assert await choose("Song", "One") == "song ['1']"
    assert await choose("Song", "Two") == "song ['Two']"
    assert await choose("People", "grace", fake.members["linus"]) == "people ['grace', 'linus']"
    assert await choose("Role", "Curator") == "role Curator"
    assert await choose("Channel", fake.guilds[0].channel("general")) == "channel general"
    assert await choose("Whom", "grace", "Curator") == "whom ['grace', 'Curator']"
    for menu, what, reason in (
        ("Song", ("Three",), r"offers \['One', 'Two'\]"),
        ("Song", ("One", "Two"), "takes 1 to 1"),
        ("Role", ("grace",), "does not offer"),
        (None, ("None of them",), "5 menus fit"),
    ):
        with pytest.raises(DriverError, match=reason):
            await ada.choose(message, *what, menu=menu)
    assert [each.placeholder for each in message.menus()] == ["Song", "People", "Role", "Channel", "Whom"]
    assert fake.problems == []


class Card(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__()
        button: ui.Button[ui.LayoutView] = ui.Button(label="Like", custom_id="like:7")
        section: ui.Section[ui.LayoutView] = ui.Section(
            "**Song**", "by somebody", accessory=ui.Thumbnail("https://i.scdn.co/image/1")
        )
        self.add_item(ui.Container(section, ui.Separator(), ui.ActionRow(button), accent_colour=0x1DB954))


class Like(ui.DynamicItem[ui.Button[ui.View]], template=r"like:(?P<track>\d+)"):
    def __init__(self, track: str) -> None:
        super().__init__(ui.Button(label="Like", custom_id=f"like:{track}"))
        self.track = track

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, __: ui.Item[ui.View], match: re.Match[str], /
    ) -> "Like":
        return cls(match["track"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"liked {self.track}", ephemeral=True)


async def test_v2_and_dynamic_items(fake: FakeDiscord, run: Runner) -> None:
    """A V2 card is readable, and its button works through a dynamic item, for any member."""
    bot = Bot()
    with_view(bot, Card)
    bot.add_dynamic_items(Like)
    await run(bot)
    message = await (await fake.actor("ada").command("show")).reply()
    assert message.text.splitlines() == ["**Song**", "by somebody", "Like"]
    assert [(each.label, each.custom_id) for each in message.buttons()] == [("Like", "like:7")]
    assert (await (await fake.actor("linus").press(message, "Like")).reply()).content == "liked 7"
    assert fake.problems == []


class Entries(ui.LayoutView):
    """A list: each entry with its button beside it, and a menu and a picture inside the same container."""

    def __init__(self) -> None:
        super().__init__()
        box: ui.Container[ui.LayoutView] = ui.Container(ui.TextDisplay("## Songs"))
        for number, name in enumerate(("Copper Umbrella", "Tin Parade")):
            button: ui.Button[ui.LayoutView] = ui.Button(label="Like", custom_id=f"like:{number}")
            box.add_item(ui.Section(f"**{name}**", "-# 3:34", accessory=button))
        box.add_item(
            ui.MediaGallery(discord.MediaGalleryItem("https://i.scdn.co/image/1", description="Chart"))
        )
        box.add_item(ui.ActionRow(ui.Select(placeholder="More", options=[discord.SelectOption(label="One")])))
        self.add_item(box)


async def test_buttons_in_sections(fake: FakeDiscord, run: Runner) -> None:
    """Where every entry has the same button, the words beside it say which; menus in containers are found, too."""
    bot = Bot()
    with_view(bot, Entries)
    bot.add_dynamic_items(Like)
    await run(bot)
    ada = fake.actor("ada")
    message = await (await ada.command("show")).reply()
    assert message.text.splitlines() == [
        *("## Songs", "**Copper Umbrella**", "-# 3:34", "Like", "**Tin Parade**", "-# 3:34", "Like"),
        *("Chart", "More", "One"),
    ]
    assert (await (await ada.press(message, "Like", beside="Tin Parade")).reply()).content == "liked 1"
    assert (await (await ada.press(message, "like:0")).reply()).content == "liked 0"
    assert [each.placeholder for each in message.menus()] == ["More"]
    for beside, reason in ((None, "2 buttons are called 'Like'"), ("Kazoo", "0 buttons .* beside 'Kazoo'")):
        with pytest.raises(DriverError, match=reason):
            await ada.press(message, "Like", beside=beside)
    assert fake.problems == []
