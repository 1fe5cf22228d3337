"""Says that a list's owner is not linked as they were: to whoever asked, it would read as if it were about them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bot.errors import AccountUnreadableError, LinkEndedError, NotLinkedError, ScopeMissingError
from bot.list_errors import ListOutOfReachError
from bot.stores.lists import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.stores.lists import SharedPlaylist

OWNERS: Final[tuple[tuple[type[Exception], Trouble], ...]] = (
    (NotLinkedError, Trouble.OWNER_UNLINKED),
    (LinkEndedError, Trouble.CONSENT_ENDED),
    (AccountUnreadableError, Trouble.CONSENT_ENDED),
    (ScopeMissingError, Trouble.CONSENT_ENDED),
)


@contextmanager
def as_the_owner(shared: SharedPlaylist) -> Iterator[None]:
    """Raise ListOutOfReachError for what is wrong with the owner's link."""
    try:
        yield
    except tuple(kind for kind, _ in OWNERS) as error:
        trouble = next(trouble for kind, trouble in OWNERS if isinstance(error, kind))
        raise ListOutOfReachError(shared.name, trouble) from error
