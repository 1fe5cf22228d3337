"""The hint for a server's managers: once, and not where the bot is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.clock import Alarm
from bot.services.greeting import AGAIN, RECENT, Greeting
from bot.stores.notices import NoticeKind

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.notices import Notice
    from tests.bot.link_desk import Time

GUILD = 80351110224678912
CHANNELS = (11, 12)


@pytest.fixture
def greeting(each_stores: Stores, time: Time) -> Greeting:
    return Greeting(each_stores.values, each_stores.notices, now=time.now, woken=Alarm())


async def said(stores: Stores, time: Time) -> tuple[Notice, ...]:
    """What was to be said, which is then done."""
    due = await stores.notices.due(time.now(), limit=10)
    for notice in due:
        claimed = await stores.notices.claim(notice, time.now() + timedelta(minutes=1))
        assert claimed is not None
        await stores.notices.done(claimed, time.now() + timedelta(days=7))
    return due


async def test_once(greeting: Greeting, each_stores: Stores, time: Time) -> None:
    """However often it is called, it's said once, where the bot may write; after 90 days, a new start is greeted."""
    joined_at = time.now()
    for _ in range(3):
        await greeting.joined(GUILD, joined_at, CHANNELS)
        time.pass_by(hours=1)
    (hint,) = await said(each_stores, time)
    assert (hint.kind, hint.guild_id, hint.channel_ids) == (NoticeKind.HINT, GUILD, CHANNELS)
    time.moment = joined_at + AGAIN - timedelta(hours=1)
    await greeting.joined(GUILD, time.now(), CHANNELS)
    assert await said(each_stores, time) == ()
    time.pass_by(hours=2)
    await greeting.joined(GUILD, time.now(), CHANNELS)
    assert len(await said(each_stores, time)) == 1


async def test_known_servers(greeting: Greeting, each_stores: Stores, time: Time) -> None:
    """A server the bot has been in for a day is not greeted, and neither is one where it can't write."""
    await greeting.joined(GUILD, time.now() - RECENT, CHANNELS)
    await greeting.joined(GUILD, time.now(), ())
    assert await said(each_stores, time) == ()
