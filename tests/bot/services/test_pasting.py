"""Paste mode: the address of Spotify's answer, copied into Discord by the one who began."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    AccountTakenError,
    LinkDeniedError,
    LinkExpiredError,
    LinkForgedError,
    LinkUsedError,
    PastedAddressError,
)
from bot.services.linking import LinkWay
from bot.services.pasted_address import read_address
from bot.spotify.errors import SpotifyNotRegisteredError
from tests.bot.link_desk import ADA, GRACE, Desk, open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ORIGIN = "http://127.0.0.1:8888"
REDIRECT = f"{ORIGIN}/callback"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, ways={LinkWay.PASTE}, public_url=ORIGIN) as opened:
        yield opened


async def agreed(desk: Desk, member_id: int = ADA) -> str:
    """The address in the browser of a member who said yes."""
    begun = await desk.linking.begin(member_id, "Ada")
    assert begun.page_url is None
    assert begun.authorize_url is not None
    return f"{REDIRECT}?{desk.spotify.consent(begun.authorize_url).query}"


async def test_paste(desk: Desk) -> None:
    """The pasted address links the account at once; it works once."""
    address = await agreed(desk)
    linked = await desk.linking.paste(ADA, address)
    assert linked.display_name == "Ada L."
    kept = await desk.stores.accounts.of_member(ADA)
    assert kept is not None
    assert kept.tokens == linked.account.tokens
    with pytest.raises(LinkExpiredError):
        await desk.linking.paste(ADA, address)
    assert desk.spotify.exchanges == 1


async def test_paste_is_told(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """The operator's log says which member got which account by pasting: it may not have been theirs."""
    caplog.set_level("INFO")
    await desk.linking.paste(ADA, await agreed(desk))
    assert f"member {ADA} linked account account-1 with a pasted address" in caplog.messages


async def test_fifty_pastes_exchange_once(desk: Desk) -> None:
    """The same address sent fifty times at once is one exchange and one link."""
    address = await agreed(desk)
    sent = [desk.linking.paste(ADA, address) for _ in range(50)]
    results = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert desk.spotify.exchanges == 1


@pytest.mark.parametrize(
    "around",
    ["{}", " {} ", "<{}>", "\n{}\t", " <{}> ", "{}#_=_"],
    ids=["bare", "blanks", "angle", "lines", "both", "#"],
)
async def test_tolerated(desk: Desk, around: str) -> None:
    """What copying adds around an address does no harm."""
    assert await desk.linking.paste(ADA, around.format(await agreed(desk)))


async def test_wrapped_lines(desk: Desk) -> None:
    """An address that was broken into lines is put together again."""
    address = await agreed(desk)
    assert await desk.linking.paste(ADA, f"{address[:60]}\n{address[60:]}")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "hello",
        "http://127.0.0.1:8888/callback",
        "https://127.0.0.1:8888/callback?code=c&state=s",
        "http://127.0.0.1/callback?code=c&state=s",
        "http://127.0.0.1:8889/callback?code=c&state=s",
        "http://localhost:8888/callback?code=c&state=s",
        "http://me@127.0.0.1:8888/callback?code=c&state=s",
        "http://127.0.0.1:8888@evil.example/callback?code=c&state=s",
        "http://127.0.0.1:8888/callback/?code=c&state=s",
        "http://127.0.0.1:8888/Callback?code=c&state=s",
        "http://127.0.0.1:8888/callback?code=c",
        "http://127.0.0.1:8888/callback?state=s",
        "http://127.0.0.1:8888/callback?code=c&code=d&state=s",
        "http://127.0.0.1:8888/callback?code=c&error=e&state=s",
        "http://127.0.0.1:8888/callback?code=c&state=s&state=s",
        "http://127.0.0.1:8888/callback?code=%ff&state=s",
        "http://[127.0.0.1:8888/callback?code=c&state=s",
        "http://127.0.0.1:8888/callback?" + "&".join(f"a{n}=1" for n in range(50)),
        "http://127.0.0.1:8888/callback?state=s&code=" + "c" * 5000,
    ],
)
async def test_not_our_address(desk: Desk, wrong: str) -> None:
    """Anything but our own callback's address is refused; the attempt goes on."""
    address = await agreed(desk)
    with pytest.raises(PastedAddressError):
        await desk.linking.paste(ADA, wrong)
    assert await desk.linking.paste(ADA, address)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """No text makes reading fail in another way."""
    for address in (
        text,
        f"{REDIRECT}?{text}",
        f"{REDIRECT}?code={text}&state=s",
        f"http://{text}/callback?code=c&state=s",
    ):
        with suppress(PastedAddressError):
            read_address(address, REDIRECT)


async def test_crossed(desk: Desk) -> None:
    """Nobody can paste another member's address, in either direction; the true owners still can."""
    adas, graces = await agreed(desk, ADA), await agreed(desk, GRACE)
    for member_id, address in ((ADA, graces), (GRACE, adas)):
        with pytest.raises(LinkForgedError):
            await desk.linking.paste(member_id, address)
    assert desk.spotify.exchanges == 0
    assert await desk.linking.paste(ADA, adas)
    with pytest.raises(AccountTakenError):
        await desk.linking.paste(GRACE, graces)  # the same Spotify account


async def test_nobody_began(desk: Desk) -> None:
    """Without an attempt, or after ten minutes, a pasted address is worth nothing."""
    address = await agreed(desk)
    with pytest.raises(LinkExpiredError):
        await desk.linking.paste(GRACE, address)
    desk.time.pass_by(seconds=600)
    with pytest.raises(LinkExpiredError):
        await desk.linking.paste(ADA, address)
    assert desk.spotify.exchanges == 0


async def test_denied(desk: Desk) -> None:
    """A pasted no ends the attempt."""
    begun = await desk.linking.begin(ADA, "Ada")
    assert begun.authorize_url is not None
    refused = desk.spotify.refuse(begun.authorize_url)
    with pytest.raises(LinkDeniedError):
        await desk.linking.paste(ADA, f"{REDIRECT}?{refused.query}")
    assert await desk.stores.attempts.of_member(ADA, desk.time.now()) is None


async def test_not_registered(desk: Desk) -> None:
    """A person who is not on the app's user list is told so, and nothing is kept."""
    desk.spotify.refusals["me"] = SpotifyNotRegisteredError("not registered", status=403)
    with pytest.raises(SpotifyNotRegisteredError):
        await desk.linking.paste(ADA, await agreed(desk))
    assert await desk.stores.attempts.of_member(ADA, desk.time.now()) is None
    assert await desk.stores.accounts.of_member(ADA) is None


async def test_page_rules_out_pasting(tmp_path: Path) -> None:
    """With both ways offered, an attempt that went on through the page needs the page's cookie and code."""
    async with open_desk(tmp_path, ways=set(LinkWay), public_url=ORIGIN) as desk:
        begun = await desk.linking.begin(ADA, "Ada")
        assert begun.page_url is not None
        assert begun.authorize_url is not None
        started = await desk.linking.start(begun.page_url.rpartition("/")[2], None)
        for url in (begun.authorize_url, started.authorize_url):
            with pytest.raises(LinkUsedError):
                await desk.linking.paste(ADA, f"{REDIRECT}?{desk.spotify.consent(url).query}")
        assert desk.spotify.exchanges == 0


async def test_page_only(tmp_path: Path) -> None:
    """A bot that offers only the page takes no pasted address."""
    async with open_desk(tmp_path) as desk:
        await desk.token()
        with pytest.raises(LinkForgedError):
            await desk.linking.paste(ADA, f"https://mixtape.example/callback?code=c&state={'s' * 43}")
