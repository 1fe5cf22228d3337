"""The next lines of an import: each matched with a track and proposed, up to where something keeps it from that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.shared.proposals.outcomes import (
    Accepted,
    Known,
    Pending,
    Refused,
    Source,
    StoppedMidwayError,
)
from bot.services.track_files.lines import Kind
from bot.spotify.errors import SpotifyError
from bot.stores.contributions import OCCUPYING, Via
from bot.stores.imports import Fate
from bot.stores.lists import Duplicates

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.services.shared.core.access import Actor
    from bot.services.shared.imports.matching import TrackMatcher
    from bot.services.shared.proposals.outcomes import Outcome
    from bot.services.shared.proposals.propose import Proposals
    from bot.services.track_files.lines import Line
    from bot.spotify.models import Track
    from bot.stores import Contributions
    from bot.stores.imports import ListImport
    from bot.stores.lists import SharedPlaylist

    # The position of a line within the part, and what it means.
    Match = tuple[int, Track]

TWICE: Final = frozenset({"same_track", "same_recording"})
# Rules that say “not now”: what they refuse is handed back, and nothing more is looked up.
LIMITS: Final = frozenset({"open_proposals", "per_member", "added_again"})


@dataclass(slots=True)
class Settled:
    """fates: of the lines, from the first on. rules: which refused, once for each line. error: why not all of them."""

    fates: list[Fate] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    error: Exception | None = None


class PartSettler:
    def __init__(self, contributions: Contributions, proposals: Proposals, matcher: TrackMatcher) -> None:
        self._contributions = contributions
        self._proposals = proposals
        self._matcher = matcher

    async def known(self, shared: SharedPlaylist, lines: Sequence[Line], own: str = "") -> Collection[str]:
        """The links to what the list has, which need not be looked up. own: the import that may have put some there."""
        uris = {line.entry.uri for line in lines if line.entry and line.entry.uri}
        if not uris or shared.rules.duplicates is Duplicates.ALLOWED:
            return frozenset()
        there = [
            one
            for one in await self._contributions.of_uris(shared.list_id, uris)
            if one.state in OCCUPYING and not (own and one.origin.startswith(f"{own}/"))
        ]
        return {uri for one in there for uri in (one.uri, one.recording.uri)}

    async def settle(
        self,
        one: ListImport,
        shared: SharedPlaylist,
        actor: Actor,
        part: Sequence[Line],
        *,
        stop: Callable[[], bool],
    ) -> Settled:
        """stop: asked before each line; those left are for another time."""
        settled = Settled()
        matches = await self._matches(one, shared, part, settled, stop)
        if matches:
            await self._propose(one, actor, matches, settled)
        return settled

    async def _matches(
        self,
        one: ListImport,
        shared: SharedPlaylist,
        part: Sequence[Line],
        settled: Settled,
        stop: Callable[[], bool],
    ) -> list[Match]:
        """What can be proposed."""
        known = await self.known(shared, part, _origin(one))
        share = (one.guild_id, one.member_id)
        matches: list[Match] = []
        for place, line in enumerate(part):
            entry = line.entry
            if stop():
                break
            if entry is None:
                settled.fates.append(Fate.UNREAD)
                continue
            if entry.uri and entry.uri in known:
                settled.fates.append(Fate.KNOWN)
                continue
            try:
                track = await self._matcher.match(entry, either_order=one.kind == Kind.TEXT, share=share)
            except (SpotifyError, BotError) as trouble:
                settled.error = trouble
                break
            settled.fates.append(Fate.UNMATCHED if track is None else Fate.IN)
            if track is not None:
                matches.append((place, track))
        return matches

    async def _propose(
        self, one: ListImport, actor: Actor, matches: Sequence[Match], settled: Settled
    ) -> None:
        places = tuple(one.done + place for place, _ in matches)
        source = Source(_origin(one), Via.COMMAND, one.channel_id, places=places)
        tracks = [track for _, track in matches]
        outcomes: Sequence[Outcome] = ()
        stopped_by: BotError | None = None
        try:
            outcomes = await self._proposals.propose(actor, one.guild_id, one.list_id, tracks, source)
        except StoppedMidwayError as stopped:
            outcomes, stopped_by = stopped.outcomes, stopped.why
        except BotError as trouble:
            stopped_by = trouble
        for (place, _), outcome in zip(matches, outcomes, strict=False):
            settled.fates[place], rule = _fate(outcome)
            settled.rules += [rule] if rule else []
        rest = matches[len(outcomes) :]
        if stopped_by is not None:
            settled.error = stopped_by
            if rest:
                del settled.fates[rest[0][0] :]
            return
        for place, _ in rest:  # as many as may be proposed at once
            settled.fates[place] = Fate.BEYOND


def _origin(one: ListImport) -> str:
    return f"import {one.import_id}"


def _fate(outcome: Outcome) -> tuple[Fate, str]:
    """And the rule that refused it."""
    match outcome:
        case Accepted():
            return Fate.IN, ""
        case Pending():
            return Fate.PENDING, ""
        case Known():
            return Fate.KNOWN, ""
        case Refused(refusals=refusals):
            rule = refusals[0].rule
            if rule in TWICE:  # it stands in the file twice
                return Fate.KNOWN, ""
            return (Fate.BEYOND if rule in LIMITS else Fate.REFUSED), rule
