"""Where code stands and how it begins, so that a newcomer finds it."""

from __future__ import annotations

import ast
import importlib
import sys
import tomllib
from pathlib import Path

import pytest

from bot.wiring import EXTENSIONS

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "cogs", "sandbox", "tests", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NOWHERE_NAMES = {"utils", "util", "helpers", "common", "constants", "misc"}
HINT = 300  # lines: a hint, not a wall
WALL = 600


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_extensions() -> None:
    """Every module of cogs is loaded."""
    modules = {f"cogs.{path.stem}" for path in (ROOT / "cogs").glob("*.py") if path.stem != "__init__"}
    modules |= {
        f"cogs.{path.parent.name}"
        for path in (ROOT / "cogs").glob("*/__init__.py")
        if "async def setup(" in path.read_text("utf-8")
    }
    modules -= {"cogs.notices"}  # a part of the clockwork
    assert set(EXTENSIONS) == modules
    assert len(EXTENSIONS) == len(modules)


def test_layers() -> None:
    """Every part of bot has its place in the import contract."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    placed = {name.strip() for layer in contracts[0]["layers"] for name in layer.split("|")}
    parts = {
        f"bot.{path.stem}"
        for path in (ROOT / "bot").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert parts <= placed


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.is_relative_to(ROOT / "cogs")], ids=name_of
)
def test_records_only(path: Path) -> None:
    """What commands know of the stores are records: no command asks a database."""
    imported = {
        (node.module, name.name)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.stores")
        for name in node.names
    }
    for module, name in imported:
        assert not getattr(getattr(importlib.import_module(module or ""), name), "_is_protocol", False), name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module(path: Path) -> None:
    """A module says what it is for, and has a name that says something."""
    source = path.read_text("utf-8")
    assert path.stem not in NOWHERE_NAMES
    assert path.parent.name not in NOWHERE_NAMES
    assert not source.strip() or ast.get_docstring(ast.parse(source))


def test_lengths() -> None:
    """No module is so long that it cannot be one idea; the longest are listed, to be looked at (`-s` shows them)."""
    lengths = {name_of(path): path.read_text("utf-8").count("\n") for path in MODULES}
    for name, lines in sorted(lengths.items(), key=lambda item: -item[1]):
        if lines > HINT:
            sys.stdout.write(f"{lines} {name}\n")
    assert not {name: lines for name, lines in lengths.items() if lines > WALL}


@pytest.mark.parametrize("path", [path for path in MODULES if path.name.startswith("test_")], ids=name_of)
def test_promises(path: Path) -> None:
    """Every test says what it promises."""
    silent = [
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.is_relative_to(ROOT / "cogs")], ids=name_of
)
def test_no_reach(path: Path) -> None:
    """Cogs and controls get what they need handed in: the services of the bot are seen in `setup` alone."""
    tree = ast.parse(path.read_text("utf-8"))
    handed_on = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef) and function.name == "setup"
        for node in ast.walk(function)
    }
    reached = [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"services", "_services"}
        and node not in handed_on
    ]
    reached += [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"getattr", "operator.attrgetter", "attrgetter"}
        and "'services'" in ast.unparse(node)
    ]
    assert reached == []
