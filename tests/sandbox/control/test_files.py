"""The page's files: what is served, as what, and under which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.control import Control
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    folder = tmp_path / "static"
    (folder / "js").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Mixtape</title>")
    (folder / "js" / "main.js").write_text("export {};")
    (folder / "notes.md").write_text("not for browsers")
    (tmp_path / "secret.js").write_text("secret")
    (folder / "js" / "way_out.js").symlink_to(tmp_path / "secret.js")
    async with World(bot="none") as world:
        control = Control(world, page=folder)
        await control.start(0)
        yield control.url
        await control.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "text/html"), ("/index.html", "text/html"), ("/js/main.js", "text/javascript")]
)
async def test_page(url: str, session: aiohttp.ClientSession, path: str, kind: str) -> None:
    """The page may load from itself alone, runs nothing written inside a document, and is never stale."""
    async with session.get(f"{url}{path}") as response:
        assert response.status == 200
        assert response.content_type == kind
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        etag = response.headers["ETag"]
    async with session.get(f"{url}{path}", headers={"If-None-Match": etag}) as response:
        assert response.status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.js",
        "/notes.md",
        "/js",
        "/%2e%2e/secret.js",
        "/js/..%2f..%2fsecret.js",
        "/js/way_out.js",
        "/media/spotify/image/x-65",
        "/media/discord/attachments/1/x.png",
        "/api/",
    ],
)
async def test_nothing_else(url: str, session: aiohttp.ClientSession, path: str) -> None:
    """Only the page's own files are served: none beside them, none of another kind, none behind a link."""
    async with session.get(f"{url}{path}") as response:
        assert response.status == 404
