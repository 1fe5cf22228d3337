"""Debian's Chromium for tests, driven by Playwright: one process per test run, an empty profile per page.

Use: import the `browser` fixture into a conftest.py, mark the tests `pytest.mark.asyncio(loop_scope="session")` (the
browser lives on that loop) and `pytest.mark.real_part`, and open pages with `watched_page`.
"""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOOPBACK = {"127.0.0.1", "::1"}
ARGUMENTS = (
    "--no-sandbox",  # containers, and root, have none; only our own pages are opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@dataclass
class WatchedPage:
    """A page, and all it should not have done."""

    page: Page
    errors: list[str] = field(default_factory=list)  # of the console and of scripts
    foreign: list[str] = field(default_factory=list)  # addresses beyond loopback that were asked for

    async def picture(self, folder: Path, name: str) -> None:
        """Keep a screenshot to look at, where MIXTAPE_SCREENSHOTS says or else in `folder`."""
        target = os.environ.get("MIXTAPE_SCREENSHOTS") or str(folder)
        await self.page.screenshot(path=f"{target}/{name}.png", full_page=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("no browser: install the package chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=executable,
            args=[*ARGUMENTS],
            # Crash reports have a folder of their own in the home, whatever the profile.
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path_factory.mktemp("chromium"))},
        )
        yield launched
        await launched.close()


@asynccontextmanager
async def watched_page(browser: Browser, **context: Any) -> AsyncIterator[WatchedPage]:
    """A page with a cookie jar of its own. context: as for Playwright's `new_context` (viewport, color_scheme, ...)."""
    async with await browser.new_context(**context) as opened:
        watched = WatchedPage(await opened.new_page())
        page = watched.page
        page.on("console", lambda message: _note(watched.errors, message.type, message.text))
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("request", lambda request: _note_foreign(watched.foreign, request.url))
        yield watched


def _note(errors: list[str], kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        errors.append(text)


def _note_foreign(foreign: list[str], url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
        foreign.append(url)
