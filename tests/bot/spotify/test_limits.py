"""Spotify's limits: each stands once, and says where it comes from and when."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from bot.spotify import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(limits.__file__).parents[2]
LIMITS: Final = {name: value for name, value in vars(limits).items() if name.isupper()}
# A ten or a thousand means something else nearly everywhere, and so does a day.
NUMBERS: Final = {value for value in LIMITS.values() if isinstance(value, int) and value >= 40} - {1000}
SPANS: Final = {value for value in LIMITS.values() if isinstance(value, timedelta)} - {timedelta(days=1)}

# What happens to be as much as a limit of Spotify, and is our own number.
OURS: Final = {
    ("ALONE", 50): "tracks one curator may change alone",
    ("ANSWERING", 30): "seconds a prompt is held after a kill",
    ("AT_ONCE", 50): "looked up in a store together",
    ("DROPPED_AT_ONCE", 100): "read from a store together",
    ("EVENTS_AT_ONCE", 100): "read from a store together",
    ("KEEP", 30): "how long pages turned back and forth are kept",
    ("IN_ONE_LOOK", 40): "fewer than a page, so that one page shows all of a batch",
    ("LEASE", 30): "seconds one process may count what a member lends",
    ("LOOKED_AT", 100): "events that are looked through",
    ("MOST", 100): "tracks in a playlist with the best",
    ("MILESTONES", 50): "tracks a playlist ever had, worth a word",
    ("MILESTONES", 100): "the same",
    ("LONGEST_WORD", 50): "letters of a keyword",
    ("MAX_REASON", 100): "letters of a reason",
    ("MILLISECONDS_FROM", 10_000): "from where a number in a file is no longer seconds",
    ("MOST_AT_ONCE", 100): "tracks one member proposes together",
    ("MOST_OPEN_PROPOSALS", 50): "the most a setting can be",
    ("MOST_MOMENTS", 10_000): "what statistics are made of",
    ("REMEMBERED", 10_000): "members whose language is known until a restart",
    ("NAME_LENGTH", 40): "letters of the name of a file",
    ("NUMBERS", 50): "the most a setting can be",
    ("QUALITIES", 50): "of a JPEG, tried one after another",
    ("SIDES", 300): "pixels of a cover, tried one after another",
    ("PAUSE_FAILED", 30): "seconds after Discord refused",
    ("SNAPSHOTS", 50): "of a list",
    ("SWEEP", 30): "seconds between two looks through all lists",
    ("TURN", 30): "seconds one process may write",
    ("at_once", 100): "of what is due, read together",
    ("search_s", 300): "seconds a search is kept",
    ("patience_s", 300): "seconds to come back from Spotify's page",
}


def test_sources() -> None:
    """Above every limit stand its source and a date, in a comment."""
    lines = Path(limits.__file__).read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if (name := line.split(":")[0]) in LIMITS:
            comment: list[str] = []
            for above in reversed(lines[:number]):
                if not above.startswith("#"):
                    break
                comment.insert(0, above)
            assert re.search(r"20\d\d-\d\d", " ".join(comment)), name
            assert re.search(
                r"OpenAPI|/references/|/concepts/|github\.com|spotify\.com|terms|ASSUMPTION",
                " ".join(comment),
            ), name


def test_assumption() -> None:
    """That a write shows within half a minute is called an assumption."""
    above = Path(limits.__file__).read_text("utf-8").split("SHOWS_AFTER:")[0].split("\n\n")[-1]
    assert "ASSUMPTION" in above


def modules() -> list[Path]:
    found = [*(ROOT / "bot" / "services").rglob("*.py"), *(ROOT / "bot" / "spotify").rglob("*.py")]
    return sorted(path for path in found if path != Path(limits.__file__))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_once(path: Path) -> None:
    """No module of the services or of the client states a limit again: as a constant, a default, or a `limit=`."""
    assert not set(_stated(ast.parse(path.read_text("utf-8")))) - OURS.keys()


def test_finds() -> None:
    """The test above sees what it is for."""
    tree = ast.parse(
        "PAGE: Final = 50\nX = timedelta(seconds=30)\ndef f(a=1, *, most: int = 100): ...\ng(limit=50)"
    )
    assert list(_stated(tree)) == [("PAGE", 50), ("X", 30), ("most", 100), ("limit", 50)]


def _stated(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield from ((name, number) for number in _limits(value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield from ((name, number) for number in _limits(value))
    for inner in ast.walk(tree):
        match inner:
            case ast.arguments():
                with_default = [*inner.posonlyargs, *inner.args][::-1]
                pairs = [
                    *zip(with_default, inner.defaults[::-1], strict=False),
                    *zip(inner.kwonlyargs, inner.kw_defaults, strict=True),
                ]
                for argument, default in pairs:
                    if default is not None:
                        yield from ((argument.arg, number) for number in _limits(default))
            case ast.keyword(arg="limit", value=value):
                yield from (("limit", number) for number in _limits(value))


def _limits(value: ast.expr) -> Iterator[int]:
    """The numbers in it that are those of limits."""
    spans = {}
    for node in ast.walk(value):
        match node:
            case ast.Call(func=ast.Name(id="timedelta"), keywords=keywords):
                for keyword in keywords:
                    match keyword:
                        case ast.keyword(arg=str(unit), value=ast.Constant(value=int(number)) as constant):
                            spans[constant] = timedelta(**{unit: number}) in SPANS
    for node in ast.walk(value):
        match node:
            case ast.Constant(value=int(number)) if spans.get(node, number in NUMBERS):
                yield number
