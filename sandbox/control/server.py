"""The server of the interface: the chat page for a browser, JSON for curl. docs/sandbox.md has examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.acting import Acting
from sandbox.control.calls import CallBook
from sandbox.control.door import LOOKING, add_headers, guard
from sandbox.control.example import Example
from sandbox.control.files import PAGE, Files
from sandbox.control.live import BEAT_S, Live
from sandbox.control.looking import Looking
from sandbox.control.playlists import Playlists
from sandbox.control.trouble import Trouble
from sandbox.control.world_file import WorldFile

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp.typedefs import Handler, Middleware

    from sandbox.world import World

LARGEST_BODY = 64 * 1024 * 1024  # a world with many files in it
CLOSING_S = 0.5


class Control:
    """`await start(port)`, then everything is at `url`.

    page: the folder of the page's files. beat_s: how often a silent stream of events shows that it lives.
    """

    def __init__(self, world: World, *, page: Path = PAGE, beat_s: float = BEAT_S) -> None:
        calls, playlists, trouble = CallBook(world), Playlists(world), Trouble(world)
        self._live = Live(world, calls, playlists, trouble, beat_s=beat_s)
        self._parts = (
            Looking(world),
            Acting(world),
            Example(world),
            playlists,
            trouble,
            calls,
            self._live,
            WorldFile(world),
            Files(world, page),
        )
        self._runner: web.AppRunner | None = None
        self.url = ""

    @property
    def addresses(self) -> list[str]:
        """The paths it answers at, with {names} for what varies."""
        return sorted({route.path for part in self._parts for route in part.routes()})

    async def start(self, port: int) -> None:
        """Listen on loopback. Port 0: any. Raises OSError when the port is taken."""
        app = web.Application(middlewares=[guard, self._noticing()], client_max_size=LARGEST_BODY)
        for part in self._parts:
            app.add_routes(part.routes())
        app.on_response_prepare.append(add_headers)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING_S)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", port).start()
        except OSError:
            await self._runner.cleanup()
            self._runner = None
            raise
        self._live.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            self._live.stop()
            await runner.cleanup()

    def _noticing(self) -> Middleware:
        @web.middleware
        async def notice(request: web.Request, handler: Handler) -> web.StreamResponse:
            """What was done here by hand is told to every page."""
            try:
                return await handler(request)
            finally:
                if request.method not in LOOKING:
                    self._live.look_soon()

        return notice
