"""/link and /unlink, as a member, a stranger with the address, and Spotify's consent page make of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from sandbox.visitor import Visitor, consent

if TYPE_CHECKING:
    from cogs.link import LinkCog
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World

pytestmark = pytest.mark.two_processes


async def begin(actor: Actor) -> tuple[Message, str, str]:
    """The reply to /link, the address of our page and the address of Spotify's."""
    reply = await (await actor.command("link")).reply()
    addresses = [button.url for button in reply.buttons() if button.url]
    page = next(address for address in addresses if "/link/" in address)
    spotify = next(address for address in addresses if "/authorize?" in address)
    return reply, page, spotify


async def enter(actor: Actor, reply: Message, code: str) -> Message:
    modal = await (await actor.press(reply, "Enter the code")).modal()
    return await (await actor.submit(modal, {modal.fields[0].custom_id: code})).reply()


async def ended_answer(world: World, actor: Actor, reply: Message) -> Message:
    """The answer to /link after what happened in the browser."""
    cog = cast("LinkCog", world.app.bot.get_cog("LinkCog"))
    await asyncio.gather(*cog._changing)
    return next(message for message in actor.messages() if message.id == reply.id)


async def is_linked(actor: Actor) -> bool:
    reply = await (await actor.command("account")).reply()
    return "No Spotify account is linked to you" not in reply.text


@pytest.mark.two_processes(halves=True)
async def test_link_through_the_page(ada: Actor) -> None:
    """The page, Spotify's consent and the six digits link the account; every answer is private."""
    reply, page, _ = await begin(ada)
    assert reply.ephemeral
    async with Visitor() as visitor:
        digits = (await consent(visitor, page, "ada")).digits
    assert not await is_linked(ada)  # the digits are not typed yet
    answer = await enter(ada, reply, digits)
    assert answer.ephemeral
    assert "Ada" in answer.text
    assert await is_linked(ada)


@pytest.mark.one_process("the other one could do nothing differently")
async def test_page_shows_the_username(world: World, ada: Actor) -> None:
    """Somebody who calls themselves like Ada is told apart by what Discord gives only once."""
    linus = world.discord.actor("linus", channel="music")
    linus.member.display_name = ada.member.display_name
    async with Visitor() as visitor:
        for actor in (ada, linus):
            _, page, _ = await begin(actor)
            shown = (await visitor.open(page)).text
            assert ada.member.display_name in shown
            assert f"@{actor.member.username}" in shown


async def test_link_by_pasting(world: World, ada: Actor) -> None:
    """Without a page, the copied address of the failed page links the account."""
    reply, _, authorize = await begin(ada)
    address = await world.spotify.consent(authorize, "ada")
    modal = await (await ada.press(reply, "Paste the address")).modal()
    answer = await (await ada.submit(modal, {modal.fields[0].custom_id: f" <{address}> "})).reply()
    assert answer.ephemeral
    assert await is_linked(ada)


@pytest.mark.one_process("the other one could do nothing differently")
async def test_digits_may_be_grouped(ada: Actor) -> None:
    """A blank between the digits, as the page shows it, is fine."""
    reply, page, _ = await begin(ada)
    async with Visitor() as visitor:
        digits = (await consent(visitor, page, "ada")).digits
    await enter(ada, reply, f" {digits[:3]} {digits[3:]} ")
    assert await is_linked(ada)


@pytest.mark.one_process("which buttons the answer has depends on who was asked to link")
async def test_wrong_code_leaves_five_tries(ada: Actor) -> None:
    """Four wrong codes cost a try each; the fifth ends the attempt, and its answer has no buttons any more."""
    reply, page, _ = await begin(ada)
    async with Visitor() as visitor:
        digits = (await consent(visitor, page, "ada")).digits
    wrong = "000000" if digits != "000000" else "111111"
    for left in ("4 tries", "3 tries", "2 tries", "1 try", "last try"):
        reply = await enter(ada, reply, wrong)
        assert left in reply.text
        assert bool(reply.buttons()) == (left != "last try")
    assert not await is_linked(ada)


async def test_code_before_spotify_agreed(ada: Actor) -> None:
    """A code typed too early is no try: the member is told to finish Spotify's page first."""
    reply, page, _ = await begin(ada)
    assert "haven't finished Spotify's page yet" in (await enter(ada, reply, "123456")).text
    async with Visitor() as visitor:
        digits = (await consent(visitor, page, "ada")).digits
    await enter(ada, reply, digits)
    assert await is_linked(ada)


