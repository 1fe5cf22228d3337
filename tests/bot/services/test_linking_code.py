"""The six digits typed into Discord: how many tries, what counts as a code, and when."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import (
    LinkExpiredError,
    LinkNotFinishedError,
    LinkUsedError,
    WrongCodeError,
)
from tests.bot.link_desk import ADA, Desk, wrong


async def test_victim_gets_the_code(desk: Desk) -> None:
    """Ada sends her page to a victim, who agrees. Ada has no cookie, hence no code, and five guesses."""
    token = await desk.token(ADA)
    victims_cookie, answer = await desk.consented(token)
    await desk.come_back(victims_cookie, answer)
    with pytest.raises(LinkUsedError):
        await desk.linking.look(token, "E" * 43)
    digits = (await desk.linking.code_for(victims_cookie)).digits
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCodeError) as caught:
            await desk.linking.confirm(ADA, wrong(digits))
        assert caught.value.tries_left == left
    with pytest.raises(LinkExpiredError):
        await desk.linking.confirm(ADA, digits)
    assert await desk.nothing_is_left()


@pytest.mark.parametrize("step", range(4))
async def test_new_key(desk: Desk, step: int) -> None:
    """A link in progress can be finished if another key becomes the first at any step of it."""
    token = await desk.token(ADA)
    if step == 0:
        desk.change_keys()
    cookie, answer = await desk.consented(token)
    if step == 1:
        desk.change_keys()
    await desk.come_back(cookie, answer)
    if step == 2:
        desk.change_keys()
    digits = (await desk.linking.code_for(cookie)).digits
    if step == 3:
        desk.change_keys()
    assert (await desk.linking.code_for(cookie)).digits == digits
    assert (await desk.linking.confirm(ADA, digits)).account.member_id == ADA


async def test_right_code_on_the_last_try(desk: Desk) -> None:
    """Four wrong codes do not spoil the fifth try."""
    _, digits = await desk.digits()
    for _ in range(4):
        with pytest.raises(WrongCodeError):
            await desk.linking.confirm(ADA, wrong(digits))
    assert (await desk.linking.confirm(ADA, digits)).account.member_id == ADA


async def test_racing_guesses(desk: Desk) -> None:
    """Fifty wrong guesses at the same moment are five tries, not one more."""
    _, digits = await desk.digits()
    guesses = [desk.linking.confirm(ADA, wrong(digits)) for _ in range(50)]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, WrongCodeError) for result in results) == 5
    assert sum(isinstance(result, LinkExpiredError) for result in results) == 45


async def test_right_code_among_wrong_ones(desk: Desk) -> None:
    """The right code typed twice while two wrong ones arrive links once, whichever comes first."""
    _, digits = await desk.digits()
    typed = [wrong(digits), digits, wrong(digits), digits]
    results = await asyncio.gather(
        *(desk.linking.confirm(ADA, code) for code in typed), return_exceptions=True
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert sum(isinstance(result, LinkExpiredError) for result in results) >= 1  # used up by the one that won


@pytest.mark.parametrize(
    "spoil",
    ["", "12345", "1234567", "abcdef", "12-456", "\uff11" * 6, "\u0661" * 6, "\u00b2" * 6],
    ids=["empty", "short", "long", "letters", "hyphen", "fullwidth", "arabic-indic", "superscript"],
)
async def test_not_a_code(desk: Desk, spoil: str) -> None:
    """What cannot be a code is wrong, but costs no try; digits of other scripts are not digits here."""
    _, digits = await desk.digits()
    with pytest.raises(WrongCodeError) as caught:
        await desk.linking.confirm(ADA, spoil)
    assert caught.value.tries_left == 5
    assert await desk.linking.confirm(ADA, digits)


async def test_code_with_blanks(desk: Desk) -> None:
    """Digits grouped as the page shows them are fine."""
    _, digits = await desk.digits()
    assert await desk.linking.confirm(ADA, f" {digits[:3]}\u00a0{digits[3:]} ")


async def test_code_too_early(desk: Desk) -> None:
    """A code before Spotify agreed costs nothing, and the attempt goes on."""
    cookie, answer = await desk.consented(await desk.token())
    with pytest.raises(LinkNotFinishedError):
        await desk.linking.confirm(ADA, "123456")
    await desk.come_back(cookie, answer)
    assert await desk.linking.confirm(ADA, (await desk.linking.code_for(cookie)).digits)


async def test_no_sixth_guess(desk: Desk) -> None:
    """Between the last wrong guess and the erasure of the attempt, not even the right code counts."""
    _, digits = await desk.digits()
    attempt = await desk.stores.attempts.of_member(ADA, desk.time.now())
    assert attempt is not None
    assert await desk.stores.attempts.swap(attempt, replace(attempt, tries_left=0)) is not None
    with pytest.raises(LinkExpiredError):
        await desk.linking.confirm(ADA, digits)
