"""Brings `locales/*.po` up to date with the texts in the code: `make texts`. Translations that still fit are kept."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from io import BytesIO
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from discord import app_commands
from discord.ext import commands

import cogs
from bot.discord_bot import CONTEXTS, context_of
from bot.languages import FOLDER
from cogs import add_menu, lookups, playlist, shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    Command = app_commands.Command[Any, ..., Any] | app_commands.Group

ROOT: Final = FOLDER.parent
SOURCES: Final = ("bot", "cogs")
KEYWORDS: Final = {"Text": None, "Plural": (1, 2)}  # bot/languages.py
TEMPLATES: Final = {"gettext": None, "_": None, "ngettext": (1, 2)}  # Jinja2's
WIDTH: Final = 110
UNWANTED: Final = (
    rb'^"(Project-Id|Report-Msgid|POT-|PO-|Last-|Language-Team|Generated-By).*\n'  # changes each time
)
Where = app_commands.TranslationContextLocation


def wanted() -> Catalog:
    """Every text that is to be translated, with the file it stands in."""
    catalogue = Catalog()
    for path in sorted(path for source in SOURCES for path in (ROOT / source).rglob("*.py")):
        _add(catalogue, path, "python", KEYWORDS)
    for path in sorted((ROOT / "bot" / "web" / "templates").glob("*.html")):
        _add(catalogue, path, "jinja2", TEMPLATES)
    for context, text in _of_commands():
        catalogue.add(text, context=context)
    for message in catalogue:
        message.locations.sort()  # the order of entries goes by them, and other tools sort them, too
    return catalogue


def _add(catalogue: Catalog, path: Path, method: str, keywords: dict[str, Any]) -> None:
    for _, message, _, _ in extract_from_file(method, path, keywords=keywords):
        catalogue.add(message, locations=[(str(path.relative_to(ROOT)), 0)])


def _of_commands() -> Iterator[tuple[str, str]]:
    """Context and text of everything Discord shows before a command is sent."""
    for group in (playlist, shared):
        yield CONTEXTS[Where.group_name], group.NAME
        yield CONTEXTS[Where.group_description], group.DESCRIPTION
    for name in (add_menu.NAME, lookups.NAME):
        yield CONTEXTS[Where.command_name], name
    for command in _all_commands():
        yield _context(command), command.name
        yield CONTEXTS[Where.command_description], command.description
        for option in getattr(command, "parameters", ()):
            yield CONTEXTS[Where.parameter_name], option.display_name
            yield CONTEXTS[Where.parameter_description], str(option.description)
            for choice in option.choices:
                if isinstance(choice._locale_name, app_commands.locale_str):  # noqa: SLF001 - has no public name
                    yield CONTEXTS[Where.choice_name], choice.name


def _context(command: Command) -> str:
    name = getattr(command, "_locale_name", None)
    if isinstance(name, app_commands.locale_str):
        return context_of(name, Where.command_name)
    return CONTEXTS[Where.command_name]


def _all_commands() -> Iterator[Command]:
    seen = set()
    for info in walk_packages(cogs.__path__, "cogs."):
        module = import_module(info.name)
        for _, cog in inspect.getmembers(module, inspect.isclass):
            if issubclass(cog, commands.Cog) and cog not in seen:
                seen.add(cog)
                yield from _with_children(cog.__cog_app_commands__)


def _with_children(several: Iterable[Command]) -> Iterator[Command]:
    for command in several:
        yield command
        if isinstance(command, app_commands.Group):
            yield from _with_children(command.commands)


def main() -> None:
    template = wanted()
    for path in sorted(FOLDER.glob("*.po")):
        catalogue, written = updated(path.read_bytes(), path.stem, template)
        path.write_bytes(written)
        missing = sum(1 for message in catalogue if message.id and not _is_translated(message.string))
        print(f"{path.relative_to(ROOT)}: {missing} of {len(catalogue)} texts still need a translation")


def updated(present: bytes, language: str, template: Catalog) -> tuple[Catalog, bytes]:
    """The catalogue with the texts of the template, and the same as it's written into its file."""
    catalogue = read_po(BytesIO(present), locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(written, catalogue, width=WIDTH, sort_by_file=True, include_lineno=False)
    return catalogue, re.sub(UNWANTED, b"", written.getvalue(), flags=re.MULTILINE)


def _is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(map(bool, string)) if isinstance(string, (tuple, list)) else bool(string)


if __name__ == "__main__":
    main()
