"""The page's own files, the pictures of the invented Spotify, and the files people uploaded to the invented Discord."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify import pictures

if TYPE_CHECKING:
    from sandbox.world import World

PAGE = Path(__file__).resolve().parent.parent / "page" / "static"
FIRST = "index.html"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
SHOWN = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp"}
)  # all else is downloaded, not opened


class Files:
    def __init__(self, world: World, folder: Path = PAGE) -> None:
        self._world = world
        self._folder = folder.resolve()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(r"/media/spotify/image/{id:\w+}-{size:\d+}", self.picture),
            web.get(r"/media/discord/attachments/{id:\d+}/{name}", self.attachment),
            web.get(r"/{path:(?!api/|media/).*}", self.page),
        ]

    async def page(self, request: web.Request) -> web.StreamResponse:
        """A file of the page, asked for anew each time, so that who works on it sees every change."""
        path = (self._folder / (request.match_info["path"] or FIRST)).resolve()
        kind = TYPES.get(path.suffix)
        if kind is None or not path.is_relative_to(self._folder) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": "no-cache"})

    async def picture(self, request: web.Request) -> web.Response:
        size = int(request.match_info["size"])
        if size not in pictures.SIZES:
            raise web.HTTPNotFound
        return web.Response(
            body=pictures.draw(request.match_info["id"], size),
            content_type="image/png",
            headers={"Cache-Control": "private, max-age=86400"},
        )

    async def attachment(self, request: web.Request) -> web.Response:
        attachment = self._world.discord.state.files.get(int(request.match_info["id"]))
        if attachment is None or attachment.filename != request.match_info["name"]:
            raise web.HTTPNotFound
        kind = attachment.upload.content_type
        headers = {} if kind in SHOWN else {"Content-Disposition": "attachment"}
        return web.Response(body=attachment.upload.data, content_type=kind, headers=headers)
