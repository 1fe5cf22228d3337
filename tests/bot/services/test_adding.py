"""Adding a track: once, to the right list, and an honest word about what came of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.errors import (
    AdditionUnknownError,
    LinkEndedError,
    NotLinkedError,
    PlaylistLockedError,
    PlaylistNotFoundError,
    StoreUnavailableError,
)
from bot.services.adding import COMPARED, Added, Adding, AlreadyIn, PlaylistChoice, TrackChoice, Unplayable
from bot.services.lookups import Lookups
from bot.services.playlists import Playlists
from bot.spotify.errors import (
    SpotifyForbiddenError,
    SpotifyOutcomeUnknownError,
    SpotifyScopeError,
    SpotifyUnavailableError,
)
from bot.spotify.models import Count
from tests.bot.link_desk import ADA
from tests.bot.services.conftest import playlist, track

if TYPE_CHECKING:
    from bot.services.tokens import TokenKeeper
    from tests.bot.link_desk import Time
    from tests.bot.services.conftest import FakeClient

MIX, OTHERS, SHARED = playlist(1, "Mix"), playlist(2, "Others", owner="bob"), playlist(3, "Mixed bag")
BLUE = track(1, "Blue Loop")


@pytest.fixture
def adding(keeper: TokenKeeper, client: FakeClient, time: Time) -> Adding:
    client.tracks = [BLUE, track(2, "Green Loop"), track(3, "Red Line")]
    client.lists = [MIX, OTHERS, SHARED]
    lookups = Lookups(keeper, client, now=time.now)  # type: ignore[arg-type] # the methods that are used
    playlists = Playlists(keeper, client, now=time.now)  # type: ignore[arg-type] # likewise
    return Adding(keeper, client, lookups, playlists, now=time.now)  # type: ignore[arg-type] # likewise


async def test_added(adding: Adding, client: FakeClient) -> None:
    """One track, one playlist: it is added at once."""
    assert await adding.add(ADA, "red line", "Mix") == Added(track(3, "Red Line"), MIX)
    assert client.contents[MIX.id] == [track(3, "Red Line")]


async def test_ids_and_uris_are_enough(adding: Adding, client: FakeClient) -> None:
    """Suggestions send URIs; no search is made for them, and the list of playlists is not read."""
    await adding.add(ADA, BLUE.uri, f"spotify:playlist:{MIX.id}")
    assert client.asked == ["playlist", "track", "playlist_items", "add_items"]


async def test_several_tracks_are_offered(adding: Adding, client: FakeClient) -> None:
    """A text with several matches adds nothing and offers them."""
    outcome = await adding.add(ADA, "loop", "mix")
    assert outcome == TrackChoice((BLUE, track(2, "Green Loop")), MIX)
    assert client.contents == {}


async def test_exact_name_beats_longer_ones(adding: Adding) -> None:
    """The name "Mix" means the playlist of that name although "Mixed bag" fits too; "mi" means either."""
    assert isinstance(await adding.add(ADA, BLUE.uri, " MIX "), Added)
    assert await adding.add(ADA, BLUE.uri, "mi") == PlaylistChoice(BLUE, (MIX, SHARED))


async def test_both_unclear(adding: Adding) -> None:
    """If neither track nor playlist is settled, the tracks are offered first."""
    assert await adding.add(ADA, "loop", "mi") == TrackChoice((BLUE, track(2, "Green Loop")), None)


async def test_known_track_is_not_added_twice(adding: Adding, client: FakeClient) -> None:
    """A track already in the list is said with its place, and added only on request."""
    client.contents[MIX.id] = [track(3), BLUE]
    client.lists[0] = playlist(1, "Mix", items=2)
    outcome = await adding.add(ADA, BLUE.uri, "Mix")
    assert isinstance(outcome, AlreadyIn)
    assert outcome.position == 2
    assert "add_items" not in client.asked
    assert isinstance(await adding.add(ADA, BLUE.uri, "Mix", again=True), Added)


async def test_long_list_is_compared_at_its_end(adding: Adding, client: FakeClient) -> None:
    """Of a long list the last thousand items are compared, in at most 20 calls, and the answer says so."""
    client.contents[MIX.id] = [track(100 + number) for number in range(2_345)]
    client.lists[0] = playlist(1, "Mix", items=2_345)
    outcome = await adding.add(ADA, BLUE.uri, "Mix")
    assert isinstance(outcome, Added)
    assert outcome.compared == COMPARED
    assert client.asked.count("playlist_items") == COMPARED // 50


async def test_contents_are_remembered_by_version(adding: Adding, client: FakeClient) -> None:
    """A list that has not changed since is not read again."""
    await adding.add(ADA, BLUE.uri, "Mix")
    client.lists[0] = msgspec.structs.replace(
        MIX, items=Count(1), snapshot_id=f"snapshot-{len(client.asked)}"
    )
    client.asked.clear()
    outcome = await adding.add(ADA, BLUE.uri, f"spotify:playlist:{MIX.id}")
    assert isinstance(outcome, AlreadyIn)
    assert outcome.position == 1
    assert "playlist_items" not in client.asked


async def test_version_is_late(adding: Adding, client: FakeClient) -> None:
    """Right after an addition Spotify may give the former version of the list; that does not make a second one."""
    await adding.add(ADA, BLUE.uri, "Mix")
    assert isinstance(await adding.add(ADA, BLUE.uri, "Mix"), AlreadyIn)
    assert client.contents[MIX.id] == [BLUE]


@pytest.mark.parametrize("takes_effect", [True, False])
async def test_version_is_late_after_a_lost_answer(
    adding: Adding, client: FakeClient, *, takes_effect: bool
) -> None:
    """After a lost answer the list is read anew, whatever version Spotify gives."""
    client.fail["add_items"] = SpotifyOutcomeUnknownError()
    client.takes_effect = takes_effect
    with suppress(AdditionUnknownError):
        await adding.add(ADA, BLUE.uri, "Mix")
    client.contents[MIX.id] = [BLUE]  # visible by now
    assert isinstance(await adding.add(ADA, BLUE.uri, "Mix"), AlreadyIn)


async def test_twice_at_once(adding: Adding, client: FakeClient) -> None:
    """Of two simultaneous requests for the same track one adds it, the other finds it."""
    outcomes = await asyncio.gather(*(adding.add(ADA, BLUE.uri, "Mix") for _ in range(2)))
    assert [type(outcome) for outcome in outcomes] == [Added, AlreadyIn]
    assert client.contents[MIX.id] == [BLUE]


async def test_somebody_elses_list_is_refused(adding: Adding, client: FakeClient) -> None:
    """A list the member cannot change is named with its owner, before anything is written, also when asked by name."""
    for asked in (f"spotify:playlist:{OTHERS.id}", f" {OTHERS.name.upper()} "):
        with pytest.raises(PlaylistLockedError) as caught:
            await adding.add(ADA, BLUE.uri, asked)
        assert caught.value.playlist == OTHERS
    assert "add_items" not in client.asked


async def test_refused_collaborator(adding: Adding, client: FakeClient) -> None:
    """When Spotify refuses a collaborator, that is said as such; a missing scope stays a missing scope."""
    client.lists.append(playlist(4, "Ours", owner="bob", collaborative=True))
    client.fail["add_items"] = SpotifyForbiddenError(status=403)
    with pytest.raises(PlaylistLockedError):
        await adding.add(ADA, BLUE.uri, "Ours")
    client.fail["add_items"] = SpotifyScopeError(status=403)
    with pytest.raises(SpotifyScopeError):
        await adding.add(ADA, BLUE.uri, "Ours")


async def test_lost_answer_is_looked_up(adding: Adding, client: FakeClient) -> None:
    """A write whose answer got lost is not sent again: the list is read, and the truth is told."""
    client.fail["add_items"] = SpotifyOutcomeUnknownError()
    outcome = await adding.add(ADA, BLUE.uri, "Mix")
    assert isinstance(outcome, Added)
    assert outcome.verified
    assert client.asked.count("add_items") == 1


async def test_lost_answer_without_effect_stays_unknown(adding: Adding, client: FakeClient) -> None:
    """If the list does not show the track, nobody claims that it failed, and it is not sent again."""
    client.fail["add_items"] = SpotifyOutcomeUnknownError()
    client.takes_effect = False
    with pytest.raises(AdditionUnknownError):
        await adding.add(ADA, BLUE.uri, "Mix")
    assert client.asked.count("add_items") == 1


@pytest.mark.parametrize("trouble", [StoreUnavailableError(), LinkEndedError(), SpotifyUnavailableError()])
async def test_lost_answer_and_no_second_look(adding: Adding, client: FakeClient, trouble: Exception) -> None:
    """Whatever keeps us from looking afterwards, nobody is told that nothing was changed."""
    client.fail = {"add_items": SpotifyOutcomeUnknownError(), "playlist_items": trouble}
    with pytest.raises(AdditionUnknownError):
        await adding.add(ADA, BLUE.uri, "Mix", again=True)


async def test_unknown_playlist(adding: Adding) -> None:
    """A name that fits no list is said back; an empty one too."""
    for name in ("Nowhere", "  "):
        with pytest.raises(PlaylistNotFoundError):
            await adding.add(ADA, BLUE.uri, name)


async def test_not_linked_comes_first(adding: Adding, client: FakeClient) -> None:
    """Who is not linked is told so without a call to Spotify."""
    with pytest.raises(NotLinkedError):
        await adding.add(8, "loop", "Mix")
    assert client.asked == []


async def test_lists_for_a_card(adding: Adding) -> None:
    """The card's button offers every list the member can change, and no other."""
    choice = await adding.playlists_for(ADA, BLUE.id or "")
    assert choice == PlaylistChoice(BLUE, (MIX, SHARED))


