"""Whoever steals or changes the database gets no token out of it, on every database."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.errors import AccountUnreadableError
from bot.sealing import Sealer, new_key
from tests.stores.records import ADA, GRACE, NEW_TOKENS, NOW, SCOPES, account, attempt, finished

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.backdoors import Backdoor
    from tests.stores.conftest import OpenStores


async def test_dump(stores: Stores, backdoor: Backdoor) -> None:
    """No token, verifier or waiting account is readable in the database itself."""
    await stores.accounts.link(account())
    await stores.accounts.save_tokens(account(version=1), NEW_TOKENS, SCOPES)
    await stores.accounts.link(account(GRACE, "account-b"))
    await stores.attempts.put(finished())
    await stores.attempts.put(attempt(GRACE))
    await stores.attempts.swap(attempt(GRACE), finished(GRACE))
    dump = backdoor.dump()
    assert b"spotify-account-b" in dump  # it is the right database
    assert b"marker" not in dump


async def test_earlier_token(stores: Stores, backdoor: Backdoor) -> None:
    """The refresh token before the current one is sealed with it, comes back, and goes with it or by itself."""
    both = replace(NEW_TOKENS, earlier="earlier-marker", replaced_at=NOW)
    await stores.accounts.link(account(tokens=both))
    assert b"marker" not in backdoor.dump()
    kept = await stores.accounts.of_member(ADA)
    assert kept is not None
    assert kept.tokens == both
    assert "marker" not in repr(kept)
    without = await stores.accounts.save_tokens(kept, NEW_TOKENS, SCOPES)
    assert without is not None
    assert without.tokens.earlier is None
    assert await stores.accounts.of_member(ADA) == without
    await stores.accounts.save_tokens(without, both, SCOPES)
    await stores.accounts.unlink(ADA)
    assert await stores.sealed.everything() == ()


async def test_repr(stores: Stores) -> None:
    """What the stores give out shows no secret when it is printed."""
    await stores.accounts.link(account())
    await stores.attempts.put(finished())
    shown = repr((await stores.accounts.of_member(ADA), await stores.attempts.of_member(ADA, NOW), stores))
    assert "account-a" in shown
    assert "marker" not in shown
    assert "cookie 8" not in shown


async def test_moved_tokens(stores: Stores, backdoor: Backdoor, caplog: pytest.LogCaptureFixture) -> None:
    """Tokens moved to another member's row are refused; the log names the row."""
    await stores.accounts.link(account())
    await stores.accounts.link(account(GRACE, "account-b"))
    backdoor.copy("accounts", "tokens", ADA, GRACE)
    with pytest.raises(AccountUnreadableError):
        await stores.accounts.of_member(GRACE)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert f"account account-b of member {GRACE}" in record.getMessage()
    assert "marker" not in caplog.text


async def test_unreadable_is_replaced(stores: Stores, backdoor: Backdoor) -> None:
    """A member whose tokens cannot be read may link again, or unlink."""
    for member_id, account_id in ((ADA, "account-a"), (GRACE, "account-b")):
        await stores.accounts.link(account(member_id, account_id))
    backdoor.copy("accounts", "tokens", ADA, GRACE)
    await stores.accounts.link(account(GRACE, "account-b"))
    assert await stores.accounts.of_member(GRACE) == account(GRACE, "account-b", version=2)
    backdoor.copy("accounts", "tokens", ADA, GRACE)
    assert await stores.accounts.unlink(GRACE)


async def test_moved_attempt(stores: Stores, backdoor: Backdoor, caplog: pytest.LogCaptureFixture) -> None:
    """An attempt with another one's secrets is as good as none; the log names the row."""
    await stores.attempts.put(finished())
    await stores.attempts.put(finished(GRACE))
    backdoor.copy("attempts", "secrets", ADA, GRACE)
    assert await stores.attempts.of_member(GRACE, NOW) is None
    assert await stores.attempts.by_token(finished(GRACE).token_hash, NOW) is None
    assert await stores.attempts.of_member(ADA, NOW) == finished()
    assert f"link attempt attempt-{GRACE} of member {GRACE}" in caplog.text
    assert "marker" not in caplog.text


async def test_unreadable(open_stores: OpenStores) -> None:
    """Counted are the accounts whose tokens no key opens."""
    keys = [new_key(), new_key()]
    async with open_stores(Sealer(keys[:1])) as stores:
        assert await stores.accounts.unreadable() == ([], 0)
        await stores.accounts.link(account())
        await stores.accounts.link(account(GRACE, "account-b"))
        assert await stores.accounts.unreadable() == ([], 2)
    async with open_stores(Sealer(keys[1:])) as stores:
        assert await stores.accounts.unreadable() == ([ADA, GRACE], 2)
        await stores.accounts.link(account())
        assert await stores.accounts.unreadable() == ([GRACE], 2)
    async with open_stores(Sealer(keys)) as stores:
        assert await stores.accounts.unreadable() == ([], 2)


async def test_moved_is_no_wrong_key(stores: Stores, backdoor: Backdoor) -> None:
    """Tokens in a wrong place were sealed by our key: that is somebody's doing, and no reason not to start."""
    await stores.accounts.link(account())
    await stores.accounts.link(account(GRACE, "account-b"))
    backdoor.copy("accounts", "tokens", ADA, GRACE)
    assert await stores.accounts.unreadable() == ([], 2)


async def test_lost_key(open_stores: OpenStores) -> None:
    """Without the key the tokens stay closed; with it among others they open."""
    old, new = new_key(), new_key()
    async with open_stores(Sealer([old])) as stores:
        await stores.accounts.link(account())
    async with open_stores(Sealer([new, old])) as stores:
        assert await stores.accounts.of_member(ADA) == account(version=1)
    async with open_stores(Sealer([new])) as stores:
        with pytest.raises(AccountUnreadableError):
            await stores.accounts.of_member(ADA)
