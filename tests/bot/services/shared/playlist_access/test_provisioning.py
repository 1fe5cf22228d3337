"""A new playlist is filled once, in order, whatever fails: not even after a kill is anything in it twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.playlist_access.provisioning import (
    Copy,
    PlaylistFiller,
    Provisioning,
    copy_of,
)
from bot.shared_errors import ListBusyError
from bot.spotify.errors import SpotifyError
from bot.spotify.limits import SHOWS_AFTER
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.outbox.outbox_desk import OWNER, POSTS

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind
    from sandbox.fake_spotify.playlists import FakePlaylist
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@dataclass
class Filling:
    """One playlist to be filled, and how far the latest kept record says it is."""

    desk: Desk
    new: Provisioning
    kept: Copy
    uris: list[str]
    held: int = field(default=0)

    async def go_on(self) -> Copy:
        filler = PlaylistFiller(self.new, now=self.desk.clock.now)
        return await filler.fill(OWNER, self.kept, self.uris, keep=self.keep, hold=self.hold)

    async def keep(self, copy: Copy) -> None:
        self.kept = copy

    async def hold(self) -> None:
        self.held += 1

    @property
    def playlist(self) -> FakePlaylist:
        return self.desk.spotify.playlist(self.kept.playlist_id)


async def begin(desk: Desk, tracks: list[Track], count: int = 120) -> Filling:
    stores = desk.stores
    new = Provisioning(desk.keeper, desk.client, desk.lent(), stores.lists, stores.values)
    made = await new.make(OWNER, "Tape", public=True)
    uris = [track.uri for track in tracks[:count]]
    return Filling(desk, new, copy_of(made.id, uris), uris)


async def test_filled(desk: Desk, tracks: list[Track]) -> None:
    """All goes in, a hundred at a time, and the turn is held before each request."""
    filling = await begin(desk, tracks)
    assert (await filling.go_on()).inside == 120
    assert filling.playlist.uris == filling.uris
    assert desk.posts() == filling.held == 2


@pytest.mark.parametrize("late_s", [0, 3, 25])
async def test_killed(desk: Desk, tracks: list[Track], late_s: int) -> None:
    """Killed in a request that shows late: the next try waits until it does, and puts in nothing twice."""
    filling = await begin(desk, tracks)
    held = desk.spotify.faults.add(Fault(POSTS, "latency"))
    if late_s:
        desk.spotify.faults.add(Fault(POSTS, "late", late_s=late_s))
    running = asyncio.create_task(filling.go_on())
    await held.struck()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    answered = asyncio.Event()
    desk.spotify.listeners.append(answered.set)
    held.release()
    await answered.wait()
    with pytest.raises(ListBusyError):
        await filling.go_on()
    await desk.wait_until(desk.clock.now() + SHOWS_AFTER)
    await filling.go_on()
    assert filling.playlist.uris == filling.uris


@pytest.mark.parametrize("kind", ["late", "reset_after", "reset_before", "truncated"])
async def test_lost_answer(desk: Desk, tracks: list[Track], kind: Kind) -> None:
    """A request without an answer is waited for, too."""
    filling = await begin(desk, tracks)
    desk.spotify.faults.add(Fault(POSTS, kind, after=1))
    with pytest.raises(SpotifyError):
        await filling.go_on()
    await desk.wait_until(desk.clock.now() + SHOWS_AFTER - timedelta(seconds=1))
    with pytest.raises(ListBusyError):
        await filling.go_on()
    desk.clock.advance(1)
    await desk.spotify.faults.come_due()
    await filling.go_on()
    assert filling.playlist.uris == filling.uris


@pytest.mark.parametrize("dead", [1, 21, 22])
async def test_withdrawn(desk: Desk, tracks: list[Track], dead: int) -> None:
    """What Spotify does not have any more is left out, however many those are."""
    filling = await begin(desk, tracks, 22)
    for uri in filling.uris[:dead]:
        desk.spotify.lose(uri)
    done = await filling.go_on()
    assert (done.at, done.inside) == (22, 22 - dead)
    assert filling.playlist.uris == filling.uris[dead:]
