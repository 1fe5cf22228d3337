"""What the tests of votes do again and again: propose, find the card, wait until it says something."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.stores.contributions import Recording
from sandbox.fake_discord.changes import NothingCameError

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

DRAWN = 3  # times, such as: approved, added, told
SOON_S = 0.2  # by then the bot has mostly done what was due; if not, a little more of its time passes


async def propose(world: World, member: Actor, uri: str, **options: object) -> Message:
    """The card that appears in the member's channel for what they propose."""
    known = {message.id for message in world.discord.messages}
    await (await member.command("add", track=uri, **options)).reply()
    return await new_card(world, known)


async def new_card(world: World, known: set[int]) -> Message:
    """The first public message of the bot with buttons that is not one of `known`."""

    def look() -> Message | None:
        return next(
            (
                message
                for message in world.discord.messages
                if message.id not in known and not message.ephemeral and message.buttons()
            ),
            None,
        )

    return await world.discord.wait_for(look, "card")


async def says(world: World, message: Message, *texts: str) -> Message:
    """The message once it says all of it; time passes, so that it may be drawn anew, and then once more."""

    def look() -> Message | None:
        return message if all(text in message.text for text in texts) else None

    what = f"message saying {texts} instead of {message.text!r}"
    for _ in range(DRAWN):
        await world.advance(seconds=2)
        with suppress(NothingCameError):
            return await world.discord.wait_for(look, what, SOON_S)
    return await world.discord.wait_for(look, what)


async def stored(world: World, shared: SharedPlaylist, uri: str) -> Contribution:
    """The one contribution of this track."""
    (held,) = await world.app.stores.contributions.alike(shared.list_id, [Recording(uri)])
    return held


async def card_is_stored(world: World, shared: SharedPlaylist, uri: str, card: Message) -> None:
    """Wait until the bot has stored where it posted the card: that is a moment after everybody sees it."""
    for _ in range(60):
        ballot = (await stored(world, shared, uri)).ballot
        if ballot is not None and ballot.message_id == card.id:
            return
        await world.advance(seconds=1)
    raise AssertionError(card.text)
