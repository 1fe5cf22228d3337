"""Starting, health checks and ending of the web server."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.errors import StoreUnavailableError
from bot.web.pages import Pages
from bot.web.server import Fixed
from tests.bot.link_desk import ADA
from tests.bot.web.site import HOST, open_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.web.site import Site


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:80", HOST])
async def test_health_checks(site: Site, host: str) -> None:
    """Health checks work from the machine itself as well."""
    for path in ("/healthz", "/readyz"):
        assert (await site.browser().get(path, Host=host)).status == 200


async def test_health_checks_from_elsewhere(site: Site) -> None:
    """A foreign host is foreign for them, too."""
    assert (await site.browser().get("/healthz", Host="evil.example")).status == 421


async def test_readiness(site: Site) -> None:
    """Not ready is 503; health does not depend on it."""
    for answer in (False, StoreUnavailableError()):
        site.ready.append(answer)
        assert (await site.browser().get("/readyz")).status == 503
        assert (await site.browser().get("/healthz")).status == 200
    assert (await site.browser().get("/readyz")).text == "ready\n"


async def test_readiness_is_shared(site: Site) -> None:
    """Who asks while it is being found out gets the same answer: a flood of questions costs one write at a time."""
    held = asyncio.Event()
    asked = 0

    async def ready() -> bool:
        nonlocal asked
        asked += 1
        await held.wait()
        return asked == 1

    fixed = Fixed(Pages(), ready)
    request = make_mocked_request("GET", "/readyz")
    answers = [asyncio.ensure_future(fixed.readiness(request)) for _ in range(50)]
    await asyncio.sleep(0)
    answers[0].cancel()  # one who goes away does not take the answer along
    await asyncio.sleep(0)
    held.set()
    assert {(await answer).status for answer in answers[1:]} == {200}
    assert asked == 1
    assert (await fixed.readiness(request)).status == 503
    assert (await site.browser().get("/readyz")).status == 200


async def test_close_is_quick(tmp_path: Path) -> None:
    """Open connections and half requests do not hold the end up, and no task is left behind."""
    async with open_site(tmp_path) as site:
        _, idle = await asyncio.open_connection("127.0.0.1", site.web.port)
        _, half = await asyncio.open_connection("127.0.0.1", site.web.port)
        half.write(b"GET / HTTP/1.1\r\n")
        assert (await site.browser().get("/healthz")).status == 200
        began = time.monotonic()
        await site.web.close()
        assert time.monotonic() - began < 1
        for writer in (idle, half):
            writer.close()


async def test_port_in_use(tmp_path: Path) -> None:
    """A port that is taken is said at once, and the server that has it goes on."""
    async with open_site(tmp_path) as site:
        folder = tmp_path / "second"
        folder.mkdir()
        with pytest.raises(OSError, match="address already in use"):
            async with open_site(folder, port=site.web.port):
                pass
        assert (await site.browser().get("/healthz")).status == 200


async def test_close_while_spotify_is_asked(tmp_path: Path) -> None:
    """A callback that still waits for Spotify is ended, and its attempt with it."""
    async with open_site(tmp_path) as site:
        browser = site.browser()
        answer = await site.consented(browser)
        site.desk.spotify.hold = asyncio.Event()
        waiting = asyncio.ensure_future(browser.come_back(answer))
        await site.desk.spotify.exchanging.wait()
        began = time.monotonic()
        await site.web.close()
        assert time.monotonic() - began < 1
        await asyncio.wait([waiting])
        assert waiting.exception() is not None
        assert await site.desk.stores.attempts.of_member(ADA, site.desk.time.now()) is None
