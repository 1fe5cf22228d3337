"""What Discord allows in answer to an interaction, and in which words it refuses the rest."""

import discord
import pytest

from sandbox.clock import Clock
from sandbox.fake_discord import FakeDiscord, Message, Run
from tests.sandbox.fake_discord.conftest import Bot, Caller, Runner

EPHEMERAL, V2 = 64, 1 << 15
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
FORM = {
    "custom_id": "form",
    "title": "Form",
    "components": [
        {
            "type": 18,
            "label": "Name",
            "component": {"type": 4, "custom_id": "name", "style": 1, "required": False},
        }
    ],
}


@pytest.fixture
async def idle(fake: FakeDiscord, run: Runner) -> FakeDiscord:
    """A bot that leaves its command to the test to answer."""
    bot = Bot()

    @bot.tree.command(description="Wait")
    async def wait(interaction: discord.Interaction) -> None:
        """The test answers."""

    @bot.listen()
    async def on_interaction(interaction: discord.Interaction) -> None:
        """The test answers presses and forms too."""

    await run(bot)
    return fake


async def asked(fake: FakeDiscord, who: str = "ada", **place: bool) -> Run:
    return await fake.actor(who, **place).command("wait")  # type: ignore[arg-type]  # dm or group


async def refusal(answer: tuple[int, dict[str, object]]) -> tuple[int, object]:
    status, body = answer
    return status, body["code"]


async def test_three_seconds(idle: FakeDiscord, call: Caller, clock: Clock) -> None:
    """The first answer comes within three seconds or finds nobody."""
    late = await asked(idle)
    clock.advance(3.1)
    assert await refusal(await call.callback(late, MESSAGE, content="late")) == (404, 10062)
    assert await refusal(await call("POST", "/interactions/1/abc/callback", {"type": 5})) == (404, 10062)


async def test_only_one_callback(idle: FakeDiscord, call: Caller) -> None:
    """A second callback is told that the first was enough."""
    one = await asked(idle)
    status, body = await call.callback(one, MESSAGE, content="first")
    assert status == 200
    assert body["resource"]["message"]["content"] == "first"
    assert body["interaction"]["response_message_id"] == body["resource"]["message"]["id"]
    assert await refusal(await call.callback(one, MESSAGE, content="second")) == (400, 40060)


async def test_followups_come_after(idle: FakeDiscord, call: Caller) -> None:
    """Without a callback the token opens nothing yet, and there is no original answer."""
    one = await asked(idle)
    assert await refusal(await call.webhook(one, "POST", "?wait=1", content="x")) == (404, 10015)
    assert await refusal(await call.webhook(one, "GET", "/messages/@original")) == (404, 10015)
    assert (await call.callback(one, MODAL, **FORM))[0] == 200
    assert await refusal(await call.webhook(one, "GET", "/messages/@original")) == (404, 10008)


async def test_fifteen_minutes(idle: FakeDiscord, call: Caller, clock: Clock) -> None:
    """A token lives fifteen minutes."""
    one = await asked(idle)
    await call.callback(one, MESSAGE, content="hello")
    clock.advance(14 * 60)
    assert (await call.webhook(one, "POST", "?wait=1", content="in time"))[0] == 200
    clock.advance(61)
    assert await refusal(await call.webhook(one, "POST", "?wait=1", content="late")) == (401, 50027)
    assert await refusal(await call.webhook(one, "PATCH", "/messages/@original", content="late")) == (
        401,
        50027,
    )


async def test_callback_types(idle: FakeDiscord, call: Caller) -> None:
    """Updates only for components, suggestions only while typing, no form in answer to a form."""
    command = await asked(idle)
    for kind in (DEFER_UPDATE, UPDATE, CHOICES, 1, 77):
        assert await refusal(await call.callback(command, kind, content="x")) == (400, 50035)
    await call.callback(command, MODAL, **FORM)
    ada = idle.actor("ada")
    form = await ada.submit(await command.modal())
    for kind in (DEFER_UPDATE, UPDATE, MODAL):
        assert await refusal(await call.callback(form, kind, **FORM)) == (400, 50035)
    await call.callback(form, MESSAGE, content="go", components=[BUTTON])
    press = await ada.press(await form.reply(), "Go")
    assert await refusal(await call.callback(press, CHOICES, choices=[])) == (400, 50035)
    await call.callback(press, MODAL, **FORM)
    second = await ada.submit(await press.modal())
    assert (await call.callback(second, UPDATE, content="changed by the form"))[0] == 200
    assert (await form.reply()).content == "changed by the form"
    assert all("type" in problem for problem in idle.problems)


