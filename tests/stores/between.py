"""Puts something between the bot and each of its stores: to note what is called, say, or to die on the way."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores import Stores


def between(stores: Stores, wrap: Callable[[object, str], object]) -> Stores:
    """The same stores, each as `wrap` makes it of the store and its name."""
    there = {field.name: getattr(stores, field.name) for field in fields(stores)}
    wrapped: dict[str, Any] = {
        name: wrap(store, name) for name, store in there.items() if store is not None and not callable(store)
    }
    return replace(stores, **wrapped)
