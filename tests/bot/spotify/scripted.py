"""A loopback server that answers with exactly the bytes a test wants, or breaks the connection where it wants."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType


@dataclass(frozen=True)
class Reply:
    """One answer. `raw` replaces head and body; `hold` waits before it.

    `close` ends the connection after it, `reset` does so the rough way (RST).
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    close: bool = False
    reset: bool = False
    hold: asyncio.Event | None = None

    def encode(self) -> bytes:
        if self.raw is not None:
            return self.raw
        lines = [f"HTTP/1.1 {self.status} Status", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


DROP = Reply(raw=b"", close=True)  # reads the whole request, then closes without a word


def reply(status: int, document: object, **headers: str) -> Reply:
    return Reply(status, json.dumps(document).encode(), {k.replace("_", "-"): v for k, v in headers.items()})


@dataclass(frozen=True)
class Call:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int  # 1 for the first one accepted


class Scripted:
    """Answers the nth request with the nth reply of `script`; the last one serves all further requests."""

    def __init__(self) -> None:
        self.script: list[Reply] = [Reply(404)]
        self.calls: list[Call] = []
        self.arrived = asyncio.Condition()
        self._connections = 0
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    async def received(self, count: int) -> None:
        """Wait until so many requests have come in."""
        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(lambda: len(self.calls) >= count), 5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        number = self._connections
        self._writers.add(writer)
        try:
            while (call := await _read_call(reader, number)) is not None:
                answer = self.script[min(len(self.calls), len(self.script) - 1)]
                async with self.arrived:
                    self.calls.append(call)
                    self.arrived.notify_all()
                if answer.hold is not None:
                    await answer.hold.wait()
                writer.write(answer.encode())
                await writer.drain()
                if answer.reset:
                    peer = writer.get_extra_info("socket")
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if answer.close or answer.reset:
                    return
        except ConnectionError:
            pass  # the client went away, as some tests want it to
        finally:
            self._writers.discard(writer)
            writer.close()


async def _read_call(reader: asyncio.StreamReader, connection: int) -> Call | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = first.split(" ")
    return Call(method, target, headers, body, connection)
