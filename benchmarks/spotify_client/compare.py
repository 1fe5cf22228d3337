"""Takes the measurements: every contender in turn, round after round, so that the machine's moods hit all alike."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from benchmarks.spotify_client.contenders import LIBRARY, NAMES
from benchmarks.spotify_client.processes import contenders, import_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.spotify_client.processes import Worker

ROUNDS: Final = 25
REQUESTS: Final = {"track": 600, "search": 300, "playlist_page": 120, "add": 300}  # in one round
METHODS: Final = {"track": "track", "search": "search", "playlist_page": "page", "add": "add"}
IMPORTS: Final = 25
MANY: Final = 20_000
VERY_MANY: Final = 100_000


@dataclass(slots=True)
class Measured:
    """By what was measured and contender, each round's figure. CPU: ms per request. Wall: ms. Memory: MB."""

    cpu_ms: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(_lists))
    wall_ms: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(_lists))
    import_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    memory_mb: dict[str, float] = field(default_factory=dict)  # after MANY requests
    grown_mb: list[float] = field(default_factory=list)  # ours, after each MANY requests of VERY_MANY
    decoding_ms: float = 0  # the longest single step of decoding 10,000 items
    collecting_ms: float = 0  # the longest pause for collecting garbage meanwhile


def compare(say: Callable[[str], None]) -> Measured:
    measured = Measured()
    with contenders(*NAMES) as workers:
        for number in range(ROUNDS + 1):  # the first one warms up
            say(f"round {number} of {ROUNDS}" if number else "warming up")
            _round(workers, measured, _turned(NAMES, number), keep=number > 0)
        stall = workers["mixtape"].do("stall")
        measured.decoding_ms, measured.collecting_ms = stall.longest_ms, stall.pause_ms
    say("imports")
    for number in range(IMPORTS + 1):
        start = import_ms("asyncio")
        for name in _turned(NAMES, number):
            took = import_ms(f"asyncio, {LIBRARY[name]}")
            if number:
                measured.import_ms[name].append(took - start)
    for name in NAMES:
        say(f"{MANY:,} requests for memory: {name}")
        with contenders(name) as workers:
            measured.memory_mb[name] = workers[name].do("track", MANY).rss_mb
            if name == "mixtape":
                measured.grown_mb = [measured.memory_mb[name]]
                for _ in range(VERY_MANY // MANY - 1):
                    measured.grown_mb.append(workers[name].do("track", MANY).rss_mb)
    return measured


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def _round(workers: dict[str, Worker], measured: Measured, names: Sequence[str], *, keep: bool) -> None:
    for what, count in REQUESTS.items():
        for name in names:
            took = workers[name].do(METHODS[what], count)
            if keep:
                measured.cpu_ms[what][name].append(took.cpu_s / count * 1000)
    for name in names:
        took = workers[name].do("whole")
        if took.items != 10_000:
            raise RuntimeError(f"{name} read {took.items} of 10,000 items")
        if keep:
            measured.wall_ms["playlist_10000"][name].append(took.wall_s * 1000)


def _turned(names: Sequence[str], number: int) -> Sequence[str]:
    """Another order in each round: nobody always comes after the same one."""
    turned = [*names[number % len(names) :], *names[: number % len(names)]]
    return turned[::-1] if number % 2 else turned


def _lists() -> dict[str, list[float]]:
    return defaultdict(list)
