"""Live changes for pages, as server-sent events: each browser hears what its member sees."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.answers import BadRequestError
from sandbox.control.seen import message_json

if TYPE_CHECKING:
    from sandbox.control.calls import CallBook
    from sandbox.control.playlists import Playlists
    from sandbox.control.trouble import Trouble
    from sandbox.fake_discord import Message
    from sandbox.world import World

BEAT_S = 15.0
MOST_WAITING = (
    2_000  # a browser that does not listen any more is left behind; it connects anew and looks again
)
MOST_CALLS = 100
ACTIONS = {"MESSAGE_CREATE": "created", "MESSAGE_UPDATE": "edited", "MESSAGE_DELETE": "deleted"}
BEAT = b": beat\n\n"


class _Listener:
    """One open connection. None in the queue ends it."""

    def __init__(self, member: str | None) -> None:
        self.member = member
        self.frames: asyncio.Queue[bytes | None] = asyncio.Queue()

    def send(self, frame: bytes) -> None:
        if self.frames.qsize() > MOST_WAITING:
            self.end()
        else:
            self.frames.put_nowait(frame)

    def end(self) -> None:
        self.frames.put_nowait(None)


class Live:
    """Notices what changed after anything happened, once per step of the loop, and tells every listener."""

    def __init__(
        self,
        world: World,
        calls: CallBook,
        playlists: Playlists,
        trouble: Trouble,
        *,
        beat_s: float = BEAT_S,
    ) -> None:
        self._world = world
        self._calls = calls
        self._playlists = playlists
        self._trouble = trouble
        self._beat_s = beat_s
        self._listeners: set[_Listener] = set()
        self._number = 0
        self._looking = False
        self._before: dict[str, object] = {}
        self._told_calls = 0

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/events", self.serve)]

    def start(self) -> None:
        self._world.discord.changes.listeners.append(self.look_soon)
        self._world.discord.state.listeners.append(self._heard)
        self._world.spotify.listeners.append(self.look_soon)

    def stop(self) -> None:
        """End every connection, so that the server can close."""
        self._world.discord.changes.listeners.remove(self.look_soon)
        self._world.discord.state.listeners.remove(self._heard)
        self._world.spotify.listeners.remove(self.look_soon)
        for listener in self._listeners:
            listener.end()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        member = request.query.get("as")
        if member is not None and member not in self._world.discord.members:
            raise BadRequestError(f"nobody is called {member!r}")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        listener = self._welcome(member)
        try:
            await response.write(b"retry: 1000\n" + self._frame("hello", self._hello()))
            while True:
                frame = await self._next(listener)
                if frame is None:
                    break
                await response.write(frame)
        except ConnectionError:
            return response  # the browser has gone
        finally:
            self._listeners.discard(listener)
        return response

    def _welcome(self, member: str | None) -> _Listener:
        if not self._listeners:  # nobody was told anything, so what follows is compared with now
            self._calls.catch_up()
            self._told_calls = self._calls.total
            self._before = self._now()
        listener = _Listener(member)
        self._listeners.add(listener)
        return listener

    async def _next(self, listener: _Listener) -> bytes | None:
        try:
            async with asyncio.timeout(self._beat_s):
                return await listener.frames.get()
        except TimeoutError:
            return BEAT

    def _hello(self) -> dict[str, object]:
        world = self._world
        now = world.clock.now().isoformat()
        return {"now": now, "run": world.run, "bot_online": world.discord.gateway.ready}

    # What happened

    def _heard(self, event: str, message: Message) -> None:
        if not self._listeners:
            return
        action = ACTIONS[event]
        shown = None if message.deleted else message_json(self._world, message)
        about = {
            "action": action,
            "channel_id": str(message.channel.id),
            "id": str(message.id),
            "message": shown,
        }
        members = self._world.discord.members
        frame = self._frame("message", about)
        for listener in self._listeners:
            member = members.get(listener.member or "")
            if member is not None and message.concerns(member):
                listener.send(frame)

    def look_soon(self) -> None:
        if not self._looking:
            self._looking = True
            asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        self._looking = False
        if not self._listeners:
            return
        before, self._before = self._before, self._now()
        changed = {name for name, value in self._before.items() if value != before.get(name)}
        if "run" in changed:
            self._told_calls = 0
            self._tell("world", {"run": self._world.run})
            return
        calls = self._calls.after(self._told_calls)
        self._told_calls = self._calls.total
        if "bot" in changed:
            self._tell("bot", {"online": self._before["bot"]})
        if "commands" in changed:
            self._tell("commands", {})
        if "clock" in changed:
            self._tell("clock", self._trouble.clock())
        if "trouble" in changed:
            self._tell("trouble", self._trouble.state())
        if changed & {"playlists", "people"}:
            different = _different(before["playlists"], self._before["playlists"])
            self._tell("spotify", {"playlists": different, "people": "people" in changed})
        if calls:
            self._tell("calls", {"calls": calls[-MOST_CALLS:], "total": self._calls.total})

    def _now(self) -> dict[str, object]:
        """Everything a page shows that no message tells, cheap enough to be compared after every change."""
        world = self._world
        spotify = world.spotify
        trouble = self._trouble.state()
        del trouble["clock"], trouble["discord"]["bot_online"]
        return {
            "run": world.run,
            "bot": world.discord.gateway.ready,
            "commands": dict(world.discord.state.commands),
            "clock": world.clock.ahead,
            "trouble": trouble,
            "playlists": {id_: playlist.version for id_, playlist in spotify.state.playlists.items()},
            "people": (
                self._playlists.linked(),
                [self._playlists.consents(person) for person in spotify.people.values()],
                sorted(spotify.allowlist),
                [[*person.playlist_ids] for person in spotify.people.values()],
            ),
        }

    def _tell(self, event: str, data: object) -> None:
        frame = self._frame(event, data)
        for listener in self._listeners:
            listener.send(frame)

    def _frame(self, event: str, data: object) -> bytes:
        self._number += 1
        text = json.dumps(data, ensure_ascii=False, default=str)
        return f"id: {self._number}\nevent: {event}\ndata: {text}\n\n".encode()


def _different(before: object, after: object) -> list[str]:
    """The ids whose version changed, that are new, or that are gone."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [id_ for id_ in before | after if before.get(id_) != after.get(id_)]
