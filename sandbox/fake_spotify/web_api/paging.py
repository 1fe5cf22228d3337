"""Lists in pages.

Source: developer.spotify.com/documentation/web-api/concepts/api-calls (pagination)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.fake_spotify.web_api.answers import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    limit: int
    offset: int


def page(
    url: tuple[str, dict[str, str]],
    window: Window,
    everything: Sequence[T],
    write: Callable[[T], Json | None],
) -> Json:
    """The page of `everything` the window shows. `url`: the list's address and the parameters to repeat."""
    path, parameters = url
    limit, offset, total = window.limit, window.offset, len(everything)

    def at(start: int) -> str:
        return f"{path}?{urlencode(parameters | {'offset': str(start), 'limit': str(limit)})}"

    return {
        "href": at(offset),
        "items": [write(one) for one in everything[offset : offset + limit]],
        "limit": limit,
        "next": at(offset + limit) if limit and offset + limit < total else None,
        "offset": offset,
        "previous": at(max(0, offset - limit)) if offset > 0 else None,
        "total": total,
    }
