"""Who has a seat in the Spotify app, who waits for one, and what an operator does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.utils import format_dt

from bot.languages import Text
from cogs.ui.controls import Ack, Item, Press, Question
from cogs.ui.layout import line, text, with_button
from cogs.ui.reply import Reply, controls, link_button
from cogs.words.counts import MORE
from cogs.words.names import mention

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.services.seats import Freed, Holder, SeatCount, Seats, Waiting
    from cogs.ui.layout import Part

DASHBOARD_PAGE: Final = "https://developer.spotify.com/dashboard"
HOLDERS_SHOWN: Final = 8  # a message has room for so many with a button beside them
WAITING_SHOWN: Final = 15

TAKEN: Final = Text(
    "**Seats** · {taken:,} of {limit:,} taken (linked accounts; the app's user list on Spotify may hold others)"
)
NO_LIMIT: Final = Text("**Seats** · {taken:,} taken, without a limit")
FULL: Final = Text(
    "⚠️ All seats seem taken, so Spotify may turn you away. Ask {operator} first. "
    "You don't need a seat to add to shared playlists."
)
HOLDERS: Final = Text("**Who has a seat**")
NO_HOLDERS: Final = Text("Nobody has linked an account yet.")
HOLDER: Final = Text("{member} · since {day}")
ASKED_BACK: Final = Text("{member} · since {day} · asked for it back {when}")
ASK: Final = Text("Ask for it back")
WAIT: Final = Text(
    "**Who is waiting for one**\nSpotify turned them away: they aren't on the app's user list."
)
WAITER: Final = Text("{member} · since {day}")
LET_IN: Final = Text(
    "To let someone in, open the dashboard → your app → *Settings* → *Users Management* and add their name and the "
    "email address of their Spotify account. Then ask them to use {link} again."
)
DASHBOARD: Final = Text("Open the dashboard")
REALLY: Final = Text(
    "Ask {member} for their seat? I'll send them a direct message. Only they can give it up, with {unlink}."
)
YES: Final = Text("Yes, ask them")
NO: Final = Text("Don't ask")
IS_ASKED: Final = Text(
    "{member} gets a direct message, unless they've turned those off; {account} tells them, too. "
    "Once they have used {unlink}, open the dashboard → your app → *Settings* → *Users Management* and remove them. "
    "Until then, Spotify keeps the seat taken."
)
NOT_ASKED: Final = Text("OK, nobody was asked.")
FREED: Final = Text(
    "**Gave their seat back**\nRemove them from the app's user list, or Spotify keeps the seat taken."
)
FREE: Final = Text(
    "{member} has unlinked Spotify, after you asked for their seat. To free it, open the dashboard → your app → "
    "*Settings* → *Users Management* and remove them."
)
FREE_UNNAMED: Final = Text(
    "Someone you asked for their seat has unlinked Spotify and deleted their data, so I can't tell you who. To free "
    "the seat, open the dashboard → your app → *Settings* → *Users Management* and remove them."
)
HAS_NONE: Final = Text(
    "{member} isn't linked any more. Remove them from the dashboard under *Users Management*, and the seat is free."
)

ASK_BACK: Final = Item("seat:ask", Ack.THINK, member=r"\d{1,20}")
DECISION: Final = Question("seat:back", member=r"\d{1,20}")


class SeatControls:
    """What the controls lead to. They are for operators only, whoever may see them."""

    def __init__(self, seats: Seats) -> None:
        self._seats = seats
        self.items = (ASK_BACK.bound(self._ask), DECISION.bound(self._decide))

    async def _ask(self, press: Press) -> None:
        _only_operators(press)
        member_id = int(press.state["member"])
        unlink = press.interaction.client.mention_command("unlink")
        buttons = DECISION.buttons(YES(), NO(), member=member_id)
        await press.answer(Reply(REALLY(member=mention(member_id), unlink=unlink), view=controls(*buttons)))

    async def _decide(self, press: Press) -> None:
        _only_operators(press)
        if not press.yes:
            await press.answer(Reply(NOT_ASKED()))
            return
        member_id, bot = int(press.state["member"]), press.interaction.client
        words = IS_ASKED if await self._seats.ask_back(member_id) else HAS_NONE
        told = words(
            member=mention(member_id),
            unlink=bot.mention_command("unlink"),
            account=bot.mention_command("account"),
        )
        await press.answer(Reply(told, view=controls(dashboard_button())))


def _only_operators(press: Press) -> None:
    if press.member_id not in press.interaction.client.operator_ids:
        raise app_commands.CheckFailure


def seats_line(count: SeatCount) -> str:
    """How many there are, for everyone."""
    return (TAKEN if count.limit else NO_LIMIT)(taken=count.taken, limit=count.limit)


def seat_free_reply(member_id: int | None) -> Reply:
    """member_id: who gave it back; None: they have deleted their data since."""
    words = FREE_UNNAMED() if member_id is None else FREE(member=mention(member_id))
    return Reply(words, view=controls(dashboard_button()))


def dashboard_button() -> discord.ui.Button[discord.ui.View]:
    return link_button(DASHBOARD(), DASHBOARD_PAGE)


def seat_parts(
    holders: Sequence[Holder], freed: Sequence[Freed], waiting: Sequence[Waiting], link: str
) -> Iterator[Part]:
    """For operators."""
    yield line()
    yield text(HOLDERS() if holders else NO_HOLDERS())
    for holder in holders[:HOLDERS_SHOWN]:
        yield with_button(_holder(holder), ASK_BACK.button(ASK(), member=holder.member_id))
    if len(holders) > HOLDERS_SHOWN:
        yield text(MORE(len(holders) - HOLDERS_SHOWN))
    if freed:
        yield line()
        lines = [mention(one.member_id) for one in freed[:WAITING_SHOWN]]
        if len(freed) > WAITING_SHOWN:
            lines.append(MORE(len(freed) - WAITING_SHOWN))
        yield text(FREED(), *lines)
    if waiting:
        yield line()
        lines = [
            WAITER(member=mention(one.member_id), day=format_dt(one.since, "D"))
            for one in waiting[:WAITING_SHOWN]
        ]
        if len(waiting) > WAITING_SHOWN:
            lines.append(MORE(len(waiting) - WAITING_SHOWN))
        yield text(WAIT(), *lines, LET_IN(link=link))


def _holder(holder: Holder) -> str:
    member, day = mention(holder.member_id), format_dt(holder.since, "D")
    if holder.asked_at is None:
        return HOLDER(member=member, day=day)
    return ASKED_BACK(member=member, day=day, when=format_dt(holder.asked_at, "R"))
