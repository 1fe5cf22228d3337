"""Finds the clean release of a recording where a shared playlist doesn't take explicit ones."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.errors import BotError
from bot.services.shared.rules.matching import recording, same_recording
from bot.services.shared.rules.table import ExplicitOrNot
from bot.spotify.errors import SpotifyError
from bot.stores.lists import Explicit

if TYPE_CHECKING:
    from bot.services.lookups import Lookups
    from bot.services.shared.core.access import Actor
    from bot.services.shared.proposals.outcomes import Refused
    from bot.services.shared.proposals.propose import Proposals
    from bot.spotify.models import Track
    from bot.spotify.purpose import Share
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)


class CleanReleases:
    def __init__(self, lookups: Lookups, proposals: Proposals) -> None:
        self._lookups = lookups
        self._proposals = proposals

    async def instead_of(
        self, actor: Actor, shared: SharedPlaylist, refused: Refused, *, share: Share | None
    ) -> Track | None:
        """One the member could add in place of what was refused as explicit. None: none that a search finds.

        At most one search, and none if another rule refuses the recording.
        """
        rules = [refusal.rule for refusal in refused.refusals]
        wanted = refused.track
        if (
            rules != [ExplicitOrNot.name]
            or shared.rules.explicit is not Explicit.CLEAN_ONLY
            or not wanted.artists
        ):
            return None
        try:
            found = await self._lookups.candidates(f"{wanted.name} {wanted.artists[0].name}", share=share)
            clean = [track for track in found if _is_clean(track, wanted)]
            preview = await self._proposals.preview(actor, shared, clean)
        except (SpotifyError, BotError) as error:
            log.info("no clean release could be looked for: %s", type(error).__name__)
            return None
        return next(iter(preview.taken), None)


def _is_clean(track: Track, explicit: Track) -> bool:
    """A clean release has an ISRC of its own, so what counts is title, artist and length."""
    one, other = (replace(recording(each), isrc="") for each in (track, explicit))
    return not track.explicit and track.is_playable is not False and same_recording(one, other)
