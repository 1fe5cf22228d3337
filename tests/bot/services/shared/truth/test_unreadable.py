"""What Spotify shows in a way nobody can read is still where it was, and still belongs to whoever added it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
from tests.bot.services.shared.reconciliation.reconciliation_desk import LINUS, TruthDesk, make

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("item", '{"uri": null, "id": null, "name": ""}'),
        ("item", '{"uri": 7, "name": "Song"}'),
        ("item", '"gone"'),
        ("item", "[]"),
        ("item", "null"),
        ("item.uri", "null"),
        ("", "null"),
        ("", '"gone"'),
        ("", "{}"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_stays_in_its_place(
    there: TruthDesk, tracks: list[Track], at: str, value: str, place: int
) -> None:
    """An entry that comes unreadable is not taken for taken out: nobody edited, and it stays theirs."""
    desk = there.desk
    shared, playlist = await there.adopted([])
    added = await desk.contribute(shared, *[track.uri for track in tracks[:3]])
    await desk.calm()
    desk.clock.advance(timedelta(minutes=5))
    assert await there.drift.check(shared) is None
    playlist.rename("Other")  # another version, so that everything is read
    for path in ("GET /playlists/*", "GET /playlists/*/items"):
        where = f"items.{place}" if path.endswith("items") else f"items.items.{place}"
        desk.spotify.faults.add(Fault(path, "bent", times=None, at=f"{where}.{at}".rstrip("."), value=value))
    contents = await desk.lent().access(shared).read_all()
    assert contents.uris == tuple("" if n == place else track.uri for n, track in enumerate(tracks[:3]))
    assert await there.drift.check(shared) is None
    assert [await desk.state(one) for one in added] == [State.LANDED] * 3
    assert {(await desk.read(one)).member_id for one in added} == {LINUS}
    assert set(await there.told(shared)) == {"accepted", "landed"}


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("album.images.0.url", "null"),
        ("album.images", '[{"width": 5}]'),
        ("duration_ms", "180000.5"),
        ("duration_ms", '"3:00"'),
        ("external_ids", "[]"),
        ("artists", '[null, {"name": null}, 5]'),
        ("name", '"half \\ud83d a character"'),
        ("name", "null"),
    ],
)
async def test_a_field_costs_only_itself(there: TruthDesk, tracks: list[Track], at: str, value: str) -> None:
    """A field nobody can read takes neither the entry nor its address along."""
    shared, _ = await there.adopted([track.uri for track in tracks[:3]])
    there.desk.spotify.faults.add(
        Fault("GET /playlists/*", "bent", times=None, at=f"items.items.1.item.{at}", value=value)
    )
    contents = await there.desk.lent().access(shared).read_all()
    assert contents.uris == tuple(track.uri for track in tracks[:3])
    assert len([item for item in contents.items if item.content]) == 3


async def test_later_pages(there: TruthDesk, tracks: list[Track]) -> None:
    """Entries keep their places on every page, also where several are unreadable."""
    uris = [track.uri for track in tracks[:190]]
    shared, _ = await there.adopted(uris)
    for place in (3, 0):
        there.desk.spotify.faults.add(
            Fault("GET /playlists/*/items", "bent", times=1, at=f"items.{place}", value="null")
        )
    contents = await there.desk.lent().access(shared).read_all()
    assert len(contents.uris) == 190
    assert contents.uris.count("") == 2
    assert all(read in {uri, ""} for read, uri in zip(contents.uris, uris, strict=True))