async def test_unplayable(adding: Adding, client: FakeClient) -> None:
    """What Spotify does not play is told, and added only when asked for; what it says nothing of is added."""
    barred = msgspec.structs.replace(BLUE, is_playable=False)
    client.tracks = [barred, track(3)]
    outcome = await adding.add(ADA, BLUE.uri, "Mix")
    assert isinstance(outcome, Unplayable)
    assert outcome.track == barred
    assert "add_items" not in client.asked
    assert isinstance(await adding.add(ADA, BLUE.uri, "Mix", again=True), Added)
    assert isinstance(await adding.add(ADA, track(3).uri, "Mix"), Added)


async def test_place_behind_hidden_entries(adding: Adding, client: FakeClient) -> None:
    """Where Spotify hides entries nobody can say at which place the track stands."""
    client.contents[MIX.id] = [track(3), BLUE]
    client.lists[0] = playlist(1, "Mix", items=3)
    client.hidden = 1
    outcome = await adding.add(ADA, BLUE.uri, "Mix")
    assert isinstance(outcome, AlreadyIn)
    assert outcome.position is None


async def test_place_behind_null_entries(adding: Adding, client: FakeClient) -> None:
    """Entries that are null count as what they are: places in the playlist."""
    client.contents[MIX.id] = [track(3), track(4), BLUE]
    client.lists[0] = playlist(1, "Mix", items=3)
    client.null = (1,)
    outcome = await adding.add(ADA, BLUE.uri, "Mix")
    assert isinstance(outcome, AlreadyIn)
    assert outcome.position == 3


