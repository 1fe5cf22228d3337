"""Tokens stay fresh: one refresh at a time, one repeat after a refusal, nothing lost when Spotify says no."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from bot.errors import (
    LinkEndedError,
    LinkInDoubtError,
    NotLinkedError,
    ScopeMissingError,
    StoreUnavailableError,
)
from bot.spotify.errors import (
    SpotifyAnswerLostError,
    SpotifyGrantError,
    SpotifyUnauthorizedError,
    SpotifyUnavailableError,
)
from bot.stores import Tokens
from tests.bot.link_desk import ADA
from tests.bot.services.conftest import make_keeper

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.tokens import TokenKeeper
    from bot.spotify.oauth import AppToken, UserToken
    from bot.stores import Account, Accounts, Leases, Stores
    from tests.bot.link_desk import Time
    from tests.bot.services.conftest import FakeOAuth


async def shown(token: UserToken | AppToken) -> str:
    return token.value


async def test_fresh_token_is_used_as_it_is(keeper: TokenKeeper, oauth: FakeOAuth) -> None:
    """A token with time left costs no refresh."""
    assert await keeper.as_member(ADA, shown) == "access-0"
    assert oauth.refreshed == []


async def test_token_is_renewed_before_it_ends(keeper: TokenKeeper, oauth: FakeOAuth, time: Time) -> None:
    """Two minutes before its end a token is renewed, and the old refresh token kept when none comes back."""
    time.pass_by(minutes=58, seconds=1)
    assert await keeper.as_member(ADA, shown) == "access-1"
    time.pass_by(hours=1)
    assert await keeper.as_member(ADA, shown) == "access-2"
    assert oauth.refreshed == ["refresh-0", "refresh-0"]


async def test_rotated_refresh_token_replaces_the_old(
    keeper: TokenKeeper, oauth: FakeOAuth, time: Time
) -> None:
    """When Spotify gives a new refresh token, the next refresh uses it."""
    oauth.rotate = True
    time.pass_by(hours=1)
    await keeper.as_member(ADA, shown)
    time.pass_by(hours=1)
    await keeper.as_member(ADA, shown)
    assert oauth.refreshed == ["refresh-0", "refresh-1"]


async def test_a_thousand_at_once_refresh_once(keeper: TokenKeeper, oauth: FakeOAuth, time: Time) -> None:
    """A thousand simultaneous calls with an expired token cause one refresh."""
    time.pass_by(hours=2)
    tokens = await asyncio.gather(*(keeper.as_member(ADA, shown) for _ in range(1000)))
    assert set(tokens) == {"access-1"}
    assert len(oauth.refreshed) == 1


async def test_two_processes_refresh_once(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """Two processes on one database refresh an expired token once between them."""
    other = make_keeper(stores, oauth, time)
    time.pass_by(hours=2)
    tokens = await asyncio.gather(keeper.as_member(ADA, shown), other.as_member(ADA, shown))
    assert set(tokens) == {"access-1"}
    assert len(oauth.refreshed) == 1


async def test_lease_of_a_dead_process_runs_out(keeper: TokenKeeper, stores: Stores, time: Time) -> None:
    """A process that died while refreshing blocks the account for its lease, not for ever."""
    await stores.leases.acquire("refresh:ada-account", "dead", time.now(), time.now() + timedelta(seconds=25))
    time.pass_by(hours=2)
    assert await keeper.as_member(ADA, shown) == "access-1"


async def test_refused_call_is_repeated_once_after_a_refresh(keeper: TokenKeeper) -> None:
    """A 401 leads to one refresh and one repeat; a second 401 reaches the caller."""
    tried: list[str] = []

    async def refuse(token: UserToken) -> str:
        tried.append(token.value)
        if len(tried) < 2:
            raise SpotifyUnauthorizedError(status=401)
        return token.value

    assert await keeper.as_member(ADA, refuse) == "access-1"
    assert tried == ["access-0", "access-1"]


async def test_second_refusal_is_final(keeper: TokenKeeper, oauth: FakeOAuth) -> None:
    """Two refusals in a row are not tried a third time."""

    async def refuse(_: UserToken) -> None:
        raise SpotifyUnauthorizedError(status=401)

    with pytest.raises(SpotifyUnauthorizedError):
        await keeper.as_member(ADA, refuse)
    assert len(oauth.refreshed) == 1


async def test_ended_consent_erases_the_tokens(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """`invalid_grant` ends the link: the tokens are gone and the member is told."""
    oauth.refusal = SpotifyGrantError(status=400)
    time.pass_by(days=190)
    with pytest.raises(LinkEndedError):
        await keeper.as_member(ADA, shown)
    assert await stores.accounts.of_member(ADA) is None
    with pytest.raises(NotLinkedError):
        await keeper.as_member(ADA, shown)


async def test_the_end_is_told_before_the_tokens_go(
    stores: Stores, oauth: FakeOAuth, time: Time, account: Account
) -> None:
    """Where that fails, the link stays, and the next use of it finds the same end."""
    await stores.accounts.link(account)
    told: list[Account] = []

    async def ended(of: Account) -> None:
        told.append(of)
        if len(told) == 1:
            raise StoreUnavailableError
        assert await stores.accounts.of_member(ADA) == of

    keeper = make_keeper(stores, oauth, time, ended)
    oauth.refusal = SpotifyGrantError(status=400)
    time.pass_by(days=190)
    with pytest.raises(StoreUnavailableError):
        await keeper.as_member(ADA, shown)
    assert await stores.accounts.of_member(ADA) is not None
    with pytest.raises(LinkEndedError):
        await keeper.as_member(ADA, shown)
    assert len(told) == 2
    assert await stores.accounts.of_member(ADA) is None


async def test_refusal_of_a_token_already_replaced_is_harmless(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """If the store holds a newer refresh token than the refused one, the link goes on."""
    time.pass_by(hours=2)

    async def refused_too_late(_: str) -> None:
        newer = Tokens("access-9", "refresh-9", time.now() + timedelta(hours=1))
        held = await stores.accounts.of_member(ADA)
        assert held is not None
        assert await stores.accounts.save_tokens(held, newer, held.scopes)
        raise SpotifyGrantError(status=400)

    oauth.refresh = refused_too_late  # type: ignore[assignment,method-assign] # our own fake
    assert await keeper.as_member(ADA, shown) == "access-9"


async def test_trouble_at_spotify_keeps_the_tokens(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """A refresh that fails for Spotify's reasons keeps the link, and the next command tries again."""
    oauth.refusal = SpotifyUnavailableError(status=503)
    time.pass_by(hours=2)
    with pytest.raises(SpotifyUnavailableError):
        await keeper.as_member(ADA, shown)
    assert await stores.accounts.of_member(ADA) is not None
    oauth.refusal = None
    assert await keeper.as_member(ADA, shown) == "access-2"


