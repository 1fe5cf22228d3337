"""`mongo_uri` for every test that wants MongoDB: the address of a database of its own, empty at first."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.mongo_server.server import MongoServer, NoServerError, mongo_server

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND = pytest.StashKey[str]()


@pytest.fixture(scope="session", name="mongo_server")
def _mongo_server(request: pytest.FixtureRequest) -> Iterator[MongoServer]:
    """One server for the whole run. Without one the tests that ask for it are skipped (and fail in CI)."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(mongo_server())
        except NoServerError as error:
            pytest.skip(str(error))
        request.config.stash[_KIND] = server.kind
        yield server


@pytest.fixture
def mongo_uri(mongo_server: MongoServer) -> Iterator[str]:
    name = f"mixtape_test_{uuid4().hex[:12]}"
    yield mongo_server.database(name)
    mongo_server.drop(name)


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