async def test_contents_are_forgotten_with_the_member(adding: Adding, client: FakeClient) -> None:
    """What was read of a member's playlists is dropped when the member unlinks."""
    await adding.add(ADA, BLUE.uri, "Mix")
    adding.forget(ADA)
    client.asked.clear()
    await adding.add(ADA, track(3).uri, f"spotify:playlist:{MIX.id}")
    assert "playlist_items" in client.asked


LONG = [track(1_000 + number) for number in range(230)]


async def test_many_in_order(adding: Adding, client: FakeClient) -> None:
    """More than fit into one request go in all the same, once and in order; what is there already is left out."""
    client.tracks += LONG
    client.contents[MIX.id] = [LONG[3]]
    client.lists[0] = playlist(1, "Mix", items=1)
    added = await adding.add_many(ADA, client.lists[0], LONG)
    assert list(added) == [*LONG[:3], *LONG[4:]]
    assert client.contents[MIX.id] == [LONG[3], *added]
    assert client.asked.count("add_items") == 3


async def test_many_stopped_midway(
    adding: Adding, client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after a hundred, those are said to be in, and another try adds the rest; at the first, it's refused."""
    client.tracks += LONG
    sent, real = 0, client.add_items

    async def once(*args: object, **options: object) -> str:
        nonlocal sent
        sent += 1
        if sent == 2:
            raise SpotifyUnavailableError
        return await real(*args, **options)  # type: ignore[arg-type] # as given

    monkeypatch.setattr(client, "add_items", once)
    assert list(await adding.add_many(ADA, MIX, LONG)) == LONG[:100]
    client.lists[0] = playlist(1, "Mix", items=100)
    assert list(await adding.add_many(ADA, client.lists[0], LONG)) == LONG[100:]
    assert client.contents[MIX.id] == LONG
    client.fail["add_items"] = SpotifyUnavailableError()
    with pytest.raises(SpotifyUnavailableError):
        await adding.add_many(ADA, OTHERS, LONG)
