"""Slash commands, suggestions and menus, from a member's client to the bot and back."""

import discord
import pytest
from discord import app_commands

from sandbox.fake_discord import DriverError, FakeDiscord, Permission, Upload
from tests.sandbox.fake_discord.conftest import Bot, Runner


async def test_answer(fake: FakeDiscord, run: Runner) -> None:
    """A command reaches the bot with its options and its answer reaches everybody in the channel."""
    bot = Bot()

    @bot.tree.command(description="Say it back")
    async def echo(interaction: discord.Interaction, text: str, times: int = 1) -> None:
        await interaction.response.send_message(" ".join([text] * times))

    await run(bot)
    ada = fake.actor("ada")
    asked = await ada.command("echo", text="la", times=3)
    reply = await asked.reply()
    assert reply.content == "la la la"
    assert asked.callback_type == 4
    assert ada.messages() == [reply] == fake.actor("linus").messages()
    assert fake.problems == []


async def test_deferred(fake: FakeDiscord, run: Runner) -> None:
    """A deferred answer shows as thinking, and `reply` waits for what replaces it."""
    bot = Bot()

    @bot.tree.command(description="Take your time")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content="done")
        await interaction.followup.send("and more", ephemeral=True)

    await run(bot)
    asked = await fake.actor("grace").command("slow")
    assert await asked.acknowledged() == 5
    reply = await asked.reply()
    assert (reply.content, reply.ephemeral, reply.thinking) == ("done", True, False)
    assert (await asked.message(2)).content == "and more"
    assert fake.actor("ada").messages() == []
    assert fake.problems == []


async def test_every_kind_of_option(fake: FakeDiscord, run: Runner) -> None:
    """Members, roles, channels and files arrive as discord.py objects, with what they may do."""
    bot = Bot()
    seen: list[object] = []

    @bot.tree.command(description="Everything")
    async def everything(  # noqa: PLR0917 - one option of each kind
        interaction: discord.Interaction,
        who: discord.Member,
        role: discord.Role,
        where: discord.TextChannel,
        file: discord.Attachment,
        share: float,
        sure: bool,  # noqa: FBT001 - discord.py passes options so
        size: app_commands.Range[int, 1, 5],
    ) -> None:
        data = await file.read()
        seen.extend([who.name, role.name, where.name, data, share, sure, size, who.resolved_permissions])
        await interaction.response.send_message("ok")

    await run(bot)
    ada, guild = fake.actor("ada"), fake.guilds[0]
    given: dict[str, object] = {
        "who": "grace",
        "role": guild.role("Curator"),
        "where": guild.channel("general"),
        "file": Upload("tape.txt", b"side A"),
        "share": 0.5,
        "sure": True,
        "size": 5,
    }
    await (await ada.command("everything", **given)).reply()
    assert seen[:7] == ["grace", "Curator", "general", b"side A", 0.5, True, 5]
    assert isinstance(seen[7], discord.Permissions)
    assert seen[7].manage_messages
    with pytest.raises(DriverError, match="1 to 5"):
        await ada.command("everything", **{**given, "size": 6})


