"""How a link attempt ends without a link, and that nothing is left of it then."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import (
    AccountTakenError,
    LinkDeniedError,
    LinkExpiredError,
    LinkNotFinishedError,
)
from bot.spotify.errors import (
    SpotifyForbiddenError,
    SpotifyNotRegisteredError,
    SpotifyOwnerPremiumError,
    SpotifyRateLimitedError,
    SpotifyUnavailableError,
)
from bot.stores import LinkStatus
from tests.bot.link_desk import ADA, GRACE, STRANGE_SECRETS, Desk, Time


@pytest.mark.parametrize("step", ["look", "start", "returned", "code_for", "confirm"])
async def test_expired(desk: Desk, step: str) -> None:
    """Ten minutes after /link every step finds nothing, and sweeping erases the waiting tokens."""
    token = await desk.token()
    late = desk.time.pass_by
    if step in ("look", "start"):
        late(seconds=600)
        call = desk.linking.look(token) if step == "look" else desk.linking.start(token, None)
    else:
        cookie, answer = await desk.consented(token)
        if step == "returned":
            late(seconds=600)
            call = desk.come_back(cookie, answer)  # type: ignore[assignment] # only its error matters
        else:
            await desk.come_back(cookie, answer)
            digits = (await desk.linking.code_for(cookie)).digits
            late(seconds=600)
            call = desk.linking.code_for(cookie) if step == "code_for" else desk.linking.confirm(ADA, digits)  # type: ignore[assignment]
    with pytest.raises(LinkExpiredError):
        await call
    assert await desk.linking.sweep() == 1
    assert await desk.nothing_is_left()


async def test_max_age(desk: Desk) -> None:
    """The cookie lives as long as the attempt, not longer."""
    token = await desk.token()
    desk.time.pass_by(seconds=100)
    assert (await desk.linking.start(token, None)).max_age_s in (499, 500)


async def test_new_link_voids_the_old(desk: Desk) -> None:
    """A new /link ends the old attempt wherever it stood, also one that waits for its code."""
    old_token = await desk.token()
    await desk.token()
    with pytest.raises(LinkExpiredError):
        await desk.linking.look(old_token)
    cookie, digits = await desk.digits()
    await desk.token()
    with pytest.raises(LinkExpiredError):
        await desk.linking.code_for(cookie)
    with pytest.raises(LinkNotFinishedError):
        await desk.linking.confirm(ADA, digits)


async def test_begun_anew_during_the_exchange(desk: Desk) -> None:
    """A new /link while Spotify answers the old attempt: those tokens are dropped."""
    desk.spotify.hold = asyncio.Event()
    cookie, answer = await desk.consented(await desk.token())
    exchanging = asyncio.create_task(desk.come_back(cookie, answer))
    await desk.spotify.exchanging.wait()
    await desk.token()
    desk.spotify.hold.set()
    with pytest.raises(LinkExpiredError):
        await exchanging
    attempt = await desk.stores.attempts.of_member(ADA, desk.time.now())
    assert attempt is not None
    assert (attempt.status, attempt.pending) == (LinkStatus.ISSUED, None)


async def test_cancel(desk: Desk) -> None:
    """Cancel erases the attempt at any stage; cancelling nothing is fine."""
    token = await desk.token()
    cookie, answer = await desk.consented(token)
    await desk.come_back(cookie, answer)
    for address in (token, token, *STRANGE_SECRETS):
        await desk.linking.cancel(address)
    assert await desk.nothing_is_left()


async def test_strange_tokens(desk: Desk) -> None:
    """An address that was never ours is as good as an expired one."""
    for token in ("F" * 43, *STRANGE_SECRETS):
        with pytest.raises(LinkExpiredError):
            await desk.linking.look(token)
        with pytest.raises(LinkExpiredError):
            await desk.linking.start(token, None)


@pytest.mark.parametrize("reason", ["access_denied", "server_error", "<script>" * 100])
async def test_denied(desk: Desk, reason: str) -> None:
    """A no on Spotify's page ends the attempt with Spotify's own word for it, shortened."""
    started = await desk.linking.start(await desk.token(), None)
    with pytest.raises(LinkDeniedError) as caught:
        await desk.come_back(started.cookie, desk.spotify.refuse(started.authorize_url, reason))
    assert caught.value.reason == reason[:100]
    assert desk.spotify.exchanges == 0
    assert await desk.nothing_is_left()


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("me", SpotifyNotRegisteredError("user may not be registered", status=403)),
        ("me", SpotifyOwnerPremiumError("Active premium subscription required", status=403)),
        ("me", SpotifyForbiddenError(status=403)),
        ("me", SpotifyUnavailableError(status=502)),
        ("me", SpotifyRateLimitedError(Time().now())),
        ("exchange", SpotifyUnavailableError()),
        ("exchange", SpotifyRateLimitedError(Time().now(), quota=True)),
        ("exchange", asyncio.CancelledError()),
        ("exchange", RuntimeError("a bug")),
    ],
)
async def test_spotify_refuses(desk: Desk, where: str, problem: BaseException) -> None:
    """Whatever goes wrong with Spotify is what the member hears, and no token is kept anywhere."""
    desk.spotify.refusals[where] = problem
    cookie, answer = await desk.consented(await desk.token())
    with pytest.raises(type(problem)) as caught:
        await desk.come_back(cookie, answer)
    assert caught.value is problem
    assert await desk.nothing_is_left()


async def test_no_refresh_token(desk: Desk) -> None:
    """An answer without a refresh token would die within the hour, so it is no link."""
    desk.spotify.refresh = None
    with pytest.raises(SpotifyUnavailableError):
        await desk.digits()
    assert await desk.nothing_is_left()


async def test_taken_account_is_refused_early(desk: Desk) -> None:
    """A Spotify account that belongs to another member is refused when Spotify names it."""
    await desk.linking.confirm(GRACE, (await desk.digits(GRACE))[1])
    with pytest.raises(AccountTakenError):
        await desk.digits(ADA)
    assert await desk.nothing_is_left(ADA)
    assert await desk.stores.accounts.owner_of("account-1") == GRACE


async def test_taken_account_is_refused_late(desk: Desk) -> None:
    """Two members at the code page with the same Spotify account: the first code wins, the second is refused."""
    _, adas = await desk.digits(ADA)
    _, graces = await desk.digits(GRACE)
    results = await asyncio.gather(
        desk.linking.confirm(ADA, adas), desk.linking.confirm(GRACE, graces), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["AccountTakenError", "Linked"]
