"""The server we build for the tests does what MongoDB promises and FerretDB alone does not; and it never stays."""

from __future__ import annotations

import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from pymongo import MongoClient

from tests.mongo_server.build import server_binary
from tests.mongo_server.server import running

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.mongo_server.server import MongoServer

pytestmark = pytest.mark.real_part

Documents = MongoClient[dict[str, Any]]


@pytest.fixture
def client(mongo_server: MongoServer) -> Iterator[Documents]:
    opened: Documents = MongoClient(mongo_server.database("front"), maxPoolSize=20)
    with opened:
        yield opened


@pytest.fixture
def process(mongo_server: MongoServer) -> Iterator[subprocess.Popen[str]]:
    """Another one, up and waiting."""
    assert mongo_server  # it has been built
    with (
        tempfile.TemporaryDirectory(prefix="mongo-") as folder,
        running([str(server_binary()), folder]) as started,
    ):
        assert started.stdout
        assert started.stdout.readline()
        yield started


def test_increments(client: Documents) -> None:
    """Of 200 increments by 20 connections none is lost."""
    counters = client.get_default_database()["counters"]
    counters.insert_one({"_id": 1, "count": 0})
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: counters.update_one({"_id": 1}, {"$inc": {"count": 1}}), range(200)))
    assert counters.find_one() == {"_id": 1, "count": 200}


def test_one_winner(client: Documents) -> None:
    """Of 60 who compare and set, one does."""
    states = client.get_default_database()["states"]
    states.insert_one({"_id": 1, "state": "open"})
    with ThreadPoolExecutor(20) as pool:
        results = pool.map(
            lambda n: states.update_one({"_id": 1, "state": "open"}, {"$set": {"state": n}}).matched_count,
            range(60),
        )
    assert sum(results) == 1


def test_no_reply_wanted(mongo_server: MongoServer, client: Documents) -> None:
    """A write that wants no reply is not kept in turn: its connection is closed, and the others go on."""
    careless: Documents = MongoClient(mongo_server.database("front"), w=0)
    with careless:
        careless.get_default_database()["careless"].insert_one({"_id": 1})
    assert client.admin.command("ping")["ok"]


def test_stops_with_us(process: subprocess.Popen[str]) -> None:
    """When the tests are gone, however they ended, the server ends."""
    assert process.stdin
    process.stdin.close()
    assert process.wait(timeout=5) == 0


def test_stops_when_told(process: subprocess.Popen[str]) -> None:
    """SIGTERM ends it."""
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
