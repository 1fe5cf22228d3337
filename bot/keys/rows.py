"""Which key seals what is stored, and sealing it anew with the first one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from bot.sealing import SealBrokenError
from bot.stores.sealed import SealedKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sealing import Sealer
    from bot.stores.sealed import SealedRows

    Counts = Counter[SealedKind]

NAMES: Final = {
    SealedKind.ACCOUNT: ("linked account", "linked accounts"),
    SealedKind.ATTEMPT: ("link in progress", "links in progress"),
    SealedKind.REPLY: ("reply to update", "replies to update"),
}


async def counted(rows: SealedRows, sealer: Sealer) -> Mapping[int | None, Counts]:
    """By the place of the key; None: what no key opens."""
    found = defaultdict[int | None, "Counts"](Counter)
    for row in await rows.everything():
        found[sealer.place_of_key(row.sealed)][row.kind] += 1
    return found


async def turn(rows: SealedRows, sealer: Sealer) -> int:
    """Seal everything with the first key, row by row, until a look finds nothing else; returns how many were turned.

    It can be stopped at any moment and begun again. A row that the bot changes meanwhile is looked at once more, and
    what no key opens stays as it is.
    """
    turned = 0
    while True:
        behind = [row for row in await rows.everything() if sealer.place_of_key(row.sealed) != 0]
        tried = 0
        for row in behind:
            try:
                anew = sealer.sealed_anew(row.sealed)
            except SealBrokenError:
                continue
            tried += 1
            turned += await rows.replace(row, anew)
        if not tried:
            return turned


def in_words(counts: Counts) -> str:
    """Such as "3 linked accounts, 1 link in progress"."""
    parts = [f"{counts[kind]} {NAMES[kind][counts[kind] != 1]}" for kind in SealedKind if counts[kind]]
    return ", ".join(parts) or "nothing"
