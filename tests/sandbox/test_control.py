"""The sandbox's HTTP interface: the examples of docs/sandbox.md, one after the other."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from sandbox.control import Control
from sandbox.fake_discord.components import walk
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DOCS = Path(__file__).parents[2] / "docs" / "sandbox.md"
BASE = "http://127.0.0.1:8700"


@dataclass
class Curl:
    """What curl would do with the words of an example. known: what its placeholders stand for, from earlier answers."""

    control: Control
    session: aiohttp.ClientSession
    known: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    async def run(self, words: list[str]) -> Any:
        words = [re.sub(r"[A-Z]{5,}", lambda name: self.known.get(name[0], name[0]), word) for word in words]
        address = next(word for word in words if word.startswith(BASE)).replace(BASE, self.control.url)
        body = words[words.index("--json") + 1] if "--json" in words else None
        method = words[words.index("-X") + 1] if "-X" in words else "POST" if body else "GET"
        if body and body.startswith("@"):
            body = self.files[body[1:]]
        headers = {"Content-Type": "application/json"} if body else {}
        async with self.session.request(method, address, data=body, headers=headers) as response:
            if "-sN" in words:
                assert "event: hello" in (await response.content.readuntil(b"\n\n")).decode()
                return None
            text = await response.text()
        assert response.status == 200, (words, text)
        if "-o" in words:
            self.files[words[words.index("-o") + 1]] = text
        answer = json.loads(text)
        self._remember(answer)
        return answer

    def _remember(self, answer: Any) -> None:
        if isinstance(answer, list) and answer and "uri" in answer[0]:
            self.known["TRACK"] = answer[0]["uri"]
        if not isinstance(answer, dict):
            return
        if "address" in answer:
            self.known["ADDRESS"] = answer["address"]
        if answer.get("modal"):
            self.known["MODAL"] = answer["modal"]["id"]
        if "linus" in answer:
            self.known["PLAYLIST"] = next(each["id"] for each in answer["linus"] if each["name"] == "Loud")
        if isinstance(answer.get("message"), dict):
            self.known["MESSAGE"] = answer["message"]["id"]
            for _, part in walk(answer["message"]["components"]):
                if "/authorize?" in part.get("url", ""):
                    self.known["ADDRESS"] = part["url"]
                if part.get("options"):
                    self.known["VALUE"] = part["options"][-1]["value"]


@pytest.fixture
async def curl() -> AsyncIterator[Curl]:
    async with World() as world, aiohttp.ClientSession() as session:
        control = Control(world)
        await control.start(0)
        yield Curl(control, session)
        await control.close()


def examples() -> list[list[str]]:
    """The words of every curl line in the documentation, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line.startswith("curl")]


async def test_documented_examples(curl: Curl) -> None:
    """Every curl line of docs/sandbox.md, one after the other, does what the text says."""
    lines = examples()
    assert len(lines) > 35
    answers = [await curl.run(line) for line in lines]
    objects = [answer for answer in answers if isinstance(answer, dict)]
    assert objects[0]["spotify"]["tracks"] > 1000
    said = [answer["message"]["text"] for answer in objects if isinstance(answer.get("message"), dict)]
    assert any("is linked" in text for text in said)
    assert any("Added to" in text for text in said)
    assert any("<t:" in text and "limiting my requests" in text for text in said)
    loud = [answer for answer in objects if answer.get("name") == "Loud" and "total" in answer]
    assert loud[0]["items"][-1]["title"] == "Copper Umbrella"
    assert any(answer.get("name") == "Louder" for answer in objects)
    assert [link["member"] for answer in objects if "linked" in answer for link in answer["linked"]] == [
        "linus"
    ]


async def test_every_address_is_documented(curl: Curl) -> None:
    """An address of the interface that no example uses, and no sentence names, does not exist."""
    text = DOCS.read_text()
    for address in curl.control.addresses:
        folder = re.sub(r"/\{.*?\}.*", "/", address) if address.startswith("/api/") else "/"
        assert folder in text, address
