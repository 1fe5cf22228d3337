"""Puts the figures where people look for them: on the terminal, in docs/performance.md and in results/."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.spotify_client.compare import IMPORTS, MANY, REQUESTS, ROUNDS, VERY_MANY, median
from benchmarks.spotify_client.contenders import NAMES, TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.spotify_client.compare import Measured

ROOT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = ROOT / "benchmarks" / "results" / "spotify_client.json"
PAGE: Final = ROOT / "docs" / "performance.md"
SHARED: Final = (
    "# Performance of shared playlists\n"  # what follows is somebody else's: benchmarks/shared_page.py
)

TITLES: Final = {
    "track": "one track (4 KB)",
    "search": "search, 10 tracks (39 KB)",
    "playlist_page": "playlist page of 50 (126 KB)",
    "add": "adding one track",
    "playlist_10000": "10,000-item playlist",
    "import": "import",
}
COLUMNS: Final = {
    "mixtape": "Mixtape",
    "aiohttp_msgspec": "bare aiohttp + msgspec",
    "spotifyaio": "spotifyaio",
    "spotipy": "spotipy (50 threads)",
    "tekore": "tekore",
}
# What we mean to reach: our figure divided by theirs, at most.
BARS: Final = {
    "track": {"aiohttp_msgspec": 1.05, "spotifyaio": 0.85, "spotipy": 0.17, "tekore": 0.11},
    "search": {"aiohttp_msgspec": 1.05, "spotifyaio": 0.65, "spotipy": 0.15, "tekore": 0.10},
    "playlist_page": {"aiohttp_msgspec": 1.05, "spotifyaio": 0.45, "spotipy": 0.16, "tekore": 0.08},
    "playlist_10000": {"aiohttp_msgspec": 1.05, "spotifyaio": 0.50, "spotipy": 0.35, "tekore": 0.15},
    "import": {"aiohttp_msgspec": 1.10},
}
BARE: Final = "aiohttp_msgspec"
ALLOWED: Final = 1.05  # of bare's own ratio, where bare misses a target as well
OTHERS: Final = NAMES[1:]


def write(measured: Measured) -> None:
    text = page(measured)
    print(text)
    _, head, shared = (PAGE.read_text() if PAGE.exists() else "").partition(SHARED)
    PAGE.write_text(f"{text}\n{head}{shared}" if head else text)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results(measured), indent=2) + "\n")
    print(f"written to {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


def results(measured: Measured) -> dict[str, dict[str, dict[str, float]]]:
    """The medians by which the client is judged."""
    reads = ("track", "search", "playlist_page")
    return {
        "cpu_ms": {what: _medians(measured.cpu_ms[what]) for what in reads},
        "wall_ms": {what: _medians(figures) for what, figures in measured.wall_ms.items()},
        "import_ms": {"import": _medians(measured.import_ms)},
    }


def page(measured: Measured) -> str:
    figures = {**measured.cpu_ms, **measured.wall_ms, "import": measured.import_ms}
    return "\n".join(
        [
            _intro(),
            "## Ratios",
            "",
            (
                "Our median divided by theirs; our targets in brackets. “Bare” in a row of its own is bare's median"
                " divided by theirs: where it misses a target as well, no client on aiohttp can reach it, and ours"
                f" becomes bare's ratio plus {ALLOWED - 1:.0%}, marked with *."
            ),
            "",
            *_table([*COLUMNS.values()][1:], _ratio_rows(figures)),
            "",
            "## CPU",
            "",
            (
                f"Milliseconds of this process per request, user and system time, {TASKS} requests at a time: median of"
                f" {ROUNDS} rounds (smallest to largest). A round is {_counts()} requests."
            ),
            "",
            *_table(
                COLUMNS.values(), ((TITLES[w], _spread(by_name, 3)) for w, by_name in measured.cpu_ms.items())
            ),
            "",
            "## Wall time",
            "",
            f"Milliseconds for the whole playlist, 200 pages, at most {TASKS} at a time, each answered after 50 ms.",
            "",
            *_table(
                COLUMNS.values(),
                ((TITLES[w], _spread(by_name, 0)) for w, by_name in measured.wall_ms.items()),
            ),
            "",
            "## Import and memory",
            "",
            *_table(
                COLUMNS.values(),
                [
                    (
                        f"import, ms of CPU beyond the interpreter's and asyncio's own (median of {IMPORTS})",
                        [f"{median(measured.import_ms[n]):.0f}" for n in NAMES],
                    ),
                    (f"memory after {MANY:,} tracks, MB", [f"{measured.memory_mb[n]:.1f}" for n in NAMES]),
                ],
            ),
            "",
            (
                f"Ours after every {MANY:,} of {VERY_MANY:,} different tracks: "
                f"{', '.join(f'{mb:.1f}' for mb in measured.grown_mb)} MB, including the full cache."
            ),
            "",
            (
                f"Longest time (CPU) that decoding one answer of the 10,000-item playlist held the event loop:"
                f" {measured.decoding_ms:.1f} ms; longest garbage collection pause meanwhile:"
                f" {measured.collecting_ms:.1f} ms."
            ),
            "",
        ]
    )


def _intro() -> str:
    versions = ", ".join(
        f"{name} {version(name)}"
        for name in ("aiohttp", "msgspec", "spotifyaio", "spotipy", "requests", "tekore", "httpx", "pydantic")
    )
    return f"""# Performance of the Spotify client

