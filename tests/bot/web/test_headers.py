"""Every answer of the web server carries the strict headers, even to what is not HTTP."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tests.bot.web.site import STRICT, open_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.web.site import Site

TOKEN = "T" * 43


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", f"/link/{TOKEN}", 410),
        ("HEAD", f"/link/{TOKEN}", 410),
        ("POST", f"/link/{TOKEN}", 403),
        ("DELETE", f"/link/{TOKEN}", 403),
        ("GET", f"/link/{TOKEN}/cancel", 405),
        ("GET", "/callback", 403),
        ("HEAD", "/callback", 405),
        ("GET", "/linked", 410),
        ("GET", "/style.css", 200),
        ("GET", "/icon.svg", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/style.css/", 404),
    ],
)
async def test_strict_headers(site: Site, method: str, path: str, status: int) -> None:
    """Every answer, good or bad, carries all strict headers and tells no version."""
    page = await site.browser().send(method, path)
    assert page.status == status
    assert page.strict_headers() == STRICT


async def test_strict_headers_on_redirects(site: Site) -> None:
    """The answers that lead to Spotify and to the code carry them, too."""
    browser = site.browser()
    onwards = await browser.press(f"/link/{await site.desk.token()}")
    back = await browser.come_back(site.desk.spotify.consent(onwards.headers["Location"]))
    for page in (onwards, back):
        assert page.status == 303
        assert page.strict_headers() == STRICT


@pytest.mark.parametrize(
    "request_head",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nbroken header\r\n\r\n",
        b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=["line", "header", "long"],
)
async def test_broken_request(site: Site, request_head: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """What is not HTTP gets a short 400 with the same headers, and leaves nothing of itself in the log."""
    with caplog.at_level(logging.INFO):
        answer = (await site.raw(request_head)).decode()
    assert answer.startswith(("HTTP/1.0 400", "HTTP/1.1 400"))
    for name, value in STRICT.items():
        assert f"{name}: {value}\r\n" in answer
    assert "aiohttp" not in answer
    assert "NONSENSE" not in caplog.text
    assert "broken" not in caplog.text


async def test_no_hsts_over_http(tmp_path: Path) -> None:
    """On http (loopback) there is no word about https."""
    async with open_site(tmp_path, public_url="http://127.0.0.1:8080") as site:
        page = await site.browser().get("/style.css", Host="127.0.0.1:8080")
        assert page.status == 200
        assert "Strict-Transport-Security" not in page.headers
