"""python -m benchmarks: measures the bot and its Spotify client, prints the figures and writes benchmarks/results/.

With names, only what they name: bot, spotify_client, or of the bot latency, calls, memory, measure (a fresh clone).
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from benchmarks import commands, fresh_clone
from benchmarks.figures import Figure, write
from benchmarks.spotify_client import environment

RESULTS = Path(__file__).parent / "results" / "bot.json"
BOT = "bot"
CLIENT = "spotify_client"
MEASURES = (commands.latency, commands.calls, commands.memory, fresh_clone.measure)


async def main(*names: str) -> None:
    """Take every measure of the bot, or those named; only a full run is written down."""
    figures: list[Figure] = []
    for measure in MEASURES:
        if names and measure.__name__ not in names:
            continue
        async for figure in measure():
            print(f"{figure.name:<55} {figure.value:>9g} {figure.unit} ({figure.runs} runs)", flush=True)
            figures.append(figure)
    if not names:
        write(RESULTS, figures)
        print(f"written to {RESULTS.relative_to(Path.cwd())}")


if __name__ == "__main__":
    asked = sys.argv[1:]
    if not asked or CLIENT in asked:
        environment.run()
    if asked != [CLIENT]:
        asyncio.run(main(*[name for name in asked if name not in {BOT, CLIENT}]))
