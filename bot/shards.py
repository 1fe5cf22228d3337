"""Which servers this process hears of: Discord deals them out to shards, and a process has some of these, or all."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SERVERS_PER_SHARD: Final = 2500  # with so many, Discord refuses the connection


def shard_of(guild_id: int, count: int) -> int:
    """Source: docs.discord.com/developers/events/gateway (sharding)."""
    return (guild_id >> 22) % count


def in_words(ids: Sequence[int]) -> str:
    """Such as 0-3 or 0,2."""
    if len(ids) > 1 and ids[-1] - ids[0] == len(ids) - 1:
        return f"{ids[0]}-{ids[-1]}"
    return ",".join(map(str, ids))


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """As the operator wants it.

    count: shards of the bot, over all processes; None: as many as Discord recommends.
    ids: those this process has. groups: or into how many groups they are divided, of which it takes one that is free.
    None of both: it has all shards.
    """

    count: int | None = 1
    ids: tuple[int, ...] | None = None
    groups: int | None = None

    @property
    def shared_out(self) -> bool:
        """Whether other processes have the rest."""
        return self.ids is not None or self.groups is not None

    def as_settings(self) -> str:
        """As the operator sets it."""
        said = f"SHARDS={self.count or 'auto'}"
        if self.ids is not None:
            return f"{said} SHARD_IDS={in_words(self.ids)}"
        return said if self.groups is None else f"{said} SHARD_GROUPS={self.groups}"

    def fits(self, other: ShardPlan) -> bool:
        """Whether processes told so can run at the same time: together, no server is theirs twice."""
        if self.count != other.count or not self.shared_out:
            return False
        if self.ids is None or other.ids is None:
            return self == other
        return not set(self.ids) & set(other.ids)

    def groups_of_ids(self) -> list[tuple[int, ...]]:
        """The groups, of which this process can have one."""
        count, groups = self.count or 1, self.groups or 1
        ends = [count * one // groups for one in range(groups + 1)]
        return [tuple(range(begin, end)) for begin, end in pairwise(ends)]

    def check(self, problem: Callable[[str, str], None], *, shared_database: bool) -> None:
        """Reports what doesn't go together, by the name of the setting."""
        if not self.shared_out:
            return
        name = "SHARD_GROUPS" if self.ids is None else "SHARD_IDS"
        if not shared_database:
            problem(name, "is for several processes, which need a database they share. Set MONGODB_URI.")
        elif self.count is None:
            problem(name, "needs a number in SHARDS, which all processes agree on; it can't be auto.")
        elif self.ids is not None and self.groups is not None:
            problem("SHARD_GROUPS", "and SHARD_IDS are both set. Keep only one.")
        elif self.ids is not None and self.ids[-1] >= self.count:
            problem("SHARD_IDS", "names a shard that doesn't exist: with SHARDS=4, they are 0 to 3.")
        elif self.groups is not None and self.groups > self.count:
            problem("SHARD_GROUPS", "is more than SHARDS, so some groups would have no shard.")


class Shards:
    """Those of this process. ids: known once the plan is settled. up: connected, and their servers are known."""

    def __init__(self, plan: ShardPlan) -> None:
        self.plan = plan
        self.count = plan.count or 1
        self.ids: tuple[int, ...] = plan.ids or ()
        self.up: set[int] = set()

    def settle(self, recommended: int) -> None:
        """Decided before the first connection. recommended: how many Discord advises, if the plan leaves it open."""
        self.count = self.plan.count or recommended
        self.ids = self.ids or tuple(range(self.count))

    @property
    def online(self) -> bool:
        """Whether each of them is connected and knows its servers."""
        return bool(self.ids) and self.up.issuperset(self.ids)

    def has(self, guild_id: int) -> bool:
        """Whether this process would hear of the server."""
        return shard_of(guild_id, self.count) in self.ids

    def knows(self, guild_id: int) -> bool:
        """Whether it would know by now if the bot was in the server."""
        return self.has(guild_id) and shard_of(guild_id, self.count) in self.up

    def servers(self, here: int) -> int:
        """How many the bot is in, as far as this process can tell; 0: it can't."""
        return 0 if self.plan.shared_out else here

    @property
    def first(self) -> bool:
        """Whether shard 0 is here. Its process does what is to be done by one of them."""
        return not self.ids or 0 in self.ids
