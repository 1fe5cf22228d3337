"""One press for who wants to look round first: a shared playlist that members are in the middle of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.answers import BadRequestError, answer
from sandbox.example import OWNER, PLAYLIST, make_example

if TYPE_CHECKING:
    from sandbox.world import World


class Example:
    def __init__(self, world: World) -> None:
        self._world = world
        self._making = False

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/api/example", self.make)]

    async def make(self, _: web.Request) -> web.Response:
        self._world.must_be_idle()
        made = PLAYLIST in {each.name for each in self._world.spotify.playlists_of(OWNER)}
        if made or self._making:
            raise BadRequestError(f"“{PLAYLIST}” is there already")
        self._making = True
        try:
            card = await make_example(self._world)
        finally:
            self._making = False
        return answer({"playlist": PLAYLIST, "channel": card.channel.name, "card": str(card.id)})
