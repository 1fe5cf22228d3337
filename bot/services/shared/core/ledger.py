"""Says of a contribution how far it is, once, with the event that tells of it, and tells whoever waits for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from bot.stores.contributions import State
from bot.stores.history import Event, Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
    from datetime import datetime

    from bot.stores.contributions import Ballot, Contribution, Contributions

WAITING = frozenset({State.QUEUED, State.SENDING})


class ContributionLedger:
    """parked: lists of which something was parked since somebody emptied this."""

    def __init__(self, contributions: Contributions, *, now: Callable[[], datetime]) -> None:
        self._contributions = contributions
        self._now = now
        self._news = News()
        self.parked: set[str] = set()

    @property
    def news(self) -> News:
        return self._news

    async def mark(
        self,
        contribution: Contribution,
        state: State,
        happening: Happening | None = None,
        detail: Mapping[str, str | int] | None = None,
        **changes: Any,  # noqa: ANN401 - fields of the record, checked by `replace`
    ) -> Contribution | None:
        """Move it on from the state it is in. None: somebody else has moved it."""
        seen: Contribution | None = contribution
        while seen is not None and seen.state is contribution.state:
            now = self._now()
            new = replace(seen, state=state, changed_at=now, ballot=told_anew(seen), **changes)
            events = () if happening is None else (event_of(new, happening, now, detail),)
            stored = await self._contributions.swap(seen, new, *events)
            if stored is not None:
                if state is State.PARKED:
                    self.parked.add(stored.list_id)
                self._news.tell(stored)
                return stored
            seen = await self._contributions.get(contribution.guild_id, contribution.contribution_id)
        return None


class News:
    """Whoever waits for a contribution hears of it at once; `stir` makes all look for themselves."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def tell(self, contribution: Contribution) -> None:
        if contribution.state not in WAITING:
            self._wake(self._waiting.get(contribution.contribution_id, ()))

    def stir(self) -> None:
        for waiting in self._waiting.values():
            self._wake(waiting)

    def expect(self, contribution_id: str) -> Expectation:
        return Expectation(self._waiting, contribution_id)

    def _wake(self, waiting: Iterable[asyncio.Future[None]]) -> None:
        for future in waiting:
            if not future.done():
                future.set_result(None)


class Expectation:
    """`with news.expect(id) as expected:` look, and if need be `await expected`."""

    def __init__(self, waiting: defaultdict[str, set[asyncio.Future[None]]], key: str) -> None:
        self._waiting = waiting
        self._key = key
        self._future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __enter__(self) -> Self:
        self._waiting[self._key].add(self._future)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting[self._key].discard(self._future)
        if not self._waiting[self._key]:
            del self._waiting[self._key]

    def __await__(self) -> Generator[Any, None, None]:
        return self._future.__await__()


def told_anew(contribution: Contribution) -> Ballot | None:
    """Its ballot. Where its card says that a curator has to look, the card has to tell what became of that."""
    ballot = contribution.ballot
    parked = contribution.state is State.PARKED
    return replace(ballot, shown=False) if parked and ballot is not None and not ballot.open else ballot


def event_of(
    contribution: Contribution,
    happening: Happening,
    at: datetime,
    detail: Mapping[str, str | int] | None = None,
    actor_id: int | None = None,
) -> Event:
    """What happened to a contribution. Told twice for the same version of it, it is kept once."""
    return Event(
        event_id=f"{contribution.contribution_id}:{happening}:{contribution.version}",
        guild_id=contribution.guild_id,
        list_id=contribution.list_id,
        at=at,
        happening=happening,
        actor_id=actor_id,
        member_id=contribution.member_id,
        contribution_id=contribution.contribution_id,
        uri=contribution.uri,
        detail=dict(detail or {}),
    )
