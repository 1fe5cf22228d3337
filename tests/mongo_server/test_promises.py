"""What MongoDB promises of one document, whoever comes at once, and our stores rely on: on the server of the tests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from pymongo import MongoClient
from pymongo.errors import DuplicateKeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pymongo.database import Database

    Documents = Database[dict[str, Any]]

pytestmark = pytest.mark.real_part

T = TypeVar("T")

CLIENTS = 4
AT_ONCE = 20


@pytest.fixture
def databases(mongo_uri: str) -> Iterator[list[Documents]]:
    """The same database through several clients, as several processes have it."""
    with ExitStack() as stack:
        clients: list[MongoClient[dict[str, Any]]] = [
            stack.enter_context(MongoClient(mongo_uri, w="majority", journal=True)) for _ in range(CLIENTS)
        ]
        yield [client.get_default_database() for client in clients]


def at_once(databases: list[Documents], times: int, act: Callable[[Documents, int], T]) -> list[T]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda number: act(databases[number % CLIENTS], number), range(times)))


def test_increments(databases: list[Documents]) -> None:
    """Of 200 increments none is lost."""
    databases[0]["counters"].insert_one({"_id": 1, "count": 0})
    at_once(databases, 200, lambda one, _: one["counters"].update_one({"_id": 1}, {"$inc": {"count": 1}}))
    assert databases[0]["counters"].find_one() == {"_id": 1, "count": 200}


def test_one_winner(databases: list[Documents]) -> None:
    """Of 60 who compare and set, one does."""
    databases[0]["states"].insert_one({"_id": 1, "state": "open"})
    changed = at_once(
        databases,
        60,
        lambda one, number: (
            one["states"].update_one({"_id": 1, "state": "open"}, {"$set": {"state": number}}).matched_count
        ),
    )
    assert sum(changed) == 1


def test_unique(databases: list[Documents]) -> None:
    """Of 60 who want what must be unique, one gets it, and the others are told."""
    databases[0]["names"].create_index("name", unique=True)

    def take(one: Documents, number: int) -> bool:
        try:
            one["names"].insert_one({"_id": number, "name": "same"})
        except DuplicateKeyError:
            return False
        return True

    assert sum(at_once(databases, 60, take)) == 1
