"""/metrics of the running bot: what members did, without a trace of who; for this machine, or behind a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from sandbox.fake_spotify.faults import Fault
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path


@pytest.fixture
async def watched(openapi: Path | None) -> AsyncIterator[World]:
    async with World(openapi=openapi, settings={"METRICS_PORT": "0"}) as made:
        yield made
        assert made.discord.problems == []


async def read(
    world: World, headers: Mapping[str, str] | None = None, path: str = "/metrics"
) -> tuple[int, str]:
    assert world.app.metrics is not None
    address = f"http://127.0.0.1:{world.app.metrics.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_off_by_default(world: World) -> None:
    """Nobody who didn't ask for it has a port open."""
    assert world.app.metrics is None


async def test_what_members_did(watched: World) -> None:
    """Commands with their outcomes, suggestions, and requests to Spotify with their status; no ID, name or title."""
    ada = watched.discord.actor("ada", channel="music")
    await (await ada.command("track", query="Copper Umbrella")).reply()
    await (await ada.command("liked")).reply()  # refused: not linked
    await ada.suggest("track", "query", "Copper")
    watched.spotify.faults.add(Fault("GET /search*", "status", times=None, status=503))
    await (await ada.command("track", query="Another Song")).reply()
    status, text = await read(watched)
    assert status == 200
    samples = {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    counted = {key[1]: n for key, n in samples.items() if key[0] == "mixtape_command_seconds_count"}
    assert counted["track", "done"] == 1
    assert counted["track", "failed"] == 1
    assert counted["track", "suggested"] == 1
    assert counted["liked", "refused"] == 1
    requests = {key[1]: n for key, n in samples.items() if key[0] == "mixtape_spotify_requests_total"}
    assert requests["search", "200"] >= 1
    assert requests["search", "503"] >= 1
    assert samples["mixtape_discord_connected", ()] == 1
    assert samples["mixtape_discord_shard_up", ("0",)] == 1
    assert samples["mixtape_spotify_used", ()] == sum(requests.values())
    ids = [member.id for member in watched.discord.members.values()]
    ids += [guild.id for guild in watched.discord.guilds]
    assert [each for each in ids if str(each) in text] == []
    assert [word for word in ("Copper", "ada", "Tape Heads") if word in text] == []


async def test_not_for_pages_in_a_browser(watched: World) -> None:
    """Without a token, only this machine may ask, and only under its own name."""
    assert (await read(watched))[0] == 200
    assert (await read(watched, {"Host": "evil.example.org"}))[0] == 401
    assert (await read(watched, path="/other"))[0] == 404


async def test_token(openapi: Path | None) -> None:
    """With a token, whoever doesn't have it sees nothing, on this machine or not; it's in no log."""
    settings = {"METRICS_PORT": "0", "METRICS_HOST": "0.0.0.0", "METRICS_TOKEN": "a long secret"}  # noqa: S104 - tried here
    async with World(openapi=openapi, settings=settings) as world:
        for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": ""}):
            assert (await read(world, headers))[0] == 401
        status, text = await read(world, {"Authorization": "Bearer a long secret", "Host": "bot.example.org"})
    assert status == 200
    assert "a long secret" not in text
