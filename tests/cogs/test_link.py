"""/link as a member sees it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from discord.ui import TextDisplay

from bot.errors import (
    AccountTakenError,
    LinkDeniedError,
    LinkExpiredError,
    StoreUnavailableError,
    WrongCodeError,
)
from bot.services.linking import Linked
from bot.spotify.errors import SpotifyNotRegisteredError
from bot.stores import Account, Tokens
from cogs.link import LinkCog, linked_reply
from cogs.ui.forms import OPEN_S, Form
from tests.cogs.samples import NOW, fake_bot

if TYPE_CHECKING:
    from bot.errors import BotError
    from bot.services.linking import Linking
    from bot.services.seats import Seats
    from cogs.ui.reply import Reply
    from sandbox.fake_discord import Actor, Message
    from tests.cogs.fake_services import FakeServices


def words_of(reply: Reply) -> str:
    return "\n".join(part.content for part in reply.card if isinstance(part, TextDisplay))


async def shown(ada: Actor, services: FakeServices) -> tuple[Message, LinkCog]:
    reply = await (await ada.command("link")).reply()
    return reply, cast("LinkCog", getattr(services.linking.end, "__self__", None))  # loaded as an extension


def now_says(ada: Actor, reply: Message) -> Message:
    return next(message for message in ada.messages() if message.id == reply.id)


@pytest.mark.parametrize(
    ("why", "says"),
    [
        (None, "You cancelled this link"),
        (LinkDeniedError("access_denied"), "You declined on Spotify's page"),
        (AccountTakenError(), "Another Discord member has already linked"),
        (SpotifyNotRegisteredError(), "user list"),
    ],
)
async def test_ends_in_the_browser(
    ada: Actor, services: FakeServices, why: BotError | None, says: str
) -> None:
    """What ends a link in the browser stands in the answer to /link, which promises nothing any more."""
    reply, cog = await shown(ada, services)
    services.linking.end(int(ada.member.id), why)
    await asyncio.gather(*cog._changing)
    ended = now_says(ada, reply)
    assert says in ended.text
    assert "Expires" not in ended.text
    assert ended.buttons() == []


@pytest.mark.parametrize(
    ("later", "linked", "says"),
    [
        (timedelta(), True, "### ada is linked"),
        (timedelta(), False, "no longer open"),
        (timedelta(minutes=10), False, "has expired"),
    ],
)
async def test_ends_elsewhere(
    ada: Actor, services: FakeServices, later: timedelta, says: str, *, linked: bool
) -> None:
    """A link that expired, or that another process ended, is found at the next sweep; an open one is left alone."""
    reply, cog = await shown(ada, services)
    await cog._sweep()
    assert len(now_says(ada, reply).buttons()) == 4
    services.linking.open = False
    services.linking.later = later
    if linked:
        services.linking.account = Account(1, "id", "ada", frozenset(), NOW, Tokens("a", "r", NOW))
    await cog._sweep()
    assert says in now_says(ada, reply).text
    assert now_says(ada, reply).buttons() == []


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (WrongCodeError(0), "your last try"),
        (LinkExpiredError(), "has expired"),
        (LinkDeniedError("access_denied"), "You declined on Spotify's page"),
    ],
)
async def test_ends_in_a_form(ada: Actor, services: FakeServices, failure: BotError, says: str) -> None:
    """A try that ends the link replaces the answer to /link and its buttons."""
    reply, _ = await shown(ada, services)
    services.linking.failure = failure
    modal = await (await ada.press(reply, "Enter the code")).modal()
    ended = await (await ada.submit(modal, {modal.fields[0].custom_id: "123456"})).updated()
    assert ended.id == reply.id
    assert says in ended.text
    assert ended.buttons() == []


async def test_replaced(ada: Actor, services: FakeServices) -> None:
    """A second /link ends the first, and says so there."""
    first, _ = await shown(ada, services)
    second, _ = await shown(ada, services)
    assert "replaced by a newer one" in now_says(ada, first).text
    assert now_says(ada, first).buttons() == []
    assert len(second.buttons()) == 4


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
        def on_end(self, told: object) -> None:
            """Nothing ends."""

        async def sweep(self) -> int:
            raise StoreUnavailableError

    await LinkCog(cast("Linking", Away()), cast("Seats", None))._sweep()


def test_nothing_granted() -> None:
    """Spotify may link an account and grant nothing; then that is said."""
    account = Account(1, "account", "spotify", frozenset(), NOW, Tokens("a", "r", NOW))
    assert "This bot can now:\nnothing yet" in words_of(linked_reply(fake_bot(), Linked(account, "Ada")))


def test_forms_end() -> None:
    """A form nobody sends is forgotten some time; discord.py would remember it for ever."""
    assert Form(title="Any of ours").timeout == OPEN_S


async def test_wrong_code(ada: Actor, services: FakeServices) -> None:
    """After wrong digits the member knows how many tries are left, and the buttons stay."""
    reply = await (await ada.command("link")).reply()
    services.linking.failure = WrongCodeError(3)
    modal = await (await ada.press(reply, "Enter the code")).modal()
    told = await (await ada.submit(modal, {"The six digits in your browser": "000000"})).updated()
    assert told.id == reply.id
    assert "3 tries" in told.text
    assert len(told.buttons()) == 4
    services.linking.failure = None
    modal = await (await ada.press(reply, "Enter the code")).modal()
    done = await (await ada.submit(modal, {modal.fields[0].custom_id: "1"})).updated()
    assert "Ada is linked" in done.text
    assert "tries" not in done.text
    assert done.buttons() == []


async def test_paste(ada: Actor, services: FakeServices) -> None:
    """The pasted address goes to the service and nowhere else; a person off the user list is told so."""
    reply = await (await ada.command("link")).reply()
    services.linking.failure = SpotifyNotRegisteredError()
    modal = await (await ada.press(reply, "Paste the address")).modal()
    address = "http://127.0.0.1:8888/callback?code=a&state=b"
    told = await (await ada.submit(modal, {"The whole address of the page": address})).updated()
    assert told.buttons() == []
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
    assert f"### {shown} is linked" in words_of(linked_reply(fake_bot(), Linked(account, told)))


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
