"""The promises of `Likes`, on every database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.stores.likes import Like
from bot.stores.personal_data import LikeGiven
from tests.stores.records import ADA, GRACE, NOW, SOON
from tests.stores.shared_calls import every
from tests.stores.shared_records import LIST, contribution

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

SONG, OTHER = "spotify:track:1", "GBABC2400001"
OTHER_LIST = "list0002"
MANY = 230


def like(
    recording: str = SONG,
    member_id: int = ADA,
    list_id: str = LIST,
    at: datetime = NOW,
    key: str = "contribution1",
) -> Like:
    return Like(list_id, recording, member_id, key, at)


async def test_empty(stores: Stores) -> None:
    """At first nobody likes anything."""
    assert await stores.likes.counts(LIST) == {}
    assert await stores.likes.counts(LIST, [SONG]) == {}
    assert await stores.likes.counts(LIST, []) == {}
    assert await stores.likes.given(LIST, []) == frozenset()
    assert not await stores.likes.drop(LIST, SONG, ADA)


async def test_kept(open_stores: OpenStores) -> None:
    """Likes are counted by recording, also after a restart; the same again changes nothing."""
    async with open_stores() as stores:
        assert await stores.likes.put(like())
        assert await stores.likes.put(like(member_id=GRACE))
        assert await stores.likes.put(like(OTHER))
        assert not await stores.likes.put(like(at=SOON, key="contribution2"))
    async with open_stores() as stores:
        assert await stores.likes.counts(LIST) == {SONG: 2, OTHER: 1}
        assert await stores.likes.counts(LIST, [SONG, "spotify:track:9"]) == {SONG: 2}
        assert await stores.likes.counts(OTHER_LIST) == {}


async def test_taken_back(stores: Stores) -> None:
    """One taken back no longer counts, and can be given anew; those of others stay."""
    await stores.likes.put(like())
    await stores.likes.put(like(member_id=GRACE))
    assert await stores.likes.drop(LIST, SONG, ADA)
    assert not await stores.likes.drop(LIST, SONG, ADA)
    assert await stores.likes.counts(LIST) == {SONG: 1}
    assert await stores.likes.put(like(at=SOON))
    assert await stores.likes.counts(LIST) == {SONG: 2}


async def test_given(stores: Stores) -> None:
    """Who likes what can be asked for: only the very pairs of a recording and a member, in this list."""
    await stores.likes.put(like())
    await stores.likes.put(like(OTHER, GRACE))
    await stores.likes.put(like(OTHER, list_id=OTHER_LIST))
    asked = [(SONG, ADA), (SONG, GRACE), (OTHER, ADA), (OTHER, GRACE)]
    assert await stores.likes.given(LIST, asked) == {(SONG, ADA), (OTHER, GRACE)}
    assert await stores.likes.given(LIST, [(SONG, GRACE), (OTHER, ADA)]) == frozenset()


async def test_race(stores: Stores) -> None:
    """However often a member presses at once, it is one like; of many members each counts."""
    pressed = await asyncio.gather(*(stores.likes.put(like()) for _ in range(30)))
    assert sum(pressed) == 1
    await asyncio.gather(*(stores.likes.put(like(member_id=ADA + 1 + n)) for n in range(30)))
    assert await stores.likes.counts(LIST) == {SONG: 31}


async def test_closed_list(stores: Stores) -> None:
    """A closed list's are erased, however many; those of others stay."""
    await asyncio.gather(*(stores.likes.put(like(f"spotify:track:{n}")) for n in range(MANY)))
    await stores.likes.put(like(list_id=OTHER_LIST))
    await stores.likes.erase_list(LIST)
    assert await stores.likes.counts(LIST) == {}
    assert await stores.likes.counts(OTHER_LIST) == {SONG: 1}


async def test_personal_data(stores: Stores) -> None:
    """A member's own are read with what they were given to, in every list, and are all forgotten with them."""
    held = await stores.contributions.add(contribution())
    await asyncio.gather(*(stores.likes.put(like(f"spotify:track:{n}", key="gone")) for n in range(2, MANY)))
    await stores.likes.put(like())
    await stores.likes.put(like(list_id=OTHER_LIST, key="gone"))
    await stores.likes.put(like(member_id=GRACE))
    own = await every(stores.personal_data.likes(ADA))
    assert len(own) == len({(one.like.list_id, one.like.recording) for one in own}) == MANY
    assert LikeGiven(like(), held) in own
    assert LikeGiven(like(list_id=OTHER_LIST, key="gone"), None) in own
    await stores.personal_data.forget_rest(ADA)
    assert await every(stores.personal_data.likes(ADA)) == []
    assert await stores.likes.counts(LIST) == {SONG: 1}
