"""Trouble on demand: a Spotify that is slow, fails or forgets people, a gateway that drops, time that flies."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web
from msgspec import UNSET

from sandbox import fake_discord, fake_spotify
from sandbox.control.answers import BadRequestError, answer, read
from sandbox.control.orders import GatewayTrouble, Step, Switching
from sandbox.fake_spotify.state import PLAYLIST_SIZE

if TYPE_CHECKING:
    from sandbox.control.answers import Json
    from sandbox.world import World

log = logging.getLogger(__name__)

QUOTA_S = 24 * 60 * 60  # a day's quota is back after a day
CLOSE_CODE = 4000  # "unknown error, try reconnecting"


class Trouble:
    def __init__(self, world: World) -> None:
        self._world = world
        self._restarting: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/trouble", self.show),
            web.patch("/api/trouble", self.switch),
            web.delete("/api/trouble", self.clear),
            web.post("/api/faults", self.break_calls),
            web.delete("/api/faults", self.mend_calls),
            web.post("/api/revocations/{person}", self.revoke),
            web.put("/api/user_list/{person}", self.allow),
            web.delete("/api/user_list/{person}", self.forget),
            web.post("/api/gateway", self.disturb_gateway),
            web.post("/api/clock", self.move_clock),
            web.post("/api/restarts", self.restart),
        ]

    def state(self) -> Json:
        """Every switch as it stands."""
        spotify, discord = self._world.spotify, self._world.discord
        switches, now = spotify.switches, self._world.clock.now()
        limited = switches.blocked_until if switches.blocked_until and switches.blocked_until > now else None
        at_spotify = [asdict(armed.fault) | {"hits": armed.hits} for armed in spotify.faults.waiting]
        at_discord = [asdict(fault) for fault in discord.faults.waiting]
        missing = spotify.first_users - spotify.allowlist
        return {
            "spotify": {
                "slow_s": switches.slow_by.total_seconds(),
                "failing": switches.failing,
                "rate_limited_until": limited.isoformat() if limited else None,
                "quota_exceeded": switches.quota_exceeded and limited is not None,
                "owner_has_premium": switches.owner_has_premium,
                "playlist_size": switches.playlist_size,
                "user_list": [name for name in spotify.people if name in spotify.allowlist],
                "faults": at_spotify,
            },
            "discord": {
                "failing": discord.faults.failing,
                "faults": at_discord,
                "bot_online": discord.gateway.ready,
            },
            "clock": self.clock(),
            "any": bool(
                switches.slow_by
                or switches.failing
                or limited
                or not switches.owner_has_premium
                or switches.playlist_size != PLAYLIST_SIZE
                or missing
                or at_spotify
                or at_discord
                or discord.faults.failing
            ),
        }

    def clock(self) -> Json:
        clock = self._world.clock
        return {"now": clock.now().isoformat(), "ahead_s": clock.ahead.total_seconds()}

    async def show(self, _: web.Request) -> web.Response:
        return answer(self.state())

    async def switch(self, request: web.Request) -> web.Response:
        asked = await read(request, Switching)
        spotify = self._world.spotify
        switches = spotify.switches
        if asked.slow_s is not UNSET:
            switches.slow_by = timedelta(seconds=asked.slow_s)
        if asked.failing is not UNSET:
            switches.failing = asked.failing
        if asked.rate_limited_s is not UNSET or asked.quota_exceeded is not UNSET:
            quota = asked.quota_exceeded is True
            seconds = QUOTA_S * quota if asked.rate_limited_s is UNSET else asked.rate_limited_s
            spotify.rate_limit(seconds, quota=quota)
        if asked.owner_has_premium is not UNSET:
            switches.owner_has_premium = asked.owner_has_premium
        if asked.playlist_size is not UNSET:
            switches.playlist_size = asked.playlist_size
        if asked.discord_failing is not UNSET:
            self._world.discord.faults.failing = asked.discord_failing
        return answer(self.state())

    async def clear(self, _: web.Request) -> web.Response:
        """Everything well again. Time does not go back, and a consent that was withdrawn stays withdrawn."""
        spotify = self._world.spotify
        switches = spotify.switches
        spotify.faults.clear()
        self._world.discord.faults.clear()
        switches.slow_by = timedelta()
        switches.failing = switches.quota_exceeded = False
        switches.blocked_until = None
        switches.owner_has_premium = True
        switches.playlist_size = PLAYLIST_SIZE
        spotify.allowlist.clear()
        spotify.allowlist.update(spotify.first_users)
        return answer(self.state())

    async def break_calls(self, request: web.Request) -> web.Response:
        if request.query.get("at") == "discord":
            return answer(asdict(self._world.discord.faults.add(await read(request, fake_discord.Fault))))
        fault = await read(request, fake_spotify.Fault)
        self._world.spotify.faults.add(fault)
        return answer(asdict(fault))

    async def mend_calls(self, request: web.Request) -> web.Response:
        if request.query.get("at") == "discord":
            self._world.discord.faults.clear()
        else:
            self._world.spotify.faults.clear()
        return answer({})

    async def revoke(self, request: web.Request) -> web.Response:
        self._world.spotify.revoke(self._person(request))
        return answer({})

    async def allow(self, request: web.Request) -> web.Response:
        self._world.spotify.allowlist.add(self._person(request))
        return answer(self.state())

    async def forget(self, request: web.Request) -> web.Response:
        self._world.spotify.allowlist.discard(self._person(request))
        return answer(self.state())

    async def disturb_gateway(self, request: web.Request) -> web.Response:
        faults = self._world.discord.faults
        asked = await read(request, GatewayTrouble)
        match asked.do:
            case "drop":
                faults.drop_gateway(shard=asked.shard)
            case "close":
                await faults.close_gateway(CLOSE_CODE, shard=asked.shard)
            case "reconnect":
                faults.ask_to_reconnect(shard=asked.shard)
            case "invalidate":
                faults.invalidate_session(resumable=False, shard=asked.shard)
        return answer({})

    async def move_clock(self, request: web.Request) -> web.Response:
        step = await read(request, Step)
        await self._world.advance(days=step.days, hours=step.hours, seconds=step.seconds)
        return answer(self.clock())

    async def restart(self, request: web.Request) -> web.Response:
        """`wait=0` answers at once; the event `bot` tells the rest."""
        if request.query.get("wait") == "0":
            self._world.must_be_idle()
            self._restarting = asyncio.create_task(self._world.restart_bot())
            self._restarting.add_done_callback(_complain)
        else:
            await self._world.restart_bot()
        return answer({})

    def _person(self, request: web.Request) -> str:
        name = request.match_info["person"]
        if name not in self._world.spotify.people:
            raise BadRequestError(f"nobody at Spotify is called {name!r}")
        return name


def _complain(restarting: asyncio.Task[None]) -> None:
    if not restarting.cancelled() and (failure := restarting.exception()):
        log.error("the bot did not start again: %s", failure)
