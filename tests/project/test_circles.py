"""Nothing imports in a circle: no files, and no children of any one package, each with all its files."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("cogs",)


def modules_of(part: str) -> dict[str, Path]:
    paths = (ROOT / part).rglob("*.py")
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__"): path for path, name in names.items()}


def imports_of(part: str) -> set[tuple[str, str]]:
    """Who imports whom, also for the types alone."""
    modules = modules_of(part)
    found = set()
    for name, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                targets = {f"{node.module}.{one.name}" for one in node.names} & modules.keys()
                found |= {(name, target) for target in targets or {node.module} & modules.keys()}
    return found


def circle(edges: set[tuple[str, str]]) -> list[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for importer, imported in edges:
        if importer != imported:
            sorter.add(importer, imported)
    try:
        sorter.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("part", PARTS)
def test_files(part: str) -> None:
    """No file imports one that leads back to it."""
    assert circle(imports_of(part)) == []


@pytest.mark.parametrize("part", PARTS)
def test_packages(part: str) -> None:
    """Within a package its children, taken as wholes, have an order."""
    edges = imports_of(part)
    packages = [name for name, path in modules_of(part).items() if path.stem == "__init__"]
    for package in packages:
        depth = package.count(".") + 1
        inside = {
            (importer.split(".")[depth], imported.split(".")[depth])
            for importer, imported in edges
            if importer.startswith(f"{package}.") and imported.startswith(f"{package}.")
        }
        assert circle(inside) == [], package


def test_notices() -> None:
    """A circle is found, over however many steps."""
    assert set(circle({("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")})) == {"a", "b", "c"}
    assert circle({("a", "b"), ("a", "c"), ("b", "c")}) == []
