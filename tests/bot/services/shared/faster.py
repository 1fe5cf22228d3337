"""Somebody who changes a contribution right before the bot does: its change is lost, and has to be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores.contributions import Contribution
    from bot.stores.history import Event


class Faster:
    """A store of contributions in which somebody else is faster once: `change` comes right before the next swap."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.change: Callable[[Contribution], Contribution] | None = None

    @property
    def came(self) -> bool:
        return self.change is None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def swap(self, old: Contribution, new: Contribution, *events: Event) -> Contribution | None:
        change, self.change = self.change, None
        if change is not None:
            assert await self.store.swap(old, change(old))
        swapped: Contribution | None = await self.store.swap(old, new, *events)
        return swapped
