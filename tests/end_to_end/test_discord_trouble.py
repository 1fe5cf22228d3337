"""What members see when the connection to Discord breaks in the middle of a command."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

import pytest

from cogs.unanswered import TOO_OLD, UnansweredCog
from sandbox.fake_discord.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.fake_discord import Actor, Call
    from sandbox.world import World


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
@pytest.mark.parametrize("call", ["POST /interactions/*/callback", "PATCH /webhooks/*"])
async def test_broken_connection(
    world: World, linked: Actor, call: str, kind: Literal["reset_before", "reset_after"]
) -> None:
    """One broken connection to Discord costs nobody the answer, and nothing is done twice."""
    target = world.spotify.known_playlists.empty
    uri = world.spotify.known.plain.uri
    for name, options, expected in (
        ("playlists", {}, "Road Trip"),
        ("track", {"query": "Copper Umbrella"}, "Copper Umbrella"),
        ("add", {"track": uri, "playlist": target.name}, "Added to"),
    ):
        before = len(world.discord.calls)
        fault = world.discord.faults.add(Fault(call, kind=kind))
        reply = await (await linked.command(name, **options)).reply()
        await world.discord.wait_for(lambda: _sent_again(world.discord.calls[before:], fault), "second try")  # noqa: B023 - awaited here
        assert expected in reply.text
    assert [entry.uri for entry in target.items] == [uri]


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
async def test_broken_connection_with_a_file(
    world: World, linked: Actor, kind: Literal["reset_before", "reset_after"]
) -> None:
    """A file is sent again as a whole."""
    card = await (await linked.command("account")).reply()
    world.discord.faults.add(Fault("PATCH /webhooks/*", kind=kind))
    reply = await (await linked.press(card, "Export my data")).reply()
    [file] = reply.attachments
    assert b"spotify_account_id" in file.upload.data


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
async def test_broken_connection_before_an_error(
    world: World, ada: Actor, kind: Literal["reset_before", "reset_after"]
) -> None:
    """What went wrong with a public command is told in private also when taking the public answer back breaks."""
    world.discord.faults.add(Fault("DELETE /webhooks/*", kind=kind))
    reply = await (await ada.command("track", query="zzqqxx")).reply()
    assert reply.ephemeral
    assert "Spotify found nothing" in reply.text


def _sent_again(calls: Sequence[Call], fault: Fault) -> Call | None:
    """The call after the one that was cut."""
    hit = [each for each in calls if fnmatchcase(f"{each.method} {each.path}", fault.match)]
    return hit[1] if len(hit) > 1 and hit[0].status == 0 else None


async def _no_time(_seconds: float) -> None:
    """The patience with a press is over before its acknowledgement has arrived, as on a busy machine."""


async def test_slow_acknowledgement(world: World, ada: Actor) -> None:
    """However long an acknowledgement takes, a press or form that is being answered is not called too old."""
    await world.app.bot.remove_cog(UnansweredCog.__name__)
    await world.app.bot.add_cog(UnansweredCog(sleep=_no_time))
    asked = await (await ada.command("link")).reply()
    opened = await ada.press(asked, "Enter the code")
    modal = await opened.modal()
    sent = await ada.submit(modal, {modal.fields[0].custom_id: "123456"})
    assert TOO_OLD() not in (await sent.reply()).text
    card = await (await ada.command("track", query="Copper Umbrella")).reply()
    pressed = await ada.press(card, "Add to a playlist")
    assert TOO_OLD() not in (await pressed.reply()).text
    assert all(TOO_OLD() not in message.text for message in ada.messages())
    refused = [call for call in world.discord.calls if call.status >= 400]
    assert refused == []
