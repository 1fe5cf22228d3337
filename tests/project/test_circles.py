"""No import circle: neither among files, nor among the children of one package, each counted with all its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grimp
import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGES = ("bot", "cogs", "sandbox")


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES)


def circle(imports: grimp.ImportGraph, package: str) -> set[str]:
    """The children of a package that reach themselves through each other."""
    owners = {
        module: child
        for child in imports.find_children(package)
        for module in {child, *imports.find_descendants(child)}
    }
    needs: dict[str, set[str]] = {child: set() for child in owners.values()}
    for module, child in owners.items():
        used = imports.find_modules_directly_imported_by(module)
        needs[child] |= {owners[other] for other in used if other in owners} - {child}
    return {child for child in needs if child in reached(needs, child)}


def reached(needs: Mapping[str, set[str]], start: str) -> set[str]:
    """Everything that `start` needs, directly or not."""
    found: set[str] = set()
    waiting = [*needs[start]]
    while waiting:
        child = waiting.pop()
        if child not in found:
            found.add(child)
            waiting += needs[child]
    return found


@pytest.mark.parametrize("root", PACKAGES)
def test_no_circle(imports: grimp.ImportGraph, root: str) -> None:
    """Every package can be read from its bottom to its top."""
    packages = [root, *imports.find_descendants(root)]
    circles = {package: sorted(found) for package in packages if (found := circle(imports, package))}
    assert circles == {}


def test_circles_are_found() -> None:
    """The test above would see a circle of three, and leaves out who only needs one."""
    needs = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert {child for child in needs if child in reached(needs, child)} == {"a", "b", "c"}
