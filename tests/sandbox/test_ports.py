"""Ports reserved for servers that start later."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing, suppress

import pytest

from sandbox.ports import ReservedPort


async def test_server_can_take_its_port() -> None:
    """The server a port was reserved for can listen on it, and after it another one."""
    with closing(ReservedPort()) as port:
        for _ in range(2):
            server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port.number)
            async with server:
                reader, writer = await asyncio.open_connection("127.0.0.1", port.number)
                assert await reader.read() == b""
                writer.close()


async def test_nobody_else_is_given_it() -> None:
    """However many connections and servers come meanwhile, none is given a reserved port."""
    with closing(ReservedPort()) as port, socket.create_server(("127.0.0.1", 0), backlog=2_000) as busy:
        others: list[socket.socket] = []
        try:
            with suppress(OSError):  # the machine has no more: even better
                for _ in range(400):
                    others.append(socket.create_connection(busy.getsockname()))
                    others.append(socket.create_server(("127.0.0.1", 0)))
            assert len(others) > 100
            assert port.number not in {other.getsockname()[1] for other in others}
        finally:
            for other in others:
                other.close()


async def test_nobody_can_take_it_by_name() -> None:
    """A socket that shares with nobody is refused the port."""
    with (
        closing(ReservedPort()) as port,
        socket.socket() as other,
        pytest.raises(OSError, match="in use"),
    ):
        other.bind(("127.0.0.1", port.number))
