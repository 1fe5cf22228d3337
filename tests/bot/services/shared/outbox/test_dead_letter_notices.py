"""Curators are told once of what is parked, whichever process does it, and again when it is parked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.leases import LeaseKeeper
from bot.services.shared.core.access import Actor
from bot.services.shared.outbox.dead_letters import CHANNELS, LOOK_AGAIN, DeadLetterNotices
from bot.stores.contributions import State, Via
from bot.stores.lists import ListStatus, Settings
from tests.bot.services.shared.outbox.outbox_desk import GUILD, OWNER

if TYPE_CHECKING:
    from bot.services.shared.outbox.dead_letters import Parked
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk

CURATOR = Actor(OWNER, manages_guild=True)


@pytest.fixture
async def shared(both: Desk) -> SharedPlaylist:
    lent, _ = await both.lend()
    return lent


def news(desk: Desk, leases: LeaseKeeper | None = None) -> DeadLetterNotices:
    """As the process of the desk has it when it has just begun, or another process."""
    return DeadLetterNotices(desk.stores, desk.dispatcher, leases or desk.leases, now=desk.clock.now)


def another(desk: Desk) -> LeaseKeeper:
    return LeaseKeeper(desk.stores.leases, now=desk.clock.now)


async def untold(desk: Desk, leases: LeaseKeeper | None = None) -> list[Parked]:
    return list(await news(desk, leases).untold())


async def test_told_once(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """All that was parked together is one piece of news; once told it is none, in any process and at any time."""
    here = news(both)
    assert await here.untold() == ()
    await both.park(shared, *tracks[:3])
    (parked,) = await here.untold()  # at once: this process parked it
    assert (parked.shared.list_id, parked.count) == (shared.list_id, 3)
    await here.told(parked)
    for hours in (0, 1, 48):
        both.clock.advance(timedelta(hours=hours))
        assert await untold(both) == await untold(both, another(both)) == []


async def test_not_told(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What could not be told is told later: by the same process, or by another one after a while."""
    await both.park(shared, tracks[0])
    here, there = news(both), news(both, another(both))
    (parked,) = await here.untold()
    assert await there.untold() == ()  # one of the two tells it
    both.clock.advance(LOOK_AGAIN + timedelta(seconds=1))
    assert [one.key for one in await there.untold()] == [parked.key]
    assert await here.untold() == ()
    both.clock.advance(LOOK_AGAIN + timedelta(seconds=1))
    (again,) = await there.untold()
    await there.told(again)
    both.clock.advance(LOOK_AGAIN)
    assert await here.untold() == ()


async def test_parked_again(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What was tried again in vain is news again."""
    (one,) = await both.park(shared, tracks[0])
    (first,) = await untold(both)
    await news(both).told(first)
    await both.parking.try_again(CURATOR, GUILD, shared.list_id)
    assert await both.state(one) is State.QUEUED
    assert await untold(both) == []
    await both.park(shared)
    assert await both.state(one) is State.PARKED
    (second,) = await untold(both)
    assert second.key != first.key


async def test_no_news(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Nobody is told of what is decided already, or of a list that was given back."""
    await both.park(shared, tracks[0])
    await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    assert await untold(both) == []
    await both.park(shared, tracks[1])
    await both.change(shared, status=ListStatus.CLOSED)
    assert await untold(both) == []


async def test_where(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """In the channel for cards, else where it was proposed; a few are tried at most, and none twice."""
    accepted = await both.park(shared, *tracks[: CHANNELS + 3])
    for number, one in enumerate(accepted):
        channel_id = 100 + number // 2
        assert await both.stores.contributions.swap(one, replace(one, channel_id=channel_id))
    (parked,) = await untold(both)
    assert parked.channels == (100, 101, 102, 103)
    await both.change(shared, settings=Settings(cards_channel_id=7))
    (parked,) = await untold(both)
    assert parked.channels == (7, 100, 101, 102, 103)


async def test_not_in_drop_channels(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Nothing is said where links are dropped, whichever list it is for; where digests go, if there is nowhere else."""
    dropped, asked, elsewhere = await both.park(shared, *tracks[:3])
    other, _ = await both.lend("Other")
    await both.change(other, settings=Settings(drop_channel_id=101))
    swap = both.stores.contributions.swap
    assert await swap(dropped, replace(dropped, channel_id=100, via=Via.DROP))
    assert await swap(asked, replace(asked, channel_id=101))
    (parked,) = await untold(both)
    assert parked.channels == ()
    await both.change(shared, settings=Settings(drop_channel_id=100, digest_channel_id=8))
    (parked,) = await untold(both)
    assert parked.channels == (8,)
    assert await swap(elsewhere, replace(elsewhere, channel_id=102))
    (parked,) = await untold(both)
    assert parked.channels == (102,)
