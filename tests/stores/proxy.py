"""A stretch of network between the stores and their server that a test can cut."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter


class Proxy:
    """Passes bytes on to the first server in `uri`; the address through it is `self.uri`."""

    def __init__(self, uri: str) -> None:
        self._parts = urlsplit(uri)
        self._writers: set[StreamWriter] = set()
        self._serving: set[asyncio.Task[None] | None] = set()
        self._lose_reply_to: bytes | None = None
        self._port = 0

    @property
    def uri(self) -> str:
        """With a short patience, and no look-out for other members of a replica set."""
        user = self._parts.netloc.rpartition("@")[0]
        netloc = f"{user}@127.0.0.1:{self._port}" if user else f"127.0.0.1:{self._port}"
        query = "&".join(
            filter(None, [self._parts.query, "directConnection=true&serverSelectionTimeoutMS=700"])
        )
        return urlunsplit(self._parts._replace(netloc=netloc, query=query))

    def lose_reply_to(self, command: str) -> None:
        """Let the next such command through, and cut its connection before the reply."""
        self._lose_reply_to = re.escape(b"\x02" + command.encode() + b"\0")  # as it begins in BSON

    async def cut(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.cut()
        await asyncio.gather(*filter(None, self._serving), return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._serving.add(asyncio.current_task())
        host, _, port = self._parts.netloc.rpartition("@")[2].partition(",")[0].partition(":")
        up_reader, up_writer = await asyncio.open_connection(host, int(port or 27017))
        ends = {writer, up_writer}
        self._writers |= ends
        lost = asyncio.Event()

        async def requests() -> None:
            while data := await reader.read(65536):
                if self._lose_reply_to and re.search(self._lose_reply_to, data):
                    self._lose_reply_to = None
                    lost.set()
                up_writer.write(data)

        async def replies() -> None:
            while (data := await up_reader.read(65536)) and not lost.is_set():
                writer.write(data)

        tasks = [asyncio.create_task(requests()), asyncio.create_task(replies())]
        with suppress(OSError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            end.close()
        self._writers -= ends
