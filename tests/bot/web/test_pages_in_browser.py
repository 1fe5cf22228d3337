"""Our pages in a real browser: on a phone and a desk, light and dark, by keyboard, and all the way through a link."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.services.linking import LinkWay
from bot.spotify.errors import SpotifyNotRegisteredError
from sandbox.ports import ReservedPort
from tests.bot.link_desk import ADA, REDIRECT_PATH
from tests.bot.web.site import open_site
from tests.browser import watched_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from playwright.async_api import Browser, ViewportSize

    from tests.bot.web.site import Site
    from tests.browser import WatchedPage

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]

PHONE, DESK = (400, 800), (1280, 900)
LOOKS = [
    pytest.param(size, scheme, id=f"{'phone' if size is PHONE else 'desk'}-{scheme}")
    for size in (PHONE, DESK)
    for scheme in ("light", "dark")
]
Scheme = Literal["light", "dark"]

# The contrast of each piece of text with what is behind it, as WCAG 2 counts it; the lowest is answered.
CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (![...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    found.push((a + 0.05) / (b + 0.05));
  }
  return Math.min(...found);
}"""


@dataclass
class Visit:
    """A site under the address a browser asks for, and Ada's link on it."""

    site: Site
    origin: str
    link: str
    folder: Path

    async def agree(self, watched: WatchedPage) -> None:
        """Continue, yes at Spotify, and back on the code page."""
        await watched.page.goto(self.link)
        await watched.page.get_by_role("button", name="Continue").click()
        await watched.page.wait_for_url(f"{self.origin}/linked")


@asynccontextmanager
async def address() -> AsyncIterator[tuple[str, int]]:
    """An origin that is known before its server listens."""
    with closing(ReservedPort()) as port:
        yield f"http://127.0.0.1:{port.number}", port.number


@pytest_asyncio.fixture(loop_scope="session")
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    agree: list[Callable[[str], str]] = []

    async def authorize(request: web.Request) -> web.Response:
        raise web.HTTPFound(agree[0](str(request.url)))

    spotify = TestServer(web.Application())
    spotify.app.router.add_get("/authorize", authorize)
    async with (
        address() as (origin, port),
        spotify,
        open_site(
            tmp_path, public_url=origin, accounts_url=str(spotify.make_url("")).rstrip("/"), port=port
        ) as site,
    ):
        agree.append(lambda url: f"{origin}{REDIRECT_PATH}?{site.desk.spotify.consent(url).query}")
        begun = await site.desk.linking.begin(ADA, "Ada Lovelace")
        assert begun.page_url is not None
        yield Visit(site, origin, begun.page_url, tmp_path)


@asynccontextmanager
async def look(browser: Browser, size: tuple[int, int], scheme: Scheme) -> AsyncIterator[WatchedPage]:
    """A page in one look. Whatever it does meanwhile: no errors, nothing beyond loopback, readable, not too wide."""
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    async with watched_page(browser, viewport=viewport, color_scheme=scheme) as watched:
        yield watched
        assert watched.foreign == []
        assert [error for error in watched.errors if "Failed to load resource" not in error] == []
        assert await watched.page.evaluate(CONTRAST) >= 4.5
        assert await watched.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert await watched.page.locator("h1").count() == 1


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_all_the_way(browser: Browser, visit: Visit, size: tuple[int, int], scheme: Scheme) -> None:
    """Page, Spotify, code: in every look it reads well, asks nobody else for anything, and reports no error."""
    name = f"{size[0]}-{scheme}"
    async with look(browser, size, scheme) as watched:
        await watched.page.goto(visit.link)
        await watched.picture(visit.folder, f"link-{name}")
        buttons = [await button.bounding_box() for button in await watched.page.get_by_role("button").all()]
        assert len({(box["width"], box["height"]) for box in buttons if box}) == 1  # Cancel is no smaller
        assert all(box and box["height"] >= 44 for box in buttons)
        await visit.agree(watched)
        await watched.picture(visit.folder, f"code-{name}")
        digits = (await watched.page.locator(".code").inner_text()).replace("\n", "")
        assert watched.errors == []
    assert re.fullmatch(r"\d{6}", digits)
    assert (await visit.site.desk.linking.confirm(ADA, digits)).account.member_id == ADA


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_other_pages(browser: Browser, visit: Visit, scheme: Scheme) -> None:
    """Errors, Cancel and paste mode look like the rest."""
    visit.site.desk.spotify.refusals["me"] = SpotifyNotRegisteredError(status=403)
    async with look(browser, PHONE, scheme) as watched:
        await watched.page.goto(visit.link)
        await watched.page.get_by_role("button", name="Continue").click()
        await watched.page.get_by_role("heading", name="You're not on this bot").wait_for()
        await watched.picture(visit.folder, f"not-registered-{scheme}")
    async with look(browser, PHONE, scheme) as watched:
        await watched.page.goto(f"{visit.origin}/link/{await visit.site.desk.token()}")
        await watched.page.get_by_role("button", name="Cancel").click()
        await watched.page.get_by_role("heading", name="Cancelled").wait_for()
        await watched.picture(visit.folder, f"cancelled-{scheme}")
    async with look(browser, DESK, scheme) as watched:
        await watched.page.goto(f"{visit.origin}/nothing")
        await watched.picture(visit.folder, f"not-found-{scheme}")


