"""A restore that one process began is finished by another that runs already, when the first is no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.fake_spotify import Fault
from tests.bot.services.shared.reconciliation.reconciliation_desk import CURATOR, make

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


async def test_taken_up(both: Desk, tracks: list[Track]) -> None:
    """Within two minutes, and once."""
    uris = [track.uri for track in tracks[:20]]
    dying, living = make(both), make(both)
    shared, playlist = await dying.adopted(uris)
    assert await living.work() is None
    both.clock.advance(timedelta(minutes=5))
    playlist.remove(uris[3])
    playlist.remove(uris[12])
    both.spotify.faults.add(Fault("POST /playlists/*/items", "reset_before", after=1))
    await dying.restoring.restore(shared, CURATOR, 1)
    await dying.restoring.close()
    assert playlist.uris != uris
    for _ in range(4):
        both.clock.advance(timedelta(seconds=31))
        await living.work()
    assert playlist.uris == uris
    assert await living.restoring.unfinished(shared) is None
    assert (await dying.told(shared)).count("restored") == 1
