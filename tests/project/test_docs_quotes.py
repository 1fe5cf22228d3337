"""What the docs quote is what the bot says: labels in italics, quoted sentences, errors of the trouble table."""

from __future__ import annotations

import ast
import html
import re
from typing import TYPE_CHECKING

import pytest

from bot.stores.lists import Mode
from tests.project.test_docs import README, ROOT, section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = [
    ROOT / "README.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("curating", "operating", "privacy")),
]
LABEL = re.compile(r"(?<![*\w])\*([^*\n]+)\*(?!\*)")
QUOTE = re.compile(r"“([^”]+)”")
# On the pages of Discord and Spotify that the README leads through, and in Discord's own menus.
THEIRS = frozenset(
    {
        *(
            "Add",
            "Agree",
            "Apps",
            "Bot",
            "Client ID",
            "Client secret",
            "Create app",
            "Default Install Settings",
        ),
        *("General Information", "Guild Install", "Installation", "Manage Server", "Message Content Intent"),
        *("New Application", "Redirect URIs", "Reset Token", "Settings", "User Install", "Users Management"),
        "Web API",
    }
)
NOT_OURS = frozenset(
    {"Spot", "python3-venv", "nothing is added twice"}
)  # Spotify's rule, Debian's package, a promise
FILLED_IN = re.compile(r"\{[^{}]*\}|%(?:\.\d+)?[sdf]")
ENDS = re.compile(r"^[^\w“]+|[^\w”?!.]+$")  # emoji before a label, dots after it


def prose(page: Path) -> str:
    """The page without its blocks of code and its bold words."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"\*\*[^*]+\*\*", "", text)


def texts() -> Iterator[str]:
    """Every text of the bot and of the demo's page; where something is filled in stands a zero byte."""
    for path in (path for folder in ("bot", "cogs", "tools") for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield FILLED_IN.sub("\0", node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "\0" for part in node.values]
                yield "".join(map(str, parts))
    for path in (ROOT / "bot" / "web" / "templates").glob("*.html"):
        yield from re.split(r"<[^>]+>|\{%.*?%\}", html.unescape(path.read_text("utf-8")))
    for path in (ROOT / "sandbox" / "page" / "static" / "js").glob("*.js"):
        yield from re.findall(r'"([^"\n]+)"', path.read_text("utf-8"))


SAID = frozenset(texts())
LABELS = frozenset(ENDS.sub("", text) for text in SAID)


def is_said(quote: str) -> bool:
    """Whether one text has the quote: all of it but for what is left out or filled in."""
    pieces = [piece.strip() for piece in re.split(r"…|\S*[/\d]\S*|(?<!\S)\.\w+", quote) if piece.strip()]
    return any(all(piece in text for piece in pieces) for text in SAID)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_labels(page: Path) -> None:
    """What a page sets in italics is, word for word, a button, a menu entry, a field or the start of a message."""
    shown = {text for text in LABEL.findall(prose(page)) if text not in THEIRS}
    assert shown
    cut = tuple(text.removesuffix("…") for text in shown if text.endswith("…"))
    begun = {f"{start}…" for start in cut if any(label.startswith(start) for label in LABELS)}
    assert {text for text in shown if ENDS.sub("", text) not in LABELS} - begun == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_quotes(page: Path) -> None:
    """What a page puts in quotation marks the bot says."""
    quotes = set(QUOTE.findall(prose(page))) - NOT_OURS
    assert {quote for quote in quotes if not is_said(quote)} == set()


def test_troubles() -> None:
    """Every error that the trouble table shows, but for Spotify's own, is one the bot reports."""
    errors = re.findall(r"^\| `([^`/][^`]+)`", section(README, "Troubleshooting"), re.MULTILINE)
    ours = {error for error in errors if not error.startswith("INVALID_CLIENT")}
    assert len(ours) > 2
    assert {error for error in ours if not is_said(error)} == set()


def test_modes() -> None:
    """The table of how tracks get in has a row for each mode, under its name."""
    table = section((ROOT / "docs" / "curating.md").read_text("utf-8"), "Decide how tracks get in")
    modes = re.findall(r"^\| \*\*([^*]+)\*\*", table, re.MULTILINE)
    assert len(modes) == len(Mode)
    assert {mode for mode in modes if mode not in LABELS} == set()


def test_theirs() -> None:
    """No word is taken for one of Discord's or Spotify's that no page names."""
    named = {text for page in PAGES for text in LABEL.findall(prose(page))}
    assert named >= THEIRS
