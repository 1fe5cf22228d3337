"""The figures: what is counted when somebody looks, and what they are when the database is away."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics
from bot.sealing import Sealer, new_key
from bot.shards import ShardPlan, Shards
from bot.spotify.limiter import Limiter
from bot.sqlite import open_stores
from bot.stores.contributions import State
from bot.stores.lists import Trouble
from tests.stores.records import NOW, account
from tests.stores.shared_records import contribution, notice, shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.stores import Stores

OPERATING = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")


@asynccontextmanager
async def figures(folder: Path) -> AsyncIterator[tuple[Stores, Limiter, Metrics]]:
    async with open_stores(folder / "x.sqlite3", Sealer([new_key()])) as stores:
        limiter = Limiter(lambda: NOW, ledger=stores.quota, budget=500)
        yield stores, limiter, Metrics(stores, limiter, shards=two_shards, now=lambda: NOW)
        await limiter.close()


def two_shards() -> Shards:
    """Those of a process with two of four, one of which is connected."""
    shards = Shards(ShardPlan(4, (2, 3)))
    shards.up.add(2)
    return shards


def read(text: bytes) -> dict[tuple[str, ...], float]:
    """By the name of the sample, and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def test_counted_when_read(tmp_path: Path) -> None:
    """Work, notices, troubles and consents are those of the database at that moment; waits end with time."""
    async with figures(tmp_path) as (stores, limiter, metrics):
        await stores.contributions.add(contribution(1, state=State.PARKED))
        await stores.notices.add(notice(1), notice(2))
        await stores.lists.create(shared(trouble=Trouble.FORBIDDEN))
        for n, days in enumerate((0, 176, 183)):  # six months from May on are 184 days
            given = account(n + 1, f"account-{n}", authorized_at=NOW - timedelta(days=days))
            await stores.accounts.link(given)
        limiter.block("120", quota=False, bucket="search")
        found = read(await metrics.text())
    assert found["mixtape_contributions", "parked"] == 1
    assert found["mixtape_contributions", "queued"] == 0
    assert found["mixtape_notices_waiting",] == 2
    assert found["mixtape_lists_in_trouble", "forbidden"] == 1
    assert found["mixtape_lists_in_trouble", "owner_left"] == 0
    consents = {key[1]: value for key, value in found.items() if key[0] == "mixtape_consents"}
    assert consents == {"0": 0, "1": 0, "7": 1, "14": 2, "30": 2, "90": 2, "+Inf": 3}
    assert found["mixtape_spotify_wait_seconds", "search"] == 120
    assert found["mixtape_spotify_budget",] == 500
    assert found["mixtape_database_up",] == 1
    assert found["mixtape_discord_connected",] == 0
    assert (found["mixtape_discord_shard_up", "2"], found["mixtape_discord_shard_up", "3"]) == (1, 0)


async def test_database_away(tmp_path: Path) -> None:
    """Without the database, what it would say is missing, instead of being what it was; the rest is there."""
    async with figures(tmp_path) as (stores, _, metrics):
        await stores.lists.create(shared(trouble=Trouble.FORBIDDEN))
        metrics.command("track", "done", 0.2)
        assert read(await metrics.text())["mixtape_lists_in_trouble", "forbidden"] == 1
    found = read(await metrics.text())  # it is closed
    assert found["mixtape_database_up",] == 0
    assert not any(key[0] in {"mixtape_lists_in_trouble", "mixtape_contributions"} for key in found)
    assert found["mixtape_command_seconds_count", "track", "done"] == 1


async def test_loop_lag(tmp_path: Path) -> None:
    """The worst lag since the last reading is told once."""
    moments = iter([0.0, 0.5, 1.0, 3.7, 3.7, 4.2])
    waiting = asyncio.Event()
    turns = 0

    async def sleep(_: float) -> None:
        nonlocal turns
        turns += 1
        if turns > 2:
            waiting.set()
            await asyncio.Event().wait()

    async with (
        figures(tmp_path) as (_, _, metrics),
        metrics.watching(sleep=sleep, clock=lambda: next(moments)),
    ):
        await waiting.wait()
        assert read(await metrics.text())["mixtape_loop_lag_seconds",] == 2.2
        assert read(await metrics.text())["mixtape_loop_lag_seconds",] == 0


async def test_docs(tmp_path: Path) -> None:
    """The table in the docs has every figure, and no other."""
    async with figures(tmp_path) as (_, _, metrics):
        metrics.spotify("search", 200)
        families = text_string_to_metric_families((await metrics.text()).decode())
        real = {f"{family.name}_total" if family.type == "counter" else family.name for family in families}
    table = OPERATING.partition("\n## Metrics\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`mixtape.*?) \|", table, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {name for name in real if not name.endswith("_created_total")} - created(real)


def created(names: set[str]) -> set[str]:
    """When each counter began, which the library adds."""
    return {name for name in names if name.endswith("_created")}
