"""Acting as a member over HTTP, for somebody who waits and for a page that does not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.fake_discord.changes import PATIENCE_S
from sandbox.fake_spotify import Fault

if TYPE_CHECKING:
    from tests.sandbox.control.interface import Interface


async def test_page_does_not_wait(interface: Interface) -> None:
    """With wait=0 the answer is how the bot acknowledged; the message comes as an event."""
    held = interface.world.spotify.faults.add(Fault("GET /search", "latency"))
    async with interface.events("linus") as events:
        body = {"as": "linus", "command": "track", "options": {"query": "Tin Parade"}}
        status, answer = await interface.ask("POST", "/api/commands?wait=0", body)
        assert (status, answer["answer"], answer["modal"]) == (200, "thinking", None)
        created = (await events.next("message")).data
        assert (created["action"], created["message"]["thinking"]) == ("created", True)
        await held.struck()
        held.release()
        edited = (await events.next("message")).data
        assert (edited["action"], edited["id"]) == ("edited", created["id"])
        assert "Tin Parade" in edited["message"]["text"]


async def test_forms(interface: Interface) -> None:
    """A form goes to the one who opened it; a wrong field leaves it open, and nobody else can send it."""
    message = await interface.command("linus", "link")
    press = {"as": "linus", "message": message["id"], "button": "Enter the code"}
    _, answer = await interface.ask("POST", "/api/presses?wait=0", press)
    modal = answer["modal"]
    assert answer["answer"] == "modal"
    [field] = modal["inputs"]
    assert (field["label"], field["kind"], field["style"], field["required"]) == (
        modal["fields"][0],
        4,
        1,
        True,
    )
    sent = {"as": "linus", "modal": modal["id"], "fields": {field["custom_id"]: " "}}
    assert (await interface.ask("POST", "/api/modals", sent))[0] == 400
    assert (await interface.ask("POST", "/api/modals", sent | {"as": "ada"}))[0] == 400
    right = sent | {"fields": {field["custom_id"]: "123456"}}
    assert (await interface.ask("POST", "/api/modals", right))[0] == 200
    assert (await interface.ask("POST", "/api/modals", right))[0] == 400


async def test_card_changed_elsewhere(interface: Interface) -> None:
    """A press that the bot acknowledges silently and answers by editing the card is answered with the card."""
    made = await interface.post("/api/example")
    async with asyncio.timeout(PATIENCE_S / 2):
        pressed = await interface.post(
            "/api/presses", **{"as": "margaret", "message": made["card"], "button": "Add it"}
        )
    assert (pressed["answer"], pressed["message"]["id"]) == ("silent", made["card"])
    assert "👍 2" in pressed["message"]["text"]


async def test_others_cannot_press_on_what_they_do_not_see(interface: Interface) -> None:
    """Somebody else's private answer cannot be used."""
    message = await interface.command("linus", "link")
    press = {"as": "ada", "message": message["id"], "button": "Enter the code"}
    status, answer = await interface.ask("POST", "/api/presses", press)
    assert status == 400
    assert "sees no message" in answer["error"]


async def test_channel_by_id(interface: Interface) -> None:
    """A page names the channel by its id, the conversation with the bot as well."""
    view = await interface.get("/api/view", **{"as": "ada"})
    [conversation] = view["direct"]
    body = {"as": "ada", "channel": conversation["id"], "command": "track", "options": {"query": "Rude"}}
    answer = await interface.post("/api/commands", **body)
    assert answer["message"]["channel_id"] == conversation["id"]


async def test_bot_that_does_not_answer(interface: Interface) -> None:
    """When the bot cannot acknowledge in time, the answer is 504, as Discord's client says so itself."""
    await interface.patch("/api/trouble", discord_failing=True)
    body = {"as": "linus", "command": "account"}
    status, answer = await interface.ask("POST", "/api/commands?wait=0", body)
    assert status == 504
    assert "no answer to /account" in answer["error"]
    interface.world.discord.problems.clear()


async def test_forwarding(quiet: Interface) -> None:
    """A message is forwarded from where one sees it to where one is; another bot writes where one is."""
    words = {"type": 10, "content": "Now playing"}
    message = await quiet.post(
        "/api/apps", **{"as": "linus", "in": "general", "components": [words], "flags": 1 << 15}
    )
    assert (message["author"]["name"], message["content"], message["text"]) == ("jukebox", "", "Now playing")
    forwarded = await quiet.post("/api/forwards", **{"as": "linus", "in": "music", "message": message["id"]})
    assert (forwarded["content"], forwarded["text"]) == ("", "Now playing")
    assert forwarded["forwarded"]["components"][0]["content"] == "Now playing"
    for path, body in (
        ("/api/forwards", {"as": "linus", "message": "1"}),
        ("/api/forwards", {"as": "edsger", "message": message["id"]}),
        ("/api/apps", {"as": "linus", "content": "both", "components": [words], "flags": 1 << 15}),
        ("/api/apps", {"as": "linus"}),
    ):
        assert (await quiet.ask("POST", path, body))[0] == 400, body
