"""`mongo_uri` for every test that wants MongoDB: the address of a database of its own, empty at first."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest

from tests.mongo_server.server import MongoServer, NoServerError, mongo_server

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND = pytest.StashKey[str]()
FRESH_FOR: Final = 7_000  # writes


class Servers:
    """One after the other: after some ten thousand writes, SecantusDB takes ten times as long for each."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._server: MongoServer | None = None

    def next(self) -> MongoServer:
        """The one for the next database. Raises NoServerError."""
        if self._server is None or (self._server.tires and self._server.writes() >= FRESH_FOR):
            self.close()
            self._server = self._stack.enter_context(mongo_server())
        return self._server

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="session")
def mongo_servers() -> Iterator[Servers]:
    with closing(Servers()) as servers:
        yield servers


@pytest.fixture
def mongo_uri(mongo_servers: Servers, request: pytest.FixtureRequest) -> Iterator[str]:
    """Without a server, the tests that ask for one are skipped (and fail in CI)."""
    try:
        server = mongo_servers.next()
    except NoServerError as error:
        pytest.skip(str(error))  # in CI, this fails the run: tests/ci_no_skip.py
    request.config.stash[_KIND] = server.kind
    name = f"mixtape_test_{uuid4().hex[:12]}"
    yield server.database(name)
    server.drop(name)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """With several workers, the run learns from each as it ends."""
    if kind := getattr(node, "workeroutput", {}).get("mongo_server"):
        node.config.stash[_KIND] = kind


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["mongo_server"] = session.config.stash.get(_KIND, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which server the promises were shown on."""
    if kind := config.stash.get(_KIND, None):
        terminalreporter.write_line(f"MongoDB tests ran on: {kind}")
