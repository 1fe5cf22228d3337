"""One bot session: what it was told, in order, so that it can be told again after a broken connection."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from sandbox.fake_discord.guilds import Guild
    from sandbox.fake_discord.wire import Payload

_MOST_FRAMES = 120  # docs.discord.com/developers/events/gateway (rate limiting)


class Intent(IntFlag):
    """Source: docs.discord.com/developers/events/gateway (list of intents)."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15
    PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT


@dataclass(eq=False)
class Connection:
    """One websocket. Frames wait in `outbox`, so that telling needs no waiting and the order is kept.

    ended_here: the fake closed it, so the client's echo of the close code says nothing about the client.
    """

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    ended_here: bool = False
    _received: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST_FRAMES))

    def floods(self) -> bool:
        """Count a received frame; True when it is one too many within a minute."""
        now = asyncio.get_running_loop().time()
        full = len(self._received) == _MOST_FRAMES and now - self._received[0] < 60
        self._received.append(now)
        return full

    def send(self, frame: Payload) -> None:
        self.outbox.put_nowait(json.dumps(frame))

    async def pump(self) -> None:
        """Send what waits, until the connection is gone."""
        while not self.socket.closed:
            try:
                await self.socket.send_str(await self.outbox.get())
            except ConnectionError:
                return


@dataclass(eq=False)
class Session:
    """It outlives its connections. `ready`: the bot was told who it is and which guilds it is in."""

    id: str
    intents: Intent
    shard: tuple[int, int] | None
    connection: Connection | None = None
    ready: bool = False
    resumed: int = 0
    _told: list[str] = field(default_factory=list)

    def tell(self, event: str, data: Payload) -> None:
        frame = json.dumps({"op": 0, "t": event, "s": len(self._told) + 1, "d": data})
        self._told.append(frame)
        if self.connection is not None:
            self.connection.outbox.put_nowait(frame)

    def heard(self, event: str) -> list[Payload]:
        """Every event of this name it was told of."""
        frames = (json.loads(frame) for frame in self._told)
        return [frame["d"] for frame in frames if frame["t"] == event]

    def repeat(self, event: str) -> None:
        """Tell the latest event of this name once more."""
        frames = (json.loads(frame) for frame in reversed(self._told))
        latest = next((frame for frame in frames if frame["t"] == event), None)
        if latest is not None:
            self.tell(event, latest["d"])

    def resume(self, connection: Connection, last_seen: int) -> None:
        """Repeat everything after the event the bot saw last, then say that it is up to date."""
        for frame in self._told[last_seen:]:
            connection.outbox.put_nowait(frame)
        self.connection = connection
        self.resumed += 1
        self.tell("RESUMED", {})

    @property
    def number(self) -> int:
        """Its shard. One without shards has everything, as if it were the only one."""
        return self.shard[0] if self.shard is not None else 0

    def hears(self, guild: Guild | None) -> bool:
        """Whether events of this guild (None: direct messages) go to this session's shard.

        Source: docs.discord.com/developers/events/gateway (sharding)
        """
        if self.shard is None:
            return True
        number, count = self.shard
        return number == ((guild.id >> 22) % count if guild is not None else 0)
