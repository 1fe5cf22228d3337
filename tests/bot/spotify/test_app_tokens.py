"""The app's own token: kept, renewed in time, and asked for once however many are waiting."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.spotify.app_tokens import AppTokens
from bot.spotify.errors import SpotifyUnauthorizedError, SpotifyUnavailableError
from tests.bot.spotify.recorded import recorded
from tests.bot.spotify.scripted import Reply, Scripted

if TYPE_CHECKING:
    from bot.spotify.oauth import AppToken, OAuth
    from tests.bot.spotify.conftest import Time


@pytest.fixture
def tokens(oauth: OAuth, server: Scripted, clock: Time) -> AppTokens:
    server.script = [Reply(200, recorded("token-client_credentials"))]
    return AppTokens(oauth.app_token, now=clock.now)


async def test_a_thousand_callers(tokens: AppTokens, server: Scripted, clock: Time) -> None:
    """A thousand callers at once cost one request, with no token yet and with an expired one."""
    first = set(await asyncio.gather(*(tokens.token() for _ in range(1000))))
    assert (len(first), len(server.calls)) == (1, 1)
    clock.passed_s += 3600
    second = set(await asyncio.gather(*(tokens.token() for _ in range(1000))))
    assert (len(second), len(server.calls)) == (1, 2)


async def test_renewed_early(tokens: AppTokens, server: Scripted, clock: Time) -> None:
    """A token serves until two minutes before its end."""
    token = await tokens.token()
    clock.passed_s += 3600 - 121
    assert await tokens.token() is token
    clock.passed_s += 1
    assert await tokens.token() is not token
    assert len(server.calls) == 2


async def test_failure_is_shared_and_not_kept(tokens: AppTokens, server: Scripted) -> None:
    """Those who wait share a failure; the next one asks anew."""
    server.script = [Reply(503)] * 3 + server.script
    failed = await asyncio.gather(*(tokens.token() for _ in range(50)), return_exceptions=True)
    assert {type(one) for one in failed} == {SpotifyUnavailableError}
    assert len(server.calls) == 3
    await tokens.token()


async def test_who_gives_up_alone(tokens: AppTokens, server: Scripted) -> None:
    """A caller who is cancelled does not take the token away from the others."""
    hold = asyncio.Event()
    server.script = [Reply(200, recorded("token-client_credentials"), hold=hold)]
    one, other = asyncio.create_task(tokens.token()), asyncio.create_task(tokens.token())
    await server.received(1)
    one.cancel()
    hold.set()
    assert (await other).value == "invented-app-token"
    assert one.cancelled() or one.done()


async def test_refused_token(tokens: AppTokens, server: Scripted) -> None:
    """A token Spotify refuses is replaced, and the call repeated once."""
    used: list[AppToken] = []

    async def call(token: AppToken) -> str:
        used.append(token)
        if len(used) == 1:
            raise SpotifyUnauthorizedError(status=401)
        return "done"

    assert await tokens.run(call) == "done"
    assert used[0] is not used[1]
    assert len(server.calls) == 2
    assert used[1].expires_at - used[0].expires_at == timedelta(0)
