"""Compares what members were told with what stands in the playlists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.simulation.plan import End

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.simulation.crowd import Ask


def missing(asks: Sequence[Ask], contents: Mapping[str, Sequence[str]]) -> int:
    """How many accepted contributions do not stand in their list (yet)."""
    there = {list_id: set(uris) for list_id, uris in contents.items()}
    return sum(ask.end is End.ACCEPTED and ask.uri not in there[ask.list_id] for ask in asks)


def doubled(asks: Sequence[Ask], contents: Mapping[str, Sequence[str]]) -> int:
    """Copies too many: second ones, and those of contributions nobody was promised."""
    promised = {(ask.list_id, ask.uri) for ask in asks if ask.end is End.ACCEPTED}
    counted = Counter((list_id, uri) for list_id, uris in contents.items() for uri in uris)
    return sum(count - (item in promised) for item, count in counted.items())


def disordered(asks: Sequence[Ask], contents: Mapping[str, Sequence[str]]) -> int:
    """How many members find their contributions to a list in another order than they were accepted in."""
    places = {list_id: {uri: at for at, uri in enumerate(uris)} for list_id, uris in contents.items()}
    found: dict[tuple[str, int], list[int]] = {}
    for ask in asks:
        if ask.end is End.ACCEPTED and ask.uri in places[ask.list_id]:
            found.setdefault((ask.list_id, ask.member), []).append(places[ask.list_id][ask.uri])
    return sum(at != sorted(at) for at in found.values())
