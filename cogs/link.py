"""/link: links a member's Spotify account, through the browser and back. Everything here is private.

Our page and the code it shows at the end are one way; copying an address is the other, for bots without a page that
the internet can reach.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands, tasks
from discord.utils import format_dt

from bot.errors import (
    BotError,
    LinkExpiredError,
    LinkForgedError,
    LinkNotFinishedError,
    LinkUsedError,
    PastedAddressError,
    StoreUnavailableError,
    WrongCodeError,
)
from bot.languages import Text
from bot.services.consents import consent_ends
from bot.services.linking import PLAYLIST_SCOPES, Linked
from bot.spotify.errors import SpotifyError
from cogs.ui.consent import ALLOW_BUTTON, scopes_of
from cogs.ui.controls import Ack, Item, Press
from cogs.ui.error_answers import answer_to, operators
from cogs.ui.forms import TextForm
from cogs.ui.layout import line, text
from cogs.ui.reply import LOST, Reply, answer, controls, link_button, think
from cogs.ui.seats import FULL, seats_line
from cogs.ui.speaking import speak_to_member
from cogs.words.scopes import allowed_list
from cogs.words.text import BUTTON_URL, safe_text

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.discord_bot import DiscordBot
    from bot.services.linking import Begun, Linking
    from bot.services.seats import Seats
    from cogs.ui.layout import Control

log = logging.getLogger(__name__)

DESCRIPTION = "Link your Spotify account, or renew your link"
INTRODUCTION = Text("### Link your Spotify account\nSpotify will ask you to let this bot:\n{allowed}")
BY_PAGE = Text(
    "1. Press **Open the page**, continue to Spotify and agree there.\n"
    "2. Your browser then shows six digits.\n"
    "3. Come back here, press **Enter the code** and type them."
)
BY_PASTE = Text(
    "1. Press **Open Spotify** and agree there.\n"
    "2. Your browser then goes to a page that may not load. That's fine.\n"
    "3. Copy that page's whole address, press **Paste the address** and paste it."
)
OR_BY_PASTE = Text(
    "Page not opening? Press **Open Spotify** instead and agree there. "
    "Then use **Paste the address** with the address of the page you end up on."
)
LASTS = Text("-# Expires {rest}, at {until}. It's for you alone: don't share it.")
NOTE = "⚠️ {note}"
SMALL = "-# {words}"
OPEN_PAGE = Text("Open the page")
ENTER_CODE = Text("Enter the code")
OPEN_SPOTIFY = Text("Open Spotify")
PASTE_ADDRESS = Text("Paste the address")
CODE_TITLE = Text("Enter the code")
CODE_LABEL = Text("The six digits in your browser")
PASTE_TITLE = Text("Paste the address")
PASTE_LABEL = Text("The whole address of the page")
PASTE_QUESTION = Text(
    "**Did you start this link yourself, in this browser?** If someone sent it to you, close this form.\n"
    "The Spotify account will be linked to the Discord account **{name}** (@{username})."
)
PASTE_HINT = Text("From your browser's address bar, after you agreed on Spotify")
LINKED = Text("### {name} is linked\nThis bot can now:\n{allowed}")
ENDS = Text("The link expires after six months, on {day}. See {account}.")
NEXT = Text("Next: see your {playlists}, {add} a track to one, or lend one to a server with {adopt}.")
CANCELLED = Text("You cancelled this link, so nothing was linked. Changed your mind? Use {link}.")
REPLACED = Text("This link was replaced by a newer one.")
OVER = Text("This link is no longer open. {account} shows what is linked, {link} starts again.")
NAME_SHOWN = 100
GOES_ON = (LinkNotFinishedError, PastedAddressError, LinkUsedError, LinkForgedError, StoreUnavailableError)


ENTER = Item("link:code", Ack.NONE)
PASTE = Item("link:paste", Ack.NONE)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer to /link that still has its buttons, and the right to change it, good for 15 minutes.

    seats: what it says about them.
    """

    interaction: discord.Interaction[DiscordBot]
    begun: Begun
    seats: str


