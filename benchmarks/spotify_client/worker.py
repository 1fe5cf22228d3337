"""python -m benchmarks.spotify_client.worker NAME URL: one contender in a process of its own.

Reads jobs from standard input, a JSON object a line, and answers each with what it took.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.spotify_client.contenders import Contender, opened
from benchmarks.spotify_client.payloads import Payloads


@dataclass(frozen=True, slots=True)
class Job:
    """what: a method of Contender. first, count: which numbers it is called with."""

    what: str
    first: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Took:
    """cpu_s: user and system time of this process, all threads. rss_mb: resident memory afterwards.

    longest_ms: what the longest decoding of one answer took, pause_ms: the longest garbage collection meanwhile.
    """

    cpu_s: float
    wall_s: float
    rss_mb: float
    items: int = 0
    longest_ms: float = 0
    pause_ms: float = 0


async def stall(contender: Contender) -> Took:
    """Decode the playlist of 10,000 and keep all of it, as a reader of it would."""
    bodies = Payloads().pages
    gc.collect()
    pauses = [0.0]
    begun = 0.0

    def collecting(phase: str, _: object) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.thread_time()
        else:
            pauses.append(time.thread_time() - begun)

    gc.callbacks.append(collecting)
    longest_s = await contender.longest_decoding_s(bodies)
    gc.callbacks.remove(collecting)
    return Took(0, 0, resident_mb(), longest_ms=longest_s * 1000, pause_ms=max(pauses) * 1000)


async def run(contender: Contender, job: Job) -> Took:
    if job.what == "stall":
        return await stall(contender)
    items = 0
    gc.collect()  # nobody pays for what was before
    cpu, wall = time.process_time(), time.perf_counter()
    if job.what == "whole":
        items = await contender.whole()
    else:
        await getattr(contender, job.what)(range(job.first, job.first + job.count))
    return Took(time.process_time() - cpu, time.perf_counter() - wall, resident_mb(), items)


def resident_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


async def main(name: str, url: str) -> None:
    contender = await opened(name, url)
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        took = await run(contender, Job(**json.loads(line)))
        print(json.dumps(asdict(took)), flush=True)
    await contender.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
