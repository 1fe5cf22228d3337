"""Who may come in, and what wrong requests are told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.control.interface import Interface

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Host": "evil.example"}, 421),
        ("GET", {"Host": "127.0.0.1.evil.example:8700"}, 421),
        ("GET", {"Origin": "https://evil.example"}, 403),
        ("POST", JSON | {"Origin": "http://127.0.0.1:1"}, 403),
        ("POST", JSON | {"Origin": "null"}, 403),
        ("POST", {}, 415),
        ("POST", {"Content-Type": "text/plain"}, 415),
        ("GET", {"Host": "localhost:8700"}, 200),
        ("GET", {"Host": "[::1]"}, 200),
    ],
)
async def test_strangers_are_refused(
    quiet: Interface, method: str, headers: dict[str, str], status: int
) -> None:
    """A name that merely points here is refused, another page's script, and a form a website could send."""
    url = f"{quiet.control.url}/api/{'world' if method == 'GET' else 'clock'}"
    async with quiet.session.request(method, url, headers=headers) as response:
        assert response.status == status
        assert ("error" in await response.json()) == (status != 200)


async def test_own_page_is_let_in(quiet: Interface) -> None:
    """What the page itself sends carries our own address as Origin."""
    headers = JSON | {"Origin": quiet.control.url}
    async with quiet.session.post(
        f"{quiet.control.url}/api/clock", data='{"days": 1}', headers=headers
    ) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/commands", "no json"),
        ("/api/commands", json.dumps({"as": "nobody", "command": "track"})),
        ("/api/commands", json.dumps({"as": "ada", "command": "no-such-command"})),
        ("/api/commands", json.dumps({"as": "ada", "command": "track", "options": {"wrong": "x"}})),
        ("/api/commands", json.dumps({"as": "ada", "command": "track", "channel": "1"})),
        ("/api/commands", json.dumps({"as": "ada", "command": "track", "channel": "x"})),
        ("/api/presses", json.dumps({"as": "ada", "message": "1", "button": "x"})),
        ("/api/modals", json.dumps({"as": "ada", "modal": "x", "fields": {}})),
        ("/api/messages", json.dumps({"as": "edsger", "text": "may I?"})),
        ("/api/faults", json.dumps({"match": "*", "kind": "no-such-kind"})),
        ("/api/clock", json.dumps({"days": -1})),
        ("/api/gateway", json.dumps({"do": "explode"})),
        ("/api/consents", json.dumps({"address": "http://x/?a=b", "person": "ada"})),
        ("/api/consents", json.dumps({"address": "http://x/?a=b", "person": "nobody"})),
        ("/api/revocations/nobody", "{}"),
        ("/api/playlists", json.dumps({"person": "hedy", "name": "x"})),
        ("/api/playlists/nowhere/moves", json.dumps({"from": 0, "to": 0})),
        ("/api/state", "no world"),
        ("/api/state", "{}"),
    ],
)
async def test_wrong_input(quiet: Interface, path: str, body: str) -> None:
    """Wrong input is answered with 400 and a sentence, never with a crash."""
    async with quiet.session.post(f"{quiet.control.url}{path}", data=body, headers=JSON) as response:
        assert response.status == 400
        assert (await response.json())["error"]


@pytest.mark.parametrize("path", ["/api/view", "/api/view?as=nobody", "/api/messages?as=ada&limit=0"])
async def test_wrong_questions(quiet: Interface, path: str) -> None:
    """The same for what is only looked at."""
    status, answer = await quiet.ask("GET", path)
    assert status == 400
    assert answer["error"]


async def test_unknown_address(quiet: Interface) -> None:
    """An address that does not exist is answered in JSON, too."""
    status, answer = await quiet.ask("GET", "/api/nothing")
    assert status == 404
    assert answer["error"]


async def test_nested_request(quiet: Interface) -> None:
    """A body that is nested without end is refused in words, as anything else that cannot be read."""
    async with quiet.session.post(
        f"{quiet.control.url}/api/clock",
        data=b'{"days": 1, "x": ' + b"[" * 200_000,
        headers={"Content-Type": "application/json"},
    ) as answer:
        assert answer.status == 400
        assert "nested" in (await answer.json())["error"]