async def test_second_browser_is_refused(ada: Actor) -> None:
    """Once a browser went on to Spotify, the address is of no use in another."""
    reply, page, _ = await begin(ada)
    async with Visitor() as first, Visitor() as second:
        opened = await second.open(page)
        digits = (await consent(first, page, "ada")).digits
        assert (await second.submit(opened, "Continue")).status == 409
        assert (await second.open(page)).status == 409
    await enter(ada, reply, digits)
    assert await is_linked(ada)


async def test_victim_of_a_sent_link(world: World, ada: Actor) -> None:
    """Ada sends her page to Grace, who agrees: without the digits in Grace's browser Ada gets nothing."""
    reply, page, _ = await begin(ada)
    grace = world.discord.actor("grace", channel="music")
    async with Visitor() as victim:
        assert "Ada" in (await victim.open(page)).text
        digits = (await consent(victim, page, "grace")).digits
    grace_reply, _, _ = await begin(grace)
    assert "haven't finished Spotify's page yet" in (await enter(grace, grace_reply, digits)).text
    assert "4 tries" in (await enter(ada, reply, "000001" if digits == "000000" else "000000")).text
    assert not await is_linked(ada)
    assert not await is_linked(grace)


async def test_expired(world: World, ada: Actor) -> None:
    """After ten minutes neither the page nor the code does anything."""
    reply, page, _ = await begin(ada)
    async with Visitor() as visitor:
        digits = (await consent(visitor, page, "ada")).digits
        world.clock.advance(timedelta(minutes=10, seconds=1))
        assert (await visitor.open(page)).status == 410
    assert "ten minutes" in (await enter(ada, reply, digits)).text
    assert not await is_linked(ada)


async def test_new_link_voids_the_old(ada: Actor) -> None:
    """Only the newest address of a member works."""
    _, old, _ = await begin(ada)
    _, new, _ = await begin(ada)
    async with Visitor() as visitor:
        assert (await visitor.open(old)).status == 410
        assert (await visitor.open(new)).status == 200


@pytest.mark.one_process("it waits for what one of them does to the answer")
async def test_denied_on_spotifys_page(world: World, ada: Actor) -> None:
    """Cancel on Spotify's page links nothing, and both the page and Discord say so."""
    reply, page, _ = await begin(ada)
    async with Visitor() as visitor:
        shown = await consent(visitor, page, "ada", button="Cancel")
    assert "nothing was linked" in shown.text.lower()
    ended = await ended_answer(world, ada, reply)
    assert "You declined on Spotify's page" in ended.text
    assert ended.buttons() == []
    assert not await is_linked(ada)


@pytest.mark.one_process("it waits for what one of them does to the answer")
async def test_cancelled_on_our_page(world: World, ada: Actor) -> None:
    """Cancel on our page takes the buttons from the answer to /link."""
    reply, page, _ = await begin(ada)
    async with Visitor() as visitor:
        await visitor.submit(await visitor.open(page), "Cancel")
    ended = await ended_answer(world, ada, reply)
    assert "You cancelled this link" in ended.text
    assert ended.buttons() == []


@pytest.mark.one_process("it waits for what one of them does to the answer")
@pytest.mark.parametrize(
    ("languages", "button", "ending"),
    [
        (("en-GB", "de"), "Abbrechen", "You cancelled this link"),
        (("de", "en"), "Cancel", "Du hast abgebrochen"),
    ],
    ids=["German page", "German answer"],
)
async def test_two_languages(
    world: World, ada: Actor, languages: tuple[str, str], button: str, ending: str
) -> None:
    """The page speaks the browser's language; the answer to /link, which it changes, stays in the member's."""
    ada.member.locale, browsers = languages
    reply, page, _ = await begin(ada)
    async with Visitor(browsers) as visitor:
        await visitor.submit(await visitor.open(page), button)
    assert ending in (await ended_answer(world, ada, reply)).text


