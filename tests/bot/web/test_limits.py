"""How many requests and connections one client gets, and how it is told apart behind a proxy."""

from __future__ import annotations

import asyncio
import time
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.clients import MAX_CLIENTS, Buckets, Proxies
from bot.web.connections import MAX_PER_ADDRESS
from tests.bot.web.site import HOST, open_site

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from pathlib import Path

    from tests.bot.web.site import Site


async def test_rate(tmp_path: Path) -> None:
    """Too many requests get 429 with a time; after that time it goes on. Health checks are never refused."""
    moment = [0.0]
    buckets = Buckets(burst=3, per_second=0.5, monotonic=lambda: moment[0])
    async with open_site(tmp_path, buckets=buckets) as site:
        browser = site.browser()
        assert [(await browser.get("/")).status for _ in range(4)] == [404, 404, 404, 429]
        page = await browser.get("/")
        assert (page.status, page.headers["Retry-After"]) == (429, "2")
        assert (await browser.get("/healthz")).status == 200
        moment[0] = 2.0
        assert (await browser.get("/")).status == 404


async def test_rate_behind_a_proxy(tmp_path: Path) -> None:
    """Behind a trusted proxy each client has its own bucket, and cannot choose another one."""
    buckets = Buckets(burst=1, per_second=0.001)
    async with open_site(tmp_path, buckets=buckets, trusted_proxies=["127.0.0.0/8"]) as site:
        browser = site.browser()
        for forwarded, status in (
            ("203.0.113.1", 404),
            ("203.0.113.2", 404),
            ("203.0.113.1", 429),
            ("198.51.100.7, 203.0.113.1", 429),
        ):
            assert (await browser.get("/", **{"X-Forwarded-For": forwarded})).status == status


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.1", ["203.0.113.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.1, 10.0.0.2"], "203.0.113.1"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["203.0.113.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.5:4711"], "203.0.113.5"),
        ("10.0.0.1", ['"203.0.113.5:4711"'], "203.0.113.5"),
        ("10.0.0.1", ['"203.0.113.5"'], "203.0.113.5"),
        ("10.0.0.1", [" 203.0.113.5:4711 , 10.0.0.2:80 "], "203.0.113.5"),
        ("10.0.0.1", ["[2001:db8:1:2::1]"], "2001:db8:1:2::/64"),
        ("10.0.0.1", ["[2001:db8:1:2::1]:4711"], "2001:db8:1:2::/64"),
        ("10.0.0.1", ['"[2001:db8:1:2::1]:4711"'], "2001:db8:1:2::/64"),
        ("10.0.0.1", ["[::ffff:203.0.113.5]:4711"], "203.0.113.5"),
        ("10.0.0.1", ["[fe80::1%eth0]:4711"], "fe80::/64"),
        ("10.0.0.1", ["203.0.113.5:"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.5:x"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.5:4711:1"], "10.0.0.1"),
        ("10.0.0.1", ["[203.0.113.5"], "10.0.0.1"),
        ("10.0.0.1", ["_hidden"], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.1, 6.6.6.6:x"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        (None, ["203.0.113.1"], "unknown"),
    ],
)
def test_client_address(peer: str | None, forwarded: list[str], client: str) -> None:
    """X-Forwarded-For is believed from trusted proxies only, from its end, and no further than them."""
    assert Proxies(["10.0.0.0/8"]).client_of(peer, forwarded) == client


@pytest.mark.parametrize("trusted", ["::ffff:10.0.0.0/104", "::ffff:10.0.0.1", "::ffff:a00:1", "10.0.0.1/8"])
def test_trusted_as_ipv6(trusted: str) -> None:
    """A proxy's IPv4 address may be written inside IPv6, as a server on both shows it."""
    for peer in ("10.0.0.1", "::ffff:10.0.0.1"):
        assert Proxies([trusted]).client_of(peer, ["203.0.113.1"]) == "203.0.113.1"
    assert Proxies([trusted]).client_of("11.0.0.1", ["203.0.113.1"]) == "11.0.0.1"


@given(st.ip_addresses(), st.one_of(st.none(), st.integers(0, 65535)), st.booleans())
@settings(deadline=None)
def test_any_address(address: IPv4Address | IPv6Address, port: int | None, quoted: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever port, brackets and quotes a proxy puts around an address, it is that address."""
    inside = f"[{address}]" if address.version == 6 else str(address)
    written = inside if port is None else f"{inside}:{port}"
    written = f'"{written}"' if quoted else written
    proxies = Proxies(["127.0.0.1"])
    assert proxies.client_of("127.0.0.1", [written]) == proxies.client_of(str(address), [])


@given(st.text('0123456789abcdef.:[]%"/, x\n', max_size=30))
@settings(deadline=None)
def test_any_forwarded(text: str) -> None:
    """Whatever stands in the header, somebody is held responsible, and a stranger's counts for nothing."""
    assert Proxies(["127.0.0.1"]).client_of("127.0.0.1", [text])
    assert Proxies(["127.0.0.1"]).client_of("6.6.6.6", [text]) == "6.6.6.6"


def test_buckets_are_bounded() -> None:
    """However many addresses come by, only the last ones are remembered."""
    buckets = Buckets(burst=1, monotonic=lambda: 0.0)
    for number in range(MAX_CLIENTS + 1):
        assert buckets.take(str(number)) == 0
    assert buckets.take(str(MAX_CLIENTS)) > 0  # still known
    assert buckets.take("0") == 0  # forgotten


async def test_slow_heads(tmp_path: Path) -> None:
    """Connections that never finish their request head are closed at the deadline; others are served meanwhile."""
    async with open_site(tmp_path, head_deadline_s=0.3) as site:
        began = time.monotonic()
        slow = [await asyncio.open_connection("127.0.0.1", site.web.port) for _ in range(20)]
        for _, writer in slow:
            writer.write(b"GET / HTTP/1.1\r\nHost: ")
        assert (await site.browser().get("/healthz")).status == 200
        ends = await asyncio.gather(*(asyncio.wait_for(reader.read(), 5) for reader, _ in slow))
        assert ends == [b""] * 20
        assert time.monotonic() - began < 3
        for _, writer in slow:
            writer.close()


async def test_many_connections(site: Site) -> None:
    """One address gets only so many connections at a time; those it has keep working."""
    first = await asyncio.open_connection("127.0.0.1", site.web.port)
    others = [await asyncio.open_connection("127.0.0.1", site.web.port) for _ in range(MAX_PER_ADDRESS + 5)]
    ends = [asyncio.ensure_future(reader.read()) for reader, _ in others]
    for end in islice(asyncio.as_completed(ends, timeout=5), 6):
        assert await end == b""
    first[1].write(f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    assert b"200 OK" in await asyncio.wait_for(first[0].read(), 5)
    assert sum(end.done() for end in ends) == 6  # of 70 connections 64 are allowed
    for _, writer in (first, *others):
        writer.close()
    await asyncio.gather(*ends)
