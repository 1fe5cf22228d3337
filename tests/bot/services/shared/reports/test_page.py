"""What is in a shared playlist: live from Spotify, with who brought it, and from our records when Spotify is away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.errors import StoreUnavailableError
from bot.services.lookups import Lookups
from bot.services.shared.core.schedule import Schedule
from bot.services.shared.reports.page import Away, ListPages
from bot.spotify.errors import SpotifyNotFoundError, SpotifyRateLimitedError, SpotifyUnavailableError
from bot.spotify.models import PlaylistItem
from bot.stores.contributions import Recording, State
from bot.stores.journal import Journal
from tests.bot.link_desk import ADA, GRACE
from tests.bot.services.conftest import track
from tests.bot.services.shared.outbox.outbox_desk import recovery_of
from tests.shared_records import NOW, a_list, bring

if TYPE_CHECKING:
    from bot.services.shared.reports.page import ShownPage
    from bot.services.tokens import TokenKeeper
    from bot.stores import Account, Stores
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time
    from tests.bot.services.conftest import FakeClient

PLAYLIST = "0" * 22
LINUS = 9


@pytest.fixture
def shared(account: Account) -> SharedPlaylist:
    return a_list(PLAYLIST, owner_id=ADA, account_id=account.account_id)


@pytest.fixture
def showing(keeper: TokenKeeper, client: FakeClient, stores: Stores, time: Time) -> ListPages:
    client.tracks = [track(number) for number in range(45)]
    client.contents[PLAYLIST] = list(client.tracks)
    lookups = Lookups(keeper, client, now=time.now)  # type: ignore[arg-type] # the methods that are used
    recovery = recovery_of(stores, Schedule(stores.due, stores.lists, stores.values, now=time.now), time.now)
    return ListPages(
        stores.contributions,
        stores.journals,
        keeper,
        client,  # type: ignore[arg-type] # the same
        lookups,
        likes=stores.likes,
        recovery=recovery,
        now=time.now,
    )


def by(page: ShownPage) -> list[int | None]:
    """Who brought each item; -1: the records do not know it."""
    return [item.contribution.member_id if item.contribution else -1 for item in page.items]


async def test_a_page_tells_who_brought_what(
    showing: ListPages, shared: SharedPlaylist, stores: Stores, client: FakeClient
) -> None:
    """Twenty items with their contributions: members, what came in Spotify, and what nobody knows of yet."""
    await bring(stores, shared, 1, client.tracks[0].uri, GRACE, note="for Friday")
    await bring(stores, shared, 2, client.tracks[1].uri, None)
    await bring(stores, shared, 3, client.tracks[3].uri, LINUS, state=State.REMOVED)
    await bring(stores, shared, 4, client.tracks[4].uri, LINUS, state=State.QUEUED)
    await bring(
        stores, shared, 5, client.tracks[5].uri, LINUS, state=State.PENDING
    )  # perhaps it never goes in
    page = await showing.page(shared, 0)
    assert (len(page.items), page.number, page.pages, page.total, page.waiting) == (20, 0, 3, 45, 1)
    assert by(page)[:5] == [GRACE, None, -1, -1, -1]
    assert page.items[0].contribution is not None
    assert page.items[0].contribution.note == "for Friday"
    assert [item.place for item in page.items] == list(range(1, 21))


async def test_null_entries_keep_their_places(
    showing: ListPages, shared: SharedPlaylist, client: FakeClient
) -> None:
    """An entry that is null is counted, and those behind it have the numbers they have in Spotify."""
    client.null = (1, 21)
    page = await showing.page(shared, 0)
    assert [item.place for item in page.items] == [1, *range(3, 21)]
    assert page.items[1].uri == client.tracks[2].uri
    assert page.hidden == 1
    page = await showing.page(shared, 1)
    assert [item.place for item in page.items] == [21, *range(23, 41)]


async def test_another_release_in_its_place(
    showing: ListPages, shared: SharedPlaylist, stores: Stores, client: FakeClient
) -> None:
    """Where Spotify put another release in place of the one asked for, it still is the member's."""
    await bring(stores, shared, 1, "spotify:track:" + "z" * 22, GRACE, written_uri=client.tracks[2].uri)
    assert by(await showing.page(shared, 0))[2] == GRACE


async def test_two_copies(
    showing: ListPages, shared: SharedPlaylist, stores: Stores, client: FakeClient
) -> None:
    """Each copy of a track goes to whoever's was written nearest to when it was added."""
    song = client.tracks[0]
    await bring(stores, shared, 1, song.uri, GRACE, changed_at=NOW)
    await bring(stores, shared, 2, song.uri, LINUS, changed_at=NOW + timedelta(hours=5))
    late = PlaylistItem(item=song, added_at=NOW + timedelta(hours=5))
    early = PlaylistItem(item=song, added_at=NOW)
    client.entries = [late, early]
    assert by(await showing.page(shared, 0)) == [LINUS, GRACE]


