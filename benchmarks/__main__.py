"""python -m benchmarks: measures the bot and its Spotify client, prints the figures and writes benchmarks/results/.

With names, only what they name: bot, spotify_client, or of the bot latency, calls, memory, measure (a fresh clone),
large (a shared playlist of 10,000 tracks), growth (a million contributions), idle (10,000 playlists and nobody asking),
typing (twenty people looking tracks up), scale (several processes on one MongoDB), own_playlists (work on a
member's own playlist of 10,000 tracks).
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import commands, fresh_clone, shared_page
from benchmarks.figures import Figure, write
from benchmarks.growth import growth
from benchmarks.idle import idle
from benchmarks.large_list import large
from benchmarks.own_playlists import own_playlists
from benchmarks.scale import scale
from benchmarks.spotify_client import environment
from benchmarks.typing import typing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

RESULTS = Path(__file__).parent / "results" / "bot.json"
BOT = "bot"
CLIENT = "spotify_client"
MEASURES = (commands.latency, commands.calls, commands.memory, fresh_clone.measure)
OWN = (own_playlists,)  # printed only
SHARED = (large, growth, idle, typing, scale)  # each is written down by itself


async def main(*names: str) -> None:
    """Take every measure of the bot, or those named; of MEASURES only a full run is written down."""
    figures: list[Figure] = []
    for measure in MEASURES:
        if not names or measure.__name__ in names:
            figures += await _taken(measure)
    for measure in OWN:
        if measure.__name__ in names:
            await _taken(measure)
    for measure in SHARED:
        if not names or measure.__name__ in names:
            shared_page.keep(measure.__name__, await _taken(measure))
    if not names:
        write(RESULTS, figures)
        print(f"written to {RESULTS.relative_to(Path.cwd())}")


async def _taken(measure: Callable[[], AsyncIterator[Figure]]) -> list[Figure]:
    figures: list[Figure] = []
    async for figure in measure():
        print(f"{figure.name:<55} {figure.value:>9g} {figure.unit} ({figure.runs} runs)", flush=True)
        figures.append(figure)
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args().names
    if unknown := set(asked) - {BOT, CLIENT, *(measure.__name__ for measure in (*MEASURES, *OWN, *SHARED))}:
        parser.error(f"there is no {' and no '.join(sorted(unknown))}")
    if not asked or CLIENT in asked:
        environment.run()
    if asked != [CLIENT]:
        asyncio.run(main(*[name for name in asked if name not in {BOT, CLIENT}]))
