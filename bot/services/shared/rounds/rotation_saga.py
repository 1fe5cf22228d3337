"""Carries out the end of a round, step by step: the records show what a step did, so it can start again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.services.shared.core.rotation_progress import Former, Kind, RotationProgress
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.projection import projection_of
from bot.stores.contributions import EVER_INSIDE, Leave, State
from bot.stores.history import Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.rotation_progress import RotationProgresses
    from bot.services.shared.playlist_access.playlist import PlaylistAccess
    from bot.services.shared.playlist_access.provisioning import Provisioning
    from bot.services.shared.reconciliation.correction import Corrections
    from bot.services.shared.rounds.archive import Archive
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

AT_ONCE: Final = 500
LIST_NAME: Final = 80
NAME: Final = "{name} · round {number}"
WHY: Final = {
    Kind.ARCHIVE: Leave.ROUND,
    Kind.NEW_PLAYLIST: Leave.ROUND,
    Kind.DROP: Leave.DROPPED,
    Kind.STAY: Leave.STAYED,
}
BEFORE: Final = {Kind.DROP: "full", Kind.STAY: "stay"}  # what the version kept before is called; else "round"


@dataclass(frozen=True, slots=True)
class RoundOutcome:
    """shared: as it is now. moved: how many items went. goes_on_at: it isn't finished; it continues on its own then.

    stayed: URIs of what stays in the list, because Spotify no longer accepts it into the archive.
    """

    shared: SharedPlaylist
    kind: Kind
    moved: int = 0
    goes_on_at: datetime | None = None
    stayed: tuple[str, ...] = ()


class RotationSaga:
    """All of this is for whoever has the list exclusively: `access` comes from `OutboxDispatcher.exclusive`."""

    def __init__(
        self,
        stores: Stores,
        corrections: Corrections,
        archiving: Archive,
        new_playlists: Provisioning,
        records: RotationProgresses,
        *,
        changes: SharedPlaylistChanges,
        ledger: ContributionLedger,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._changes = changes
        self._ledger = ledger
        self._corrections = corrections
        self._archiving = archiving
        self._new_playlists = new_playlists
        self._records = records
        self._now = now

    async def begin(
        self, shared: SharedPlaylist, kind: Kind, actor_id: int | None, dropped: Sequence[Contribution] = ()
    ) -> RotationProgress:
        """Store a snapshot, and what is about to be done. dropped: for DROP and STAY."""
        projection = await projection_of(self._stores.contributions, self._stores.snapshots, shared)
        landed = [one for several in projection.contributions.values() for one in several if _is_in(one)]
        reason = BEFORE.get(kind, "round")
        now = self._now()
        return await self._records.put(
            RotationProgress(
                shared.list_id,
                kind,
                shared.round_no,
                began_at=now,
                not_before=now,
                actor_id=actor_id,
                snapshot=await self._corrections.log.take_before(
                    shared, projection.base, projection.uris, reason, actor_id
                ),
                last_number=max((one.number or 0 for one in landed), default=0),
                contribution_ids=tuple(one.contribution_id for one in dropped),
            )
        )

    async def run(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress
    ) -> RoundOutcome:
        """From wherever an earlier try stopped to the end. Raises the same as PlaylistAccess."""
        match under_way.kind:
            case Kind.NEW_PLAYLIST:
                outcome = await self._new_playlist(shared, access, under_way)
            case Kind.ARCHIVE:
                outcome = await self._archive(shared, access, under_way)
            case Kind.DROP | Kind.STAY:
                outcome = await self._drop(shared, access, under_way)
        await self._records.drop(shared.list_id)
        return outcome

    async def _archive(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress
    ) -> RoundOutcome:
        moved = 0
        if shared.round_no == under_way.ended:
            snapshot = await self._stores.snapshots.get(shared.list_id, under_way.snapshot)
            uris = [uri for uri in snapshot.uris if is_playable(uri)] if snapshot else []
            if uris:
                archived = await self._archiving.copied(shared, access, under_way, uris)
                shared, under_way = archived.shared, replace(under_way, refused=archived.refused)
            moved = await self._leave(under_way, State.LEAVING, but=frozenset(under_way.refused))
        shared = await self._turned(shared, under_way)
        return await self._over(shared, under_way, shared.archive_id or "", moved)

    async def _drop(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress
    ) -> RoundOutcome:
        going: list[Contribution] = []
        for contribution_id in under_way.contribution_ids:
            one = await self._stores.contributions.get(shared.guild_id, contribution_id)
            if one is not None and one.state in EVER_INSIDE:
                going.append(one)
        archived = await self._archiving.copied(shared, access, under_way, [one.uri for one in going])
        moved = 0
        for one in going:
            if one.state is State.LANDED and one.uri not in archived.refused:
                moved += await self._take(one, State.LEAVING, under_way)
        return RoundOutcome(archived.shared, under_way.kind, moved)

    async def _new_playlist(
        self, shared: SharedPlaylist, access: PlaylistAccess, under_way: RotationProgress
    ) -> RoundOutcome:
        former_id = shared.playlist_id
        if shared.round_no == under_way.ended and under_way.last_number:
            playlist_id, under_way = await self._made(shared, under_way)
            await access.leave_behind()
            shared = await self._turned(shared, under_way, playlist_id=playlist_id)
        elif shared.round_no == under_way.ended:  # nothing was in it: the playlist is as good as new
            shared = await self._turned(shared, under_way)
        elif snapshot := await self._stores.snapshots.get(shared.list_id, under_way.snapshot):
            former_id = snapshot.playlist_id
        moved = await self._leave(under_way, State.REMOVED)
        return await self._over(shared, under_way, former_id, moved)

    async def _made(
        self, shared: SharedPlaylist, under_way: RotationProgress
    ) -> tuple[str, RotationProgress]:
        """The next round's playlist, created unless an earlier try did."""
        if under_way.playlist_id:
            return under_way.playlist_id, under_way
        name = NAME.format(name=shared.name[:LIST_NAME], number=under_way.ended + 1)
        # On nobody's share: a round that has started isn't held back.
        made = await self._new_playlists.newest(shared.owner_id, name) if under_way.making else None
        if made is None:
            former = await self._new_playlists.described(shared.owner_id, shared.playlist_id)
            under_way = await self._records.put(replace(under_way, making=True))
            made = await self._new_playlists.make(
                shared.owner_id, name, public=bool(former and former.public)
            )
        under_way = await self._records.put(replace(under_way, making=False, playlist_id=made.id))
        return made.id, under_way

    async def _turned(
        self,
        shared: SharedPlaylist,
        under_way: RotationProgress,
        **changes: Any,  # noqa: ANN401 - fields of the record, checked by `replace`
    ) -> SharedPlaylist:
        """The list in its next round, once."""
        ended = under_way.ended

        def turned(old: SharedPlaylist) -> SharedPlaylist:
            if old.round_no != ended:
                return old
            begun = replace(old, round_no=ended + 1, round_began=under_way.began_at, round_ends=None)
            return replace(begun, **changes)

        return await self._changes.change(
            shared.guild_id,
            shared.list_id,
            turned,
            Happening.ROUND,
            actor_id=under_way.actor_id,
            detail={
                "number": ended + 1,
                "count": await self._count(under_way),
                "before": under_way.snapshot,
                **({"stayed": len(under_way.refused)} if under_way.refused else {}),
            },
        )

    async def _count(self, under_way: RotationProgress) -> int:
        """How many items were in when the round ended."""
        snapshot = await self._stores.snapshots.get(under_way.list_id, under_way.snapshot)
        return snapshot.info.count if snapshot else 0

    async def _leave(self, under_way: RotationProgress, state: State, *, but: Collection[str] = ()) -> int:
        """Everything that was in when the round ended, in whole batches; how many there were this time."""
        moved, after = 0, 0
        while some := await self._stores.contributions.in_state(
            under_way.list_id, {State.LANDED}, limit=AT_ONCE, after=after
        ):
            for one in some:
                after = one.number or 0
                if after > under_way.last_number:
                    return moved
                if _is_in(one) and one.changed_at <= under_way.began_at and one.uri not in but:
                    moved += await self._take(one, state, under_way)
            if len(some) < AT_ONCE:
                break
        return moved

    async def _take(self, one: Contribution, state: State, under_way: RotationProgress) -> bool:
        """Let it leave; a vote on it ends. False: it's already leaving, or gone."""
        leave = WHY[under_way.kind]
        stored = await self._ledger.transition(
            one,
            state,
            Happening.LEAVING if state is State.LEAVING else Happening.REMOVED,
            {"why": str(leave)},
            actor_id=under_way.actor_id,
            leave=leave,
        )
        return stored is not None

    async def _over(
        self, shared: SharedPlaylist, under_way: RotationProgress, playlist_id: str, moved: int
    ) -> RoundOutcome:
        count = await self._count(under_way)
        former = Former(under_way.ended, playlist_id if count else "", under_way.began_at, count)
        await self._records.ended(shared.list_id, former)
        return RoundOutcome(shared, under_way.kind, moved, stayed=under_way.refused)


def _is_in(one: Contribution) -> bool:
    """Whether a round can take it along: local files stay where they are."""
    return one.state is State.LANDED and is_playable(one.uri)