Written by `make bench`; do not edit. Python {platform.python_version()}, {os.cpu_count()} CPUs, {versions}.

All clients talk to the same server on loopback, in its own process, whose answers have the shape and size of
Spotify's. Each client also has its own process, and they alternate in every round. Each has {TASKS}
connections and {TASKS} requests at a time, and every request is for something else. Our numbers include the typed
models, the quota and the cache, all on as in the bot, with a budget that is never used up. "Bare" is what you would
write without a client: one session's `get` and `read`, and the decoder of our models. The setup of each is
in `benchmarks/spotify_client/contenders`.

spotifyaio has no call for a single track or for later pages of a playlist; its own building blocks are used there. The
version is the newest for this Python.
"""


def _counts() -> str:
    return ", ".join(f"{count:,} ({TITLES[what].split(' (')[0]})" for what, count in REQUESTS.items())


def _medians(by_name: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(median(by_name[name]), 4) for name in NAMES}


def _ratio_rows(
    figures: Mapping[str, Mapping[str, Sequence[float]]],
) -> Iterator[tuple[str, list[str]]]:
    for what, by_name in figures.items():
        medians = {name: median(measured) for name, measured in by_name.items()}
        yield TITLES[what], [_cell(medians, name, BARS.get(what, {}).get(name)) for name in OTHERS]
        if what == "playlist_10000":
            yield (
                f"bare, {TITLES[what]}",
                ["", *(f"{medians[BARE] / medians[name]:.2f}" for name in OTHERS if name != BARE)],
            )


def _cell(medians: Mapping[str, float], name: str, bar: float | None) -> str:
    """Our ratio and target; `bar` is replaced where bare misses it."""
    ratio = medians["mixtape"] / medians[name]
    if bar is None:
        return f"{ratio:.2f}"
    mark, bare = "", medians[BARE] / medians[name]
    if name != BARE and bare > bar:
        mark, bar = "*", bare * ALLOWED
    return f"{ratio:.2f} (≤ {bar:.2f}{mark})" + ("" if ratio <= bar else " **missed**")


def _spread(by_name: Mapping[str, Sequence[float]], digits: int) -> list[str]:
    return [
        f"{median(by_name[name]):.{digits}f} ({min(by_name[name]):.{digits}f}-{max(by_name[name]):.{digits}f})"
        for name in NAMES
    ]


def _table(columns: Iterable[str], rows: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    head = ["", *columns]
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {title} | {' | '.join(cells)} |" for title, cells in rows),
    ]
