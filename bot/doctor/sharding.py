"""Whether the bot's shards can carry its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.doctor.findings import ok, problem, warning
from bot.shards import SERVERS_PER_SHARD

if TYPE_CHECKING:
    from bot.doctor.findings import Finding

SHARDS: Final = "Shards"
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
