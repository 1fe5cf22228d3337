"""Announcements follow their likes: soon, in few edits, and nothing is forgotten while the database is away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.shared.core.access import Actor
from bot.services.shared.core.announced import MOST, PAUSE, Announcement, Announcements
from bot.services.shared.core.likes import ListLikes
from tests.shared_records import GUILD, a_list, bring

if TYPE_CHECKING:
    from bot.stores import Contributions, Stores
    from bot.stores.contributions import Contribution
    from tests.bot.link_desk import Time

LINUS, GRACE = Actor(12), Actor(13)


@pytest.fixture
def likes(stores: Stores, time: Time) -> ListLikes:
    return ListLikes(stores.likes, stores.lists, stores.contributions, now=time.now)


@pytest.fixture
def announcements(stores: Stores, likes: ListLikes, time: Time) -> Announcements:
    return Announcements(likes, stores.contributions, now=time.now)


@pytest.fixture
async def held(stores: Stores) -> Contribution:
    shared = await stores.lists.create(a_list("p", owner_id=7, account_id="owner"))
    return await bring(stores, shared, 1, "spotify:track:1", 11)


def announcement(held: Contribution, message_id: int = 5) -> Announcement:
    return Announcement(GUILD, held.contribution_id, 4, message_id)


async def test_a_burst(
    likes: ListLikes, announcements: Announcements, held: Contribution, time: Time
) -> None:
    """What many like at once is drawn once, and what comes meanwhile once more after the pause."""
    announcements.seen(announcement(held))
    assert announcements.next_due() is None
    for member_id in range(20, 30):
        await likes.like(Actor(member_id), GUILD, held.contribution_id)
    assert announcements.next_due() == time.now()
    assert await announcements.due() == ((announcement(held), held, 10),)
    assert await announcements.due() == ()
    await likes.like(LINUS, GUILD, held.contribution_id)
    assert await announcements.due() == ()
    assert announcements.next_due() == time.now() + PAUSE
    time.pass_by(seconds=PAUSE.total_seconds())
    assert await announcements.due() == ((announcement(held), held, 11),)
    await likes.like(LINUS, GUILD, held.contribution_id)  # again: nothing changes
    assert announcements.next_due() is None


async def test_clock_set_back(
    likes: ListLikes, announcements: Announcements, held: Contribution, time: Time
) -> None:
    """A clock that is set back keeps nobody waiting."""
    announcements.seen(announcement(held))
    await likes.like(LINUS, GUILD, held.contribution_id)
    await announcements.due()
    time.pass_by(hours=-5)
    await likes.take_back(LINUS, GUILD, held.contribution_id)
    assert await announcements.due() == ((announcement(held), held, 0),)


async def test_unknown(likes: ListLikes, announcements: Announcements, held: Contribution) -> None:
    """What nobody pressed on is left alone; so many are remembered, the oldest go."""
    await likes.like(LINUS, GUILD, held.contribution_id)
    assert announcements.next_due() is None
    announcements.seen(announcement(held))
    for number in range(MOST):
        announcements.seen(Announcement(GUILD, f"c{number:011}", 4, number))
    await likes.like(GRACE, GUILD, held.contribution_id)
    assert announcements.next_due() is None


async def test_database_away(likes: ListLikes, stores: Stores, held: Contribution, time: Time) -> None:
    """While the database is away nothing is forgotten."""

    class Away:
        gone = True

        async def get(self, guild_id: int, contribution_id: str) -> Contribution | None:
            if self.gone:
                raise StoreUnavailableError
            return await stores.contributions.get(guild_id, contribution_id)

    away = Away()
    announcements = Announcements(likes, cast("Contributions", away), now=time.now)
    announcements.seen(announcement(held))
    await likes.like(LINUS, GUILD, held.contribution_id)
    with pytest.raises(StoreUnavailableError):
        await announcements.due()
    away.gone = False
    time.pass_by(seconds=PAUSE.total_seconds())
    assert await announcements.due() == ((announcement(held), replace(held), 1),)
