"""/account and /unlink as a member sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import AccountUnreadableError, LinkEndedError, NotLinkedError
from bot.services.shared.lifecycle.overview import HeldUp
from bot.stores.lists import SharedPlaylist
from tests.cogs.samples import NOW

if TYPE_CHECKING:
    from bot.errors import BotError
    from sandbox.fake_discord import Actor
    from tests.cogs.fake_services import FakeServices

CONTENT = 2000  # as much as Discord takes


async def test_account(ada: Actor) -> None:
    """Who, what the bot may do in words, and how many days are left."""
    reply = await (await ada.command("account")).reply()
    assert reply.ephemeral
    assert "Ada" in reply.text
    assert "18 days left" in reply.text
    assert "add to and change your public playlists" in reply.text


async def test_direct_messages(ada: Actor, services: FakeServices) -> None:
    """Direct messages can be switched off and on again; the button says what it would do."""
    reply = await (await ada.command("account")).reply()
    told = await (await ada.press(reply, "Stop direct messages")).reply()
    assert told.ephemeral
    assert not await services.private_messages.are_wanted(ada.member.id)
    again = await (await ada.command("account")).reply()
    assert "Stop direct messages" not in {button.label for button in again.buttons()}
    await (await ada.press(again, "Allow direct messages")).reply()
    assert await services.private_messages.are_wanted(ada.member.id)


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


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (NotLinkedError(), "No Spotify account is linked"),
        (LinkEndedError(), "no longer accepts your link"),
        (AccountUnreadableError(), "can't read your link any more"),
    ],
)
async def test_without_a_link(ada: Actor, services: FakeServices, failure: BotError, words: str) -> None:
    """Whatever became of the link, the data can be had and deleted, and the way to a new link is named."""
    services.accounts.failure = failure
    reply = await (await ada.command("account")).reply()
    assert reply.ephemeral
    assert words in reply.text
    assert "</link:" in reply.text
    services.accounts.failure = None
    assert (await (await ada.press(reply, "Export my data")).reply()).attachments
    services.accounts.there = False
    asked = await (await ada.press(reply, "Delete my data")).reply()
    assert "your link to Spotify" not in asked.text
    gone = await (await ada.press(asked, "Yes, delete everything")).updated()
    assert "a former member" in gone.text
    assert gone.buttons() == []


async def test_nothing_kept(ada: Actor, services: FakeServices) -> None:
    """Of whom nothing is kept, nothing can be exported or deleted; that is said, and how to link."""
    services.accounts.failure = NotLinkedError()
    services.accounts.kept = False
    reply = await (await ada.command("account")).reply()
    assert "I keep no data about you" in reply.text
    assert "</link:" in reply.text
    assert {button.label for button in reply.buttons()} == {"Stop direct messages"}


async def test_held_up(ada: Actor, services: FakeServices) -> None:
    """An ended consent shows in /account and /playlists with what it holds up and how to go on."""
    lent = SharedPlaylist("list", 1, "p", "Road **Trip**", ada.member.id, "a", NOW)
    services.shared.overview.held = (HeldUp(lent, 3),) * 7
    for command in ("account", "playlists"):
        reply = await (await ada.command(command)).reply()
        assert "3 tracks are waiting" in reply.text
        assert "Road \\*\\*Trip\\*\\*" in reply.text
        assert "</link:" in reply.text
        assert "and 2 more" in reply.text
    services.accounts.failure = LinkEndedError()
    assert "3 tracks are waiting" in (await (await ada.command("account")).reply()).text


async def test_export_cut(ada: Actor, services: FakeServices) -> None:
    """A file that cannot hold everything says so, and who can help."""
    services.accounts.complete = False
    reply = await (await ada.command("account")).reply()
    told = await (await ada.press(reply, "Export my data")).reply()
    assert "whoever runs this bot" in told.text
    assert told.attachments


async def test_lent_is_named_before(ada: Actor, services: FakeServices) -> None:
    """What servers would lose is said before anything is deleted, also when it is much and oddly named."""
    services.accounts.lent = tuple(
        SharedPlaylist(f"list{number}", 1, f"p{number}", f"{number} **[x](y)** " + "w" * 90, 1, "a", NOW)
        for number in range(8)
    )
    reply = await (await ada.command("account")).reply()
    asked = await (await ada.press(reply, "Delete my data")).reply()
    assert "3 more" in asked.text
    assert "</shared transfer:" in asked.text
    assert "[x](y)" not in asked.text
    assert len(asked.text) <= CONTENT


async def test_unlink(ada: Actor, services: FakeServices) -> None:
    """Unlinking erases, deletes nothing else, and says where Spotify lists apps; then there is nothing to erase."""
    reply = await (await ada.command("unlink")).reply()
    assert services.accounts.asked == [("unlink", ada.member.id)]
    assert "https://www.spotify.com/account/apps" in [button.url for button in reply.buttons()]
    assert "nothing to erase" in (await (await ada.command("unlink")).reply()).text
