"""Every call the bot made, to Spotify and to Discord, in one numbered list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.answers import answer, read_query
from sandbox.control.orders import CallPages
from sandbox.fake_spotify.calls import CONSENT_PAGE

if TYPE_CHECKING:
    from sandbox import fake_discord, fake_spotify
    from sandbox.control.answers import Json
    from sandbox.world import World

_SECRET = re.compile(r"(?<=/)[\w-]{60,}(?=/|$)")  # the token of an interaction, in its path


class CallBook:
    """Calls keep their number for as long as this world lasts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._run = ""
        self._seen = (0, 0)
        self._calls: list[Json] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/calls", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        self.catch_up()
        asked = read_query(request, CallPages)
        end = len(self._calls) if asked.before is None else max(asked.before - 1, 0)
        return answer({"total": self.total, "calls": self._calls[max(end - asked.limit, 0) : end]})

    @property
    def total(self) -> int:
        """How many there are; also the number of the latest."""
        return len(self._calls)

    def after(self, number: int) -> list[Json]:
        self.catch_up()
        return self._calls[number:]

    def catch_up(self) -> None:
        """Write down what was called since the last time, in order of time."""
        spotify, discord = self._world.spotify.calls, self._world.discord.calls
        if self._run != self._world.run:
            self._run, self._seen = self._world.run, (0, 0)
            self._calls.clear()
        new = [
            *(_to_spotify(call) for call in spotify[self._seen[0] :] if call.path != CONSENT_PAGE),
            *(_to_discord(call) for call in discord[self._seen[1] :]),
        ]
        self._seen = len(spotify), len(discord)
        new.sort(key=lambda call: str(call["at"]))
        for number, call in enumerate(new, self.total + 1):
            call["number"] = number
        self._calls += new


def _to_spotify(call: fake_spotify.Call) -> Json:
    return {
        "to": "spotify",
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "status": call.status,
        "at": call.at.isoformat(timespec="microseconds"),
        "took_ms": round(call.took_ms, 1),
        "as": call.person or call.token_kind,
        "grant_type": call.grant_type,
    }


def _to_discord(call: fake_discord.Call) -> Json:
    return {
        "to": "discord",
        "method": call.method,
        "path": _SECRET.sub("…", call.path),
        "query": {},
        "status": call.status or None,
        "at": call.at.isoformat(timespec="microseconds"),
        "took_ms": round(call.took_ms, 1),
        "as": None,
        "grant_type": None,
    }
