"""python -m benchmarks.spotify_client.server: the loopback Spotify of the benchmark, a process of its own.

Prints its port and serves until its standard input closes. It does as little as a server can, so that it is never
what the clients wait for. Addresses that begin with /slow are answered 50 ms later, as over a real network.
"""

from __future__ import annotations

import asyncio
import gc
import re
import sys
from typing import TYPE_CHECKING, Final, cast

from benchmarks.spotify_client.payloads import PAGE, Payloads

if TYPE_CHECKING:
    from collections.abc import Callable

LATENCY_S: Final = 0.050
_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_OFFSET: Final = re.compile(rb"[?&]offset=(\d+)")


class Answers:
    """Whole answers, head included, by what is asked for."""

    def __init__(self, payloads: Payloads) -> None:
        self._tracks = [_answer(body) for body in payloads.tracks]
        self._searches = [_answer(body) for body in payloads.searches]
        self._pages = [_answer(body) for body in payloads.pages]
        self._old_pages = [_answer(body) for body in payloads.old_pages]
        self._snapshot = _answer(payloads.snapshot, b"201 Created")
        self._token = _answer(payloads.token)
        self._missing = _answer(b"{}", b"404 Not Found")
        self._count = 0

    def to(self, method: bytes, target: bytes) -> bytes:
        self._count += 1
        path = target.partition(b"?")[0]
        if method == b"POST":
            return self._token if path.endswith(b"/token") else self._snapshot
        if b"/playlists/" in path:
            offset = _OFFSET.search(target)
            number = (int(offset[1]) if offset else 0) // PAGE % len(self._pages)
            return (self._pages if path.endswith(b"/items") else self._old_pages)[number]
        if b"/tracks/" in path:
            return self._tracks[self._count % len(self._tracks)]
        if path.endswith(b"/search"):
            return self._searches[self._count % len(self._searches)]
        return self._missing


class Connection(asyncio.Protocol):
    def __init__(self, answers: Answers, later: Callable[..., object]) -> None:
        self._answers = answers
        self._later = later
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = _LENGTH.search(head) if head.startswith(b"POST") else None
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            self._received = self._received[whole:]
            method, target, _ = head.split(b" ", 2)
            answer = self._answers.to(method, target)
            if target.startswith(b"/slow"):
                self._later(LATENCY_S, self._transport.write, answer)
            else:
                self._transport.write(answer)


def _answer(body: bytes, status: bytes = b"200 OK") -> bytes:
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n" % (
        status,
        len(body),
    )
    return head + b"Cache-Control: public, max-age=0\r\nServer: envoy\r\nVia: HTTP/2 edgeproxy\r\n\r\n" + body


async def serve() -> None:
    loop = asyncio.get_running_loop()
    answers = Answers(Payloads())
    gc.freeze()
    server = await loop.create_server(
        lambda: Connection(answers, loop.call_later), "127.0.0.1", 0, backlog=200
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