async def test_deferral_flags(idle: FakeDiscord, call: Caller) -> None:
    """A deferral decides about privacy and nothing else."""
    one = await asked(idle)
    assert await refusal(await call.callback(one, DEFER, flags=V2)) == (400, 50035)
    status, body = await call.callback(one, DEFER, flags=EPHEMERAL)
    assert status == 200
    assert body["interaction"]["response_message_loading"] is True
    assert body["interaction"]["response_message_ephemeral"] is True
    assert "resource" not in body


async def test_followup_fills_the_promise(idle: FakeDiscord, call: Caller) -> None:
    """The first follow-up after a deferral becomes the promised message and stays as private as promised."""
    one = await asked(idle)
    _, body = await call.callback(one, DEFER, flags=EPHEMERAL)
    _, first = await call.webhook(one, "POST", "?wait=1", content="there")
    _, second = await call.webhook(one, "POST", "?wait=1", content="public")
    assert first["id"] == body["interaction"]["response_message_id"]
    assert (first["flags"], second["flags"]) == (EPHEMERAL, 0)
    assert [each.content for each in one.messages] == ["there", "public"]
    assert [each.content for each in idle.actor("grace").messages()] == ["public"]


async def test_ephemeral_behind_token(idle: FakeDiscord, call: Caller) -> None:
    """A private message does not exist in the channel, only behind its own token."""
    one, other = await asked(idle), await asked(idle, "grace")
    await call.callback(one, MESSAGE, content="secret", flags=EPHEMERAL)
    await call.callback(other, MESSAGE, content="hi")
    message = await one.reply()
    in_channel = f"/channels/{message.channel.id}/messages/{message.id}"
    for method in ("GET", "PATCH", "DELETE"):
        body = {"content": "x"} if method == "PATCH" else None
        assert await refusal(await call(method, in_channel, body)) == (404, 10008)
    stranger = await call.webhook(other, "PATCH", f"/messages/{message.id}", content="x")
    assert await refusal(stranger) == (404, 10008)
    assert (await call.webhook(one, "PATCH", f"/messages/{message.id}", content="still"))[0] == 200
    assert (await call.webhook(one, "DELETE", "/messages/@original"))[0] == 204
    assert message.deleted


async def test_five_followups(idle: FakeDiscord, call: Caller) -> None:
    """A user-installed app may follow up five times; an app of the guild as often as it likes."""
    idle.members["ada"].installed = True
    here = await asked(idle)
    private = await asked(idle, group=True)
    for one in (here, private):
        await call.callback(one, MESSAGE, content="hi")
        for _ in range(5):
            assert (await call.webhook(one, "POST", "?wait=1", content="more"))[0] == 200
    assert (await call.webhook(here, "POST", "?wait=1", content="more"))[0] == 200
    assert (await call.webhook(private, "POST", "?wait=1", content="more"))[0] == 400


async def test_v2_is_for_good(idle: FakeDiscord, call: Caller) -> None:
    """A message that became V2 stays so, and takes no content any more."""
    one = await asked(idle)
    await call.callback(one, DEFER)
    text = [{"type": 10, "content": "card"}]
    original = "/messages/@original"
    assert await refusal(await call.webhook(one, "PATCH", original, components=text)) == (400, 50035)
    assert (await call.webhook(one, "PATCH", original, components=text, flags=V2))[0] == 200
    assert await refusal(await call.webhook(one, "PATCH", original, flags=0)) == (400, 50035)
    assert await refusal(await call.webhook(one, "PATCH", original, content="plain")) == (400, 50035)
    assert (await call.webhook(one, "PATCH", original, components=[{"type": 10, "content": "new"}]))[0] == 200
    assert (await one.reply()).text == "new"


async def test_edits_change_what_they_name(idle: FakeDiscord, call: Caller) -> None:
    """An edit leaves alone what it does not mention; empty lists clear; nothing may end up empty."""
    one = await asked(idle)
    await call.callback(one, MESSAGE, content="text", components=[BUTTON], embeds=[{"title": "card"}])
    message: Message = await one.reply()
    await call.webhook(one, "PATCH", "/messages/@original", embeds=[])
    assert (message.content, len(message.buttons()), message.embeds) == ("text", 1, [])
    await call.webhook(one, "PATCH", "/messages/@original", components=[])
    assert (message.text, message.version) == ("text", 2)
    assert await refusal(await call.webhook(one, "PATCH", "/messages/@original", content="")) == (400, 50035)
    assert message.edited_at is not None
