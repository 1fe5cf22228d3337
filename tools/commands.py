"""Writes the README's tables of commands from the commands themselves: `make texts`."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final

from discord import app_commands
from discord.ext import commands

from bot.languages import FOLDER
from bot.wiring import EXTENSIONS
from cogs.help import MENUS, TOPICS, by_topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import ModuleType

README: Final = FOLDER.parent / "README.md"
TABLE: Final = re.compile(r"(<!-- commands: (\w+) -->\n).*?(<!-- end of commands -->)", re.DOTALL)
HEAD: Final = "| Command | What it does |\n|---|---|\n"


def groups() -> dict[str, ModuleType]:
    """Packages whose modules bring their commands into one group, by its name."""
    packages = [module for module in map(import_module, EXTENSIONS) if hasattr(module, "__path__")]
    return {package.NAME: package for package in packages}


def cogs() -> Iterator[tuple[str, type[commands.Cog]]]:
    """Each class with commands, and what stands before their names: the group they are put into, or nothing."""
    modules = [("", import_module(name)) for name in EXTENSIONS]
    for group, package in groups().items():
        for _, name, _ in iter_modules(package.__path__):
            modules.append((f"{group} ", import_module(f"{package.__name__}.{name}")))
    for group, module in modules:
        for _, cog in inspect.getmembers(module, inspect.isclass):
            if issubclass(cog, commands.Cog) and cog.__module__ == module.__name__:
                yield group, cog


def walk(several: Sequence[object], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its full name, without the groups."""
    for command in several:
        if isinstance(command, app_commands.Group):
            yield from walk(command.commands, f"{before}{command.name} ")
        elif isinstance(command, app_commands.Command):
            yield before + command.name, command


def menus() -> Iterator[str]:
    """What stands in the menu of a message."""
    for module in map(import_module, EXTENSIONS):
        if "ContextMenu(" in inspect.getsource(module):
            yield module.NAME


def described() -> dict[str, str]:
    """Everything members can use, by name, with its description."""
    found = {
        name: command.description
        for group, cog in cogs()
        for name, command in walk(cog.__cog_app_commands__, group)
    }
    return found | {name: MENUS[name].english for name in menus()}


def tables() -> dict[str, str]:
    """By the name in the README's mark: one for each group of a package, and `all` for everything else."""
    found = described()
    names = by_topic(found)
    rows: dict[str, list[tuple[str, str]]] = {mark: [] for mark in ("all", *groups())}
    for name in (name for topic in TOPICS for name in names[topic.key]):
        first = name.partition(" ")[0]
        rows[first if first in rows else "all"].append((name, found[name]))
    return {mark: _table(entries) for mark, entries in rows.items()}


def written(readme: str) -> str:
    """The README with its tables as they should be."""
    made = tables()
    return TABLE.sub(lambda found: found[1] + made[found[2]] + found[3], readme)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return HEAD + "".join(f"| {_shown(name)} | {description} |\n" for name, description in rows)


def _shown(name: str) -> str:
    return f"*{name}*, in the menu of a message" if name in MENUS else f"`/{name}`"


def main() -> None:
    before = README.read_text("utf-8")
    after = written(before)
    README.write_text(after, "utf-8")
    print("README.md: the tables of commands were", "fresh" if after == before else "rewritten")


if __name__ == "__main__":
    main()
