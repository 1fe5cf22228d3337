"""Commands, buttons and numbers that the docs name are those of the bot: what a curator reads can be done."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.history.undo import WITHIN
from bot.stores.lists import Settings
from cogs.help import MENUS
from cogs.ui.shared.drop_reactions import REACTIONS
from tests.project.test_docs import ROOT, section
from tools.commands import TABLE, cogs, described, menus, tables, walk, written

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
CURATING = (ROOT / "docs" / "curating.md").read_text("utf-8")
COMMAND = re.compile(r"`/((?:shared |top |playlist )?(?:rules |tidy )?[a-z]+)`")
ADDRESSES = {"healthz", "readyz", "linked", "metrics"}  # of the bot's web servers


def offered() -> set[str]:
    """What one can type after the slash, and the groups this starts with."""
    names = {name for name in described() if name not in MENUS}
    return names | {name.rpartition(" ")[0] for name in names if " " in name}


def private() -> set[str]:
    """The commands whose answer only the member sees who asked."""
    return {
        name
        for group, cog in cogs()
        for name, command in walk(cog.__cog_app_commands__, group)
        if re.search(r"private=True|self\.found\(", inspect.getsource(command.callback))
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_private_answers(page: Path) -> None:
    """No page says of a private answer that everybody sees it."""
    sentences = re.split(r"(?<=[.:])\s", page.read_text("utf-8").replace("\n", " "))
    wrong = [
        sentence
        for sentence in sentences
        if re.search(
            r"\bto (everybody|everyone|all members)\b|\b(everybody|everyone) (sees|can see)\b", sentence
        )
        and private() & set(COMMAND.findall(sentence))
    ]
    assert {"shared settings", "shared rules show"} <= private()
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    """Every command a page names is one of the bot, word by word."""
    assert set(COMMAND.findall(page.read_text("utf-8"))) <= offered() | ADDRESSES


def test_tables() -> None:
    """The README's tables have every command with its description, as the bot has it. Else: `make texts`."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert sorted(mark for _, mark, _ in TABLE.findall(readme)) == sorted(tables())
    assert written(readme) == readme
    named = set(COMMAND.findall("".join(tables().values())))
    assert named == {name for name in described() if name not in MENUS}


def test_curating_names_all() -> None:
    """docs/curating.md leaves out no command of /shared."""
    named = set(COMMAND.findall(CURATING))
    assert {name for name in described() if name.startswith("shared ")} <= named


def test_menus_named() -> None:
    """The README's table has every entry of the bot in the menu of a message, and each has a description."""
    named = re.findall(r"^\| \*([^*]+)\*, in the menu of a message", tables()["all"], re.MULTILINE)
    assert named
    assert sorted(named) == sorted(menus())


def test_reactions() -> None:
    """The table of reactions has all of them, in their order."""
    table = re.findall(r"^\| (\S+) \| [^|]+ \|$", section(CURATING, "Let members add"), re.MULTILINE)
    assert tuple(sign for sign in table if not sign.isalpha() and "-" not in sign) == REACTIONS


def test_numbers() -> None:
    """The numbers docs/curating.md gives are the defaults."""
    usual = Settings()
    modes = section(CURATING, "Decide how tracks get in")
    assert f"a curator's approval within {usual.approval_days} days" in modes
    assert f"once 👍 lead by {usual.votes_needed} within {usual.vote_hours} hours" in modes
    back = section(CURATING, "Take back")
    assert (usual.voters_to_remove, usual.age_to_remove_hours, usual.majority_to_remove) == (
        5,
        24,
        "two_thirds",
    )
    assert re.search(
        r"at least five votes, two thirds in favour,\s+and tracks can be voted out after a day", back
    )
    assert f"in the last {WITHIN.days} days" in back
