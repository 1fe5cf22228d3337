"""Wakes whoever is waiting in this process for a certain event, such as a contribution being settled."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable


class Signals:
    """By key. A signal only says that it's time to check: nothing is remembered for later listeners."""

    def __init__(self) -> None:
        self._listening: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def notify(self, key: str) -> None:
        _wake(self._listening.get(key, ()))

    def notify_all(self) -> None:
        """Wake everyone, if it isn't known whom it concerns."""
        for listening in self._listening.values():
            _wake(listening)

    def listen(self, *keys: str) -> Listener:
        return Listener(self._listening, keys)


class Listener:
    """`with signals.listen(key) as signal:` check, and if needed `await signal`. None in between is missed."""

    def __init__(self, listening: defaultdict[str, set[asyncio.Future[None]]], keys: tuple[str, ...]) -> None:
        self._listening = listening
        self._keys = keys
        self._future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __enter__(self) -> Self:
        for key in self._keys:
            self._listening[key].add(self._future)
        return self

    def __exit__(self, *_: object) -> None:
        for key in self._keys:
            self._listening[key].discard(self._future)
            if not self._listening[key]:
                del self._listening[key]

    def __await__(self) -> Generator[Any, None, None]:
        return self._future.__await__()


def _wake(listening: Iterable[asyncio.Future[None]]) -> None:
    for future in listening:
        if not future.done():
            future.set_result(None)