class LinkCog(commands.Cog):
    def __init__(self, linking: Linking, seats: Seats) -> None:
        self._linking = linking
        self._seats = seats
        self._shown: dict[int, Shown] = {}  # by member; each has one link at a time
        self._changing: set[asyncio.Task[None]] = set()
        linking.on_end(self._ended_in_browser)

    async def cog_load(self) -> None:
        self._sweep.start()

    async def cog_unload(self) -> None:
        self._sweep.cancel()

    @tasks.loop(minutes=1)
    async def _sweep(self) -> None:
        """Soon after their ten minutes, unfinished links are erased, with the tokens in them, and shown as expired."""
        with suppress(StoreUnavailableError):  # the next minute comes
            await self._linking.sweep()
            for member_id, shown in [*self._shown.items()]:
                if not await self._linking.is_open(member_id, shown.begun):
                    await self._change(member_id, await self._became(member_id, shown))

    async def _became(self, member_id: int, shown: Shown) -> Reply:
        """Of a link that expired, or that another process ended."""
        speak_to_member(shown.interaction)
        bot = shown.interaction.client
        if self._linking.now() >= shown.begun.expires_at:
            return _failed_reply(shown.interaction, LinkExpiredError())
        account = await self._linking.linked_since(member_id, shown.begun)
        if account is not None:
            return linked_reply(bot, Linked(account, None))
        return _final(OVER(link=bot.mention_command("link"), account=bot.mention_command("account")))

    def _ended_in_browser(self, member_id: int, why: BotError | SpotifyError | None) -> None:
        shown = self._shown.get(member_id)
        if shown is None:
            return
        task = asyncio.create_task(self._tell(member_id, shown, why))  # the browser does not wait for Discord
        self._changing.add(task)
        task.add_done_callback(self._changing.discard)

    async def _tell(self, member_id: int, shown: Shown, why: BotError | SpotifyError | None) -> None:
        """In the member's language, which may not be their browser's."""
        speak_to_member(shown.interaction)
        if why is None:
            reply = _final(CANCELLED(link=shown.interaction.client.mention_command("link")))
        else:
            reply = _failed_reply(shown.interaction, why)
        await self._change(member_id, reply)

    async def _change(self, member_id: int, reply: Reply) -> None:
        """The answer to /link says how it ended, and has no buttons any more."""
        shown = self._shown.pop(member_id, None)
        if shown is None:
            return
        try:
            await answer(shown.interaction, reply)
        except LOST as lost:
            log.warning("an answer to /link was not changed: %s", type(lost).__name__)

    @app_commands.command(description=DESCRIPTION)
    async def link(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await self._begin(interaction, PLAYLIST_SCOPES)

    async def allow(self, press: Press) -> None:
        """Under a refusal: link with what was missing there, keeping what was allowed before."""
        await self._begin(press.interaction, scopes_of(press.state["scopes"]))

    async def _begin(self, interaction: discord.Interaction[DiscordBot], scopes: frozenset[str]) -> None:
        user = interaction.user
        begun = await self._linking.begin(user.id, user.display_name, user.name, scopes)
        await self._change(user.id, _final(REPLACED()))
        seats = await self._seats_words(interaction)
        self._shown[user.id] = Shown(interaction, begun, seats)
        await answer(interaction, begun_reply(begun, seats=seats))

    async def _seats_words(self, interaction: discord.Interaction[DiscordBot]) -> str:
        """How many are taken; a warning to those who may not get one."""
        count = await self._seats.count(interaction.user.id)
        if not count.limit:
            return ""
        if count.is_full and not count.has_one:
            return f"{FULL(operator=operators(interaction.client))}\n{SMALL.format(words=seats_line(count))}"
        return SMALL.format(words=seats_line(count))

    async def ask_code(self, press: Press) -> None:
        """The six digits. The answer to /link then says how it went, be it that the code was wrong."""
        await press.open(TextForm(CODE_TITLE(), CODE_LABEL(), self._confirm, max_length=20))

    async def _confirm(self, press: Press, typed: str) -> None:
        digits = "".join(typed.split()).replace("-", "")
        await self._finish(press, self._linking.confirm(press.member_id, digits))

    async def ask_address(self, press: Press) -> None:
        """The address the browser ended up on. The code in it goes nowhere but into this form."""
        member = press.interaction.user
        name, username = safe_text(member.display_name, NAME_SHOWN), safe_text(member.name, NAME_SHOWN)
        form = TextForm(
            PASTE_TITLE(),
            PASTE_LABEL(),
            self._paste,
            hint=PASTE_HINT(),
            style=discord.TextStyle.paragraph,
            max_length=4000,
            question=PASTE_QUESTION(name=name, username=username),
        )
        await press.open(form)

    async def _paste(self, press: Press, typed: str) -> None:
        await self._finish(press, self._linking.paste(press.member_id, typed.strip()))

    async def _finish(self, press: Press, finishing: Awaitable[Linked]) -> None:
        """Nothing is said beside the answer to /link, where it would stand when it is no longer true."""
        member_id = press.member_id
        shown = self._shown.pop(
            member_id, None
        )  # so that the browser, or the sweep, changes nothing meanwhile
        try:
            linked = await finishing
        except (BotError, SpotifyError) as failed:
            if not _goes_on(failed):
                await press.answer(_failed_reply(press.interaction, failed))
                return
            if shown is None:  # from before a restart: its addresses are not known any more, so it stays
                raise
            self._shown[member_id] = shown
            words = answer_to(press.interaction, failed).text
            await press.answer(begun_reply(shown.begun, words, seats=shown.seats))
        else:
            await press.answer(linked_reply(press.interaction.client, linked))


def _goes_on(failed: BotError | SpotifyError) -> bool:
    """Whether the same link can still be finished."""
    return isinstance(failed, GOES_ON) or (isinstance(failed, WrongCodeError) and failed.tries_left > 0)


def _final(words: str) -> Reply:
    return Reply(card=(text(words),))


def _failed_reply(interaction: discord.Interaction[DiscordBot], failed: BotError | SpotifyError) -> Reply:
    return _final(answer_to(interaction, failed).text)


def begun_reply(begun: Begun, note: str = "", *, seats: str = "") -> Reply:
    """note: what went wrong with the latest try. seats: how many are taken."""
    steps: list[str] = []
    items: list[Control] = []
    if begun.page_url:
        steps.append(BY_PAGE())
        steps += _way_out(items, OPEN_PAGE(), begun.page_url)
        items.append(ENTER.button(ENTER_CODE(), style=discord.ButtonStyle.primary))
    if begun.authorize_url:
        steps.append(OR_BY_PASTE() if begun.page_url else BY_PASTE())
        steps += _way_out(items, OPEN_SPOTIFY(), begun.authorize_url)
        items.append(PASTE.button(PASTE_ADDRESS(), style=discord.ButtonStyle.primary))
    until = begun.expires_at
    card = (
        text(INTRODUCTION(allowed=allowed_list(begun.scopes))),
        line(),
        text("\n\n".join(steps)),
        text(LASTS(until=format_dt(until, "t"), rest=format_dt(until, "R"))),
        *([text(seats)] if seats else []),
        *([text(NOTE.format(note=note))] if note else []),
    )
    return Reply(card=card, view=controls(*items))


def _way_out(items: list[Control], label: str, url: str) -> list[str]:
    """Adds a button that leads out of Discord; for an address too long for one, answers a line of text instead."""
    if len(url) > BUTTON_URL:
        return [f"[{label}](<{url}>)"]
    items.append(link_button(label, url))
    return []


def linked_reply(bot: DiscordBot, linked: Linked) -> Reply:
    name = safe_text(linked.display_name or linked.account.spotify_id, NAME_SHOWN)
    day = format_dt(consent_ends(linked.account.authorized_at), "D")
    next_steps = NEXT(
        playlists=bot.mention_command("playlists"),
        add=bot.mention_command("add"),
        adopt=bot.mention_command("shared adopt"),
    )
    ends = ENDS(day=day, account=bot.mention_command("account"))
    allowed = allowed_list(linked.account.scopes)
    return Reply(card=(text(LINKED(name=name, allowed=allowed)), line(), text(ends, next_steps)))


async def setup(bot: DiscordBot) -> None:
    cog = LinkCog(bot.services.linking, bot.services.seats)
    bot.add_dynamic_items(
        ENTER.bound(cog.ask_code), PASTE.bound(cog.ask_address), ALLOW_BUTTON.bound(cog.allow)
    )
    await bot.add_cog(cog)
