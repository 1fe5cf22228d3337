"""Finds and runs a MongoDB-protocol server for the tests: the operator's, a `mongod`, or SecantusDB."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from bot.sealing import new_key
from sandbox.ports import ReservedPort

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY, ROOM = Path("/dev/shm"), 2**30  # noqa: S108 - a folder of our own goes there; a disk makes writes wait
START_S = 20  # far longer than a start takes, even on a busy machine
PATIENCE_MS = 60_000  # for one answer
# A server does not look at its standard input: the shell ends it when our pipe closes, and leaves nothing in memory.
TIED = """"$@" >/dev/null & cat >/dev/null; kill $!; wait $!; ended=$?; rm -rf "$0"; exit $ended"""


class NoServerError(Exception):
    """There is no server to test with; the text says what to do."""


@dataclass(frozen=True, slots=True)
class MongoServer:
    kind: str  # for the summary of the test run
    uri: str = field(repr=False)  # the operator's may hold a password
    tires: bool = False  # see `without_repeats`

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
        client: MongoClient[dict[str, Any]] = MongoClient(self.uri)
        with client:
            client.drop_database(name)

    def writes(self) -> int:
        """So many it has done since it was started."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.uri)
        with client:
            done = client.admin.command("serverStatus")["opcounters"]
        return sum(done[kind] for kind in ("insert", "update", "delete"))


def on_mongodb(uri: str) -> dict[str, str]:
    """The settings of a bot that keeps everything in this database, and waits for it as long as it takes.

    The server of the tests shares a small machine with the bot and everything else: slow is not down.
    """
    patient = f"{uri}{'&' if '?' in uri else '?'}socketTimeoutMS={PATIENCE_MS}"
    return {"MONGODB_URI": patient, "TOKEN_KEYS": new_key()}


def without_repeats(uri: str) -> str:
    """For thousands of writes: with each that may be repeated, SecantusDB goes through the last 10,000."""
    return f"{uri}{'&' if '?' in uri else '?'}retryWrites=false"


@contextmanager
def mongo_server() -> Iterator[MongoServer]:
    """Run a server, or use the one TEST_MONGODB_URI names. Raises NoServerError."""
    if uri := os.environ.get("TEST_MONGODB_URI"):
        yield MongoServer("the server of TEST_MONGODB_URI", uri)
        return
    where = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None
    with closing(ReservedPort()) as port, tempfile.TemporaryDirectory(prefix="mongo-", dir=where) as folder:
        # Neither server can choose a port by itself.
        if mongod := shutil.which("mongod"):
            kind, command = "mongod", _mongod(mongod, folder, port.number)
        else:
            kind, command = _secantus(folder, port.number)
        with running(folder, command):
            server = MongoServer(kind, f"mongodb://127.0.0.1:{port.number}/", tires=mongod is None)
            client: MongoClient[dict[str, Any]] = MongoClient(
                server.uri, serverSelectionTimeoutMS=START_S * 1000
            )
            with client:
                try:
                    client.admin.command("ping")
                except PyMongoError as error:
                    raise NoServerError(f"{kind} does not start") from error
            yield server


def _mongod(path: str, folder: str, port: int) -> list[str]:
    """Alone, not as a replica set: the stores use nothing that needs one, and it starts at once."""
    return [path, "--dbpath", folder, "--bind_ip", "127.0.0.1", "--port", str(port), "--nounixsocket"]


def _secantus(folder: str, port: int) -> tuple[str, list[str]]:
    """As a replica set of one, as in `docker-compose.yml`: so the driver repeats what got no answer."""
    try:
        kind = f"SecantusDB {version('secantusdb')}"
    except PackageNotFoundError:
        raise NoServerError(
            "no MongoDB server to test with: SecantusDB has no wheel for this Python or platform (pyproject.toml);"
            " install mongod, or name a server in TEST_MONGODB_URI"
        ) from None
    ours = Path(folder) / "secantusd.toml"  # without one it looks for one of the user's
    ours.touch()
    options = {
        "--config": ours,
        "--host": "127.0.0.1",
        "--port": port,
        "--storage-path": Path(folder) / "data",
        "--log-level": "ERROR",
    }
    return kind, [sys.executable, "-m", "secantus", *(str(word) for pair in options.items() for word in pair)]


@contextmanager
def running(folder: str, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server that ends, and its folder with it, when we do, however that is."""
    # The command is made above, from paths of this machine and constants. A session of its own: whoever kills us and
    # all that is ours leaves the shell to clear up.
    with subprocess.Popen(  # noqa: S603 - see above
        ["/bin/sh", "-c", TIED, folder, *command], stdin=subprocess.PIPE, start_new_session=True
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
