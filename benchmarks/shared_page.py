"""The figures of large and long-used shared playlists, in results/ and in the last part of docs/performance.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "performance.md"
RESULTS: Final = ROOT / "benchmarks" / "results"
HEAD: Final = "# Performance of shared playlists\n"
INTRO: Final = """
The real bot in a process of its own on SQLite, in the sandbox, asked as members ask it. Written by the commands named
here; do not edit.
"""
PARTS: Final = {
    "large": """
## 10,000 tracks

`make bench ARGS=large`. The list is adopted, shown and added to; then tracks of it are taken out and moved in Spotify,
and brought back. "least" is what it takes: a call for each page of 50 that is read, each batch of a hundred that is
taken out, each contiguous run that is put in or moved; more than that makes the command fail. A `GET playlists` is the
first page: it holds the version's name as well, so a restore reads it once more to see that nothing has changed since
the preview. Titles a preview names are one call each. The day's budget is raised for this: by default it is 800 calls.
""",
    "growth": """
## A million contributions

`make bench ARGS=growth`. Medians from the command to its answer, with 1,000 and with 1,000,000 contributions and as
many events in the store, spread over ten lists, asked in turn in one run. Meant to be at most 1.3 times as long.
""",
    "idle": """
## 10,000 playlists, and nobody asks for anything

`make bench ARGS=idle`, which takes a quarter of an hour. The CPU is that of the bot's process, in hundredths of one
core, and the database's own where it is a process (SecantusDB, the server of the tests, which is slower than MongoDB).
First ten minutes in which nothing falls due, then six slow looks at playlists, as many as an hour brings; then thirty
additions to one of the playlists. With 10,000 playlists the CPU is meant to be at most 1.5 times what it is with one,
and one hundredth of a core more; an addition at most 1.3 times as long.
""",
}


def keep(part: str, figures: Sequence[Figure]) -> None:
    """part: of PARTS. The other parts stay as they were."""
    write(RESULTS / f"{part}.json", figures)
    client = PAGE.read_text("utf-8").partition(HEAD)[0].rstrip()
    PAGE.write_text(f"{client}\n\n{shared()}", "utf-8")


def shared() -> str:
    """The part of the page that is about shared playlists, by what was measured last."""
    return HEAD + INTRO + "".join(text + "\n" + "".join(_table(part)) for part, text in PARTS.items())


def _table(part: str) -> Iterator[str]:
    path = RESULTS / f"{part}.json"
    if not path.exists():
        return
    yield "|  |  |  |\n|---|---|---|\n"
    for entry in json.loads(path.read_text("utf-8")):
        figure = Figure(**entry)
        yield f"| {figure.name} | {figure.value:g} | {figure.unit} |\n"
