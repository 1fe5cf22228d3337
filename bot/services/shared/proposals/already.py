"""Which tracks a shared playlist has already, for suggestions while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared.rules.matching import recording, same_recording
from bot.stores.contributions import OCCUPYING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.spotify.models import Track
    from bot.stores import Contributions
    from bot.stores.contributions import State
    from bot.stores.lists import SharedPlaylist


class AlreadyThere:
    def __init__(self, contributions: Contributions) -> None:
        self._contributions = contributions

    async def among(self, shared: SharedPlaylist, tracks: Sequence[Track]) -> Mapping[str, State]:
        """By URI, how far the same recording is that is in, on its way or pending."""
        wanted = {track.uri: recording(track) for track in tracks}
        alike = await self._contributions.alike(shared.list_id, tuple(wanted.values()))
        there = [one for one in alike if one.state in OCCUPYING]
        return {
            uri: one.state
            for uri, each in wanted.items()
            for one in there
            if uri == one.uri or same_recording(each, one.recording)
        }
