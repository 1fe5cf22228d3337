"""/link as a member sees it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest

from bot.errors import StoreUnavailableError, WrongCodeError
from bot.services.linking import Linked
from bot.spotify.errors import SpotifyNotRegisteredError
from bot.stores import Account, Tokens
from cogs.link import LinkCog, linked_reply
from cogs.ui.forms import OPEN_S, Form
from tests.cogs.samples import NOW, fake_bot

if TYPE_CHECKING:
    from bot.services.linking import Linking
    from sandbox.fake_discord import Actor
    from tests.cogs.fake_services import FakeServices


async def test_both_ways(ada: Actor) -> None:
    """The answer is private and offers our page first, then the way without it."""
    reply = await (await ada.command("link")).reply()
    assert reply.ephemeral
    assert [button.label for button in reply.buttons()] == [
        "Open the page",
        "Enter the code",
        "Open Spotify",
        "Paste the address",
    ]


async def test_code(ada: Actor, services: FakeServices) -> None:
    """The digits, however they are grouped, link the one who typed them; the buttons go."""
    reply = await (await ada.command("link")).reply()
    modal = await (await ada.press(reply, "Enter the code")).modal()
    done = await (await ada.submit(modal, {"The six digits in your browser": "123 456"})).updated()
    assert done.id == reply.id
    assert "Ada is linked" in done.text
    assert "see your playlists" in done.text
    assert done.buttons() == []
    assert services.linking.asked[-1] == (ada.member.id, "123456")


async def test_sweep_outlives_the_database() -> None:
    """While the database is away nothing is swept, and the sweeping goes on."""

    class Away:
        async def sweep(self) -> int:
            raise StoreUnavailableError

    await LinkCog(cast("Linking", Away()))._sweep()


def test_nothing_granted() -> None:
    """Spotify may link an account and grant nothing; then that is said."""
    account = Account(1, "account", "spotify", frozenset(), NOW, Tokens("a", "r", NOW))
    assert "This bot may now:\nnothing yet" in (
        linked_reply(fake_bot(), Linked(account, "Ada")).content or ""
    )


def test_forms_end() -> None:
    """A form nobody sends is forgotten some time; discord.py would remember it for ever."""
    assert Form(title="Any of ours").timeout == OPEN_S


async def test_wrong_code(ada: Actor, services: FakeServices) -> None:
    """After wrong digits the member knows how many tries are left, and the buttons stay."""
    reply = await (await ada.command("link")).reply()
    services.linking.failure = WrongCodeError(3)
    modal = await (await ada.press(reply, "Enter the code")).modal()
    told = await (await ada.submit(modal, {"The six digits in your browser": "000000"})).reply()
    assert told.ephemeral
    assert "3 tries" in told.text
    services.linking.failure = None
    modal = await (await ada.press(reply, "Enter the code")).modal()
    assert (
        "Ada is linked" in (await (await ada.submit(modal, {modal.fields[0].custom_id: "1"})).updated()).text
    )


async def test_paste(ada: Actor, services: FakeServices) -> None:
    """The pasted address goes to the service and nowhere else; a person off the user list is told so."""
    reply = await (await ada.command("link")).reply()
    services.linking.failure = SpotifyNotRegisteredError()
    modal = await (await ada.press(reply, "Paste the address")).modal()
    address = "http://127.0.0.1:8888/callback?code=a&state=b"
    told = await (await ada.submit(modal, {"The whole address of the page": address})).reply()
    assert "Users Management" in told.text
    assert "<@1>" in told.text
    assert services.linking.asked[-1] == (ada.member.id, address)


async def test_paste_asks_who_began(ada: Actor) -> None:
    """The form asks whether one began oneself, and names the Discord account, with what nobody else can be called."""
    reply = await (await ada.command("link")).reply()
    modal = await (await ada.press(reply, "Paste the address")).modal()
    assert "Did you start this link yourself, in this browser?" in modal.text
    assert f"**{ada.member.display_name}** (@{ada.member.username})" in modal.text


@pytest.mark.parametrize(
    ("told", "shown"), [("Ada L.", "Ada L."), (None, "ada-at-spotify"), ("", "ada-at-spotify")]
)
def test_linked_account_is_named(told: str | None, shown: str) -> None:
    """The answer names the Spotify account, also where Spotify tells no name for it."""
    account = Account(1, "account", "ada-at-spotify", frozenset(), NOW, Tokens("a", "r", NOW))
    assert f"**{shown} is linked.**" in (linked_reply(fake_bot(), Linked(account, told)).content or "")


async def test_two_forms_at_once(ada: Actor, linus: Actor, services: FakeServices) -> None:
    """Two members with the form open each send their own."""
    forms = []
    for member in (ada, linus):
        reply = await (await member.command("link")).reply()
        forms.append((member, await (await member.press(reply, "Enter the code")).modal()))
    for member, modal in forms:
        assert (
            "linked" in (await (await member.submit(modal, {modal.fields[0].custom_id: "1"})).updated()).text
        )
    assert services.linking.asked[-2:] == [(ada.member.id, "1"), (linus.member.id, "1")]


async def test_unfinished_links_are_swept(ada: Actor, services: FakeServices) -> None:
    """While the bot runs, links that nobody finished are erased without anybody asking."""
    assert ada.commands()
    async with asyncio.timeout(5):
        await services.linking.swept.wait()
