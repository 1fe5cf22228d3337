"""Commands, buttons and numbers that the docs name are those of the bot: what a curator reads can be done."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from typing import TYPE_CHECKING, Any

import pytest
from discord import app_commands
from discord.ext import commands

from bot.services.shared.history.undo import WITHIN
from bot.stores.lists import Settings
from bot.wiring import EXTENSIONS
from cogs import playlist, shared
from cogs.ui.shared.drop_reactions import REACTIONS
from tests.project.test_docs import README, ROOT, first_column, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
CURATING = (ROOT / "docs" / "curating.md").read_text("utf-8")
COMMAND = re.compile(r"`/((?:shared |playlist )?(?:rules )?[a-z]+)`")
ADDRESSES = {"healthz", "readyz", "linked"}  # of the bot's web server


def walk(commands_: Sequence[object], before: str = "") -> Iterator[str]:
    for command in commands_:
        if isinstance(command, app_commands.Group):
            yield from walk(command.commands, f"{before}{command.name} ")
        elif isinstance(command, app_commands.Command):
            yield before + command.name


def cogs() -> Iterator[tuple[str, type[commands.Cog]]]:
    """Each class with commands, and the command they are parts of."""
    modules = [importlib.import_module(name) for name in EXTENSIONS]
    for module in list(modules):
        for _, name, _ in pkgutil.iter_modules(getattr(module, "__path__", ())):
            modules.append(importlib.import_module(f"{module.__name__}.{name}"))
    for module in modules:
        groups = (one.NAME for one in (playlist, shared) if module.__name__.startswith(f"{one.__name__}."))
        group = next((f"{name} " for name in groups), "")
        for _, cog in inspect.getmembers(module, inspect.isclass):
            if issubclass(cog, commands.Cog) and cog.__module__ == module.__name__:
                yield group, cog


def offered() -> set[str]:
    """What one can type after the slash, with groups on their own."""
    names = {playlist.NAME, shared.NAME}
    for group, cog in cogs():
        names |= set(walk(cog.__cog_app_commands__, group))
    return names


def private() -> set[str]:
    """The commands whose answer only the member sees who asked."""
    names = set()
    for group, cog in cogs():
        for name, command in zip(
            walk(cog.__cog_app_commands__, group), leaves(cog.__cog_app_commands__), strict=True
        ):
            if re.search(r"private=True|self\.found\(", inspect.getsource(command.callback)):
                names.add(name)
    return names


def leaves(commands_: Sequence[object]) -> Iterator[app_commands.Command[Any, ..., Any]]:
    for command in commands_:
        if isinstance(command, app_commands.Group):
            yield from leaves(command.commands)
        elif isinstance(command, app_commands.Command):
            yield command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_private_answers(page: Path) -> None:
    """No page says of a private answer that everybody sees it."""
    sentences = re.split(r"(?<=[.:])\s", page.read_text("utf-8").replace("\n", " "))
    wrong = [
        sentence
        for sentence in sentences
        if re.search(
            r"\bto (everybody|everyone|all members)\b|\b(everybody|everyone) (sees|can see)\b", sentence
        )
        and private() & set(COMMAND.findall(sentence))
    ]
    assert {"shared settings", "shared rules show"} <= private()
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    """Every command a page names is one of the bot, word by word."""
    assert set(COMMAND.findall(page.read_text("utf-8"))) <= offered() | ADDRESSES


def test_shared_commands() -> None:
    """The README's table of shared playlists names every command of /shared, no more and no less."""
    table = first_column(section(README, "Shared playlists"))
    assert sorted(table) == sorted(f"/{name}" for name in offered() if name.startswith("shared "))


def test_playlist_commands() -> None:
    """The README's table of one's own playlists names every command of /playlist, no more and no less."""
    table = first_column(section(README, "Your playlists"))
    assert sorted(table) == sorted(f"/{name}" for name in offered() if name.startswith("playlist "))


def test_curating_names_all() -> None:
    """docs/curating.md leaves out no command of /shared."""
    named = set(COMMAND.findall(CURATING))
    assert {name for name in offered() if name.startswith("shared ")} <= named


def test_menus_named() -> None:
    """The README's table has every entry of the bot in the menu of a message."""
    table = section(README, "What members can do")
    modules = map(importlib.import_module, EXTENSIONS)
    menus = [module.NAME for module in modules if "ContextMenu(" in inspect.getsource(module)]
    assert menus
    assert re.findall(r"^\| \*([^*]+)\*, in the menu of a message", table, re.MULTILINE) == menus


def test_reactions() -> None:
    """The table of reactions has all of them, in their order."""
    table = re.findall(r"^\| (\S+) \| [^|]+ \|$", section(CURATING, "Let members add"), re.MULTILINE)
    assert tuple(sign for sign in table if not sign.isalpha() and "-" not in sign) == REACTIONS


def test_numbers() -> None:
    """The numbers docs/curating.md gives are the defaults."""
    usual = Settings()
    modes = section(CURATING, "Decide how tracks get in")
    assert f"a curator's approval within {usual.approval_days} days" in modes
    assert f"once 👍 lead by {usual.votes_needed} within {usual.vote_hours} hours" in modes
    back = section(CURATING, "Take back")
    assert (usual.voters_to_remove, usual.age_to_remove_hours, usual.majority_to_remove) == (
        5,
        24,
        "two_thirds",
    )
    assert re.search(
        r"at least five votes, two thirds in favour,\s+and tracks can be voted out after a day", back
    )
    assert f"in the last {WITHIN.days} days" in back
