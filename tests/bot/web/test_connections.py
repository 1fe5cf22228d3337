"""What arrives below HTTP: broken and slow heads, more connections than there are places, a proxy nobody named."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web.clients import Buckets
from bot.web.connections import MAX_CONNECTIONS
from tests.bot.web.site import HOST, STRICT, open_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.web.site import Site

TLS_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(180))
BROKEN = [
    b"BAD\r\n\r\n",
    TLS_HELLO,
    b"\x00\r\n\r\n",
    b"\xff\xfe\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 9000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"A%d: b\r\n" % number for number in range(100)) + b"\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: mixtape.example\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    b"\x03\x00\x00\x13\x0e\xe0\x00\x00\r\n\r\n",
]


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What an operator sees at the usual level."""
    return [record for record in caplog.records if record.levelno >= logging.INFO]


@pytest.mark.parametrize("request_", BROKEN, ids=lambda request: ascii(request[:16]))
async def test_broken_heads(site: Site, caplog: pytest.LogCaptureFixture, request_: bytes) -> None:
    """What is no HTTP gets 400 and one quiet line, without a traceback and without what was sent."""
    caplog.set_level(logging.DEBUG)
    answer = await site.raw(request_)
    assert answer.split()[1] in {b"400", b"421"}
    lines = told(caplog)
    assert [line.levelno for line in lines] == [logging.INFO]
    assert lines[0].exc_info is None
    assert (await site.browser().get("/healthz")).strict_headers() == STRICT


@given(st.binary(max_size=100))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_bytes(site: Site, caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    """No bytes make it say more than one quiet line."""
    caplog.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
    writer.write(sent + b"\r\n\r\n")
    writer.write_eof()
    await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


async def test_many_broken_heads(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """They count against the limit of their address: beyond it they are neither read nor told."""
    caplog.set_level(logging.INFO)
    buckets = Buckets(burst=3, per_second=0.001)
    async with open_site(tmp_path, buckets=buckets) as site:
        answers = [await site.raw(BROKEN[number % 2]) for number in range(20)]
        assert [answer.split()[1] for answer in answers] == [b"400"] * 3 + [b"429"] * 17
        assert (await site.browser().get("/")).status == 429
        assert (await site.browser().get("/healthz")).status == 200
    assert (
        sum("cannot be read" in line.message or "not be read" in line.message for line in told(caplog)) == 3
    )


async def test_slow_heads_of_a_proxy(tmp_path: Path) -> None:
    """Heads that trickle in through a trusted proxy, which has no cap of its own, keep nobody out."""
    async with open_site(tmp_path, trusted_proxies=["127.0.0.1"]) as site:
        slow = []
        for _ in range(MAX_CONNECTIONS + 20):
            connection = await asyncio.open_connection("127.0.0.1", site.web.port)
            connection[1].write(b"GET / HTTP/1.1\r\nHost: ")
            slow.append(connection)
        assert (await site.browser().get("/healthz", Host="127.0.0.1")).status == 200
        assert (await site.browser().get("/", **{"X-Forwarded-For": "203.0.113.1"})).status == 404
        gone = [asyncio.ensure_future(reader.read()) for reader, _ in slow[:20]]
        await asyncio.wait_for(asyncio.gather(*gone, return_exceptions=True), 5)  # the oldest gave way
        for _, writer in slow:
            writer.close()


async def test_answers_are_kept(tmp_path: Path) -> None:
    """Who is being answered keeps the place, however many come after."""
    async with open_site(tmp_path, trusted_proxies=["127.0.0.1"]) as site:
        browser = site.browser()
        answer = await site.consented(browser)
        site.desk.spotify.hold = asyncio.Event()
        waiting = asyncio.ensure_future(browser.come_back(answer))
        await site.desk.spotify.exchanging.wait()
        others = [
            await asyncio.open_connection("127.0.0.1", site.web.port) for _ in range(MAX_CONNECTIONS + 20)
        ]
        site.desk.spotify.hold.set()
        assert (await waiting).status == 303
        for _, writer in others:
            writer.close()


@pytest.mark.parametrize(
    ("trusted", "headers", "words"),
    [
        ([], {"X-Forwarded-For": "203.0.113.1"}, "set TRUSTED_PROXIES=127.0.0.1"),
        ([], {}, "set TRUSTED_PROXIES=127.0.0.1"),
        (["10.0.0.0/8"], {"X-Forwarded-For": "203.0.113.1"}, "set TRUSTED_PROXIES=127.0.0.1"),
        (["127.0.0.1"], {}, "sends no X-Forwarded-For"),
        (["127.0.0.1"], {"X-Forwarded-For": ""}, "sends no X-Forwarded-For"),
        (["127.0.0.1"], {"X-Forwarded-For": "203.0.113.1"}, None),
    ],
)
async def test_proxy_forgotten(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    trusted: list[str],
    headers: dict[str, str],
    words: str | None,
) -> None:
    """Where visitors cannot be told apart behind a proxy, the log says so once, with the cure."""
    async with open_site(tmp_path, trusted_proxies=trusted) as site:
        for path in ("/healthz", "/readyz"):
            await site.browser().get(path, Host="localhost")
        assert not [record for record in caplog.records if record.levelno == logging.WARNING]
        for _ in range(200):
            await site.browser().get("/", Host=HOST, **headers)
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == (1 if words else 0)
    assert words is None or (warnings[0].startswith("TRUSTED_PROXIES: ") and words in warnings[0])


async def test_no_proxy_needed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without https there is no proxy to be named."""
    async with open_site(tmp_path, public_url="http://127.0.0.1:8080") as site:
        await site.browser().get("/", Host="127.0.0.1:8080")
    assert "TRUSTED_PROXIES" not in caplog.text
