"""Finds and runs a MongoDB-protocol server for the tests: the operator's, a `mongod`, or the one we built."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from sandbox.ports import ReservedPort
from tests.mongo_server.build import server_binary

if TYPE_CHECKING:
    from collections.abc import Iterator

START_S = 20  # far longer than a start takes, even on a busy machine
# Before a command that does not look at its standard input: the shell ends it when our pipe closes.
TIED = ["/bin/sh", "-c", '"$@" >/dev/null & cat >/dev/null; kill $!; wait $!', "sh"]


class NoServerError(Exception):
    """There is no server to test with; the text says what to do."""


@dataclass(frozen=True, slots=True)
class MongoServer:
    kind: str  # for the summary of the test run
    uri: str = field(repr=False)  # the operator's may hold a password
    temporary: bool = True  # its data go when it ends

    def database(self, name: str) -> str:
        """The address of one database on this server."""
        address, _, options = self.uri.partition("?")
        scheme, _, rest = address.partition("://")
        hosts, _, default = rest.partition("/")
        if "@" in hosts and "authsource=" not in options.lower():
            # The path named the database of the user, too. Now it names another one.
            options = "&".join(filter(None, [options, f"authSource={default or 'admin'}"]))
        return f"{scheme}://{hosts}/{name}" + (f"?{options}" if options else "")

    def drop(self, name: str) -> None:
        if self.temporary:
            return
        client: MongoClient[dict[str, Any]] = MongoClient(self.uri)
        with client:
            client.drop_database(name)


@contextmanager
def mongo_server() -> Iterator[MongoServer]:
    """Run a server, or use the one TEST_MONGODB_URI names. Raises NoServerError."""
    if uri := os.environ.get("TEST_MONGODB_URI"):
        yield MongoServer("the server of TEST_MONGODB_URI", uri, temporary=False)
    elif mongod := shutil.which("mongod"):
        with _mongod(mongod) as server:
            yield server
    else:
        with ferretdb() as server:
            yield server


@contextmanager
def ferretdb() -> Iterator[MongoServer]:
    """Run the server we built. It ends with us, even when we are killed: its standard input is our pipe."""
    binary = server_binary()
    if not binary.exists():
        raise NoServerError("no MongoDB server to test with; tests/mongo_server/build.py builds one")
    with tempfile.TemporaryDirectory(prefix="mongo-") as folder, running([str(binary), folder]) as process:
        too_late = threading.Timer(START_S, process.kill)
        too_late.start()
        assert process.stdout
        port = process.stdout.readline().strip()
        too_late.cancel()
        if not port:
            raise NoServerError(f"the MongoDB test server does not start (exit {process.wait()})")
        yield MongoServer("FerretDB, one request at a time", f"mongodb://127.0.0.1:{port}/")


@contextmanager
def _mongod(mongod: str) -> Iterator[MongoServer]:
    """Run MongoDB alone, not as a replica set: the stores use nothing that needs one, and it starts at once."""
    # mongod cannot choose a port by itself.
    with closing(ReservedPort()) as port, tempfile.TemporaryDirectory(prefix="mongo-") as folder:
        command = [
            mongod,
            "--dbpath",
            folder,
            "--bind_ip",
            "127.0.0.1",
            "--port",
            str(port.number),
            "--nounixsocket",
        ]
        with running([*TIED, *command]):
            server = MongoServer("mongod", f"mongodb://127.0.0.1:{port.number}/")
            client: MongoClient[dict[str, Any]] = MongoClient(
                server.uri, serverSelectionTimeoutMS=START_S * 1000
            )
            with client:
                try:
                    client.admin.command("ping")
                except PyMongoError as error:
                    raise NoServerError(f"{mongod} does not start") from error
            yield server


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a server that ends when its standard input does."""
    # Both commands are made above, from paths of this machine and constants.
    with subprocess.Popen(  # noqa: S603 - see above
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()
            try:
                process.wait(timeout=START_S)
            except subprocess.TimeoutExpired:
                process.kill()