async def test_groups(fake: FakeDiscord, run: Runner) -> None:
    """Sub-commands are reached by "group sub" and "group group sub"; a group alone is refused."""
    bot = Bot()
    outer = app_commands.Group(name="playlist", description="Playlists")
    inner = app_commands.Group(name="cover", description="Covers", parent=outer)

    @outer.command(description="Look")
    async def view(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.send_message(f"view {name}")

    @inner.command(description="Change")
    async def change(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("changed")

    bot.tree.add_command(outer)
    await run(bot)
    ada = fake.actor("ada")
    assert (await (await ada.command("playlist view", name="Mix")).reply()).content == "view Mix"
    assert (await (await ada.command("playlist cover change")).reply()).content == "changed"
    with pytest.raises(DriverError, match="sub-commands"):
        await ada.command("playlist")


async def test_client_refuses(fake: FakeDiscord, run: Runner) -> None:
    """What Discord's client does not let a member send, the driver refuses with the reason."""
    bot = Bot()

    @bot.tree.command(description="Find")
    @app_commands.choices(kind=[app_commands.Choice(name="Song", value="track")])
    async def find(
        interaction: discord.Interaction, text: app_commands.Range[str, 2, 5], kind: str = "track"
    ) -> None:
        await interaction.response.send_message(f"{text} {kind}")

    await run(bot)
    ada = fake.actor("ada")
    assert (await (await ada.command("find", text="abc", kind="Song")).reply()).content == "abc track"
    for wrong, reason in (
        ({}, "needs the option 'text'"),
        ({"text": "a"}, "2 to 5 characters"),
        ({"text": "abcdef"}, "2 to 5 characters"),
        ({"text": "   "}, "empty"),
        ({"text": "abc", "kind": "film"}, "offers"),
        ({"text": 5}, "cannot hold"),
        ({"text": "abc", "colour": "red"}, "no option 'colour'"),
    ):
        with pytest.raises(DriverError, match=reason):
            await ada.command("find", **wrong)
    with pytest.raises(DriverError, match="no such command"):
        await ada.command("fnd")


async def test_suggestions(fake: FakeDiscord, run: Runner) -> None:
    """While a member types, the bot suggests, knowing the other options."""
    bot = Bot()

    @bot.tree.command(description="Play")
    async def play(interaction: discord.Interaction, artist: str, song: str) -> None:
        await interaction.response.send_message(f"{artist}: {song}")

    @play.autocomplete("song")
    async def songs(interaction: discord.Interaction, text: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{interaction.namespace.artist} {text}!", value=text.upper())]

    await run(bot)
    ada = fake.actor("ada")
    [choice] = await ada.suggest("play", "song", "wat", artist="Vera")
    assert (choice.name, choice.value) == ("Vera wat!", "WAT")
    with pytest.raises(DriverError, match="makes no suggestions"):
        await ada.suggest("play", "artist", "x")
    assert fake.problems == []


async def test_menus(fake: FakeDiscord, run: Runner) -> None:
    """Menus of messages and people; the bot reads the message although it has no intent for contents."""
    bot = Bot()

    @bot.tree.context_menu(name="Find on Spotify")
    async def find(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.author.name} wrote {message.content}")

    @bot.tree.context_menu(name="Who is it")
    async def who(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(member.display_name)

    await run(bot)
    linus = fake.actor("linus")
    message = await linus.say("a song")
    assert (
        await (await linus.message_menu("Find on Spotify", message)).reply()
    ).content == "linus wrote a song"
    assert (await (await linus.user_menu("Who is it", fake.members["grace"])).reply()).content == "Grace"
    assert fake.problems == []


async def test_places(fake: FakeDiscord, run: Runner) -> None:
    """Guild, direct message, a guild without the bot and a group of friends: the bot is told which it is."""
    bot = Bot()

    @bot.tree.command(description="Where am I")
    async def where(interaction: discord.Interaction) -> None:
        here = interaction.context
        kind = "guild" if here.guild else "dm" if here.dm_channel else "private"
        text = f"{kind} {interaction.is_guild_integration()} {interaction.is_user_integration()}"
        await interaction.response.send_message(text)

    await run(bot)

    async def answer(**place: object) -> str:
        asked = await fake.actor("ada", **place).command("where")  # type: ignore[arg-type]  # parametrised
        return (await asked.reply()).content

    assert await answer() == "guild True False"
    assert await answer(guild="Night Shift") == "guild True False"
    assert await answer(dm=True) == "dm False False"  # discord.py only counts an installation in a guild
    with pytest.raises(DriverError, match="not installed"):
        await answer(guild="Elsewhere")
    fake.members["ada"].installed = True
    assert await answer(guild="Elsewhere") == "guild False True"
    assert await answer(group=True) == "private False True"
    assert await answer() == "guild True True"
    assert fake.problems == []


async def test_forced_private(fake: FakeDiscord, run: Runner) -> None:
    """Where a member may not use external apps in public, Discord shows them the answer alone."""
    bot = Bot()

    @bot.tree.command(description="Hello")
    async def hello(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hello")

    await run(bot)
    fake.members["edsger"].installed = True
    newcomer = fake.actor("edsger", guild="Elsewhere")
    assert (await (await newcomer.command("hello")).reply()).ephemeral
    assert fake.actor("ada", guild="Elsewhere").messages() == []


async def test_permissions(fake: FakeDiscord, run: Runner) -> None:
    """Commands ask for permissions and contexts; who lacks them is not offered the command."""
    bot = Bot()

    @bot.tree.command(description="For curators")
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def curate(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("curated")

    await run(bot)
    assert (await (await fake.actor("grace").command("curate")).reply()).content == "curated"
    assert fake.actor("edsger").commands() == []
    with pytest.raises(DriverError, match="lacks the permissions"):
        await fake.actor("edsger").command("curate")
    with pytest.raises(DriverError, match="contexts"):
        await fake.actor("grace", dm=True).command("curate")
    with pytest.raises(DriverError, match="intruder"):
        fake.actor("edsger", channel="curators")
    with pytest.raises(DriverError, match="intruder"):
        fake.actor("barbara", guild="Tape Heads")
    assert Permission.MANAGE_GUILD in fake.guilds[0].permissions_of(fake.members["ada"])


async def test_sync(fake: FakeDiscord, run: Runner) -> None:
    """A command keeps its id when it is synced again; a guild's own command comes before the global one."""
    bot = Bot()

    @bot.tree.command(description="One")
    async def one(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")

    await run(bot)
    [first] = fake.commands
    [again] = await bot.tree.sync()
    assert str(again.id) == first["id"]
    [fetched] = await bot.tree.fetch_commands()
    assert (fetched.id, fetched.name) == (again.id, "one")
    guild = discord.Object(fake.guilds[0].id)
    bot.tree.copy_global_to(guild=guild)
    await bot.tree.sync(guild=guild)
    assert [each.get("guild_id") for each in fake.commands] == [None, str(guild.id)]
    assert len(fake.actor("ada").commands()) == 1
    assert (await (await fake.actor("ada").command("one")).reply()).content == "one"