async def test_keyboard(browser: Browser, visit: Visit) -> None:
    """Tab leads to Continue and then to Cancel; Enter presses."""
    async with look(browser, DESK, "light") as watched:
        await watched.page.goto(visit.link)
        for name in ("Continue", "Cancel"):
            await watched.page.keyboard.press("Tab")
            assert await watched.page.evaluate("document.activeElement.innerText") == name
        await watched.page.keyboard.press("Shift+Tab")
        await watched.page.keyboard.press("Enter")
        await watched.page.wait_for_url(f"{visit.origin}/linked")


async def test_second_press_and_second_browser(browser: Browser, visit: Visit) -> None:
    """A nervous double click still arrives; another browser with the same address does not."""
    async with look(browser, DESK, "light") as watched:
        await watched.page.goto(visit.link)
        await watched.page.get_by_role("button", name="Continue").dblclick()
        await watched.page.wait_for_url(f"{visit.origin}/linked")
        async with look(browser, DESK, "light") as other:
            await other.page.goto(visit.link)
            await other.page.get_by_role("heading", name="another browser").wait_for()


async def test_back(browser: Browser, visit: Visit) -> None:
    """Back from the code leads to the code again, not to a page that does nothing any more."""
    async with look(browser, DESK, "light") as watched:
        await visit.agree(watched)
        shown = await watched.page.locator(".code").inner_text()
        await watched.page.goto(visit.link)
        assert watched.page.url == f"{visit.origin}/linked"
        assert await watched.page.locator(".code").inner_text() == shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_paste_page(browser: Browser, tmp_path: Path, scheme: Scheme) -> None:
    """In paste mode, Spotify's answer is a page that says where to take its address."""
    async with (
        address() as (origin, port),
        open_site(tmp_path, public_url=origin, ways={LinkWay.PASTE}, port=port),
        look(browser, PHONE, scheme) as watched,
    ):
        await watched.page.goto(f"{origin}{REDIRECT_PATH}?code=c&state=s")
        await watched.page.get_by_role("heading", name="Copy this page's address").wait_for()
        await watched.picture(tmp_path, f"paste-{scheme}")


async def test_name_that_turns_around(browser: Browser, visit: Visit) -> None:
    """A name full of direction marks and markup stays a name in its place, however long."""
    name = "\u202e<b>Ada</b>\u2066" + "W" * 60
    async with look(browser, PHONE, "light") as watched:
        await watched.page.goto(f"{visit.origin}/link/{await visit.site.desk.token(name=name)}")
        assert await watched.page.locator(".who strong").inner_text() == "<b>Ada</b>" + "W" * 60
        assert await watched.page.locator("b").count() == 0
        await watched.picture(visit.folder, "long-name")
