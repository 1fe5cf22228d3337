"""What came of each part, in results/ and in docs/reliability.md, which is written from them."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence  # noqa: TC003 - msgspec reads the annotations of results
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tests.proving.parts import PARTS, part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "reliability.md"
RESULTS: Final = ROOT / "tests" / "proving" / "results"


@dataclass(frozen=True, slots=True)
class Section:
    """What a part shows.

    says: a sentence or two about what was done. facts: one line each, for a list. header, rows: a table, if any.
    failures: what was promised and not kept; each makes the run fail.
    """

    says: str
    facts: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    failures: Sequence[str] = ()


class Result(msgspec.Struct, frozen=True):
    """A part's section, and when and where it ran."""

    part: str
    date: str
    seconds: int
    machine: str
    section: Section


@dataclass(frozen=True, slots=True)
class Promise:
    """parts: those that show it. elsewhere: the tests of every run that do, if no part does."""

    text: str
    parts: Sequence[str] = field(default=())
    elsewhere: str = ""


PROMISES: Final = (
    Promise(
        "A contribution that was accepted is never lost, and lands exactly once.",
        ("kills", "faults", "processes", "gateway", "disk"),
    ),
    Promise(
        "A Spotify token is refreshed once each time it runs out, in all processes together.",
        ("processes", "clock"),
    ),
    Promise(
        "A link works once, for ten minutes, and only for who asked for it, in one browser, with the code.",
        ("linking", "clock"),
    ),
    Promise(
        "No secret is in any output, at any log level.", ("secrets",), "tests/end_to_end/test_secrets.py"
    ),
    Promise(
        "/unlink and *Delete my data* erase before they answer.",
        elsewhere="tests/end_to_end/test_link.py and test_shared_delete.py",
    ),
    Promise("A command is acknowledged within a second (99 of 100), whatever is down.", ("load", "faults")),
    Promise(
        "Spotify isn't asked while it says to wait, and only lent playlists are written to.",
        ("faults", "day"),
        "tests/end_to_end/test_quota.py",
    ),
    Promise(
        "Nothing that members type or tracks are called can ping, link or break a message.",
        ("fuzzing",),
        "tests/cogs/words",
    ),
    Promise(
        "The bot stops within 8 seconds and is back within 10, and wrong settings stop its start.",
        ("kills",),
        "tests/end_to_end/test_stopping.py and test_process.py",
    ),
)
INTRO: Final = """# Reliability

What Mixtape promises, and what shows it. Written by `make prove`, which takes up to 45 minutes; do not edit.
One part alone: `make prove ARGS=linking`. A short form of each part is in `make test`.

The real bot runs between a simulated Discord and a simulated Spotify, on SQLite and on a server that speaks MongoDB's
protocol. Not run: the real Discord, the real Spotify, a real MongoDB server.

"""


def keep(name: str, section: Section, began: datetime, seconds: float) -> None:
    """Write down what came of a part; the other parts stay as they were."""
    result = Result(name, f"{began:%-d %B %Y, %H:%M} UTC", round(seconds), machine(), section)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(result)) + b"\n")
    PAGE.write_text(page(), "utf-8")


def machine() -> str:
    """What it ran on, with the versions that matter."""
    names = [name for name in ("discord.py", "aiohttp", "motor", "secantusdb") if _installed(name)]
    libraries = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{os.cpu_count()} CPUs, Python {platform.python_version()}, {libraries}"


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def page() -> str:
    """The whole page, by what ran last."""
    return INTRO + "\n".join(_promises()) + "\n" + "".join(map(_part, PARTS))


def lines(section: Section) -> Iterator[str]:
    """A section as Markdown."""
    yield section.says
    if section.facts:
        yield ""
        yield from (f"- {fact}" for fact in section.facts)
    if section.rows:
        yield ""
        yield from _table(section.header, section.rows)
    if section.failures:
        yield ""
        yield "Not kept:"
        yield ""
        yield from (f"- {failure}" for failure in section.failures)


def _promises() -> Iterator[str]:
    rows = [(str(number), promise.text, _shown(promise)) for number, promise in enumerate(PROMISES, start=1)]
    yield from _table(("", "Promise", "Shown by"), rows)


def _shown(promise: Promise) -> str:
    links = [f"[{part(name).TITLE}](#{_anchor(part(name).TITLE)})" for name in promise.parts if name in PARTS]
    return ", ".join(filter(None, [*links, promise.elsewhere]))


def _part(name: str) -> str:
    path = RESULTS / f"{name}.json"
    heading = f"\n## {part(name).TITLE}\n\n`make prove ARGS={name}`"
    if not path.exists():
        return f"{heading}. Not run yet.\n"
    result = msgspec.json.decode(path.read_bytes(), type=Result)
    ran = f", {result.date}, {result.seconds} s. {result.machine}."
    return f"{heading}{ran}\n\n" + "\n".join(lines(result.section)) + "\n"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
