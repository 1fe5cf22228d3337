"""What the README, the docs and `.env.example` say is true: commands, settings, links and shell lines."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shlex
import stat
import subprocess
import sys
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot import VERSION, sqlite
from bot.environment import FERNET_KEY
from bot.key_file import KeyFile
from bot.sealing import Sealer
from bot.settings import Settings
from bot.token_keys import load_or_make

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
FILE = "_FILE"  # any secret can come from one
NAMES = [name for field in fields(Settings) if not (name := field.name.upper()).endswith(FILE)]
NEEDED = {
    "DISCORD_TOKEN": "x",
    "SPOTIFY_CLIENT_ID": "x",
    "SPOTIFY_CLIENT_SECRET": "x",
    "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8080/callback",
}


def section(text: str, title: str) -> str:
    """What stands under a heading of the second level."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_column(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def test_example_names() -> None:
    """`.env.example` has every setting once, in the order of Settings, and nothing else."""
    assert re.findall(r"^#?([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE) == NAMES


def test_example_says_one_line_on_each() -> None:
    """Above each setting stands one line on it."""
    lines = EXAMPLE.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z][A-Z0-9_]*=", line):
            assert lines[number - 1].startswith("# "), line
            assert not lines[number - 2].startswith("# "), line


def test_example_defaults() -> None:
    """The values in `.env.example` that are commented out are the defaults."""
    shown = dotenv_values(stream=io.StringIO(re.sub(r"^#(?=[A-Z])", "", EXAMPLE, flags=re.MULTILINE)))
    given = {name: value for name, value in shown.items() if value}
    assert Settings.from_env({**given, **NEEDED}) == Settings.from_env(NEEDED)


def test_settings_table() -> None:
    """The operator's table has every setting and shows its default."""
    table = section(OPERATING, "Settings")
    assert first_column(table) == NAMES
    defaults = Settings.from_env({**NEEDED, "SPOTIFY_REDIRECT_URI": "https://mixtape.example.org/callback"})
    for name, default in re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", table, re.MULTILINE):
        assert str(getattr(defaults, name.lower())) == default
    assert all(field.default is MISSING for field in fields(Settings))  # from_env alone decides


def test_settings_marked_secret() -> None:
    """The secrets in the table, which may come from files, are those Settings never shows."""
    marked = re.findall(r"^\| `([A-Z_]+)` \|.*\ba secret\b", section(OPERATING, "Settings"), re.MULTILINE)
    assert marked == [field.name.upper() for field in fields(Settings) if not field.repr]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page: Path) -> None:
    """Links between our pages lead somewhere, headings included."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text("utf-8")):
        name, _, anchor = target.partition("#")
        found = page.parent / name if name else page
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text("utf-8"), re.MULTILINE)
            assert anchor in {
                re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings
            }


def test_make_targets() -> None:
    """Every `make …` in the docs is a target."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    mentioned = {
        name
        for page in PAGES
        for name in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert mentioned
    assert mentioned <= targets


@pytest.mark.parametrize("text", [README, OPERATING], ids=["README", "operating"])
def test_key_command(text: str) -> None:
    """The command that makes a key works when it is copied, and makes a key the bot takes."""
    [line] = [line for line in re.findall(r'python3 -c "[^"]+"', text) if "urandom(32)" in line]
    program = shlex.split(line)[2]
    result = subprocess.run(  # noqa: S603 - a line of our own docs
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    key, *_ = result.stdout.splitlines()
    assert FERNET_KEY.fullmatch(key.removeprefix("TOKEN_KEYS="))


async def test_backup_and_restore(tmp_path: Path) -> None:
    """The lines of the docs that back up and restore work as they are, and nobody else can read the file."""
    data = tmp_path / "data"
    keys, _ = load_or_make(KeyFile(data / "token.keys"))
    async with sqlite.open_stores(data / "mixtape.sqlite3", Sealer(keys)) as stores:
        await stores.values.put("greeted:1", "yes")
    lines = re.findall(r"^\.venv/bin/python -m bot (?:backup|restore) .*$", OPERATING, re.MULTILINE)
    assert [line.split()[3] for line in lines] == ["backup", "restore"]
    run_line(lines[0], tmp_path)
    assert modes_of(tmp_path, "*.backup") == [0o600]
    (data / "mixtape.sqlite3").unlink()
    run_line(lines[1], tmp_path)
    async with sqlite.open_stores(data / "mixtape.sqlite3", Sealer(keys)) as stores:
        assert await stores.values.get("greeted:1") == "yes"


def modes_of(folder: Path, names: str) -> list[int]:
    return [stat.S_IMODE(path.stat().st_mode) for path in folder.glob(names)]


def test_version() -> None:
    """The version is the same everywhere: in the project's file, the bot, and the latest release in the changelog."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)
    assert re.search(r"^## \[Unreleased\]$", CHANGELOG, re.MULTILINE)
    assert VERSION == project["version"] == released[0]


def run_line(line: str, folder: Path) -> None:
    """With settings that are right, and the Python of the tests."""
    settings = {
        "DISCORD_TOKEN": "a-token",
        "SPOTIFY_CLIENT_ID": "an-id",
        "SPOTIFY_CLIENT_SECRET": "a-secret",
        "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8080/callback",
    }
    subprocess.run(  # noqa: S603 - a line of our own docs
        [sys.executable, *shlex.split(line)[1:]],
        cwd=folder,
        env=settings | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        umask=0o022,
        check=True,
    )


def test_shell_lines() -> None:
    """What the shell lines in the docs run and read is there: modules, lock files, services of docker compose."""
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ]
    lines = "\n".join(blocks)
    for module in re.findall(r"python3? -m (\w+)", lines):
        assert importlib.util.find_spec(module), module
    for name in re.findall(r"(?:-r|cp) ([^\s:]+)\s", lines):
        assert (ROOT / name).exists(), name
    assert set(re.findall(r"docker compose (\w+)", lines)) <= {
        "up",
        "down",
        "exec",
        "run",
        "cp",
        "start",
        "stop",
    }


def test_map() -> None:
    """The map of the code has every part of `bot`, and nothing that is gone."""
    drawn = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    parts = {f"bot/{path.name}" for path in (ROOT / "bot").iterdir() if not path.name.startswith("__")}
    assert {part for part in parts if part not in drawn} == set()
    for name in re.findall(r"`((?:services|spotify|web|cogs)/\w+\.py)`", drawn):
        assert (ROOT / name).exists() or (ROOT / "bot" / name).exists(), name


def test_files_named() -> None:
    """Files and folders of the project that the docs name in backticks are there."""
    for page in PAGES:
        for name in re.findall(r"`((?:bot|cogs|docs|tests|requirements)/[\w./]*)`", page.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{page.name}: {name}"
