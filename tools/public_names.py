"""Writes down what programs of other people can rely on in `bot.spotify`: python -m tools.public_names."""

from __future__ import annotations

import inspect
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import bot.spotify
from bot.spotify import errors, models

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = Path(__file__).parents[1] / "tests" / "data" / "spotify" / "public_names.txt"


def public_names() -> Iterator[tuple[str, Any]]:
    """Every class and function, by the module it's imported from."""
    for module, names in (
        (bot.spotify, bot.spotify.__all__),
        (models, models.__all__),
        (errors, [name for name in vars(errors) if name.endswith("Error")]),
    ):
        for name in names:
            yield f"{module.__name__}.{name}", getattr(module, name)


def members(found: type) -> Iterator[tuple[str, Any]]:
    """The methods and properties of a class, inherited ones included if they are ours."""
    for name, member in inspect.getmembers_static(found):
        home = next(base for base in found.__mro__ if name in vars(base) or base is object)
        if not name.startswith("_") and home.__module__.startswith("bot."):
            if isinstance(member, property):
                yield name, member.fget
            elif inspect.isfunction(member):
                yield name, member
            elif isinstance(member, classmethod):
                yield name, member.__func__


def lines() -> Iterator[str]:
    """One for each name, with its signature."""
    for name, found in public_names():
        if not isinstance(found, type):
            yield f"{name}{_signature(found)}"
            continue
        bases = ", ".join(base.__name__ for base in found.__bases__)
        yield f"class {name}({bases}){_constructor(found)}"
        for member, function in members(found):
            yield f"{name}.{member}{_signature(function)}"


def _constructor(found: type) -> str:
    if issubclass(found, msgspec.Struct):
        fields = msgspec.structs.fields(found)
        return f": {', '.join(one.name + ('' if one.required else '?') for one in fields)}"
    if issubclass(found, Enum):
        return f": {', '.join(found)}"
    return f": {_signature(found)}" if "__init__" in vars(found) else ""


def _signature(found: Any) -> str:  # noqa: ANN401 - whatever can be called
    return re.sub(r"<function (\w+) at 0x\w+>", r"\1", str(inspect.signature(found)))


def main() -> None:
    LIST.write_text("".join(f"{line}\n" for line in lines()), "utf-8")
    print(f"wrote {LIST.name}")


if __name__ == "__main__":
    main()
