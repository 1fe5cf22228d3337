"""Everything that is stored sealed, as whoever changes the keys sees it: unopened."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class SealedKind(StrEnum):
    ACCOUNT = "account"  # tokens of a linked account
    ATTEMPT = "attempt"  # what a link in progress needs
    REPLY = "reply"  # the right to update a reply


@dataclass(frozen=True, slots=True)
class SealedRow:
    """key: of the row in its store."""

    kind: SealedKind
    key: int | str
    sealed: bytes = field(repr=False)


class SealedRows(Protocol):
    async def everything(self) -> tuple[SealedRow, ...]: ...

    async def replace(self, row: SealedRow, sealed: bytes) -> bool:
        """Store this instead. False, and nothing changed, if the row is gone or no longer what `row` says.

        Its version stays: whoever is about to change the row doesn't notice.
        """
        ...
