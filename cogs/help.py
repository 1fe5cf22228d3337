"""/help: every command, by what one wants to do. Only the commands there are, in the member's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.languages import Text, command_text, current
from cogs.ui.controls import Item, Press
from cogs.ui.layout import line, text
from cogs.ui.reply import Reply, answer, controls, think

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.discord_bot import DiscordBot


@dataclass(frozen=True, slots=True)
class Topic:
    """commands: names, in the order they are shown; that of a group stands for all of its commands."""

    key: str
    emoji: str
    title: Text
    note: Text
    commands: tuple[str, ...]


TOPICS: Final = (
    Topic(
        "look",
        "🔎",
        Text("Look something up"),
        Text("You need no Spotify account for this. It works in direct messages, too."),
        ("track", "album", "artist", "search", "show", "episode", "audiobook", "Find on Spotify"),
    ),
    Topic(
        "link",
        "🔗",
        Text("Link Spotify, and see your data"),
        Text("You only need to link an account for your own playlists and library."),
        ("link", "account", "unlink"),
    ),
    Topic(
        "mine",
        "🎧",
        Text("Use your own playlists and library"),
        Text("This works once you've linked Spotify. Only you see it unless you choose otherwise."),
        ("playlists", "playlist", "like", "unlike", "liked", "top", "recent"),
    ),
    Topic(
        "add",
        "📥",
        Text("Add to a playlist"),
        Text("Nobody needs a Spotify account to add to a playlist of this server."),
        ("add", "Add to playlist"),
    ),
    Topic(
        "shared",
        "👥",
        Text("See this server's playlists"),
        Text("These work in a server, for everyone in it."),
        (
            "shared list",
            "shared show",
            "shared pending",
            "shared history",
            "shared stats",
            "shared archive",
            "shared export",
            "shared import",
            "shared undo",
        ),
    ),
    Topic(
        "run",
        "🛠️",
        Text("Run a shared playlist"),
        Text("Whoever lends a playlist, curators and managers of the server look after it."),
        (
            "shared create",
            "shared adopt",
            "shared settings",
            "shared rules",
            "shared restore",
            "shared tidy",
            "shared edit",
            "shared best",
            "shared rotate",
            "shared pause",
            "shared resume",
            "shared transfer",
            "shared close",
            "language",
        ),
    ),
    Topic(
        "bot",
        "🤖",
        Text("About this bot"),
        Text("If something doesn't work, look here first."),
        ("help", "status"),
    ),
)
MENUS: Final = {  # Discord shows no description of what stands in the menu of a message
    "Add to playlist": Text("Add every Spotify link of a message to a playlist of this server"),
    "Find on Spotify": Text("Show a card for each Spotify link of a message"),
}
IN_MENU: Final = Text("*{name}* in the menu of a message, under *Apps*")
TITLE: Final = Text("What would you like to do?")
HOW: Final = Text("-# Choose a topic below to see what each command does.")
PICK: Final = Text("Choose a topic")
HEADING: Final = "### {emoji} {title}"
ENTRY: Final = "{emoji} **{title}**\n{commands}"
LINE: Final = "{command} · {description}"

SHOWN: Final = Item("help:topic")


class HelpCog(commands.Cog):
    @app_commands.command(description="Find the command for what you want to do")
    async def help(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await answer(interaction, overview(interaction.client))

    async def show(self, press: Press) -> None:
        (key,) = press.chosen
        await press.answer(topic_reply(press.interaction.client, key))


def offered(tree: app_commands.CommandTree[Any]) -> dict[str, str]:
    """Everything one can use, by name, with its English description; that of a menu's entry is in `MENUS`."""
    menus = tree.get_commands(type=discord.AppCommandType.message)
    return {
        command.qualified_name: command.description
        for command in tree.walk_commands()
        if isinstance(command, app_commands.Command)
    } | {menu.name: MENUS[menu.name].english for menu in menus}


def by_topic(names: Iterable[str]) -> Mapping[str, list[str]]:
    """The names by topic, in each topic's order. Raises LookupError for a command that has none."""
    found: dict[str, list[tuple[int, str]]] = {topic.key: [] for topic in TOPICS}
    for name in names:
        place, key = _place_of(name)
        found[key].append((place, name))
    return {
        key: [name for _, name in sorted(entries, key=lambda entry: entry[0])]
        for key, entries in found.items()
    }


def _place_of(name: str) -> tuple[int, str]:
    for topic in TOPICS:
        for place, entry in enumerate(topic.commands):
            if name == entry or name.startswith(f"{entry} "):
                return place, topic.key
    raise LookupError(name)


def overview(bot: DiscordBot) -> Reply:
    names = by_topic(offered(bot.tree))
    entries = [
        ENTRY.format(
            emoji=topic.emoji,
            title=topic.title(),
            commands=", ".join(_shown(bot, name) for name in names[topic.key]),
        )
        for topic in TOPICS
        if names[topic.key]
    ]
    card = (text(f"### {TITLE()}"), text("\n".join(entries)), text(HOW()))
    return Reply(card=card, view=_menu(names))


def topic_reply(bot: DiscordBot, key: str) -> Reply:
    described = offered(bot.tree)
    names = by_topic(described)
    topic = next((one for one in TOPICS if one.key == key), None)
    if topic is None:  # its menu was sent by a version that had it
        return overview(bot)
    lines = [
        LINE.format(command=_shown(bot, name), description=_description(name, described[name]))
        for name in names[key]
    ]
    card = (
        text(HEADING.format(emoji=topic.emoji, title=topic.title()), topic.note()),
        line(),
        text("\n".join(lines)),
    )
    return Reply(card=card, view=_menu(names, key))


def _shown(bot: DiscordBot, name: str) -> str:
    """A command can be clicked; the menu of a message cannot be opened from here."""
    if name in MENUS:
        return IN_MENU(name=command_text(name, "command", current()) or name)
    return bot.mention_command(name)


def _description(name: str, english: str) -> str:
    if name in MENUS:
        return MENUS[name]()
    return command_text(english, "description", current()) or english


def _menu(names: Mapping[str, list[str]], shown: str = "") -> discord.ui.View:
    options = [
        discord.SelectOption(
            label=topic.title(), value=topic.key, emoji=topic.emoji, default=topic.key == shown
        )
        for topic in TOPICS
        if names[topic.key]
    ]
    return controls(SHOWN.menu(PICK(), options))


async def setup(bot: DiscordBot) -> None:
    cog = HelpCog()
    bot.add_dynamic_items(SHOWN.bound(cog.show))
    await bot.add_cog(cog)
