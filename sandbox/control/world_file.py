"""The world as a file, so that a report of a mistake can carry the world it was made in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.answers import answer

if TYPE_CHECKING:
    from sandbox.world import World

NAME = "mixtape-world.json"


class WorldFile:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/state", self.save), web.post("/api/state", self.load)]

    async def save(self, _: web.Request) -> web.Response:
        return web.Response(
            body=await self._world.save(),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{NAME}"'},
        )

    async def load(self, request: web.Request) -> web.Response:
        await self._world.load(await request.read())
        return answer({"run": self._world.run})
