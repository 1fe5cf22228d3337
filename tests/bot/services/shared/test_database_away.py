"""The database is away for a moment while something is about to be told: it is told once the database is back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.leases import LeaseKeeper
from bot.services.shared.core.queue import CLOSED
from bot.services.shared.proposals.drop_channel import DropChannel
from bot.services.shared.rounds.digest import ListDigests
from bot.stores.contributions import State, Via
from bot.stores.due import DueKind
from bot.stores.history import Event, Happening
from bot.stores.lists import Settings
from tests.bot.services.shared.due_desk import look_at_all
from tests.bot.services.shared.proposals.proposals_desk import Bench
from tests.bot.services.shared.reconciliation.reconciliation_desk import make
from tests.bot.voting_desk import VOTERS
from tests.bot.voting_desk import Desk as VotingDesk
from tests.shared_records import NOW, a_list, bring

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.lookups import Lookups
    from bot.stores import Stores
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.link_desk import Time
    from tests.bot.services.shared.outbox.outbox_desk import Desk

CHANNEL = 3


class Away:
    """A store that does not answer while `fails` says so of what it was asked."""

    def __init__(self, store: object) -> None:
        self.store = store
        self.fails: Callable[[tuple[object, ...]], bool] = lambda _: False

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **more: Any) -> Any:
            if self.fails(args):
                raise StoreUnavailableError
            return await getattr(self.store, name)(*args, **more)

        return call


def away(_: object) -> bool:
    return True


def back(_: object) -> bool:
    return False


async def test_dropped(stores: Stores) -> None:
    """What was dropped is followed on, so that its reaction becomes right."""
    shared = await stores.lists.create(a_list("p", owner_id=7, account_id="owner"))
    store = Away(stores.contributions)
    following = DropChannel(stores.lists, cast("Any", store))
    waits = {"via": Via.DROP, "origin": "message 5/0", "state": State.QUEUED}
    one = await bring(stores, shared, 1, "spotify:track:1", 21, **waits)
    following.follow(one, CHANNEL)
    assert await following.fates() == ()
    assert await stores.contributions.swap(one, replace(one, state=State.LANDED))
    store.fails = away
    with pytest.raises(StoreUnavailableError):
        await following.fates()
    store.fails = back
    (fate,) = await following.fates()
    assert fate.contribution.state is State.LANDED


async def test_edits_in_spotify(desk: Desk, tracks: list[Track]) -> None:
    """That somebody edited a list in Spotify is still news."""
    store = Away(desk.stores.lists)
    desk.stores = replace(desk.stores, lists=cast("Any", store))
    there = make(desk)
    shared, playlist = await there.adopted([track.uri for track in tracks[:5]])
    playlist.add([tracks[9].uri])
    desk.clock.advance(3_600)
    assert await there.drift.check(shared) is not None
    store.fails = away
    with pytest.raises(StoreUnavailableError):
        await there.drift.news()
    store.fails = back
    assert len(await there.drift.news()) == 1
    assert await there.drift.news() == ()


async def test_cards(stores: Stores, time: Time) -> None:
    """The cards that were about to be drawn anew are drawn, also those that could be read."""
    store = Away(stores.contributions)
    desk = VotingDesk(replace(stores, contributions=cast("Any", store)), time)
    shared = await desk.lend()
    proposed = [await desk.propose(shared, number) for number in (1, 2, 3)]
    for card in await desk.card_queue.due():
        await desk.card_queue.posted(card.ballot_state, CHANNEL, 4)
    time.pass_by(seconds=3)
    for held in proposed:
        await desk.vote(held, VOTERS[0])
    store.fails = lambda args: args[-1:] == (proposed[1].contribution_id,)
    with pytest.raises(StoreUnavailableError):
        await desk.card_queue.due()
    store.fails = back
    assert len(await desk.card_queue.due()) == len(proposed)


async def test_let_go(stores: Stores) -> None:
    """Whose tracks were let go in a list that was closed is told, also when the rest of them goes another time."""
    shared = await stores.lists.create(a_list("p", owner_id=7, account_id="owner"))
    for number, member_id in ((1, 21), (2, 22)):
        uri = f"spotify:track:{number}"
        await bring(stores, shared, number, uri, member_id, state=State.QUEUED)
    store = Away(stores.contributions)
    queue = Bench(replace(stores, contributions=cast("Any", store))).queue
    store.fails = lambda args: getattr(args[0], "member_id", None) == 22
    with pytest.raises(StoreUnavailableError):
        await queue.cancel_all(shared, CLOSED)
    assert [told.member_id for told in queue.lapsed()] == [21]
    store.fails = back
    await queue.cancel_all(shared, CLOSED)
    assert [told.member_id for told in queue.lapsed()] == [22]


async def test_digests(stores: Stores, caplog: pytest.LogCaptureFixture) -> None:
    """A list whose digest cannot be made keeps no other waiting, and has its own once it can be made."""
    settings = Settings(digest_channel_id=CHANNEL, digest_from=NOW)
    for number in (1, 2):
        key = f"list000{number}"
        shared = a_list(key, owner_id=7, account_id="owner", settings=settings, list_id=key, name=key)
        await stores.lists.create(shared)
        await stores.history.append(
            Event(key, shared.guild_id, key, NOW + timedelta(hours=1), Happening.LANDED, member_id=21)
        )
    store, now = Away(stores.history), NOW + timedelta(days=2)
    nobody = cast("Lookups", None)  # no titles are asked for
    leases = LeaseKeeper(stores.leases, now=lambda: now)
    digests = ListDigests(replace(stores, history=cast("Any", store)), nobody, leases, now=lambda: now)
    store.fails = lambda args: args[0] == "list0001"
    made = list[str]()

    async def due(list_id: str) -> datetime | None:
        if await digests.due(list_id):
            made.append(list_id)
        return await digests.next_due(list_id)

    await look_at_all(DueKind.DIGEST, stores, due, lambda: now)
    assert made == ["list0002"]
    store.fails, now = back, now + timedelta(minutes=2)
    await look_at_all(DueKind.DIGEST, stores, due, lambda: now)
    assert made == ["list0002", "list0001"]
    assert "list list0001: digest failed" in caplog.text


async def test_digest_is_made(stores: Stores) -> None:
    """The digest was made, and only the lease for it could not be given back: it is sent, once."""
    settings = Settings(digest_channel_id=CHANNEL, digest_from=NOW)
    shared = await stores.lists.create(a_list("p", owner_id=7, account_id="owner", settings=settings))
    await stores.history.append(
        Event("1", shared.guild_id, shared.list_id, NOW, Happening.LANDED, member_id=21)
    )
    store, now = Away(stores.leases), NOW + timedelta(days=2)
    leases = LeaseKeeper(cast("Any", store), now=lambda: now)
    digests = ListDigests(stores, cast("Lookups", None), leases, now=lambda: now)
    store.fails = lambda args: len(args) == 2  # a name and its holder: to give it back
    assert await digests.due(shared.list_id) is not None
    now += timedelta(minutes=2)
    assert await digests.due(shared.list_id) is None
