"""/account and /unlink as a member sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from tests.cogs.fake_services import FakeServices


async def test_account(ada: Actor) -> None:
    """Who, what the bot may do in words, and how many days are left."""
    reply = await (await ada.command("account")).reply()
    assert reply.ephemeral
    assert "Ada" in reply.text
    assert "18 days left" in reply.text
    assert "add to and change playlists shown on your profile" in reply.text


async def test_export(ada: Actor) -> None:
    """The data comes as a private file."""
    reply = await (await ada.command("account")).reply()
    told = await (await ada.press(reply, "Export my data")).reply()
    assert told.ephemeral
    assert len(told.attachments) == 1


async def test_delete_asks_first(ada: Actor, services: FakeServices) -> None:
    """Nothing is deleted before the second, plainly worded button."""
    reply = await (await ada.command("account")).reply()
    asked = await (await ada.press(reply, "Delete my data")).reply()
    assert asked.ephemeral
    assert ("delete", ada.member.id) not in services.accounts.asked
    kept = await (await ada.press(asked, "Keep it")).updated()
    assert "Nothing was deleted" in kept.text
    asked = await (await ada.press(reply, "Delete my data")).reply()
    gone = await (await ada.press(asked, "Yes, delete everything")).updated()
    assert services.accounts.asked[-1] == ("delete", ada.member.id)
    assert "https://www.spotify.com/account/apps" in [button.url for button in gone.buttons()]


async def test_unlink(ada: Actor, services: FakeServices) -> None:
    """Unlinking erases and says where Spotify lists apps; the second time there is nothing to erase."""
    reply = await (await ada.command("unlink")).reply()
    assert not services.accounts.there
    assert "https://www.spotify.com/account/apps" in [button.url for button in reply.buttons()]
    assert "nothing to erase" in (await (await ada.command("unlink")).reply()).text
