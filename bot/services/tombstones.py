"""Remembers that members had data deleted, so that it's deleted again when an older backup brings it back.

A tombstone doesn't name the member: it's a keyed hash of their ID, with what they wished for and when.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from bot.stores.backup import DUE, TOMBSTONE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.stores import KeyValues
    from bot.stores.backup import Record

    Digests = Callable[[str, str], tuple[bytes, ...]]

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=400)  # no backup should be restored that is older than this
_NUMBER: Final = re.compile(rb"(?<!\d)\d+(?!\d)")


class Wish(StrEnum):
    UNLINK = "unlink"
    DELETE = "delete"


class Tombstones:
    """digests: keyed hashes of a text, under each of the keys there are."""

    def __init__(self, values: KeyValues, digests: Digests, *, now: Callable[[], datetime]) -> None:
        self._values = values
        self._digests = digests
        self._now = now

    async def add(self, member_id: int, wish: Wish) -> None:
        """Call this before anything is erased: after a crash in between, the member only has to ask again."""
        await self.sweep()
        for name in self._names(member_id, wish):
            await self._values.put(f"{TOMBSTONE}{name}", self._now().isoformat())

    async def sweep(self) -> None:
        for key, at in (await self._values.starting(TOMBSTONE)).items():
            if self._now() - datetime.fromisoformat(at) >= KEPT:
                await self._values.erase(key)

    async def carry_out(
        self,
        records: Callable[[], AsyncIterator[Record]],
        erase: Mapping[Wish, Callable[[int], Awaitable[object]]],
    ) -> None:
        """Delete again what a restored backup brought back. records: everything there is.

        It can be stopped at any moment: what isn't done is done at the next start.
        """
        await self.sweep()
        due = await self._values.starting(DUE)
        if not due:
            return
        found = await self._members(records, {key.removeprefix(DUE) for key in due})
        for wish in Wish:
            for member_id in sorted(found[wish]):
                await erase[wish](member_id)
        for key in due:
            await self._values.erase(key)
        count = len(found[Wish.UNLINK] | found[Wish.DELETE])
        log.info("deleted again what was deleted after the restored backup was made, of %d member(s)", count)

    async def _members(
        self, records: Callable[[], AsyncIterator[Record]], names: set[str]
    ) -> Mapping[Wish, set[int]]:
        """Whose they are. Any number anywhere may be a member's ID, so no kind of record can be forgotten here."""
        found: dict[Wish, set[int]] = {wish: set() for wish in Wish}
        seen: set[bytes] = set()
        async for record in records():
            for number in set(_NUMBER.findall(msgspec.json.encode(record))) - seen:
                seen.add(number)
                for wish in Wish:
                    if names.intersection(self._names(int(number), wish)):
                        found[wish].add(int(number))
        return found

    def _names(self, member_id: int, wish: Wish) -> list[str]:
        return [f"{wish}:{digest.hex()}" for digest in self._digests("tombstone", str(member_id))]
