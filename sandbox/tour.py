"""The tour of `make demo`: a member looks up a track, links Spotify, lists playlists and adds the track to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.showing import draw
from sandbox.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.fake_discord import Actor, Message
    from sandbox.visitor import Shown
    from sandbox.world import World


class Tour:
    """say: prints a line. Every message shown is what the real bot sent."""

    def __init__(self, world: World, say: Callable[[str], None] = print) -> None:
        self._world = world
        self._say = say
        self._ada = world.discord.actor("ada", channel="music")

    async def run(self) -> None:
        await self._look_up()
        await self._link()
        await self._list()
        await self._add()

    async def _look_up(self) -> None:
        self._chapter("1. Ada looks up a track. Nobody needs a Spotify account for that.")
        typed = "copper umb"
        self._say(f"Ada types    /track query: {typed}")
        choices = await self._ada.suggest("track", "query", typed)
        for choice in choices[:3]:
            self._say(f"  suggested  {choice.name}")
        await self._show(self._ada, "track", query=str(choices[0].value))

    async def _link(self) -> None:
        self._chapter(
            "2. Ada links her Spotify account: the bot's page, Spotify's question, six digits back in Discord."
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

    async def _list(self) -> None:
        self._chapter("3. Ada lists her playlists. Nobody else in the channel sees the answer.")
        await self._show(self._ada, "playlists")

    async def _add(self) -> None:
        self._chapter("4. Ada adds the track to one of them.")
        target = self._world.spotify.known_playlists.empty
        track = self._world.spotify.known.plain
        before = len(target.items)
        await self._show(self._ada, "add", track=track.name, playlist=target.name)
        self._say(
            f"At Spotify, “{target.name}” held {before} tracks before and holds {len(target.items)} now:"
        )
        for entry in target.items:
            self._say(f"  {self._world.title_of(entry.uri)}")

    async def _show(self, actor: Actor, command: str, **options: str) -> Message:
        typed = "  ".join(f"{name}: {value}" for name, value in options.items())
        self._say(f"Ada sends    /{command} {typed}".rstrip())
        reply = await (await actor.command(command, **options)).reply()
        self._say(draw(reply))
        return reply

    def _chapter(self, title: str) -> None:
        self._say(f"\n{title}\n")

    def _page(self, whose: str, page: Shown) -> None:
        self._say("  ".join([f"{whose}  {page.heading}", *(f"[ {label} ]" for label in page.buttons)]))
