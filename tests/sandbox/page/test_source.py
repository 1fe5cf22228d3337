"""How the page is written: small modules that say what they are for, nothing from elsewhere, no text as markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "sandbox" / "page" / "static"
MODULES = {path.name: path.read_text("utf-8") for path in sorted((STATIC / "js").glob("*.js"))}
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|Function\("
)
IMPORT = re.compile(r'import \{([^}]*)\} from "\./([\w.]+)";')
EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
LONGEST = 300
LARGEST = 200_000  # bytes of the whole page


@pytest.mark.parametrize("name", MODULES)
def test_module(name: str) -> None:
    """A module is short, begins with what it is for, and never makes markup out of text."""
    source = MODULES[name]
    assert source.startswith("// ")
    assert source.count("\n") < LONGEST
    assert not MARKUP.search(source)


def test_imports() -> None:
    """What is imported is exported there and used here; what is exported is imported somewhere."""
    wanted: set[tuple[str, str]] = set()
    for name, source in MODULES.items():
        for names, module in IMPORT.findall(source):
            for each in (part.strip() for part in names.split(",")):
                assert len(re.findall(rf"\b{each}\b", source)) > 1, f"{name} does not use {each}"
                wanted.add((module, each))
    assert wanted == {(name, each) for name, source in MODULES.items() for each in EXPORT.findall(source)}


def test_nothing_from_elsewhere() -> None:
    """The page and its styles name no address beyond their own folder, and hold no script or style of their own."""
    html = (STATIC / "index.html").read_text("utf-8")
    assert not re.search(r"https?://|\bstyle=|<style|\son\w+=|<script>", html)
    for path in (STATIC / "css").glob("*.css"):
        assert not re.search(r"url\(|@import", path.read_text("utf-8")), path.name


def test_size() -> None:
    """The whole page is small."""
    assert sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file()) < LARGEST
