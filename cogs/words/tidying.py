"""What curators do to a whole playlist, in words: asked, done, and in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Plural, Text
from bot.services.shared.reconciliation.ordering import Order
from bot.services.shared.tidying.work import BY_LIKES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.services.shared.reconciliation.ordering import Deduped

ORDERS: Final = {
    BY_LIKES: Text("likes"),
    Order.DATE_ADDED.value: Text("date added"),
    Order.TITLE.value: Text("title"),
    Order.ARTIST.value: Text("artist"),
    Order.RELEASE.value: Text("release date"),
    Order.LENGTH.value: Text("length"),
}
COPIES: Final = Plural("Removes {n:,} extra copy.", "Removes {n:,} extra copies.")
DATED: Final = Plural(
    "{n:,} track keeps the place of its oldest copy but counts as added today: Spotify can only remove all copies at "
    "once, so one is put back.",
    "{n:,} tracks keep the place of their oldest copy but count as added today: Spotify can only remove all copies "
    "at once, so one is put back.",
)
RELEASES: Final = Plural(
    "Removes {n:,} other release of a recording. The oldest one isn't touched.",
    "Removes {n:,} other releases of recordings. The oldest ones aren't touched.",
)
UNDO_EDIT: Final = Text("Undo changing name or description")
UNDO_WORK: Final = {
    "remove": Text("Undo removing tracks"),
    "sort": Text("Undo sorting"),
    "dedupe": Text("Undo removing duplicates"),
    "unavailable": Text("Undo moving tracks out"),
    "replace": Text("Undo using other releases"),
    "undo": Text("Undo putting it back"),
}


def deduped_lines(found: Deduped) -> Iterator[str]:
    for words, count in ((COPIES, found.copies), (RELEASES, found.releases), (DATED, found.dated)):
        if count:
            yield words(count)


def order_words(by: str) -> str:
    return ORDERS[by]() if by in ORDERS else by
