"""A member's own playlists: looking into them and changing them, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.own_playlists.cover import PlaylistCover
    from bot.services.own_playlists.details import PlaylistDetails
    from bot.services.own_playlists.jobs import Jobs
    from bot.services.own_playlists.previews import Previews
    from bot.services.own_playlists.reading import PlaylistReader
    from bot.services.own_playlists.runner import JobRunner
    from bot.services.own_playlists.visibility import PlaylistVisibility


@dataclass(frozen=True, slots=True)
class OwnPlaylists:
    reader: PlaylistReader
    details: PlaylistDetails
    jobs: Jobs
    runner: JobRunner
    previews: Previews
    visibility: PlaylistVisibility
    cover: PlaylistCover
