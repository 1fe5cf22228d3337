"""The official OpenAPI description as judge. Skipped, and said so, where the file is not at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.fake_discord.conftest import OPENAPI

if TYPE_CHECKING:
    from sandbox.fake_discord.oracle import Oracle

pytestmark = pytest.mark.skipif(
    not OPENAPI, reason="MIXTAPE_DISCORD_OPENAPI does not name Discord's OpenAPI document"
)

CALLBACK = "/interactions/1/token/callback"
COMMANDS = "/applications/1/commands"


@pytest.fixture
def oracle() -> Oracle:
    from sandbox.fake_discord.oracle import load_oracle  # noqa: PLC0415 - the skip comes first

    return load_oracle(Path(OPENAPI or ""))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", CALLBACK, {"type": 4, "data": {"content": "hello", "flags": 64}}),
        ("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}]}}),
        ("POST", "/users/@me/channels", {"recipient_id": 123}),
        ("PATCH", "/webhooks/1/token/messages/@original", {"attachments": [{"id": 0, "filename": "a.png"}]}),
        ("PUT", COMMANDS, [{"name": "add", "description": "Add", "default_member_permissions": "32"}]),
        ("GET", "/users/@me", None),
        ("POST", "/no/such/route", {"anything": 1}),
    ],
)
def test_accepts(oracle: Oracle, method: str, path: str, body: object) -> None:
    """Good bodies pass, ids as numbers and permissions as text too, which Discord takes; no opinion on the unknown."""
    assert oracle.request(method, path, body) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "place"),
    [
        ("POST", CALLBACK, {"type": 4, "data": {"content": "x" * 2001}}, "data.content"),
        ("POST", CALLBACK, {"type": 4, "data": {"embeds": [{"title": "x" * 257}]}}, "data.embeds.0.title"),
        (
            "POST",
            CALLBACK,
            {"type": 8, "data": {"choices": [{"name": "", "value": "v"}]}},
            "data.choices.0.name",
        ),
        (
            "POST",
            CALLBACK,
            {"type": 4, "data": {"components": [{"type": 1, "components": [{"type": 2, "style": 9}]}]}},
            "data.components.0.components.0.style",
        ),
        ("PUT", COMMANDS, [{"name": "x" * 33, "description": "x"}], "0.name"),
        ("POST", "/channels/1/messages", {"nonce": "x" * 26}, "nonce"),
        (
            "PATCH",
            "/webhooks/1/token/messages/@original",
            {"embeds": [{"timestamp": "noon"}]},
            "embeds.0.timestamp",
        ),
        ("PATCH", "/webhooks/1/token/messages/5", {"embeds": [{"url": "http://ex ample/"}]}, "embeds.0.url"),
    ],
)
def test_refuses(oracle: Oracle, method: str, path: str, body: object, place: str) -> None:
    """Broken bodies are refused, and the place named is that of the branch that was meant."""
    places = [".".join(map(str, finding.path)) for finding in oracle.request(method, path, body)]
    assert places == [place]


def test_judges_answers(oracle: Oracle) -> None:
    """The fake's own answers are held to the description."""
    findings = oracle.response("GET", "/users/@me", 200, {"id": "1"})
    assert "'username' is a required property" in [finding.message for finding in findings]
    assert oracle.response("DELETE", "/channels/1/messages/2", 204, None) == []