async def test_local_and_vanished(showing: ListPages, shared: SharedPlaylist, client: FakeClient) -> None:
    """A local file and what Spotify no longer has keep their places."""
    local = track(1)
    client.entries = [
        PlaylistItem(item=local, is_local=True),
        PlaylistItem(item=None),
        PlaylistItem(item=track(2)),
    ]
    page = await showing.page(shared, 0)
    assert [(item.local, item.track is None) for item in page.items] == [
        (True, False),
        (False, True),
        (False, False),
    ]


async def test_turning_pages_is_cheap(
    showing: ListPages, shared: SharedPlaylist, client: FakeClient, stores: Stores, time: Time
) -> None:
    """One call per page; back and forth within half a minute asks nothing; what we wrote shows at once."""
    for number in (0, 1, 0, 1):
        await showing.page(shared, number)
    assert client.asked == ["playlist_items"] * 2
    await stores.journals.swap(Journal(shared.list_id), Journal(shared.list_id, total=46))
    await showing.page(shared, 0)
    assert len(client.asked) == 3
    time.pass_by(seconds=31)
    await showing.page(shared, 0)
    assert len(client.asked) == 4


async def test_past_the_end(showing: ListPages, shared: SharedPlaylist) -> None:
    """A page past the end gives the last one."""
    page = await showing.page(shared, 99)
    assert (page.number, [item.place for item in page.items]) == (2, [41, 42, 43, 44, 45])


async def test_without_the_owner(
    showing: ListPages, shared: SharedPlaylist, stores: Stores, client: FakeClient
) -> None:
    """The owner unlinked: our records are shown, with the titles Spotify tells anybody."""
    for number in range(1, 24):
        await bring(stores, shared, number, client.tracks[number].uri, GRACE)
    await stores.accounts.unlink(ADA)
    first = await showing.page(shared, 0)
    assert (first.away, first.pages, first.total, len(first.items)) == (Away.OWNER, 2, 23, 20)
    assert [item.track.name for item in first.items if item.track] == [f"Song {n}" for n in range(1, 21)]
    second = await showing.page(shared, 1)
    assert [item.place for item in second.items] == [21, 22, 23]
    assert "playlist_items" not in client.asked


async def test_another_account(showing: ListPages) -> None:
    """The owner linked another account than the one that lent: its token is not used for this list."""
    other = a_list(PLAYLIST, owner_id=ADA, account_id="another")
    assert (await showing.page(other, 0)).away is Away.OWNER


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (SpotifyUnavailableError(), Away.SPOTIFY),
        (SpotifyNotFoundError(), Away.GONE),
        (SpotifyRateLimitedError(NOW + timedelta(hours=1)), Away.WAITING),
    ],
)
async def test_without_spotify(  # noqa: PLR0917 - fixtures
    showing: ListPages,
    shared: SharedPlaylist,
    stores: Stores,
    client: FakeClient,
    error: Exception,
    away: Away,
) -> None:
    """Whatever Spotify says, the page shows what our records know; while it is away it is asked no more."""
    await bring(stores, shared, 1, client.tracks[0].uri, GRACE)
    client.fail["playlist_items"] = error
    page = await showing.page(shared, 3)
    assert (page.away, page.number, by(page)) == (away, 0, [GRACE])
    assert page.until == getattr(error, "until", None)
    assert client.asked.count("track") == (1 if away is Away.GONE else 0)


async def test_database_away(showing: ListPages, shared: SharedPlaylist, client: FakeClient) -> None:
    """A database that is away is no reason to call the owner's consent ended."""
    client.fail["playlist_items"] = StoreUnavailableError()
    with pytest.raises(StoreUnavailableError):
        await showing.page(shared, 0)


async def test_length_and_people(
    showing: ListPages, shared: SharedPlaylist, stores: Stores, client: FakeClient
) -> None:
    """The page says how long everything plays, and how many people it is from; not what came in through Spotify."""
    several = [msgspec.structs.replace(one, duration_ms=60_000) for one in client.tracks[:3]]
    client.contents[PLAYLIST] = several
    await bring(stores, shared, 1, several[0].uri, GRACE)
    await bring(stores, shared, 2, several[1].uri, LINUS)
    await bring(stores, shared, 3, several[2].uri, None)
    page = await showing.page(shared, 0)
    assert (page.length_ms, page.people) == (180_000, 2)


async def test_length_of_many(
    showing: ListPages, shared: SharedPlaylist, stores: Stores, client: FakeClient
) -> None:
    """Of several pages our records know the length, once they have every track; before that, none is shown."""
    last = len(client.tracks)
    for number, one in enumerate(client.tracks, 1):
        if number == last:
            assert (await showing.page(shared, 0)).length_ms is None
        await bring(stores, shared, number, one.uri, GRACE, recording=Recording(one.uri, duration_ms=60_000))
    assert (await showing.page(shared, 1)).length_ms == last * 60_000