async def test_not_on_the_user_list(world: World, ada: Actor) -> None:
    """Whoever is not on the app's user list is told exactly that, with what the operator has to do."""
    _, page, authorize = await begin(ada)
    async with Visitor() as visitor:
        shown = await consent(visitor, page, "barbara")
    assert "user list" in shown.text
    assert "Users Management" in shown.text
    assert not await is_linked(ada)

    reply, _, authorize = await begin(ada)
    address = await world.spotify.consent(authorize, "barbara")
    modal = await (await ada.press(reply, "Paste the address")).modal()
    answer = await (await ada.submit(modal, {modal.fields[0].custom_id: address})).reply()
    assert "Users Management" in answer.text
    assert not await is_linked(ada)


async def test_one_account_belongs_to_one_member(world: World, linked: Actor) -> None:
    """A Spotify account that Ada has linked is refused to Linus, with the reason."""
    linus = world.discord.actor("linus", channel="music")
    _, page, _ = await begin(linus)
    async with Visitor() as visitor:
        shown = await consent(visitor, page, "ada")
    assert "already linked" in shown.text
    assert not await is_linked(linus)
    assert await is_linked(linked)


async def test_another_account_replaces_the_first(world: World, linked: Actor) -> None:
    """Linking again with another Spotify account replaces the first, which is free again."""
    await world.link(linked, "linus")
    margaret = world.discord.actor("margaret", channel="music")
    await world.link(margaret, "ada")
    assert await is_linked(margaret)


async def test_forged_callback(world: World, ada: Actor) -> None:
    """A callback without the cookie, or with another state, exchanges nothing."""
    _, page, _ = await begin(ada)
    async with Visitor() as owner, Visitor() as forger:
        await owner.submit(await owner.open(page), "Continue")
        callback = f"{world.public_url}/callback?code=x&state=y"
        assert (await owner.open(callback)).status == 403
        await forger.open(callback)
    tokens = [call for call in world.spotify.calls if call.path == "/api/token"]
    assert tokens == []


@pytest.mark.two_processes(halves=True)
async def test_unlink_erases_before_it_answers(world: World, linked: Actor) -> None:
    """After /unlink nothing of the account is left, and the page where Spotify lists apps is named."""
    reply = await (await linked.command("unlink")).reply()
    assert reply.ephemeral
    assert "https://www.spotify.com/account/apps" in [button.url for button in reply.buttons()]
    assert await world.app.stores.accounts.of_member(linked.member.id) is None
    assert not await is_linked(linked)


@pytest.mark.one_process("the other one could do nothing differently")
async def test_unlink_without_a_link(ada: Actor) -> None:
    """/unlink of somebody who never linked says so, kindly."""
    reply = await (await ada.command("unlink")).reply()
    assert reply.ephemeral
    assert "not linked" in reply.text.lower() or "nothing" in reply.text.lower()


@pytest.mark.one_process("the other one could do nothing differently")
@pytest.mark.parametrize(
    "address", ["hello", "https://evil.example/callback?code=a&state=b", "{public}/callback"]
)
async def test_pasted_nonsense(world: World, ada: Actor, address: str) -> None:
    """Something else than the callback's address is refused without ending the attempt."""
    reply, _, authorize = await begin(ada)
    modal = await (await ada.press(reply, "Paste the address")).modal()
    pasted = address.format(public=world.public_url)
    answer = await (await ada.submit(modal, {modal.fields[0].custom_id: pasted})).reply()
    assert "not the whole address" in answer.text
    right = await world.spotify.consent(authorize, "ada")
    modal = await (await ada.press(reply, "Paste the address")).modal()
    await (await ada.submit(modal, {modal.fields[0].custom_id: right})).reply()
    assert await is_linked(ada)


@pytest.mark.one_process("it looks into the memory of one")
async def test_unlink_forgets_the_playlists(world: World, linked: Actor) -> None:
    """What was remembered for suggestions goes with the link, not a minute later."""
    held = world.app.services.playlists._lists._values
    assert await linked.suggest("add", "playlist", "road")
    assert held
    await (await linked.command("unlink")).reply()
    assert not held


@pytest.mark.one_process("each remembers the playlists for a minute")
async def test_suggestions_after_an_addition(world: World, linked: Actor) -> None:
    """The number of tracks in a suggestion counts the one just added."""
    target = world.spotify.known_playlists.empty
    [before] = await linked.suggest("add", "playlist", target.name)
    await (await linked.command("add", track=world.spotify.known.plain.uri, playlist=before.value)).reply()
    [after] = await linked.suggest("add", "playlist", target.name)
    assert "0 tracks" in before.name
    assert "1 track" in after.name
