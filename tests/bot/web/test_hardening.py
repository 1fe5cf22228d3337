"""What the pages and the callback promise against the internet: hosts, origins, hostile text, silence."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from yarl import URL

from bot.services.linking import LinkWay
from tests.bot.link_desk import ADA
from tests.bot.web.site import HOST, PUBLIC_URL, STRICT, open_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.web.site import Site


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "{% raw %}",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "a\r\nSet-Cookie: x=y",
    "%00",
    "\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
    "x" * 4000,
]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (HOST, 404),
        (HOST.upper(), 404),
        (f"{HOST}:443", 404),
        (f"{HOST}:80", 421),
        (f"{HOST}.", 421),
        (f"evil.{HOST}", 421),
        (f"{HOST}.evil.example", 421),
        (f"me@{HOST}", 421),
        ("127.0.0.1", 421),
        ("[", 421),
        ("", 421),
    ],
)
async def test_host(site: Site, host: str, status: int) -> None:
    """Only the public address is served; DNS rebinding and wrong proxies get 421."""
    assert (await site.browser().get("/nothing", Host=host)).status == status


async def test_odd_targets(site: Site) -> None:
    """A missing or second Host, and a whole address as the target, are refused."""
    for head in (
        "GET / HTTP/1.1\r\n",
        f"GET / HTTP/1.1\r\nHost: {HOST}\r\nHost: evil.example\r\n",
        f"GET https://evil.example/ HTTP/1.1\r\nHost: {HOST}\r\n",
    ):
        answer = await site.raw(f"{head}Connection: close\r\n\r\n".encode())
        assert answer.split()[1] in (b"400", b"421")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Origin": PUBLIC_URL}, True),
        ({"Origin": PUBLIC_URL.upper()}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "none"}, False),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": "http://mixtape.example"}, False),
        ({"Origin": "https://mixtape.example:444"}, False),
    ],
)
async def test_origin_of_forms(site: Site, headers: dict[str, str], allowed: bool) -> None:  # noqa: FBT001 - a parameter set
    """Only our own page can press Continue or Cancel."""
    token = await site.desk.token()
    for path in (f"/link/{token}", f"/link/{token}/cancel"):
        page = await site.browser().send("POST", path, headers)
        assert (page.status in (200, 303)) is allowed
        assert page.status in (200, 303, 403)


async def test_head_of_the_callback(site: Site) -> None:
    """A preview of Spotify's answer does not use it up."""
    browser = site.browser()
    answer = await site.consented(browser)
    page = await browser.send("HEAD", f"/callback?{answer.query}")
    assert (page.status, page.headers["Allow"]) == (405, "GET")
    assert site.desk.spotify.exchanges == 0
    assert (await browser.come_back(answer)).status == 303


@pytest.mark.parametrize("value", HOSTILE)
async def test_hostile_queries(site: Site, value: str) -> None:
    """Nothing in the callback's query becomes markup, a header or a crash."""
    browser = site.browser()
    await site.consented(browser)
    attempt = await site.desk.stores.attempts.of_member(ADA, site.desk.time.now())
    for name in ("state", "code", "error", "x"):
        path = str(URL.build(path="/callback", query={name: value}))
        page = await browser.get(path)
        assert page.status == 403
        assert "<script" not in page.text
        assert "onerror" not in page.text
        assert page.strict_headers() == STRICT
    assert await site.desk.stores.attempts.of_member(ADA, site.desk.time.now()) == attempt


@pytest.mark.parametrize("name", HOSTILE[:6])
async def test_hostile_names(site: Site, name: str) -> None:
    """A member's name is shown as text, whatever it is, and cannot turn the line around."""
    page = await site.browser().get(f"/link/{await site.desk.token(name=name)}")
    assert page.status == 200
    assert "<script" not in page.text
    assert "<img src=x" not in page.text
    assert "49" not in page.text.partition("<bdi>")[2].partition("</bdi>")[0]


async def test_unseen_in_names(site: Site) -> None:
    """Controls and other invisible characters in a member's name don't reach the page."""
    token = await site.desk.token(name="A\x00\x1b[31m\u202ed\u200ba\ud800")
    page = await site.browser().get(f"/link/{token}")
    assert "<bdi>A[31mda</bdi>" in page.text


async def test_hostile_reason(site: Site) -> None:
    """Spotify's word for an error is shown as text."""
    browser = site.browser()
    onwards = await browser.press(f"/link/{await site.desk.token()}")
    refused = site.desk.spotify.refuse(onwards.headers["Location"], "<b onclick=x>")
    page = await browser.come_back(refused)
    assert "&lt;b onclick=x&gt;" in page.text


async def test_hostile_paths(site: Site) -> None:
    """Odd addresses are just not found."""
    for path in (
        "/link/",
        "/link/%00",
        "/link/%ff%fe",
        "/link/a%2Fb",
        "/link/" + "x" * 4000,
        "/%2e%2e/%2e%2e/etc",
    ):
        assert (await site.browser().get(path)).status in (404, 410)


async def test_large_bodies(site: Site) -> None:
    """Our forms are empty; a large body is refused before it is read."""
    token = await site.desk.token()
    headers = {"Origin": PUBLIC_URL}
    page = await site.browser().send("POST", f"/link/{token}", headers, b"x" * 10_000)
    assert page.status == 413
    assert (await site.browser().send("POST", f"/link/{token}", headers, b"x=1")).status == 303


async def test_silence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG no log line holds a link's secret, a cookie, a state, Spotify's code or the six digits."""
    caplog.set_level(logging.DEBUG)
    async with open_site(tmp_path, ways=set(LinkWay)) as site:
        browser = site.browser()
        token = await site.desk.token()
        onwards = await browser.press(f"/link/{token}")
        answer = site.desk.spotify.consent(onwards.headers["Location"])
        [cookie] = browser.cookies.values()
        await site.browser().come_back(answer)
        await browser.come_back(answer)
        await browser.get("/linked")
        digits = (await site.desk.linking.code_for(cookie)).digits
        await site.raw(f"GET /callback?{answer.query}\x00 HTTP/1.1\r\n\r\n".encode())
        await browser.press(f"/link/{token}/cancel")
    secrets = (token, cookie, answer.state, answer.code or "", digits, "access-1", "refresh-1")
    lines = [record.getMessage() + (record.exc_text or "") for record in caplog.records]
    assert not [line for line in lines for secret in secrets if secret in line]
    access = [line for line in lines if line.startswith(("GET /", "POST /"))]
    assert any(line.startswith("GET /callback 303 in ") for line in access)
    assert any(line.startswith("POST /link/{token}/cancel 200 in ") for line in access)
