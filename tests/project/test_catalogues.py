"""The catalogues under `locales/`: nothing missing, nothing unused, the same placeholders, within Discord's limits."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po, write_po

from bot.languages import FOLDER
from tools.catalogues import updated, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[2]
FILES = sorted(FOLDER.glob("*.po"))
# docs.discord.com/developers/interactions/application-commands: characters, by where a text stands
LONGEST = {"command": 32, "podcast": 32, "option": 32, "description": 100, "choice": 100}
NAME = re.compile(r"[-_\w]{1,32}")
MENUS = {"Add to playlist", "Find on Spotify"}  # names of menu commands may have capitals and spaces


def catalogue_of(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def messages(path: Path) -> Iterator[tuple[Message, list[str], list[str]]]:
    """Each with its English forms and its translations."""
    for message in catalogue_of(path):
        if message.id:
            english = [message.id] if isinstance(message.id, str) else [*message.id]
            said = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
            yield message, english, said


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, form or "") for _, name, form, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_complete(path: Path) -> None:
    """Every text of the code has a translation, and nothing else has; none is only guessed. Else: `make texts`."""
    template = wanted()
    there = {(message.context, message.id) for message in catalogue_of(path) if message.id}
    assert there == {(message.context, message.id) for message in template if message.id}
    for message, english, said in messages(path):
        assert said, english
        assert all(said), english
        assert not message.fuzzy, english


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_order(path: Path) -> None:
    """`make texts` writes the same file again, also after another tool has sorted its places and written it."""
    template, present = wanted(), path.read_bytes()
    rewritten = BytesIO()
    write_po(rewritten, catalogue_of(path), sort_by_file=True, include_lineno=False)
    assert rewritten.getvalue() != present
    for before in (present, rewritten.getvalue()):
        assert updated(before, path.stem, template)[1] == present


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_placeholders(path: Path) -> None:
    """A translation fills in the same values in the same way; only a singular may leave out the number."""
    for _, english, said in messages(path):
        all_of_them = set().union(*map(placeholders, english))
        for text in said:
            assert placeholders(text) <= all_of_them, (english, text)
            missing = {name for name, _ in all_of_them - placeholders(text)}
            assert missing <= ({"n"} if len(said) > 1 else set()), (english, text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_looks(path: Path) -> None:
    """A translation keeps what Discord formats: bold marks, small print, lines, and space around it."""
    for _, english, said in messages(path):
        for text in said:
            assert text.count("**") == english[-1].count("**"), (english, text)
            assert text.count("\n") == english[-1].count("\n"), (english, text)
            assert text.startswith(("-# ", "### ")) == english[-1].startswith(("-# ", "### ")), (
                english,
                text,
            )
            assert (text != text.lstrip(), text != text.rstrip()) == (
                english[-1] != english[-1].lstrip(),
                english[-1] != english[-1].rstrip(),
            ), (english, text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_commands(path: Path) -> None:
    """Names, descriptions and choices of commands fit; names are written as Discord wants them."""
    for message, english, (text, *_) in messages(path):
        if message.context:
            assert len(text) <= LONGEST[message.context], (english, text)
        if message.context in {"command", "podcast", "option"} and english[0] not in MENUS:
            assert NAME.fullmatch(text), (english, text)
            assert text == text.lower(), (english, text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_commands_in_texts(path: Path) -> None:
    """A command that is written out in a text has the name that its reader sees."""
    names = {
        english[0]: said[0]
        for message, english, said in messages(path)
        if message.context == "command" and english[0] not in MENUS
    }
    for _, english, said in messages(path):
        for command in re.findall(r"`/([a-z ]+)`", english[-1]):
            translated = " ".join(names[word] for word in command.split())
            assert all(f"`/{translated}`" in text for text in said), (english, said)


# Calls whose texts nobody but us reads, or whose texts the catalogues get from the commands themselves.
MARKS = re.compile(
    r"Text|Plural|log\.\w+|logging\.\w+|re\.compile|cast|TypeVar|field|getattr|.*getLogger|.*mention_command|.*locale_str"
    r"|app_commands\.\w+|app_commands\.(?:command|describe|Choice|Group|ContextMenu)|commands\.\w+|.*\.command"
    r"|(?:List)?Item|Question|.*startswith|.*removeprefix|.*removesuffix|.*partition|Chore|TypeAlias|Topic"
)


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Strings with words that no call in MARKS gets, and that are no docstring, annotation or command's text."""
    tree = ast.parse(path.read_text("utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {name.asname or name.name for node in imports for name in node.names}
    names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    keys = {key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not is_said(node.value):
            continue
        around: list[ast.AST] = [node]
        while around[-1] in parents:
            around.append(parents[around[-1]])
        if (
            node in keys
            or isinstance(around[1], (ast.Expr, ast.arg))
            or any(
                isinstance(one, ast.Raise)
                or (isinstance(one, ast.Call) and MARKS.fullmatch(ast.unparse(one.func)))
                or (isinstance(one, ast.AnnAssign) and any(node is part for part in ast.walk(one.annotation)))
                for one in around
            )
        ):
            continue
        if node.value not in SHOWN_WITH_COMMANDS and node.value not in names:
            yield node.lineno, node.value


@pytest.mark.parametrize(
    "path", sorted((ROOT / "cogs").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_filled_by_the_language(path: Path) -> None:
    """What is translated gets its values by a call: `str.format` groups no number as the language does."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    filled = (
        call.func.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format"
    )
    assert [
        ast.unparse(text) for text in filled if not (isinstance(text, ast.Name) and text.id.isupper())
    ] == []


def is_said(text: str) -> bool:
    """Words of a sentence: letters with a space, or with a capital, outside of placeholders, mentions and addresses."""
    if re.fullmatch(r"discord\.\S+( \| discord\.\S+)*", text):  # a type
        return False
    words = re.sub(r"\{[^}]*\}|<[^>]*>|https?:\S*|`[^`]*`", "", text)
    return bool(re.search(r"[A-Za-z]{2,} +[A-Za-z]|\b[A-Z][a-z]{2,}| [a-z]{2,}|[a-z]{2,} ", words))


SHOWN_WITH_COMMANDS = {message.id for message in wanted() if message.context}
ACCEPTED = {  # what nobody but us reads, or what stays as it is in every language
    "cogs/clockwork.py": {  # names of chores
        "edits in Spotify",
        "lists of servers the bot was removed from",
        "restored backups",
        "what can't be played any more",
    },
    "cogs/drop.py": {"message "},  # where a contribution comes from
    "cogs/ui/shared/contributions.py": {"interaction "},  # the same
    "cogs/ui/shared/expansions.py": {"question "},  # the same
    "cogs/ui/shared/link_question.py": {"question "},  # the same
    "cogs/errors.py": {"error explained"},  # a key
    "cogs/ui/error_answers.py": {" of member "},  # in the log
    "cogs/ui/shared/head.py": {"Album", "Length", "Released"},  # fields of cards posted by earlier versions
    "cogs/ui/shared/notes.py": {"Note: "},  # the same
    "cogs/words/names.py": {"Spotify"},
}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "cogs").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_marked(path: Path) -> None:
    """No sentence stands in the code of commands, cards and forms that would stay English in every language."""
    accepted = ACCEPTED.get(str(path.relative_to(ROOT)), set())
    assert [found for found in sentences(path) if found[1] not in accepted] == []
