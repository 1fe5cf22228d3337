"""Spotify shows another URI where a track stood: it is the same contribution, and nobody is accused of an edit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.outbox.identity import Record, aligned, reissues
from bot.services.shared.playlist_access.playlist import Contents
from bot.spotify.models import ExternalIds, LinkedFrom, PlaylistItem, Track
from bot.stores.contributions import Recording, State
from sandbox.fake_spotify.label import Change
from tests.bot.noticed import noticed
from tests.bot.services.shared.outbox.outbox_desk import MIRA
from tests.bot.services.shared.reconciliation.reconciliation_desk import CURATOR, LINUS, TruthDesk, make
from tests.shared_records import NOW, a_list, contribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.catalogue import Track as FakeTrack
    from tests.bot.services.shared.outbox.outbox_desk import Desk

HOUR = timedelta(hours=1)


@pytest.fixture
def there(desk: Desk) -> TruthDesk:
    return make(desk)


@pytest.fixture
def uris(tracks: list[FakeTrack]) -> list[str]:
    return [track.uri for track in tracks]


async def contributed(there: TruthDesk, shared: SharedPlaylist, *uris: str) -> list[Contribution]:
    """In turn by Mira and Linus, an hour ago."""
    desk = there.desk
    made: list[Contribution] = []
    for number, uri in enumerate(uris):
        track = desk.spotify.catalogue.tracks[uri[-22:]]
        one = desk.proposal(shared, track, (MIRA, LINUS)[number % 2])
        known = replace(one.recording, duration_ms=track.duration_ms)
        made.append(await desk.queue.enqueue(replace(one, recording=known), "open"))
    await there.desk.calm()
    there.desk.clock.advance(HOUR)
    return made


async def whose(there: TruthDesk, shared: SharedPlaylist) -> dict[str, int | None]:
    return {one.uri: one.member_id for one in await there.inside(shared)}


async def test_nobody_edited(there: TruthDesk, uris: list[str]) -> None:
    """Several come out anew, lent and contributed ones: their records go along, and it is no edit, also later."""
    shared, playlist = await there.adopted(uris[:3])
    await contributed(there, shared, *uris[10:14])
    new = {uri: there.desk.spotify.reissue(uri).uri for uri in (uris[0], uris[10], uris[13])}
    for _ in range(3):
        playlist.begin_version()
        assert await there.drift.check(shared) is None
        there.desk.clock.advance(HOUR)
    owners = await whose(there, shared)
    assert list(owners) == playlist.uris
    assert [owners[new[uri]] for uri in new] == [None, MIRA, LINUS]
    assert await noticed(there.desk.stores) == []
    asked = await there.desk.stores.contributions.alike(shared.list_id, [Recording(uris[10])])
    assert [one.uri for one in asked] == [new[uris[10]]]


async def test_along_with_edits(there: TruthDesk, uris: list[str]) -> None:
    """What somebody really did in the same look is told, and nothing else."""
    shared, playlist = await there.adopted(uris[:3])
    await contributed(there, shared, *uris[10:14])
    new = there.desk.spotify.reissue(uris[12]).uri
    playlist.remove(uris[10])
    playlist.add([uris[20]], position=1)
    playlist.move(0, 4)
    edit = await there.drift.check(shared)
    assert edit is not None
    assert (edit.found, edit.missed, edit.moved) == (1, 1, 1)
    owners = await whose(there, shared)
    assert owners[new] == MIRA
    assert uris[10] not in owners
    assert owners[uris[20]] is None


async def test_another_release_by_hand(there: TruthDesk, uris: list[str]) -> None:
    """Taken out, and another release of it put in the same place, by hand: that is an edit."""
    shared, playlist = await there.adopted(uris[:3])
    await contributed(there, shared, uris[10], uris[11])
    other = there.desk.spotify.label.make(Change("reissue", uris[10]))[0].uri
    place = playlist.uris.index(uris[10])
    playlist.remove(uris[10])
    playlist.add([other], position=place)
    edit = await there.drift.check(shared)
    assert edit is not None
    assert (edit.found, edit.missed) == (1, 1)
    assert (await whose(there, shared))[other] is None


async def test_reissued_twice_and_back(there: TruthDesk, uris: list[str]) -> None:
    """A second release, and the first URI again: still the same contribution."""
    shared, playlist = await there.adopted(uris[:3])
    await contributed(there, shared, uris[10])
    second = there.desk.spotify.reissue(there.desk.spotify.reissue(uris[10]).uri).uri
    playlist.begin_version()
    assert await there.drift.check(shared) is None
    assert (await whose(there, shared))[second] == MIRA
    playlist.reissue(second, uris[10])
    playlist.begin_version()
    assert await there.drift.check(shared) is None
    assert (await whose(there, shared))[uris[10]] == MIRA


@pytest.mark.parametrize("size", [2, 70])
async def test_taken_back(there: TruthDesk, uris: list[str], size: int) -> None:
    """Nobody has looked since it came out anew: taking it back takes out what stands there, and that is no edit."""
    shared, playlist = await there.adopted(uris[20 : 20 + size])
    (one, _) = await contributed(there, shared, uris[10], uris[11])
    new = there.desk.spotify.reissue(uris[10]).uri
    await there.desk.leave(one)
    await there.desk.calm()
    assert new not in playlist.uris
    assert await there.desk.state(one) is State.REMOVED
    there.desk.clock.advance(HOUR)
    assert await there.drift.check(shared) is None


async def test_an_earlier_version(there: TruthDesk, uris: list[str]) -> None:
    """Going back to a version with the old URI leaves what came out anew where it is, and with whom it is."""
    shared, playlist = await there.adopted(uris[:3])
    await contributed(there, shared, uris[10])
    kept = await there.restoring.keep(shared, CURATOR)
    new = there.desk.spotify.reissue(uris[10]).uri
    playlist.remove(uris[1])
    there.desk.clock.advance(HOUR)
    await there.drift.check(shared)
    await there.restored(shared, kept.number)
    assert playlist.uris == [*uris[:3], new]
    assert (await whose(there, shared))[new] == MIRA


async def test_which_copy_went(there: TruthDesk, uris: list[str]) -> None:
    """Of two members' copies the one that was taken out by hand is missed, not simply the newer one."""
    shared, playlist = await there.adopted(uris[:3])
    first, second = [(await contributed(there, shared, uri))[0] for uri in (uris[10], uris[10])]
    playlist.remove_at(playlist.uris.index(uris[10]))
    edit = await there.drift.check(shared)
    assert edit is not None
    assert (edit.found, edit.missed) == (0, 1)
    assert await there.desk.state(first) is State.REMOVED
    assert await there.desk.state(second) is State.LANDED


