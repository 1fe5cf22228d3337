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
The real bot in its own process, on SQLite, in the sandbox, used the way members use it. Written by the commands below;
do not edit.
"""
PARTS: Final = {
    "large": """
## 10,000 tracks

`make bench ARGS=large`. The list is adopted, shown and added to; then some of its tracks are removed and moved in
Spotify, and restored. "least" is the minimum: one call for each page of 50 read, each batch of a hundred
removed, and each contiguous run added or moved; the command fails above it. `GET playlists` is the first page.
It also has the version's name, so a restore reads it once more to check that nothing has changed since
the preview. Titles in a preview cost one call each. The day's budget is raised for this; the default is 800 calls.
""",
    "growth": """
## A million contributions

`make bench ARGS=growth`. Median times from command to answer, with 1,000 and with 1,000,000 contributions and as many
events in the store, spread over ten lists, measured alternately in one run. Target: at most 1.3 times as long.
""",
    "idle": """
## 10,000 idle playlists

`make bench ARGS=idle`, which runs for a quarter of an hour. CPU is the bot process's, in hundredths of one core, plus
the database's if it is a process (SecantusDB, the tests' server, which is slower than MongoDB). First ten minutes with
nothing due, then six background checks of playlists, an hour's worth; then thirty additions to one playlist. The target
for 10,000 playlists: at most 1.5 times the CPU of one playlist, plus one hundredth of a core; an addition at most 1.3
times as long.

Taken one by one so far, not by that command. On SQLite: `python -m benchmarks.idle sqlite 1 60`, then the same with
`10000 60`, on 29 November 2026, with one minute of nothing due and one other process at work. On SecantusDB:
`mongodb 1 60`, then `mongodb 10000 120`, on 28 November 2026, while each command was also timed and other work kept
both cores busy (10 to 20 processes waiting for them), so the additions are slow with either size.
For the checks, the sandbox moves its clock, and then the bot also reads all lists, which it otherwise only does when
it connects, joins a server or leaves one.
""",
    "typing": """
## Twenty people typing

`make bench ARGS=typing`, which takes a minute. Twenty people look up tracks with `/track`, each typing at their own
speed: in bursts, stopping after some words, with slips they delete again; one command in seven is given up. Every key
is sent to the bot. Better known tracks are looked up more often, as charts go. Who sees the track among the suggestions
chooses it; who doesn't sends what they typed. All requests to Spotify count, also those for commands given up.
Target: at most 1.5 for each completed command. People type in real time, so no two runs are quite alike.
""",
    "scale": """
## Several processes

`make bench ARGS=scale`, which takes a quarter of an hour. 1,000 servers and 10,000 playlists on a MongoDB-protocol
server (SecantusDB, the tests' server); 100 members, 50 of them at the same time, make 600 additions while 5% of
Spotify's answers go wrong. A single process is killed six times on the way; of several, one every ten seconds, which is
then started again. Processes, database, members and the simulated Discord and Spotify share two cores, so the rates and
times have no target: two processes can't be twice as fast here, and a kill costs them what a start costs.
Then nothing happens for a minute, and at last commands are sent one by one, to see what one costs.

On paper: 100,000 servers with 20 commands a day each, 5 of them additions; three times as many as on average in the
busiest hour, when a process may use half of a core; 1,000 servers to a shard. The database is counted before it
compresses and without indexes. How often the quota of an app in development mode (800 requests a day) would be needed
says what to ask Spotify for first.
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
