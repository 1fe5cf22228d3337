"""Turning sealed rows to another key beside whoever uses them, on every database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.keys.rows import counted, in_words, turn
from bot.sealing import Sealer, new_key
from bot.stores.notices import Notice, NoticeKind
from bot.stores.sealed import SealedKind, SealedRow
from tests.stores.records import ADA, GRACE, NEW_TOKENS, NOW, SCOPES, SOON, account, finished

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.sealed import SealedRows

OLD, NEW = new_key(), new_key()
KINDS = list(SealedKind)


@pytest.fixture
def keys() -> list[str]:
    return [OLD]


@pytest.fixture
def sealer(keys: list[str]) -> Sealer:
    return Sealer(keys, changed=lambda: keys)


def reply(sealer: Sealer) -> Notice:
    token = sealer.seal("interaction", "reply 1", "token-marker").decode()
    return Notice("reply 1", NoticeKind.REPLY, NOW, 1, "list", member_id=ADA, facts={"token": token})


@pytest.fixture
async def filled(stores: Stores, sealer: Sealer) -> Stores:
    """Two accounts, a link in progress and a reply to update, sealed with the old key."""
    await stores.accounts.link(account())
    await stores.accounts.link(account(GRACE, "account-b"))
    await stores.attempts.put(finished())
    await stores.notices.add(reply(sealer), replace(reply(sealer), notice_id="other", kind=NoticeKind.EDIT))
    return stores


async def row(stores: Stores, kind: SealedKind) -> SealedRow:
    return next(one for one in await stores.sealed.everything() if one.kind is kind)


async def test_turned(filled: Stores, keys: list[str]) -> None:
    """With both keys, everything is turned to the first; then the new one alone opens it all, and nothing is left."""
    both = Sealer([NEW, OLD])
    assert in_words((await counted(filled.sealed, both))[1]) == (
        "2 linked accounts, 1 link in progress, 1 reply to update"
    )
    assert await turn(filled.sealed, both) == 4
    assert set(await counted(filled.sealed, Sealer([NEW]))) == {0}
    assert await turn(filled.sealed, both) == 0
    keys[:] = [NEW]
    assert await filled.accounts.of_member(GRACE) == account(GRACE, "account-b", version=1)
    assert await filled.attempts.of_member(ADA, NOW) == finished()
    [waiting] = [one for one in await filled.notices.due(SOON, limit=5) if one.kind is NoticeKind.REPLY]
    token = str(waiting.facts["token"]).encode()
    assert Sealer([NEW]).open("interaction", "reply 1", token) == "token-marker"


@pytest.mark.parametrize("kind", KINDS)
async def test_changed_meanwhile(filled: Stores, kind: SealedKind) -> None:
    """What was changed since it was read stays as it is now, and so does what is gone."""
    old = await row(filled, kind)
    anew = Sealer([NEW, OLD]).sealed_anew(old.sealed)
    assert await filled.sealed.replace(old, anew)
    assert not await filled.sealed.replace(old, anew)
    assert (await row(filled, kind)).sealed == anew
    assert not await filled.sealed.replace(replace(old, key="gone" if kind is SealedKind.REPLY else 1), anew)


async def test_refreshed_meanwhile(filled: Stores) -> None:
    """A bot that read an account before it was turned can still save the tokens it got for it."""
    read = await filled.accounts.of_member(ADA)
    assert read is not None
    old = await row(filled, SealedKind.ACCOUNT)
    assert await filled.sealed.replace(old, Sealer([OLD]).sealed_anew(old.sealed))
    assert await filled.accounts.save_tokens(read, NEW_TOKENS, SCOPES) is not None


class Interrupted(Exception):  # noqa: N818 - what happens, not what is wrong
    pass


class Breaking:
    """Rows of which one is turned before everything ends."""

    def __init__(self, rows: SealedRows) -> None:
        self._rows = rows
        self._turned = False

    async def everything(self) -> tuple[SealedRow, ...]:
        return await self._rows.everything()

    async def replace(self, row: SealedRow, sealed: bytes) -> bool:
        if self._turned:
            raise Interrupted
        self._turned = await self._rows.replace(row, sealed)
        return self._turned


async def test_interrupted(filled: Stores) -> None:
    """Ended in the middle, both keys open everything; begun again, it goes on with the rest."""
    both = Sealer([NEW, OLD])
    with pytest.raises(Interrupted):
        await turn(Breaking(filled.sealed), both)
    found = await counted(filled.sealed, both)
    assert {place: counts.total() for place, counts in found.items()} == {0: 1, 1: 3}
    assert await turn(filled.sealed, both) == 3


async def test_unreadable(filled: Stores) -> None:
    """What no key opens stays as it is, and is counted apart."""
    before = await filled.sealed.everything()
    assert await turn(filled.sealed, Sealer([NEW])) == 0
    assert await filled.sealed.everything() == before
    assert set(await counted(filled.sealed, Sealer([NEW]))) == {None}