async def test_relinked(there: TruthDesk) -> None:
    """Where Spotify says what it was linked from, neither code nor title is needed."""
    shared, _ = await there.adopted([])
    one = contribution(
        shared, 1, "spotify:track:old", 7, recording=Recording("spotify:track:old", "ABCDE1234567")
    )
    track = Track("spotify:track:new", linked_from=LinkedFrom("spotify:track:old"))
    item = PlaylistItem(item=track, added_at=NOW)
    assert reissues([Record(one.uri, one)], Contents((track.uri,), (item,), "v")) == {0: 0}


@dataclass(frozen=True)
class Entry:
    """recording: entries with the same are releases of one recording. late: somebody added it since."""

    uri: str
    recording: int
    late: bool = False
    record: int | None = None


def contents_of(entries: Sequence[Entry]) -> Contents:
    items = []
    for entry in entries:
        code = ExternalIds(isrc=f"ZZABC{entry.recording:07}")
        added_at = NOW + (HOUR if entry.late else -HOUR)
        items.append(PlaylistItem(item=Track(entry.uri, external_ids=code), added_at=added_at))
    return Contents(tuple(entry.uri for entry in entries), tuple(items), "v")


def records_of(entries: Sequence[Entry]) -> list[Record]:
    shared = a_list("p" * 22, owner_id=1, account_id="a")
    return [
        Record(
            entry.uri,
            contribution(
                shared, index, entry.uri, index, recording=Recording(entry.uri, f"ZZABC{entry.recording:07}")
            ),
        )
        for index, entry in enumerate(entries)
    ]


@st.composite
def lists(draw: st.DrawFn) -> list[Entry]:
    """Tracks, of which some stand several times, and releases of the same recording."""
    numbers = draw(st.lists(st.integers(0, 8), max_size=12))
    made = []
    for index, number in enumerate(numbers):
        release = draw(st.integers(0, 1))
        made.append(Entry(f"spotify:track:{number}r{release}", number, record=index))
    return made


def come_out_anew(entries: Sequence[Entry], uris: set[str]) -> list[Entry]:
    return [replace(each, uri=f"{each.uri}new") if each.uri in uris else each for each in entries]


@given(lists(), st.data())
def test_reissues_are_no_edit(before: list[Entry], data: st.DataObject) -> None:
    """However many come out anew at once: every record is at its place, and nothing is left over."""
    chosen = data.draw(st.sets(st.sampled_from([each.uri for each in before]))) if before else set[str]()
    contents, records = contents_of(come_out_anew(before, chosen)), records_of(before)
    places = aligned(records, contents) | reissues(records, contents)
    assert places == {index: index for index in range(len(before))}


@given(lists(), st.data())
def test_edits_stay_edits(before: list[Entry], data: st.DataObject) -> None:
    """What somebody added is nobody's, also another release of what is there; what was taken out is missed."""
    chosen = data.draw(st.sets(st.sampled_from([each.uri for each in before]))) if before else set[str]()
    after = come_out_anew(before, chosen)
    gone = data.draw(st.sets(st.integers(0, 11), max_size=3))
    after = [each for each in after if each.record not in gone]
    for _ in range(data.draw(st.integers(0, 3))):
        number, place = data.draw(st.integers(0, 8)), data.draw(st.integers(0, len(after)))
        after.insert(place, Entry(f"spotify:track:{number}other", number, late=True))
    contents, records = contents_of(after), records_of(before)
    places = aligned(records, contents) | reissues(records, contents)
    assert len(set(places.values())) == len(places)
    assert len(places) == len([each for each in after if not each.late])
    for index, place in places.items():
        assert not after[place].late
        assert after[place].recording == before[index].recording
