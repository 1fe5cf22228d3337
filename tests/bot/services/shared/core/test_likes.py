"""Liking what is in: once for each member and recording, never one's own, until it leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.core.likes import ListLikes, likes_of, recording_key
from bot.shared_errors import ContributionGoneError, ListClosedError, NotAllowedError, OwnLikeError
from bot.stores.contributions import Recording, State
from bot.stores.lists import ListStatus, Rules
from tests.shared_records import GUILD, a_list, bring

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time

ADA, LINUS, GRACE = Actor(11), Actor(12), Actor(13)
SONG, RELEASED_AGAIN = (
    Recording("spotify:track:1", "GBABC2400001"),
    Recording("spotify:track:2", "GBABC2400001"),
)


@pytest.fixture
def likes(each_stores: Stores, time: Time) -> ListLikes:
    return ListLikes(each_stores.likes, each_stores.lists, each_stores.contributions, now=time.now)


@pytest.fixture
async def shared(each_stores: Stores) -> SharedPlaylist:
    return await each_stores.lists.create(a_list("p", owner_id=7, account_id="owner"))


async def song(stores: Stores, shared: SharedPlaylist, number: int = 1, **changes: Any) -> Contribution:
    changes = {"member_id": ADA.member_id, "recording": SONG, **changes}
    return await bring(stores, shared, number, "", **changes)


async def test_like_and_back(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist) -> None:
    """A like counts once, is taken back once, and each change is told once."""
    told: list[str] = []
    likes.watch(lambda held: told.append(held.contribution_id))
    held = await song(each_stores, shared)
    key = held.contribution_id
    first = await likes.like(LINUS, GUILD, key)
    assert (first.liked, first.changed, first.count) == (True, True, 1)
    again = await likes.like(LINUS, GUILD, key)
    assert (again.changed, again.count) == (False, 1)
    assert (await likes.like(GRACE, GUILD, key)).count == 2
    back = await likes.take_back(LINUS, GUILD, key)
    assert (back.liked, back.changed, back.count) == (False, True, 1)
    assert not (await likes.take_back(LINUS, GUILD, key)).changed
    assert told == [key] * 3


async def test_pressed_at_once(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist) -> None:
    """However often somebody presses at once, it is one like."""
    held = await song(each_stores, shared)
    pressed = await asyncio.gather(*(likes.like(LINUS, GUILD, held.contribution_id) for _ in range(20)))
    assert sum(one.changed for one in pressed) == 1
    assert await likes.counts(shared.list_id, [held]) == {held.contribution_id: 1}


async def test_own(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist) -> None:
    """One's own contribution can't be liked; a like given before one added the recording again doesn't count there."""
    theirs = await song(each_stores, shared)
    with pytest.raises(OwnLikeError):
        await likes.like(ADA, GUILD, theirs.contribution_id)
    await likes.like(LINUS, GUILD, theirs.contribution_id)
    his = await song(each_stores, shared, 2, member_id=LINUS.member_id, recording=RELEASED_AGAIN)
    assert await likes.counts(shared.list_id, [theirs, his]) == {theirs.contribution_id: 1}


async def test_same_recording(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist) -> None:
    """Two releases of a recording share their likes: one for each member, taken back from either."""
    one = await song(each_stores, shared)
    other = await song(each_stores, shared, 2, recording=RELEASED_AGAIN)
    assert recording_key(one) == recording_key(other)
    await likes.like(LINUS, GUILD, one.contribution_id)
    assert not (await likes.like(LINUS, GUILD, other.contribution_id)).changed
    assert (await likes.take_back(LINUS, GUILD, other.contribution_id)).changed
    assert await likes_of(each_stores.likes, shared.list_id, [one, other]) == {}


@pytest.mark.parametrize("state", [state for state in State if state is not State.LANDED])
async def test_not_in(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist, state: State) -> None:
    """What isn't in can't be liked, whatever became of it; a like it had can still be taken back."""
    held = await song(each_stores, shared)
    await likes.like(LINUS, GUILD, held.contribution_id)
    assert await each_stores.contributions.swap(held, replace(held, state=state))
    with pytest.raises(ContributionGoneError):
        await likes.like(GRACE, GUILD, held.contribution_id)
    assert (await likes.take_back(LINUS, GUILD, held.contribution_id)).changed


async def test_blocked(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist) -> None:
    """Whom curators blocked can't like anything, one by one or several; taking back is for everybody."""
    held = await song(each_stores, shared)
    await likes.like(LINUS, GUILD, held.contribution_id)
    blocked = await each_stores.lists.swap(shared, replace(shared, rules=Rules(blocked_members=(12,))))
    assert blocked
    with pytest.raises(NotAllowedError):
        await likes.like(LINUS, GUILD, held.contribution_id)
    with pytest.raises(NotAllowedError):
        await likes.likable(LINUS, blocked, [held])
    with pytest.raises(NotAllowedError):
        await likes.choose(LINUS, blocked, [held.contribution_id], [held.contribution_id])
    assert (await likes.take_back(LINUS, GUILD, held.contribution_id)).changed


async def test_elsewhere(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist) -> None:
    """Another server's can't be reached, nor what is in a closed playlist."""
    held = await song(each_stores, shared)
    with pytest.raises(ContributionGoneError):
        await likes.like(LINUS, GUILD + 1, held.contribution_id)
    other = await each_stores.lists.create(
        a_list("q", owner_id=7, account_id="owner", list_id="list0002", name="Other")
    )
    assert await likes.choose(LINUS, other, [held.contribution_id], [held.contribution_id]) == 0
    assert await each_stores.lists.swap(shared, replace(shared, status=ListStatus.CLOSED))
    with pytest.raises(ListClosedError):
        await likes.like(LINUS, GUILD, held.contribution_id)
    assert await each_stores.likes.counts(shared.list_id) == {}


async def test_several(each_stores: Stores, likes: ListLikes, shared: SharedPlaylist) -> None:
    """What is chosen is liked, what isn't is taken back; one's own, and what has left, are passed over."""
    held = [
        await bring(each_stores, shared, number, f"spotify:track:{number}", member_id, state=state)
        for number, (member_id, state) in enumerate(
            [(11, State.LANDED), (11, State.LANDED), (12, State.LANDED), (11, State.REMOVED)], start=1
        )
    ]
    ids = [one.contribution_id for one in held]
    likable = await likes.likable(LINUS, shared, await likes.numbered(shared, 1, 4))
    assert [one.contribution_id for one in likable.contributions] == ids[:2]
    assert (likable.own, likable.liked) == (1, frozenset())
    assert await likes.choose(LINUS, shared, ids, ids) == 2
    assert (await likes.likable(LINUS, shared, held)).liked == set(ids[:2])
    assert await likes.choose(LINUS, shared, ids[1:2], ids) == 1
    assert await likes.counts(shared.list_id, held) == {ids[1]: 1}
    assert [one.number for one in await likes.numbered(shared, 2, 3)] == [2, 3]
