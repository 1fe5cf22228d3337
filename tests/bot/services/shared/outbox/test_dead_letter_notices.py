"""Curators are told once of what is parked, and again when it is parked again; in the best channel there is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.outbox.dead_letters import CHANNELS
from bot.stores.contributions import State, Via
from bot.stores.lists import ListStatus, Settings
from bot.stores.notices import NoticeKind
from tests.bot.noticed import noticed
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


async def parked(desk: Desk, shared: SharedPlaylist) -> Parked:
    found = await desk.parking.parked(GUILD, shared.list_id)
    assert found is not None
    return found


async def test_noted(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """All that is parked is noted together with that, once."""
    assert await both.parking.parked(GUILD, shared.list_id) is None
    await both.park(shared, *tracks[:3])
    notices = await noticed(both.stores)
    assert [(one.kind, one.list_id) for one in notices] == [(NoticeKind.PARKED, shared.list_id)] * 3
    assert (await parked(both, shared)).count == 3


async def test_parked_again(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """What was tried again in vain is noted again."""
    (one,) = await both.park(shared, tracks[0])
    await both.parking.try_again(CURATOR, GUILD, shared.list_id)
    assert await both.state(one) is State.QUEUED
    assert await both.parking.parked(GUILD, shared.list_id) is None
    await both.park(shared)
    assert await both.state(one) is State.PARKED
    first, second = await noticed(both.stores)
    assert first.notice_id != second.notice_id


async def test_no_news(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Nobody is told of what is decided already, or of a list that was given back."""
    await both.park(shared, tracks[0])
    await both.parking.give_up(CURATOR, GUILD, shared.list_id)
    assert await both.parking.parked(GUILD, shared.list_id) is None
    await both.park(shared, tracks[1])
    await both.change(shared, status=ListStatus.CLOSED)
    assert await both.parking.parked(GUILD, shared.list_id) is None


async def test_where(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """In the channel for cards, else where it was proposed; a few are tried at most, and none twice."""
    accepted = await both.park(shared, *tracks[: CHANNELS + 3])
    for number, one in enumerate(accepted):
        channel_id = 100 + number // 2
        assert await both.stores.contributions.swap(one, replace(one, channel_id=channel_id))
    assert (await parked(both, shared)).channels == (100, 101, 102, 103)
    await both.change(shared, settings=Settings(cards_channel_id=7))
    assert (await parked(both, shared)).channels == (7, 100, 101, 102, 103)


async def test_not_in_drop_channels(both: Desk, shared: SharedPlaylist, tracks: list[Track]) -> None:
    """Nothing is said where links are dropped, whichever list it is for; where digests go, if there is nowhere else."""
    dropped, asked, elsewhere = await both.park(shared, *tracks[:3])
    other, _ = await both.lend("Other")
    await both.change(other, settings=Settings(drop_channel_id=101))
    swap = both.stores.contributions.swap
    assert await swap(dropped, replace(dropped, channel_id=100, via=Via.DROP))
    assert await swap(asked, replace(asked, channel_id=101))
    assert (await parked(both, shared)).channels == ()
    await both.change(shared, settings=Settings(drop_channel_id=100, digest_channel_id=8))
    assert (await parked(both, shared)).channels == (8,)
    assert await swap(elsewhere, replace(elsewhere, channel_id=102))
    assert (await parked(both, shared)).channels == (102,)
