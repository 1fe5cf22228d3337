"""The tour of `make demo`: one member lends a playlist, one without Spotify adds to it, the others vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.ui.shared.lending import YES_NEW
from sandbox.example import in_favour, is_open, vote_card
from sandbox.showing import draw
from sandbox.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.fake_discord import Actor, Message
    from sandbox.visitor import Shown
    from sandbox.world import World

PLAYLIST = "Friday Mix"
NOTE = "for the way home"
VOTERS = ("grace", "linus", "margaret")


class Tour:
    """say: prints a line. Every message shown is what the real bot sent."""

    def __init__(self, world: World, say: Callable[[str], None] = print) -> None:
        self._world = world
        self._say = say
        self._ada = world.discord.actor("ada", channel="music")
        self._hedy = world.discord.actor("hedy", channel="music")

    async def run(self) -> None:
        await self._look_up()
        await self._link()
        await self._lend()
        card = await self._add()
        await self._vote(card)
        await self._look()

    async def _look_up(self) -> None:
        self._chapter("1. Hedy looks up a track. That needs no Spotify account.")
        typed = "copper umb"
        self._say(f"Hedy types   /track query: {typed}")
        choices = await self._hedy.suggest("track", "query", typed)
        for choice in choices[:3]:
            self._say(f"  suggested  {choice.name}")
        await self._show(self._hedy, "track", query=str(choices[0].value))

    async def _link(self) -> None:
        self._chapter(
            "2. Ada links her Spotify account: the bot's page, Spotify's page, and six digits back in Discord."
        )
        reply = await self._show(self._ada, "link")
        address = next(button.url for button in reply.buttons() if button.url and "/link/" in button.url)
        async with Visitor() as browser:
            ours = await browser.open(address)
            self._page("The bot's page ", ours)
            theirs = await browser.submit(ours, "Continue")
            self._page("Spotify's page ", theirs)
            code = await browser.submit(theirs, "Agree", person="ada")
            self._page("The bot's page ", code)
        self._say(f"Ada presses  Enter the code, and types {code.digits}")
        modal = await (await self._ada.press(reply, "Enter the code")).modal()
        submitted = await self._ada.submit(modal, {modal.fields[0].custom_id: code.digits})
        self._say(draw(await submitted.reply()))

    async def _lend(self) -> None:
        self._chapter(
            "3. Ada lends the server a new playlist. First she reads what members will be able to do."
        )
        asked = await self._show(self._ada, "shared create", name=PLAYLIST, mode="vote")
        self._say(f"Ada presses  {YES_NEW()}")
        self._say(draw(await (await self._ada.press(asked, YES_NEW())).updated()))

    async def _add(self) -> Message:
        self._chapter("4. Hedy adds a track. She has no Spotify account at all.")
        track = self._world.spotify.known.plain.name
        await self._show(self._hedy, "add", track=track, playlist=PLAYLIST, note=NOTE)
        card = await self._world.discord.wait_for(lambda: vote_card(self._world), "card to vote on")
        self._say("Everybody in the channel sees:")
        self._say(draw(card))
        return card

    async def _vote(self, card: Message) -> None:
        self._chapter("5. The others vote right there. Hedy's own vote wouldn't count.")
        wanted = in_favour(card)
        for name in VOTERS:
            voter = self._world.discord.actor(name, channel="music")
            self._say(f"{voter.member.display_name} presses".ljust(18) + wanted)
            await (await voter.press(card, wanted)).acknowledged()
        await self._world.discord.wait_for(lambda: not is_open(card) or None, "decision on the card")
        self._say(draw(card))

    async def _look(self) -> None:
        self._chapter("6. Everybody can see what is in the playlist, who added it, and why.")
        await self._show(self._hedy, "shared show", list=PLAYLIST)
        lent = self._world.spotify.own_playlist("ada", PLAYLIST)
        self._say(f"“{PLAYLIST}” in Ada's Spotify account now:")
        for entry in lent.items:
            self._say(f"  {self._world.title_of(entry.uri)}")

    async def _show(self, actor: Actor, command: str, **options: str) -> Message:
        typed = "  ".join(f"{name}: {value}" for name, value in options.items())
        self._say(f"{actor.member.display_name} sends".ljust(13) + f"/{command} {typed}".rstrip())
        reply = await (await actor.command(command, **options)).reply()
        self._say(draw(reply))
        return reply

    def _chapter(self, title: str) -> None:
        self._say(f"\n{title}\n")

    def _page(self, whose: str, page: Shown) -> None:
        self._say("  ".join([f"{whose}  {page.heading}", *(f"[ {label} ]" for label in page.buttons)]))
