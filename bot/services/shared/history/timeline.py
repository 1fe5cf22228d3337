"""What happened in a shared playlist, page by page, newest first, with the track titles."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.services.shared.outbox.identity import PLAYABLE
from bot.spotify.errors import SpotifyError
from bot.stores.contributions import QUEUE, State
from bot.stores.history import Happening

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.services.lookups import Lookups
    from bot.spotify.models import Track
    from bot.spotify.purpose import Share
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist

PAGE_SIZE: Final = 10
LOOKS: Final = 12  # chunks of the history read for one page at most


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """next: what to request for the next page; None: the end.

    tracks: what Spotify says about them now, by URI; some may no longer exist. contributions: as they are now, by ID.
    """

    shared: SharedPlaylist
    events: tuple[Event, ...]
    next: str | None
    tracks: Mapping[str, Track]
    contributions: Mapping[str, Contribution]


class Timeline:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(self, stores: Stores, lookups: Lookups) -> None:
        self._history = stores.history
        self._contributions = stores.contributions
        self._lookups = lookups

    async def page(
        self,
        shared: SharedPlaylist,
        *,
        before: str | None = None,
        member_id: int | None = None,
        share: Share | None = None,
    ) -> TimelinePage:
        """Ten events; for one member: what they did, and what was done with their contributions.

        Events that only repeat another one, such as going straight in, are left out.
        """
        events: list[Event] = []
        contributions: dict[str, Contribution] = {}
        for _ in range(LOOKS):
            page = await self._history.page(
                shared.list_id, limit=PAGE_SIZE - len(events), before=before, member_id=member_id
            )
            contributions |= await self._held(shared, page.events)
            events += [
                event
                for event in page.events
                if not _is_told_by_another(event, contributions.get(event.contribution_id or ""))
            ]
            before = page.next
            if before is None or len(events) == PAGE_SIZE:
                break
        tracks = await self.tracks((event.uri for event in events if event.uri), share=share)
        return TimelinePage(shared, tuple(events), before, tracks, contributions)

    async def _held(self, shared: SharedPlaylist, events: Iterable[Event]) -> dict[str, Contribution]:
        keys = dict.fromkeys(event.contribution_id for event in events if event.contribution_id)
        held = await asyncio.gather(*(self._contributions.get(shared.guild_id, key) for key in keys))
        return {one.contribution_id: one for one in held if one is not None}

    async def tracks(self, uris: Iterable[str], *, share: Share | None = None) -> dict[str, Track]:
        """Their titles; those Spotify doesn't return now are left out."""
        found: dict[str, Track] = {}

        async def look(uri: str) -> None:
            found[uri] = await self._lookups.by_uri(uri, share=share)

        wanted = dict.fromkeys(uri for uri in uris if uri.startswith(PLAYABLE))
        for result in await asyncio.gather(*(look(uri) for uri in wanted), return_exceptions=True):
            if isinstance(result, BaseException) and not isinstance(result, SpotifyError):
                raise result
        return found


def _is_told_by_another(event: Event, contribution: Contribution | None) -> bool:
    """If something went straight in, its landing says it all; if something was taken out, the removal does."""
    if contribution is None:
        return False
    match event.happening:
        case Happening.ACCEPTED:
            return event.detail.get("how") in {"open", "bypass"}
        case Happening.PROPOSED:
            return contribution.ballot is None and contribution.state not in QUEUE
        case Happening.LEAVING:
            return contribution.state is State.REMOVED
        case _:
            return False
