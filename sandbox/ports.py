"""Ports that stay ours: for a server whose address must be known before it listens."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


class ReservedPort:
    """A loopback port nobody else is given until it is closed.

    Looking for a free port and letting it go again is a race: any connection of this machine may be given it
    before the server listens. So the socket stays bound, without listening, beside the server's own; Linux
    allows that where both sockets set SO_REUSEADDR, and never hands a bound port to anybody else.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((LOOPBACK, 0))
        except BaseException:
            self._socket.close()
            raise
        self.number: int = self._socket.getsockname()[1]

    def close(self) -> None:
        self._socket.close()
