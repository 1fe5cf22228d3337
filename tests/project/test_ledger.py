"""What only the ledger does, and where sets of states stand: read from the code itself."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.stores import contributions
from bot.stores.contributions import State

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
BOT = sorted((ROOT / "bot").rglob("*.py"))
SHARED = [path for path in BOT if path.is_relative_to(ROOT / "bot" / "services" / "shared")]
CORE = ROOT / "bot" / "services" / "shared" / "core"
NAMED = {name: value for name, value in vars(contributions).items() if isinstance(value, frozenset)}
OTHER_SWAPS = {"jobs", "imports", "attempts", "lists", "journals"}  # what has a `swap` of its own


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8")))


def last_name(node: ast.expr) -> str:
    """Of `self._stores.contributions` "contributions"."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lstrip("_")


def is_state(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and last_name(node.value) == "State"


def test_one_swap() -> None:
    """Contributions are changed by one line, in the ledger."""
    swaps = [
        (name_of(path), last_name(node.value))
        for path in BOT
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr == "swap"
    ]
    assert [one for one in swaps if one[1] not in OTHER_SWAPS] == [
        (name_of(CORE / "ledger.py"), "contributions")
    ]


def test_one_end_of_ballots() -> None:
    """A ballot is closed by one line, and that is asked for by one, in the ledger."""
    closing = [
        name_of(path)
        for path in BOT
        for node in nodes(path)
        if isinstance(node, ast.keyword) and node.arg == "open" and isinstance(node.value, ast.Constant)
    ]
    assert closing == [name_of(CORE / "ballot.py")]
    asked = [
        name_of(path)
        for path in BOT
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "closed"
    ]
    assert asked == [name_of(CORE / "ledger.py")]


def test_named_once() -> None:
    """No two named sets hold the same states, and none is a single one or all of them."""
    assert len(set(NAMED.values())) == len(NAMED) > 0
    for name, states in NAMED.items():
        assert all(isinstance(state, State) for state in states), name
        assert 1 < len(states) < len(State), name


@pytest.mark.parametrize("path", SHARED, ids=name_of)
def test_sets_beside_state(path: Path) -> None:
    """Several states together are named beside `State`; elsewhere nobody writes, joins or names such a set.

    But for the table of legal moves.
    """
    tree = ast.parse(path.read_text("utf-8"))
    moves = [
        inner
        for node in tree.body
        if path == CORE / "ledger.py"
        and isinstance(node, ast.AnnAssign)
        and last_name(node.target) == "MOVES"
        for inner in ast.walk(node)
    ]
    for node in ast.walk(tree):
        if node in moves:
            continue
        if isinstance(node, ast.Set | ast.List | ast.Tuple):
            states = [element for element in node.elts if is_state(element) or is_named_set(element)]
            assert len(states) < 2 or not all(map(is_states, node.elts)), ast.unparse(node)
        if isinstance(node, ast.BinOp):
            sides = (node.left, node.right)
            assert not any(last_name(side) in NAMED for side in sides), ast.unparse(node)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            assert not {last_name(target) for target in targets} & set(NAMED), ast.unparse(node)


def is_named_set(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred) and last_name(node.value) in NAMED


def is_states(node: ast.expr) -> bool:
    return is_state(node) or is_named_set(node)
