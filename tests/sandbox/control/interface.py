"""Talking to the sandbox's interface over HTTP, as curl and the page do."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

    from sandbox.control import Control
    from sandbox.world import World

PATIENCE_S = 5


@dataclass(frozen=True)
class Event:
    name: str
    data: Any


class Events:
    """One browser listening."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._content = response.content

    async def next(self, *names: str) -> Event:
        """The next event, or the next with one of these names. Comments are passed over."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                event = _event((await self._content.readuntil(b"\n\n")).decode())
                assert event is None or inexact(event.data) == [], "a browser would round these"
                if event and (not names or event.name in names):
                    return event

    async def beat(self) -> None:
        """Until the stream shows that it lives."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._content.readuntil(b"\n\n") != b": beat\n\n":
                pass

    async def ended(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self._content.read()


def inexact(thing: Any) -> list[int]:
    """The whole numbers that JavaScript cannot hold, such as ids that did not become text."""
    match thing:
        case dict():
            return [number for each in thing.values() for number in inexact(each)]
        case list():
            return [number for each in thing for number in inexact(each)]
        case int() if abs(thing) >= 2**53:
            return [thing]
    return []


def _event(block: str) -> Event | None:
    parts = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":") and line)
    return Event(parts["event"], json.loads(parts["data"])) if "event" in parts else None


@dataclass
class Interface:
    """`get` and its like answer JSON and expect success; `ask` answers the status, too."""

    world: World
    control: Control
    session: aiohttp.ClientSession

    async def get(self, path: str, **query: object) -> Any:
        return await self._expect("GET", path, query=query)

    async def post(self, path: str, **body: object) -> Any:
        return await self._expect("POST", path, body)

    async def patch(self, path: str, **body: object) -> Any:
        return await self._expect("PATCH", path, body)

    async def put(self, path: str) -> Any:
        return await self._expect("PUT", path, {})

    async def delete(self, path: str) -> Any:
        return await self._expect("DELETE", path)

    async def command(self, member: str, command: str, **options: object) -> Any:
        """The message that answers a command."""
        body = {"as": member, "command": command, "options": options}
        return (await self._expect("POST", "/api/commands", body))["message"]

    async def ask(
        self, method: str, path: str, body: object = None, *, query: dict[str, object] | None = None
    ) -> tuple[int, Any]:
        texts = {name: str(value) for name, value in (query or {}).items()}
        async with self.session.request(
            method, f"{self.control.url}{path}", json=body, params=texts
        ) as response:
            answer = await response.json()
            assert path == "/api/state" or inexact(answer) == [], "a browser would round these"
            return response.status, answer

    async def _expect(
        self, method: str, path: str, body: object = None, query: dict[str, object] | None = None
    ) -> Any:
        status, answer = await self.ask(method, path, body, query=query)
        assert status == 200, (method, path, answer)
        return answer

    @asynccontextmanager
    async def events(self, member: str | None = None) -> AsyncIterator[Events]:
        """Listen; the greeting has been heard already."""
        query = {"as": member} if member else {}
        async with self.session.get(f"{self.control.url}/api/events", params=query) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"
            events = Events(response)
            assert (await events.next()).name == "hello"
            yield events
