"""The wire itself, without discord.py: headers, authorisation, close codes, files that are too large."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.fake_discord.uploads import LARGEST_FILE

if TYPE_CHECKING:
    from sandbox.fake_discord import FakeDiscord
    from tests.sandbox.fake_discord.conftest import Caller


def identify(fake: FakeDiscord, **more: object) -> dict[str, object]:
    properties = {"os": "linux", "browser": "test", "device": "test"}
    return {"op": 2, "d": {"token": fake.token, "intents": 1, "properties": properties, **more}}


async def closed_with(fake: FakeDiscord, *frames: object) -> int | None:
    """The code the gateway closes with after these frames (text as it is, all else as JSON)."""
    async with aiohttp.ClientSession() as session, session.ws_connect(fake.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        for frame in frames:
            await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
        async for _ in socket:
            pass
        return socket.close_code


async def test_close_codes(fake: FakeDiscord) -> None:
    """Each breach of the gateway's protocol is answered with its own code."""
    good = identify(fake)
    assert await closed_with(fake, "not json") == 4002
    assert await closed_with(fake, "[]") == 4002
    assert await closed_with(fake, json.dumps({"op": 1, "d": "x" * 5000})) == 4002
    assert await closed_with(fake, {"op": 99}) == 4001
    assert await closed_with(fake, {"op": 3, "d": {}}) == 4003
    assert await closed_with(fake, identify(fake, token="wrong")) == 4004
    assert await closed_with(fake, good, good) == 4005
    assert await closed_with(fake, *[{"op": 1, "d": None}] * 121) == 4008
    assert await closed_with(fake, identify(fake, shard=[2, 2])) == 4010
    assert await closed_with(fake, identify(fake, intents=-1)) == 4013
    assert await closed_with(fake, identify(fake, intents=1 << 15)) == 4014


async def test_content_type(fake: FakeDiscord) -> None:
    """Answers are `application/json` and nothing more, refusals too: discord.py compares the whole header."""
    url = f"{fake.api_url}/users/@me"
    async with aiohttp.ClientSession() as session:
        for token, status in ((f"Bot {fake.token}", 200), ("Bot wrong", 401)):
            async with session.get(url, headers={"Authorization": token}) as response:
                assert response.status == status
                assert response.headers["Content-Type"] == "application/json"


async def test_unknown_route(fake: FakeDiscord, call: Caller) -> None:
    """A route the fake does not have is answered 404 and noted, so that a test sees it."""
    assert (await call("GET", "/voice/regions"))[0] == 404
    assert fake.problems == ["GET /voice/regions: the fake has no such route"]


async def test_broken_bodies(fake: FakeDiscord, call: Caller) -> None:
    """What is no object where one is due is refused, not stumbled over."""
    channel = fake.guilds[0].channel("music").id
    assert (await call("POST", f"/channels/{channel}/messages", ["hello"]))[0] == 400
    assert (await call("PUT", f"/applications/{fake.application_id}/commands", {"name": "add"}))[0] == 400
    assert len(fake.problems) == 2


@pytest.mark.parametrize(("size", "status"), [(LARGEST_FILE, 200), (LARGEST_FILE + 1, 413)])
async def test_large_files(fake: FakeDiscord, size: int, status: int) -> None:
    """Ten mebibytes fit, one byte more does not."""
    form = aiohttp.FormData()
    form.add_field("payload_json", "{}")
    form.add_field(
        "files[0]", io.BytesIO(bytes(size)), filename="a.bin", content_type="application/octet-stream"
    )
    url = f"{fake.api_url}/channels/{fake.guilds[0].channel('music').id}/messages"
    headers = {"Authorization": f"Bot {fake.token}"}
    async with aiohttp.ClientSession() as session, session.post(url, data=form, headers=headers) as response:
        assert response.status == status
