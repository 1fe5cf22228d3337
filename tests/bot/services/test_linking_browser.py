"""Linking belongs to one browser: what others, forged answers and repeated ones can (not) do."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import (
    LinkExpiredError,
    LinkForgedError,
    LinkNotFinishedError,
    LinkUsedError,
    WrongCodeError,
)
from tests.bot.link_desk import ADA, GRACE, STRANGE_SECRETS, Answer, Desk


async def test_looking_changes_nothing(desk: Desk) -> None:
    """However often a preview fetches the address, the member can still go on with it."""
    token = await desk.token(name="Ada <3")
    seen = {(await desk.linking.look(token)).version for _ in range(5)}
    assert seen == {0}
    assert (await desk.linking.look(token)).member_name == "Ada <3"
    await desk.linking.start(token, None)


async def test_second_browser_is_refused(desk: Desk) -> None:
    """After one browser pressed Continue, another one neither sees the page nor goes on."""
    token = await desk.token()
    await desk.linking.start(token, None)
    for stranger in (None, "B" * 43, *STRANGE_SECRETS):
        with pytest.raises(LinkUsedError):
            await desk.linking.look(token, stranger)
        with pytest.raises(LinkUsedError):
            await desk.linking.start(token, stranger)


async def test_same_browser_may_go_again(desk: Desk) -> None:
    """Back and Continue once more: the same cookie, a fresh state, and the old state no longer counts."""
    token = await desk.token()
    first = await desk.linking.start(token, None)
    second = await desk.linking.start(token, first.cookie)
    assert second.cookie == first.cookie
    with pytest.raises(LinkForgedError):
        await desk.come_back(first.cookie, desk.spotify.consent(first.authorize_url))
    await desk.come_back(first.cookie, desk.spotify.consent(second.authorize_url))
    assert (await desk.linking.code_for(first.cookie)).member_name == "Ada"


async def test_continue_is_over_after_spotify(desk: Desk) -> None:
    """Who has agreed cannot start the same attempt again."""
    token = await desk.token()
    cookie, answer = await desk.consented(token)
    await desk.come_back(cookie, answer)
    with pytest.raises(LinkUsedError):
        await desk.linking.start(token, cookie)


async def test_fifty_presses_start_once(desk: Desk) -> None:
    """Fifty browsers press Continue at the same moment: one gets a cookie, the others are refused."""
    token = await desk.token()
    results = await asyncio.gather(
        *(desk.linking.start(token, None) for _ in range(50)), return_exceptions=True
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert sum(isinstance(result, LinkUsedError) for result in results) == 49


async def test_fifty_callbacks_exchange_once(desk: Desk) -> None:
    """Fifty identical callbacks at the same moment: one exchange, one GET /me, and the code works."""
    cookie, answer = await desk.consented(await desk.token())
    await asyncio.gather(*(desk.come_back(cookie, answer) for _ in range(50)))
    assert (desk.spotify.exchanges, desk.spotify.asked_me) == (1, 1)
    await desk.linking.confirm(ADA, (await desk.linking.code_for(cookie)).digits)


async def test_replayed_callback(desk: Desk) -> None:
    """A callback repeated later, even with another code, exchanges nothing and harms nothing."""
    cookie, answer = await desk.consented(await desk.token())
    await desk.come_back(cookie, answer)
    await desk.come_back(cookie, replace(answer, code="another"))
    await desk.come_back(cookie, Answer(answer.state, error="access_denied"))
    assert desk.spotify.exchanges == 1
    assert await desk.linking.code_for(cookie)


async def test_code_page_while_exchanging(desk: Desk) -> None:
    """While Spotify still answers, the code page says so instead of failing."""
    desk.spotify.hold = asyncio.Event()
    cookie, answer = await desk.consented(await desk.token())
    with pytest.raises(LinkNotFinishedError):
        await desk.linking.code_for(cookie)
    exchanging = asyncio.create_task(desk.come_back(cookie, answer))
    await desk.spotify.exchanging.wait()
    with pytest.raises(LinkNotFinishedError):
        await desk.linking.code_for(cookie)
    desk.spotify.hold.set()
    await exchanging
    assert await desk.linking.code_for(cookie)


async def test_forged_state(desk: Desk) -> None:
    """A state that is not this attempt's changes nothing: the true answer still counts."""
    cookie, answer = await desk.consented(await desk.token())
    for state in ("C" * 43, *STRANGE_SECRETS):
        with pytest.raises(LinkForgedError):
            await desk.come_back(cookie, replace(answer, state=state))
    assert desk.spotify.exchanges == 0
    await desk.come_back(cookie, answer)


async def test_callback_without_code(desk: Desk) -> None:
    """An answer with neither a code nor an error, or a code that cannot be one, is no answer."""
    cookie, answer = await desk.consented(await desk.token())
    for code in (None, "", "two words", "line\nbreak", "x" * 3000, "\udcff"):
        with pytest.raises(LinkForgedError):
            await desk.come_back(cookie, replace(answer, code=code))
    await desk.come_back(cookie, answer)


async def test_unknown_cookie(desk: Desk) -> None:
    """Without a cookie the answer is forged, with an unknown one it belongs to nothing any more."""
    _, answer = await desk.consented(await desk.token())
    with pytest.raises(LinkForgedError):
        await desk.come_back(None, answer)
    for cookie in ("D" * 43, *STRANGE_SECRETS):
        with pytest.raises(LinkExpiredError):
            await desk.come_back(cookie, answer)
    assert desk.spotify.exchanges == 0


async def test_two_jars_crossed(desk: Desk) -> None:
    """Two people link at once. Neither can come back with the other's answer, in either direction."""
    ada, grace = await desk.consented(await desk.token(ADA)), await desk.consented(await desk.token(GRACE))
    for (cookie, _), (_, answer) in ((ada, grace), (grace, ada)):
        with pytest.raises(LinkForgedError):
            await desk.come_back(cookie, answer)
    assert desk.spotify.exchanges == 0
    await desk.come_back(*ada)
    await desk.come_back(*grace)
    ada_digits = (await desk.linking.code_for(ada[0])).digits
    grace_digits = (await desk.linking.code_for(grace[0])).digits
    assert ada_digits != grace_digits
    for member_id, digits in ((ADA, grace_digits), (GRACE, ada_digits)):
        with pytest.raises(WrongCodeError):
            await desk.linking.confirm(member_id, digits)
    assert await desk.stores.accounts.of_member(ADA) is None
    assert await desk.stores.accounts.of_member(GRACE) is None
