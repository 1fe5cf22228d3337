"""Our web server on loopback under its public name, and browsers with a cookie jar each."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import aiohttp

from bot.services.linking import LinkWay
from bot.web.server import WebServer
from tests.bot.link_desk import ACCOUNTS_URL, REDIRECT_PATH, Answer, Desk, open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping
    from pathlib import Path

    from multidict import CIMultiDictProxy

    from bot.web.clients import Buckets

PUBLIC_URL = "https://mixtape.example"
HOST = "mixtape.example"
STRICT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    f"form-action 'self' {ACCOUNTS_URL}; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Server": "Mixtape",
}  # on every answer


@dataclass(frozen=True)
class Page:
    status: int
    headers: CIMultiDictProxy[str]
    text: str

    def strict_headers(self) -> dict[str, str]:
        """Those of `STRICT`; an absent one is empty."""
        return {name: self.headers.get(name, "") for name in STRICT}


@dataclass
class Browser:
    """Keeps cookies, follows nothing, and sends what a browser on our own page sends."""

    session: aiohttp.ClientSession
    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Page:
        return await self.send("GET", path, headers)

    async def press(self, path: str) -> Page:
        """Send our form. With our referrer policy, a browser calls the origin "null"."""
        return await self.send("POST", path, {"Origin": "null", "Sec-Fetch-Site": "same-origin"})

    async def come_back(self, answer: Answer) -> Page:
        return await self.get(f"{REDIRECT_PATH}?{answer.query}")

    async def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
    ) -> Page:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": HOST, **({"Cookie": jar} if jar else {}), **(headers or {})}
        async with self.session.request(
            method, self.base + path, headers=sent, data=data, allow_redirects=False
        ) as response:
            page = Page(response.status, response.headers, await response.text())
        for line in page.headers.getall("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return page


@dataclass
class Site:
    desk: Desk
    web: WebServer
    ready: list[bool | Exception]  # what the next question for readiness gets
    _session: aiohttp.ClientSession

    def browser(self) -> Browser:
        return Browser(self._session, f"http://127.0.0.1:{self.web.port}")

    async def consented(self, browser: Browser) -> Answer:
        """The browser opened Ada's page, pressed Continue and agreed at Spotify."""
        path = f"/link/{await self.desk.token()}"
        assert (await browser.get(path)).status == 200
        onwards = await browser.press(path)
        assert onwards.status == 303
        return self.desk.spotify.consent(onwards.headers["Location"])

    async def raw(self, request: bytes) -> bytes:
        """All that comes back for these bytes until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.web.port)
        writer.write(request)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def open_site(
    folder: Path,
    *,
    public_url: str = PUBLIC_URL,
    accounts_url: str = ACCOUNTS_URL,
    ways: Collection[LinkWay] = (LinkWay.PAGE,),
    trusted_proxies: Collection[str] = (),
    buckets: Buckets | None = None,
    port: int = 0,
    head_deadline_s: float = 10,
    language: str | None = None,
) -> AsyncIterator[Site]:
    ready: list[bool | Exception] = []

    async def is_ready() -> bool:
        answer = ready.pop() if ready else True
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with open_desk(folder, ways=ways, public_url=public_url, accounts_url=accounts_url) as desk:
        web = WebServer(
            desk.linking,
            public_url=public_url,
            callback_path=REDIRECT_PATH,
            paste=LinkWay.PASTE in ways,
            host="127.0.0.1",
            port=port,
            trusted_proxies=trusted_proxies,
            ready=is_ready,
            accounts_origin=accounts_url,
            language=language,
            buckets=buckets,
            head_deadline_s=head_deadline_s,
        )
        await web.start()
        try:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
                yield Site(desk, web, ready, session)
        finally:
            await web.close()