async def test_impatient_member_does_not_cancel_the_refresh(
    keeper: TokenKeeper, oauth: FakeOAuth, time: Time
) -> None:
    """A command that is cancelled leaves the refresh to those who still wait."""
    time.pass_by(hours=2)
    first = asyncio.create_task(keeper.as_member(ADA, shown))
    second = asyncio.create_task(keeper.as_member(ADA, shown))
    await oauth.asked.wait()
    first.cancel()
    assert await second == "access-1"
    assert len(oauth.refreshed) == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_consent_given_anew_meanwhile(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """An end of the old consent does not touch the one given while Spotify answered."""
    old = await keeper.account(ADA)
    time.pass_by(days=190)
    new = replace(old, authorized_at=time.now().replace(microsecond=0))

    class Relinked:
        """The member unlinks and links again just before the tokens are erased."""

        def __getattr__(self, name: str) -> object:
            return getattr(stores.accounts, name)

        async def unlink(self, member_id: int, *, only: Account) -> bool:
            await stores.accounts.unlink(member_id)
            await stores.accounts.link(new)
            return await stores.accounts.unlink(member_id, only=only)

    oauth.refusal = SpotifyGrantError(status=400)
    with pytest.raises(LinkEndedError):
        await make_keeper(replace(stores, accounts=cast("Accounts", Relinked())), oauth, time).as_member(
            ADA, shown
        )
    assert await stores.accounts.of_member(ADA) == replace(new, version=1)


async def test_missing_scope_is_said_before_anything_goes_out(keeper: TokenKeeper) -> None:
    """A command that needs more than was granted names what is missing."""
    with pytest.raises(ScopeMissingError) as caught:
        await keeper.as_member(ADA, shown, scopes=frozenset({"user-top-read", "playlist-read-private"}))
    assert caught.value.missing == {"user-top-read"}


async def test_not_linked(keeper: TokenKeeper) -> None:
    """A member without an account is told so."""
    with pytest.raises(NotLinkedError):
        await keeper.as_member(8, shown)


async def test_app_token_is_shared_and_renewed(keeper: TokenKeeper, oauth: FakeOAuth, time: Time) -> None:
    """All lookups share one app token; it is renewed before its end, and once after a refusal."""
    assert set(await asyncio.gather(*(keeper.as_app(shown) for _ in range(1000)))) == {"app-1"}
    time.pass_by(minutes=59)
    assert set(await asyncio.gather(*(keeper.as_app(shown) for _ in range(1000)))) == {"app-2"}
    refused: list[str] = []

    async def refuse_first(token: AppToken) -> str:
        if not refused:
            refused.append(token.value)
            raise SpotifyUnauthorizedError(status=401)
        return token.value

    assert await keeper.as_app(refuse_first) == "app-3"
    assert oauth.app_tokens == 3


async def test_app_token_is_refused_once_for_all(keeper: TokenKeeper, oauth: FakeOAuth) -> None:
    """While the token endpoint is away, those who wait share one failure instead of queueing for one each."""
    oauth.refusal = SpotifyUnavailableError(status=503)
    failed = await asyncio.gather(*(keeper.as_app(shown) for _ in range(20)), return_exceptions=True)
    assert failed == [oauth.refusal] * 20
    assert oauth.app_tokens == 1
    oauth.refusal = None
    assert await keeper.as_app(shown) == "app-2"


async def test_lease_is_given_back(keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time) -> None:
    """After a refresh, whether it went well or not, another process need not wait for the lease to run out."""
    for refusal in (SpotifyUnavailableError(status=503), None):
        oauth.refusal = refusal
        time.pass_by(hours=2)
        with suppress(SpotifyUnavailableError):
            await keeper.as_member(ADA, shown)
        now = time.now()
        assert await stores.leases.acquire("refresh:ada-account", "two", now, now + timedelta(seconds=1))
        await stores.leases.release("refresh:ada-account", "two")


async def test_lease_is_not_given_back(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """The new tokens are kept, and only giving the lease back failed: then the call works."""

    class Keeping:
        """Leases that nobody can give back."""

        def __getattr__(self, name: str) -> object:
            return getattr(stores.leases, name)

        async def release(self, *_: str) -> None:
            raise StoreUnavailableError

    time.pass_by(hours=2)
    other = make_keeper(replace(stores, leases=cast("Leases", Keeping())), oauth, time)
    assert await other.as_member(ADA, shown) == "access-1"
    assert await keeper.as_member(ADA, shown) == "access-1"


async def test_lease_won_late(keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time) -> None:
    """A process that wins the lease just after another one has refreshed takes what that one got."""

    class LateLeases:
        """Somebody else refreshes completely before the lease is given."""

        async def acquire(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
            await keeper.as_member(ADA, shown)
            return await stores.leases.acquire(name, holder, now, until)

        async def renew(self, name: str, holder: str, until: datetime) -> bool:
            return await stores.leases.renew(name, holder, until)

        async def release(self, name: str, holder: str) -> None:
            await stores.leases.release(name, holder)

    time.pass_by(hours=2)
    late = make_keeper(replace(stores, leases=LateLeases()), oauth, time)
    assert await late.as_member(ADA, shown) == "access-1"
    assert len(oauth.refreshed) == 1


async def test_close_lets_a_refresh_end(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """When the bot stops, a refresh under way is saved first: Spotify may have taken the old token back."""
    oauth.rotate = True
    time.pass_by(hours=2)
    command = asyncio.create_task(keeper.as_member(ADA, shown))
    await oauth.asked.wait()
    command.cancel()
    await keeper.close()
    held = await stores.accounts.of_member(ADA)
    assert held is not None
    assert held.tokens.refresh == "refresh-1"


async def test_refused_app_token_is_spotifys_trouble(keeper: TokenKeeper, oauth: FakeOAuth) -> None:
    """When even a new app token is refused, no member is told to link again."""

    async def refuse(_: AppToken) -> None:
        raise SpotifyUnauthorizedError(status=401)

    with pytest.raises(SpotifyUnavailableError):
        await keeper.as_app(refuse)
    assert oauth.app_tokens == 2


async def rotated(keeper: TokenKeeper, oauth: FakeOAuth, time: Time) -> None:
    """Spotify has replaced the refresh token, and the access token has ended again."""
    oauth.rotate = True
    time.pass_by(hours=2)
    await keeper.token(ADA)
    oauth.rotate = False
    time.pass_by(hours=2)


async def test_earlier_token_is_tried(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """If Spotify refuses the token it has just given, the one before is tried, and stays if it's accepted."""
    await rotated(keeper, oauth, time)
    oauth.refuses = {"refresh-1"}
    assert (await keeper.token(ADA)).value == "access-3"
    assert oauth.refreshed == ["refresh-0", "refresh-1", "refresh-0"]
    account = await stores.accounts.of_member(ADA)
    assert account is not None
    assert (account.tokens.refresh, account.tokens.earlier) == ("refresh-0", None)
    time.pass_by(hours=2)
    assert (await keeper.token(ADA)).value == "access-4"


async def test_earlier_token_is_tried_once(
    keeper: TokenKeeper, stores: Stores, oauth: FakeOAuth, time: Time
) -> None:
    """If that is refused, too, the consent is weighed as ever, and the token before is erased and not tried again."""
    await rotated(keeper, oauth, time)
    oauth.refuses = {"refresh-0", "refresh-1"}
    with pytest.raises(LinkInDoubtError):
        await keeper.token(ADA)
    account = await stores.accounts.of_member(ADA)
    assert account is not None
    assert (account.tokens.refresh, account.tokens.earlier) == ("refresh-1", None)
    for hours in (13, 12):
        time.pass_by(hours=hours)
        with suppress(LinkInDoubtError, LinkEndedError):
            await keeper.token(ADA)
    assert oauth.refreshed == ["refresh-0", "refresh-1", "refresh-0", "refresh-1", "refresh-1"]
    assert await stores.accounts.of_member(ADA) is None


async def test_earlier_token_after_a_lost_answer(keeper: TokenKeeper, oauth: FakeOAuth, time: Time) -> None:
    """If an answer was lost, the token before the one that may have been replaced is worth nothing, and not tried."""
    await rotated(keeper, oauth, time)
    oauth.refusal = SpotifyAnswerLostError()
    with pytest.raises(SpotifyAnswerLostError):
        await keeper.token(ADA)
    oauth.refusal, oauth.refuses = None, {"refresh-1"}
    oauth.refreshed.clear()
    with pytest.raises(LinkInDoubtError):
        await keeper.token(ADA)
    assert oauth.refreshed == ["refresh-1"]


async def test_earlier_token_is_erased(
    each_stores: Stores, oauth: FakeOAuth, time: Time, account: Account
) -> None:
    """A day after it was replaced, it's no longer stored, also if the member never comes back; the rest stays."""
    await each_stores.accounts.link(account)
    keeper = make_keeper(each_stores, oauth, time)
    await rotated(keeper, oauth, time)
    time.pass_by(hours=21)
    await keeper.forget_earlier()
    kept = await each_stores.accounts.of_member(ADA)
    assert kept is not None
    assert kept.tokens.earlier == "refresh-0"
    time.pass_by(hours=1)
    assert await each_stores.leases.acquire(
        "refresh:ada-account", "other", time.now(), time.now() + timedelta(seconds=25)
    )
    await keeper.forget_earlier()
    assert (await keeper.account(ADA)).tokens == kept.tokens  # a refresh is under way: the next time, then
    await each_stores.leases.release("refresh:ada-account", "other")
    await keeper.forget_earlier()
    erased = (await keeper.account(ADA)).tokens
    assert erased == replace(kept.tokens, earlier=None, replaced_at=None)


async def test_earlier_token_is_old(keeper: TokenKeeper, oauth: FakeOAuth, time: Time) -> None:
    """One that should have been erased isn't tried."""
    await rotated(keeper, oauth, time)
    time.pass_by(hours=24)
    oauth.refuses = {"refresh-1"}
    with pytest.raises(LinkInDoubtError):
        await keeper.token(ADA)
    assert oauth.refreshed == ["refresh-0", "refresh-1"]
