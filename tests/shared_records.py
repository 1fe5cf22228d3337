"""A shared playlist and its contributions, as tests put them into the stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.stores.contributions import Contribution, Recording, State, Via
from bot.stores.lists import SharedPlaylist

if TYPE_CHECKING:
    from bot.stores import Stores
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GUILD = 500


def a_list(playlist_id: str, *, owner_id: int, account_id: str, **changes: Any) -> SharedPlaylist:
    plain = SharedPlaylist(
        list_id="list0001",
        guild_id=GUILD,
        playlist_id=playlist_id,
        name="Friday Mix",
        owner_id=owner_id,
        account_id=account_id,
        created_at=NOW,
    )
    return replace(plain, **changes)


def contribution(
    shared: SharedPlaylist, number: int, uri: str, member_id: int | None, **changes: Any
) -> Contribution:
    """One that landed; its number tells it apart."""
    plain = Contribution(
        contribution_id=f"{shared.list_id[:4]}{number:08d}",
        origin=f"{shared.list_id} {number}",
        list_id=shared.list_id,
        guild_id=shared.guild_id,
        member_id=member_id,
        via=Via.SPOTIFY if member_id is None else Via.COMMAND,
        recording=Recording(uri),
        state=State.LANDED,
        created_at=NOW,
        changed_at=NOW,
        number=number,
    )
    return replace(plain, **changes)


async def bring(
    stores: Stores, shared: SharedPlaylist, number: int, uri: str, member_id: int | None, **changes: Any
) -> Contribution:
    return await stores.contributions.add(contribution(shared, number, uri, member_id, **changes))


async def lend(world: World, owner: Actor, playlist: FakePlaylist, **changes: Any) -> SharedPlaylist:
    """The linked owner's playlist, lent to the guild they are in."""
    account = await world.app.stores.accounts.of_member(owner.member.id)
    assert account is not None
    assert owner.channel.guild is not None
    shared = a_list(
        playlist.id,
        owner_id=owner.member.id,
        account_id=account.account_id,
        guild_id=owner.channel.guild.id,
        created_at=world.clock.now(),
    )
    return await world.app.stores.lists.create(replace(shared, **changes))


async def consent_given(stores: Stores, member_id: int, *, days_ago: int) -> None:
    """Have the member agreed that long ago, as the bot knows it; Spotify knows better."""
    account = await stores.accounts.of_member(member_id)
    assert account is not None
    given = account.authorized_at - timedelta(days=days_ago)
    await stores.accounts.link(replace(account, authorized_at=given))
