"""Keeps a shared playlist's records in line with its contents: what was done in Spotify, and what was restored."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.services.clock import Alarm
from bot.services.shared.core.ledger import event_of
from bot.services.shared.core.notices import GATHER
from bot.services.shared.core.snapshots import SnapshotLog
from bot.services.shared.outbox.identity import is_playable, reissues
from bot.services.shared.reconciliation.diff import IN_THREAD, compared
from bot.services.shared.reconciliation.projection import ExternalEdit, more, projection_of, renamed
from bot.services.shared.rules.matching import recording
from bot.stores.contributions import Contribution, Leave, Recording, State, Via
from bot.stores.history import Event, Happening
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.playlist_access.playlist import Contents
    from bot.services.shared.reconciliation.projection import Observation, Projection
    from bot.spotify.models import Track
    from bot.stores import Contributions, History, Notices, Snapshots
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

RESTORE: Final = "restore"  # stands for the batch of a restore: written by us, not by someone in Spotify
NO_TRACKS: Final[Mapping[str, Track]] = {}
NO_HEIRS: Final[Mapping[str, str]] = {}
NO_ONES: Final[Mapping[str, Contribution | None]] = {}


@dataclass(frozen=True, slots=True)
class Restored:
    """How many items came back, and went, by a restore, according to the records."""

    back: int
    gone: int


class Corrections:
    """For whoever has the list exclusively (`OutboxDispatcher.exclusive`), or things would be recorded twice.

    new_id: for contributions. log: where the list's snapshots are stored. noted: set when there is something to send.
    """

    def __init__(
        self,
        contributions: Contributions,
        ledger: ContributionLedger,
        history: History,
        snapshots: Snapshots,
        notices: Notices,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        noted: Alarm | None = None,
    ) -> None:
        self._contributions = contributions
        self._ledger = ledger
        self._history = history
        self._snapshots = snapshots
        self._notices = notices
        self._noted = noted or Alarm()
        self.log = SnapshotLog(snapshots, now=now)
        self._new_id = new_id
        self._now = now

    async def reissued(
        self, shared: SharedPlaylist, projection: Projection, contents: Contents
    ) -> Projection:
        """Record which entries Spotify now shows under another URI; returns what is then expected. Not an edit."""
        records = projection.records
        if len(records) + len(contents.uris) < IN_THREAD:
            places = reissues(records, contents)
        else:
            places = await asyncio.to_thread(reissues, records, contents)
        if not places:
            return projection
        log.info("list %s: Spotify shows %d tracks under other URIs", shared.list_id, len(places))
        uris = list(projection.uris)
        changed: list[Contribution] = []
        for index, place in places.items():
            one = records[index].contribution
            uri = contents.uris[place]
            if one is None or not (stored := await self._ledger.transition(one, one.state, written_uri=uri)):
                continue
            uris[index] = uri
            changed.append(stored)
        return renamed(projection, changed, uris)

    async def foreign(
        self, shared: SharedPlaylist, projection: Projection, observation: Observation
    ) -> ExternalEdit | None:
        """Record what is there unexpectedly, and what is expected but missing. None: everything is as expected.

        Can be repeated after a kill: what was recorded is then expected.
        """
        found, ours = await self._parked_apart(shared, more(observation.uris, projection.uris))
        projection = replace(projection, uris=(*projection.uris, *ours)) if ours else projection
        missing = [
            (uri, projection.missing(uri, observation.there))
            for uri in more(projection.uris, observation.uris)
            if uri
        ]
        missed = [one for _, one in missing if one is not None]
        lost = [uri for uri, one in missing if one is None and not is_playable(uri)]
        moved = (await compared(observation.uris, projection.uris)).moved
        if not (found or missed or moved or lost):
            return None
        now = self._now()
        before = await self.log.take_before(shared, projection.base, projection.uris, "foreign", None)
        edit = ExternalEdit(shared.list_id, len(found), len(missed) + len(lost), moved, before, now)
        await self._tell(shared, edit)
        for one in missed:
            await self._ledger.transition(
                one,
                State.REMOVED,
                Happening.MISSED,
                {"why": str(Leave.SPOTIFY)},
                leave=Leave.SPOTIFY,
                batch_id=None,
            )
        await self._came(shared, found, observation.tracks, Happening.FOUND)
        if again := [uri for uri in found if uri in projection.contributions]:
            log.warning(
                "list %s holds %d tracks once more than it should: a write took effect long after it was given up, "
                "or someone added them in Spotify; /shared restore takes them out",
                shared.list_id,
                len(again),
            )
        if moved:
            event = Event(
                f"{shared.list_id}:moved:{before}:{int(now.timestamp())}",
                shared.guild_id,
                shared.list_id,
                now,
                Happening.MOVED,
                detail={"count": moved},
            )
            await self._history.append(event)
        version = observation.snapshot_id if observation.sure else ""
        await self.log.take(shared, observation.uris, "seen", spotify_snapshot=version)
        return edit

    async def _tell(self, shared: SharedPlaylist, edit: ExternalEdit) -> None:
        """Before the records are corrected: afterwards, a process that takes over sees no edit any more."""
        facts: dict[str, str | int] = {
            "found": edit.found,
            "missed": edit.missed,
            "moved": edit.moved,
            "before": edit.before,
        }
        await self._notices.add(
            Notice(
                f"{shared.list_id}:{NoticeKind.EDIT}:{edit.before}",
                NoticeKind.EDIT,
                edit.at + GATHER,
                shared.guild_id,
                shared.list_id,
                facts=facts,
            )
        )
        self._noted.set()

    async def restored(
        self,
        shared: SharedPlaylist,
        uris: Sequence[str],
        actor_id: int,
        leave: Leave = Leave.RESTORED,
        *,
        heirs: Mapping[str, str] = NO_HEIRS,
    ) -> Restored:
        """Record that a restore put these into the playlist: what came back belongs to the same member as before.

        leave: why the others left. heirs: URIs that came in place of others, with the contributions those were of.
        """
        projection = await projection_of(self._contributions, self._snapshots, shared)
        now = Counter(uri for uri in uris if is_playable(uri))
        gone = 0
        for uri, several in projection.contributions.items():
            inside = [one for one in several if one.state is State.LANDED]
            surplus = len(several) - now[uri] if is_playable(uri) else 0
            for one in inside[::-1][: max(0, surplus)]:
                moved = await self._ledger.transition(
                    one,
                    State.REMOVED,
                    Happening.REMOVED,
                    {"why": str(leave)},
                    actor_id=actor_id,
                    leave=leave,
                    left_by=actor_id,
                    batch_id=None,
                )
                gone += moved is not None
        have = Counter({uri: len(several) for uri, several in projection.contributions.items()})
        back = [uri for uri in more(uris, have.elements()) if is_playable(uri)]
        left = await self._that_left(shared, back)
        unasked: list[str] = []
        for uri in back:
            if not left[uri]:
                unasked.append(uri)
                continue
            one = left[uri].pop()
            await self._ledger.transition(
                one,
                State.LANDED,
                Happening.LANDED,
                actor_id=actor_id,
                leave=None,
                left_by=None,
                batch_id=RESTORE,
            )
        unknown, _ = await self._parked_apart(shared, unasked)
        instead_of = {uri: await self._contributions.get(shared.guild_id, one) for uri, one in heirs.items()}
        await self._came(shared, unknown, NO_TRACKS, Happening.LANDED, actor_id, instead_of=instead_of)
        return Restored(len(back), gone)

    async def _parked_apart(
        self, shared: SharedPlaylist, came: Iterable[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What nobody proposed, and what was parked and is there after all: that is recorded as in."""
        uris = tuple(uri for uri in came if uri)
        parked = await self._contributions.of_uris(shared.list_id, set(uris), {State.PARKED}) if uris else ()
        by_uri: defaultdict[str, list[Contribution]] = defaultdict(list)
        for one in reversed(parked):
            by_uri[one.uri].append(one)
        found: list[str] = []
        ours: list[str] = []
        for uri in uris:
            here = by_uri[uri].pop() if by_uri[uri] else None
            landed = here and await self._ledger.transition(here, State.LANDED, Happening.LANDED)
            (ours if landed else found).append(uri)
        return tuple(found), tuple(ours)

    async def _that_left(
        self, shared: SharedPlaylist, uris: Iterable[str]
    ) -> defaultdict[str, list[Contribution]]:
        """Those that were in before, by URI; the one that left last is the last."""
        removed = await self._contributions.of_uris(shared.list_id, set(uris), {State.REMOVED})
        by_uri: defaultdict[str, list[Contribution]] = defaultdict(list)
        for one in sorted(removed, key=lambda one: one.changed_at):
            by_uri[one.uri].append(one)
        return by_uri

    async def _came(
        self,
        shared: SharedPlaylist,
        uris: Sequence[str],
        tracks: Mapping[str, Track],
        happening: Happening,
        actor_id: int | None = None,
        *,
        instead_of: Mapping[str, Contribution | None] = NO_ONES,
    ) -> None:
        """Items nobody proposed. instead_of: whose place some of them take, so they belong to the same member."""
        if not uris:
            return
        first = await self._contributions.next_number(shared.list_id, block=len(uris))
        for number, uri in enumerate(uris, first):
            now, heir_of = self._now(), instead_of.get(uri)
            new = Contribution(
                contribution_id=self._new_id(),
                origin=f"found {shared.list_id} {number}",
                list_id=shared.list_id,
                guild_id=shared.guild_id,
                member_id=heir_of.member_id if heir_of else None,
                via=heir_of.via if heir_of else Via.SPOTIFY,
                note=heir_of.note if heir_of else "",
                recording=_recording(uri, tracks, heir_of),
                state=State.LANDED,
                created_at=now,
                changed_at=now,
                round_no=shared.round_no,
                number=number,
                batch_id=RESTORE if actor_id else None,
            )
            await self._contributions.add(new, event_of(new, happening, now, actor_id=actor_id))


def _recording(uri: str, tracks: Mapping[str, Track], heir_of: Contribution | None) -> Recording:
    """Another release is the same recording, under another URI."""
    if uri in tracks:
        return recording(tracks[uri])
    return replace(heir_of.recording, uri=uri) if heir_of else Recording(uri)
