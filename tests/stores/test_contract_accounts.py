"""The promises of `Accounts`, on every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import AccountTakenError
from bot.stores import Account, Tokens
from tests.stores.records import ADA, GRACE, NEW_TOKENS, NOW, SCOPES, account

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - the zone comes with map
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
member_ids = st.integers(1, 2**63 - 1)
texts = st.text(st.characters(codec="utf-8"), max_size=50)
accounts = st.builds(
    Account,
    member_id=member_ids,
    account_id=texts,
    spotify_id=texts,
    scopes=st.frozensets(st.sampled_from(sorted(SCOPES))),
    authorized_at=moments,
    tokens=st.builds(Tokens, texts, texts, moments),
    version=st.just(1),
)


async def test_nothing(stores: Stores) -> None:
    """Who never linked has no account, and nothing to erase."""
    assert await stores.accounts.of_member(ADA) is None
    assert await stores.accounts.owner_of("account-a") is None
    assert await stores.accounts.save_tokens(account(), NEW_TOKENS, SCOPES) is None
    assert not await stores.accounts.unlink(ADA)


async def test_link(stores: Stores) -> None:
    """A linked account is found by its member, and the member by the account."""
    await stores.accounts.link(account())
    assert await stores.accounts.of_member(ADA) == account(version=1)
    assert await stores.accounts.owner_of("account-a") == ADA
    assert await stores.accounts.of_member(GRACE) is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=accounts)
async def test_round_trip(stores: Stores, record: Account) -> None:
    """Every account comes back as it was kept."""
    await stores.accounts.unlink(record.member_id)
    await stores.accounts.link(record)
    assert await stores.accounts.of_member(record.member_id) == record
    await stores.accounts.unlink(record.member_id)


async def test_everyone(stores: Stores) -> None:
    """All who are linked, with when they consented, earliest first; not those who unlinked."""
    assert await stores.accounts.everyone() == ()
    later = NOW + timedelta(days=2)
    await stores.accounts.link(replace(account(), authorized_at=later))
    await stores.accounts.link(account(GRACE, "account-b"))
    assert await stores.accounts.everyone() == ((GRACE, NOW), (ADA, later))
    await stores.accounts.unlink(GRACE)
    assert await stores.accounts.everyone() == ((ADA, later),)


async def test_kept(open_stores: OpenStores) -> None:
    """An account is still there when the bot starts again."""
    async with open_stores() as stores:
        await stores.accounts.link(account())
    async with open_stores() as stores:
        assert await stores.accounts.of_member(ADA) == account(version=1)


async def test_link_again(stores: Stores) -> None:
    """Linking another Spotify account replaces the first and sets it free."""
    await stores.accounts.link(account())
    await stores.accounts.link(account(account_id="account-b"))
    assert await stores.accounts.of_member(ADA) == account(account_id="account-b", version=2)
    await stores.accounts.link(account(GRACE, "account-a"))
    assert await stores.accounts.owner_of("account-a") == GRACE


async def test_link_same_again(stores: Stores) -> None:
    """Linking the same Spotify account again renews it."""
    await stores.accounts.link(account())
    renewed = account(tokens=NEW_TOKENS, scopes=frozenset(), authorized_at=NOW + timedelta(days=1))
    await stores.accounts.link(renewed)
    assert await stores.accounts.of_member(ADA) == replace(renewed, version=2)


async def test_taken(stores: Stores) -> None:
    """A Spotify account another member has is refused, and nothing changes."""
    await stores.accounts.link(account())
    with pytest.raises(AccountTakenError):
        await stores.accounts.link(account(GRACE, "account-a"))
    assert await stores.accounts.of_member(GRACE) is None
    await stores.accounts.link(account(GRACE, "account-b"))
    with pytest.raises(AccountTakenError):
        await stores.accounts.link(account(GRACE, "account-a"))
    assert await stores.accounts.of_member(GRACE) == account(GRACE, "account-b", version=1)
    assert await stores.accounts.of_member(ADA) == account(version=1)


async def test_race_for_account(stores: Stores) -> None:
    """When members link one Spotify account at the same time, exactly one gets it."""
    members = range(1, 21)
    await stores.accounts.link(account(20, "other"))  # one of them already has another
    results = await asyncio.gather(
        *(stores.accounts.link(account(member, "wanted")) for member in members), return_exceptions=True
    )
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, AccountTakenError) for result in results) == len(members) - 1
    [winner] = [member for member, result in zip(members, results, strict=True) if result is None]
    assert await stores.accounts.owner_of("wanted") == winner


async def test_race_of_member(stores: Stores) -> None:
    """A member who links two accounts at the same time ends up with one whole account."""
    both = [account(), account(account_id="account-b", tokens=NEW_TOKENS)]
    await asyncio.gather(*map(stores.accounts.link, both))
    stored = await stores.accounts.of_member(ADA)
    assert stored in [replace(record, version=2) for record in both]
    owners = [await stores.accounts.owner_of(record.account_id) for record in both]
    assert sorted(owners, key=str) == [ADA, None]


async def test_save_tokens(stores: Stores) -> None:
    """New tokens and scopes replace the old; the answer is what is stored."""
    await stores.accounts.link(account())
    saved = await stores.accounts.save_tokens(account(version=1), NEW_TOKENS, frozenset({"x"}))
    assert saved == account(version=2, tokens=NEW_TOKENS, scopes=frozenset({"x"}))
    assert await stores.accounts.of_member(ADA) == saved


async def test_race_of_refreshes(stores: Stores) -> None:
    """Of 50 tasks that save tokens for the same version one wins, and its tokens are the ones kept."""
    await stores.accounts.link(account())
    results = await asyncio.gather(
        *(
            stores.accounts.save_tokens(account(version=1), replace(NEW_TOKENS, access=f"{n}"), SCOPES)
            for n in range(50)
        )
    )
    [winner] = filter(None, results)
    assert await stores.accounts.of_member(ADA) == winner


@pytest.mark.parametrize(
    "meanwhile",
    [
        account(authorized_at=NOW + timedelta(seconds=1)),
        account(account_id="account-b"),
        account(GRACE, "account-a"),
    ],
    ids=["linked anew", "another account", "another member"],
)
async def test_save_after_unlink(stores: Stores, meanwhile: Account) -> None:
    """A refresh that began before the member unlinked never touches what was linked since."""
    await stores.accounts.link(account())
    before = await stores.accounts.of_member(ADA)
    assert before
    await stores.accounts.unlink(ADA)
    assert await stores.accounts.save_tokens(before, NEW_TOKENS, SCOPES) is None
    await stores.accounts.link(meanwhile)
    assert await stores.accounts.save_tokens(before, NEW_TOKENS, SCOPES) is None
    assert await stores.accounts.of_member(meanwhile.member_id) == replace(meanwhile, version=1)


async def test_unlink(stores: Stores) -> None:
    """What is unlinked is gone, and free for others."""
    await stores.accounts.link(account())
    assert await stores.accounts.unlink(ADA)
    assert await stores.accounts.of_member(ADA) is None
    assert not await stores.accounts.unlink(ADA)
    await stores.accounts.link(account(GRACE, "account-a"))


@pytest.mark.parametrize(
    "other",
    [
        account(version=2),
        account(authorized_at=NOW + timedelta(seconds=1), version=1),
        account(account_id="account-b", version=1),
    ],
    ids=["newer tokens", "linked anew", "another account"],
)
async def test_unlink_only(stores: Stores, other: Account) -> None:
    """Told which account is meant, only that consent in that version is erased."""
    await stores.accounts.link(account())
    assert not await stores.accounts.unlink(ADA, only=other)
    assert await stores.accounts.of_member(ADA) == account(version=1)
    assert await stores.accounts.unlink(ADA, only=account(version=1))
    assert await stores.accounts.of_member(ADA) is None
