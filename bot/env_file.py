"""Reads `.env` literally: nothing is expanded, and lines that can't be read are reported by number."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

from bot.settings import Settings, SettingsError
from bot.system import open_to_others

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dotenv.parser import Binding

log = logging.getLogger(__name__)

SEVERAL_LINES = "TOKEN_KEYS"  # every other setting is a single line

_SECRETS = frozenset(setting.name.upper() for setting in fields(Settings) if not setting.repr)
_NAMES = {setting.name.upper() for setting in fields(Settings)} | {f"{name}_FILE" for name in _SECRETS}
_SETTING = re.compile(rf"^[^\S\r\n]*(?:export\s+)?'?({'|'.join(sorted(_NAMES))})\b", re.MULTILINE)


@dataclass(slots=True)
class _Found:
    variables: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    """The settings on lines with a problem; any other problems with them follow from that."""


def load(path: Path, environment: Mapping[str, str]) -> Settings:
    """The process's environment variables, and the file for those that aren't set.

    Raises SettingsError with all problems at once; those in the file have a line number, and none shows a value.
    """
    found = _read(path)
    problems = list(found.problems)
    try:
        settings = Settings.from_env(found.variables | dict(environment))
    except SettingsError as wrong:
        problems += [
            problem for problem in wrong.problems if _variable(problem.split()[0]) not in found.broken
        ]
    else:
        if not problems:
            return settings
    raise SettingsError(problems)


def _read(path: Path) -> _Found:
    """A missing file counts as empty."""
    found = _Found()
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            bindings = list(parse_stream(file))
    except FileNotFoundError:
        return found
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            [f"{path} can't be read. It must be a UTF-8 text file that this user can read."]
        ) from error
    for binding in bindings:
        text = binding.original.string
        named = _SETTING.findall(text)
        if binding.error and not named:
            log.warning("%s, line %d: not understood, ignored", path, _line(binding))
        elif named and (wrong := _what_is_wrong(binding, named)):
            found.problems.append(f"{path}, line {_line(binding)}: {named[0]} {wrong}")
            found.broken.update(map(_variable, named))
        elif binding.key is not None and binding.value is not None:
            found.variables[binding.key] = binding.value
    held = {name for name, value in found.variables.items() if value} | found.broken
    if open_to_others(mode) and not held.isdisjoint(_SECRETS):
        found.problems.append(f"{path} is open to other users, but contains secrets. Run: chmod 600 {path}")
    return found


def _variable(name: str) -> str:
    return name.removesuffix("_FILE")


def _line(binding: Binding) -> int:
    """The parser counts empty lines before it as part of it."""
    text = binding.original.string
    return binding.original.line + len(re.findall(r"\r\n|\n|\r", text[: len(text) - len(text.lstrip())]))


def _what_is_wrong(binding: Binding, named: list[str]) -> str | None:
    """named: the settings that start a line in it, at least one."""
    text, value = binding.original.string.strip(), binding.value or ""
    quoted = re.match(r"[^=]*=\s*[\"']", text) is not None
    if binding.key not in {named[0], None}:
        return "comes after a quotation mark that isn't closed. Close it, or remove it."
    if binding.error and not quoted:
        return "can't be read. Write NAME=value."
    several_lines = named[0] != SEVERAL_LINES and re.search(r"[\r\n]", text)
    if quoted and (binding.error or len(named) > 1 or several_lines):
        return "starts with a quotation mark that isn't closed. Add one at the end, or remove it."
    if not quoted and value.endswith(('"', "'")):
        return "ends with a quotation mark that wasn't opened. Remove it."
    return None
