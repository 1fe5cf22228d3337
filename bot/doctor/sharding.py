"""Whether the bot's shards can carry its servers, and whether its processes agree who has which."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bot.doctor.findings import ok, problem, warning
from bot.shards import SERVERS_PER_SHARD

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.doctor.findings import Finding
    from bot.shards import ShardPlan

SHARDS: Final = "Shards"
PROCESSES: Final = "Processes"
MANY_SERVERS: Final = 2000  # of one shard


def look_at_shards(chosen: int | None, recommended: int, servers: int) -> Finding:
    """chosen: None leaves it to Discord. servers: how many the bot is in."""
    count = chosen or recommended
    said = f"SHARDS is {chosen or 'auto'}, Discord recommends {recommended}, for {servers} servers"
    more = f"Set SHARDS={max(recommended, count + 1)}"
    if servers >= SERVERS_PER_SHARD * count:
        return problem(SHARDS, f"{said}: Discord refuses to connect so few", f"{more} (docs/scaling.md).")
    if chosen is not None and (servers >= MANY_SERVERS * count or chosen < recommended):
        step = f"{more} soon: a shard with {SERVERS_PER_SHARD} servers can't connect (docs/scaling.md)."
        return warning(SHARDS, said, step)
    return ok(SHARDS, said)


def look_at_processes(running: Collection[ShardPlan]) -> Finding:
    """running: what each process was told; one that was killed is among them for two minutes."""
    told = Counter(plan.as_settings() for plan in running)
    said = ", ".join(f"{number} with {words}" for words, number in sorted(told.items()))
    if all(one.fits(other) for one, other in combinations(running, 2)):
        return ok(PROCESSES, f"running: {said}" if said else "none is running")
    return warning(
        PROCESSES,
        f"their shards don't fit together, so some commands are answered twice or never; running: {said}",
        "Stop all of them, give them the same SHARDS and SHARD_GROUPS, or each its own SHARD_IDS, and start them again "
        "(docs/scaling.md). One that was killed still counts for two minutes.",
    )
