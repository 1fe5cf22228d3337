"""The address of a test's own database, made from the operator's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mongo_server.server import MongoServer, running

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("mongodb://h", "mongodb://h/mine"),
        ("mongodb://h:1,i:2/", "mongodb://h:1,i:2/mine"),
        ("mongodb://h/theirs?replicaSet=rs", "mongodb://h/mine?replicaSet=rs"),
        ("mongodb://u:p@h", "mongodb://u:p@h/mine?authSource=admin"),
        ("mongodb+srv://u:p@h/users?tls=true", "mongodb+srv://u:p@h/mine?tls=true&authSource=users"),
        ("mongodb://u:p@h/x?authSource=admin", "mongodb://u:p@h/mine?authSource=admin"),
    ],
)
def test_database(uri: str, expected: str) -> None:
    """Only the database changes; a user is still looked up where the address had it."""
    assert MongoServer("any", uri).database("mine") == expected


def test_repr() -> None:
    """The operator's password does not show."""
    assert "secret" not in repr(MongoServer("any", "mongodb://u:secret@h"))


def test_ends_with_us(tmp_path: Path) -> None:
    """When we are gone the server ends, although it does not look at its standard input, and its data with it."""
    folder = tmp_path / "data"
    folder.mkdir()
    with running(str(folder), ["sleep", "60"]) as process:
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=5) != 0
    assert not folder.exists()
