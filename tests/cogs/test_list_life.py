"""What is said on the way of a shared playlist, from lending to closing, times every hostile name."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.core.queue import CLOSED, NO_OWNER
from bot.services.shared.lifecycle.import_items import Found
from bot.services.shared.lifecycle.lend import Asked, Choice, Draft, Lent
from bot.services.shared.lifecycle.manage import Stood
from bot.services.shared.lifecycle.overview import ListSummary
from bot.services.shared.lifecycle.transfer import Offer, Offered, TakenOver
from bot.stores.lists import ListStatus, SharedPlaylist, Trouble
from cogs.ui.notice_messages import lapsed_words
from cogs.ui.reply import Reply
from cogs.ui.shared.closing import close_reply, paused_reply, resumed_reply
from cogs.ui.shared.lending import (
    asked_reply,
    granted_reply,
    lent_reply,
    refused_reply,
    request_reply,
    waits_reply,
)
from cogs.ui.shared.offering import offer_reply, taken_reply
from cogs.ui.shared.settings_panel import settings_reply
from cogs.ui.shared.standing import lists_reply
from tests.cogs.hostile import HOSTILE, harms, hidden, markdown_texts, over_limits, plain_texts, skeleton
from tests.cogs.samples import NOW, fake_bot, playlist, playlists
from tests.shared_records import a_list

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.discord_bot import DiscordBot

OWNER = Actor(1)
OURS = 1  # the id that the reader of harm takes for ours


def a_list_of(name: str, **changes: object) -> SharedPlaylist:
    shared = a_list("p" * 22, owner_id=OURS, account_id="account", name=name)
    return replace(shared, **changes)  # type: ignore[arg-type] # its fields


def draft(name: str, *, new: bool) -> Draft:
    return Draft(
        expires_at=NOW,
        guild_id=1,
        member_id=OURS,
        account_id="account",
        new=new,
        name=name or "x",
        playlist_name=name,
        item_count=3,
        lent=1,
        needs_manager=True,
    )


def asked(name: str, *, new: bool) -> Reply:
    place = SimpleNamespace(guild=SimpleNamespace(name=name), client=fake_bot())
    return asked_reply(cast("discord.Interaction[DiscordBot]", place), draft(name, new=new))


def which(name: str) -> Reply:
    place = SimpleNamespace(guild=None, client=fake_bot())
    choice = Choice(draft(name, new=False), playlists(name, 3))
    return asked_reply(cast("discord.Interaction[DiscordBot]", place), choice)


def standing(name: str) -> ListSummary:
    stopped = a_list_of(
        name, status=ListStatus.PAUSED, trouble=Trouble.OWNER_LEFT, trouble_since=NOW, paused_at=NOW
    )
    return ListSummary(stopped, 2, 3, NOW)


def offer(name: str) -> Reply:
    about = Offer(expires_at=NOW, guild_id=1, list_id="list0001", by_id=OURS, owner_id=OURS, to_id=OURS)
    return offer_reply(Offered(a_list_of(name), about))


VIEWS: dict[str, Callable[[str], Reply]] = {
    "make it": lambda name: asked(name, new=True),
    "lend it": lambda name: asked(name, new=False),
    "which one": which,
    "lent": lambda name: lent_reply(fake_bot(), Lent(a_list_of(name), playlist(name), Found(3, 2, 1))),
    "lists": lambda name: lists_reply(fake_bot(), [standing(name)], "list0001", asks=True, manages=True),
    "request": lambda name: request_reply(Asked(draft(name, new=True))),
    "waits": lambda name: waits_reply(Asked(draft(name, new=True))),
    "granted": lambda name: granted_reply(
        fake_bot(), Lent(a_list_of(name), None, Found()), OURS, unasked=True
    ),
    "taken back": lambda name: refused_reply(fake_bot(), draft(name, new=True), OURS),
    "settings": lambda name: settings_reply(fake_bot(), standing(name), OWNER, is_default=True),
    "paused": lambda name: paused_reply(fake_bot(), Stood(a_list_of(name), 3)),
    "resumed": lambda name: resumed_reply(Stood(a_list_of(name), 1)),
    "close": lambda name: close_reply(Stood(a_list_of(name), 2)),
    "offer": offer,
    "taken over": lambda name: taken_reply(TakenOver(a_list_of(name), a_list_of(name), 3, 2, 1)),
    "closed": lambda name: Reply(lapsed_words(a_list_of(name), 2, CLOSED)),
    "given up": lambda name: Reply(lapsed_words(a_list_of(name), 1, NO_OWNER)),
}


@pytest.mark.parametrize("view", VIEWS)
async def test_names(view: str) -> None:
    """A name adds nothing to what Discord acts upon in a message, wherever it stands in it."""
    harmless = [skeleton(text) for text in markdown_texts(VIEWS[view]("x"))]
    for name in HOSTILE:
        reply = VIEWS[view](name)
        assert [found for text in markdown_texts(reply) for found in harms(text)] == [], name
        assert [found for text in plain_texts(reply) for found in hidden(text)] == [], name
        assert [skeleton(text) for text in markdown_texts(reply)] == harmless, name
        assert over_limits(reply) == [], name
