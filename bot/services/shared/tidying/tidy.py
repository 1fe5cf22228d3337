"""Removing, sorting and deduping in a shared playlist: seen first, asked of a second curator if it's much, then done.

What is kept of a preview is what to do and what the playlist held, not what it will hold: that is worked out again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services import playable
from bot.services.shared.core.access import may_curate, must_curate
from bot.services.shared.core.prompts import Prompt, Prompts
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation import ordering
from bot.services.shared.reconciliation.plan import planned
from bot.services.shared.reconciliation.projection import as_written_now, projection_of
from bot.services.shared.reconciliation.restore import standing_for
from bot.services.shared.reconciliation.restore_saga import Tidying
from bot.services.shared.rules.matching import recording, same_recording
from bot.services.shared.tidying.work import (
    BY_LIKES,
    NEEDS,
    Job,
    Target,
    Work,
    entries_of,
    target_of,
    with_fixed,
)
from bot.services.ttl_cache import TtlCache
from bot.shared_errors import ListClosedError, ListPausedError, NotAllowedError, SnapshotNotFoundError
from bot.stores.contributions import INSIDE
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.granting import Granting
    from bot.services.shared.core.likes import ListLikes
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import LentPlaylists, Progress
    from bot.services.shared.reconciliation.diff import Difference
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.reconciliation.restore import Restore
    from bot.services.shared.reconciliation.restore_saga import Outcome
    from bot.spotify.models import PlaylistItem, Track
    from bot.spotify.purpose import Share
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

ALONE: Final = 50  # tracks a curator can change alone
OPEN: Final = timedelta(hours=1)
ASKED: Final = timedelta(days=7)
SEEN: Final = timedelta(minutes=15)  # how long what was read needn't be read again if it's still the same
SUGGESTED: Final = 500  # items read for suggestions: 10 calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Prompt):
    """What a curator looks at, or a second one is asked about. seen: identifies what the playlist held."""

    guild_id: int
    list_id: str
    by_id: int
    job: Job
    seen: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What it would do. requests: to Spotify, besides reading. tracks: of the list, by URI.

    second: somebody else has to confirm it. changed: the playlist held something else when this was shown before.
    """

    shared: SharedPlaylist
    draft: Draft
    target: Target
    difference: Difference
    requests: int
    tracks: dict[str, Track]
    second: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A second curator, or the owner, is asked until `preview.draft.expires_at`."""

    preview: Preview


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was done. by_id: who wanted it; second_id: who confirmed it."""

    shared: SharedPlaylist
    job: Job
    outcome: Outcome
    by_id: int
    second_id: int | None = None


class Tidy:
    def __init__(
        self,
        stores: Stores,
        lent: LentPlaylists,
        dispatcher: OutboxDispatcher,
        drift: DriftDetector,
        restoring: Restore,
        *,
        granting: Granting,
        likes: ListLikes,
        lookups: Lookups,
        leases: LeaseKeeper,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._lent = lent
        self._dispatcher = dispatcher
        self._drift = drift
        self._restoring = restoring
        self._granting = granting
        self._likes = likes
        self._lookups = lookups
        self._now = now
        self._drafts = Prompts(Draft, "tidying", stores.values, leases, now=now)  # by list and member
        self._asked = Prompts(Draft, "tidying second", stores.values, leases, now=now)  # by list
        # By our own latest write: Spotify's name for the version, and what was in it.
        self._seen: TtlCache[tuple[str, int], tuple[str, tuple[PlaylistItem, ...]]] = TtlCache(
            now, keep=SEEN, size=4
        )
        self._titles: TtlCache[tuple[str, int], tuple[Track, ...]] = TtlCache(now, keep=SEEN, size=20)

    async def preview(
        self, shared: SharedPlaylist, actor: Actor, job: Job, progress: Progress | None = None
    ) -> Preview:
        """What it would do. Changes nothing.

        Raises NotAllowedError, NotGrantedError, ListPausedError, ListBusyError, and the same as PlaylistAccess.
        """
        await self._must(shared, actor, job)
        return await self._previewed(shared, actor, job, await self._entries(shared, progress))

    async def matching(
        self,
        shared: SharedPlaylist,
        actor: Actor,
        what: str,
        progress: Progress | None = None,
        *,
        share: Share | None = None,
    ) -> tuple[Track, ...]:
        """What is in the list and is meant: by a link, or by words of title, artist and album; without, the latest.

        share: whose part of the Spotify quota a link to something else in the list uses.
        Raises RefError, and the same as `preview`.
        """
        await self._must(shared, actor, Job(Work.REMOVE))
        entries = await self._entries(shared, progress)
        there = [entry.content for entry in entries if entry.content and is_playable(entry.content.uri)]
        what = await self._lookups.followed(what, share=share)
        ref = playable.ref_in(what) if what else None
        if ref is not None:
            found = [one for one in there if one.uri == ref.uri] or await self._same(there, ref.uri, share)
        elif what:
            found = [one for place in ordering.matching(entries, what) if (one := entries[place].content)]
        else:
            found = there[::-1]
        return tuple({one.uri: one for one in found}.values())

    async def _same(self, there: Sequence[Track], uri: str, share: Share | None) -> list[Track]:
        """Other releases of the recording."""
        meant = recording(await self._lookups.by_uri(uri, share=share))
        return [one for one in there if same_recording(recording(one), meant)]

    async def confirm(
        self,
        actor: Actor,
        shared: SharedPlaylist,
        draft_id: str,
        progress: Progress | None = None,
    ) -> Tidied | Preview | Asked:
        """Do it, or ask a second curator. If the playlist holds something else by now, a new preview comes instead.

        Raises PromptExpiredError, and the same as `preview`.
        """
        about = _about(shared, actor.member_id)
        async with self._drafts.answering(about, draft_id) as draft:
            await self._must(shared, actor, draft.job)
            entries = await self._entries(shared, None)
            preview = await self._previewed(shared, actor, draft.job, entries, draft)
            if preview.changed:
                return preview
            if preview.second:
                asked = Draft(
                    expires_at=self._now() + ASKED,
                    guild_id=shared.guild_id,
                    list_id=shared.list_id,
                    by_id=actor.member_id,
                    job=draft.job,
                    seen=draft.seen,
                )
                await self._asked.put(shared.list_id, asked)
                await self._drafts.drop(about)
                return Asked(replace(preview, draft=asked))
            done = await self._carried_out(preview, actor.member_id, None, progress)
            if done is None:
                return await self._anew(shared, actor, draft)
            await self._drafts.drop(about)
            return done

    async def approve(
        self, actor: Actor, shared: SharedPlaylist, draft_id: str, progress: Progress | None = None
    ) -> Tidied | Preview:
        """Another curator, or the owner, agrees. Raises NotAllowedError, and the same as `confirm`."""
        async with self._asked.answering(shared.list_id, draft_id) as draft:
            must_curate(shared, actor)
            if actor.member_id == draft.by_id and actor.member_id != shared.owner_id:
                raise NotAllowedError("second")
            await self._must(shared, actor, draft.job)
            entries = await self._entries(shared, None)
            preview = await self._previewed(shared, actor, draft.job, entries, draft, about=shared.list_id)
            if preview.changed:
                return preview
            done = await self._carried_out(preview, draft.by_id, actor.member_id, progress)
            if done is None:
                return await self._anew(shared, actor, draft, about=shared.list_id)
            await self._asked.drop(shared.list_id)
            return done

    async def drop(self, actor: Actor, shared: SharedPlaylist, draft_id: str) -> Draft:
        """It's not to be done: by whoever wanted it, or a curator. Raises PromptExpiredError, NotAllowedError."""
        about = _about(shared, actor.member_id)
        own = await self._drafts.open(about)
        if own is not None and own.question_id == draft_id:
            await self._drafts.drop(about)
            return own
        async with self._asked.answering(shared.list_id, draft_id) as draft:
            if actor.member_id != draft.by_id and not may_curate(shared, actor):
                raise NotAllowedError("curate")
            await self._asked.drop(shared.list_id)
        return draft

    async def contents(
        self, shared: SharedPlaylist, actor: Actor, progress: Progress | None = None
    ) -> tuple[PlaylistItem, ...]:
        """All that is in it. Raises NotAllowedError, ListClosedError, ListBusyError, and as PlaylistAccess."""
        must_curate(shared, actor)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        return await self._entries(shared, progress)

    async def titles(self, shared: SharedPlaylist, actor: Actor) -> tuple[Track, ...]:
        """What is in it, for suggestions; of a long list only the first tracks. Raises NotAllowedError."""
        must_curate(shared, actor)
        version = await self._version(shared)
        held = self._seen.get(version)
        if held is not None:
            return tuple(entry.content for entry in held[1] if entry.content)
        return await self._titles.ask(version, lambda: self._read_titles(shared))

    async def _read_titles(self, shared: SharedPlaylist) -> tuple[Track, ...]:
        access = self._lent.access(shared)
        opened = await access.playlist()
        if (opened.item_count or 0) <= SUGGESTED:
            items: Iterable[PlaylistItem | None] = (await access.read_all(opened=opened)).items
        else:
            items = opened.first.row if opened.first else ()
        return tuple(item.content for item in items if item and item.content)

    async def _must(self, shared: SharedPlaylist, actor: Actor, job: Job) -> None:
        if job.work in NEEDS:
            await self._granting.need(shared, actor, NEEDS[job.work])
        else:
            must_curate(shared, actor)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        if shared.status is ListStatus.PAUSED:
            raise ListPausedError(shared.name)

    async def _previewed(
        self,
        shared: SharedPlaylist,
        actor: Actor,
        job: Job,
        entries: tuple[PlaylistItem, ...],
        before: Draft | None = None,
        *,
        about: str = "",
    ) -> Preview:
        """before: shown before. about: of a second curator's answer, whose question stays."""
        uris = ordering.uris_of(entries)
        target = await self._target(shared, job, entries, uris)
        made = await planned(uris, target.uris)
        difference, seen = made.difference, standing_for(uris)
        tracks = {
            entry.content.uri: entry.content for entry in entries if entry.content and entry.content.name
        }
        changed = before is not None and before.seen != seen
        draft = before
        if draft is None or changed:
            draft = Draft(
                expires_at=self._now() + (ASKED if about else OPEN),
                guild_id=shared.guild_id,
                list_id=shared.list_id,
                by_id=before.by_id if before else actor.member_id,
                job=job,
                seen=seen,
            )
            prompts = self._asked if about else self._drafts
            await prompts.put(about or _about(shared, actor.member_id), draft)
        much = len(difference.gone) + len(difference.back) + difference.moved > ALONE
        second = much and job.work is not Work.UNDO and draft.by_id != shared.owner_id
        return Preview(shared, draft, target, difference, len(made.steps), tracks, second, changed)

    async def _anew(self, shared: SharedPlaylist, actor: Actor, draft: Draft, *, about: str = "") -> Preview:
        """It changed at the last moment."""
        entries = await self._entries(shared, None)
        preview = await self._previewed(shared, actor, draft.job, entries, draft, about=about)
        return replace(preview, changed=True)

    async def _carried_out(
        self, preview: Preview, by_id: int, second_id: int | None, progress: Progress | None
    ) -> Tidied | None:
        shared, job = preview.shared, preview.draft.job
        heirs = await self._heirs(shared, job)
        tidying = Tidying(str(job.work), preview.target.uris, job.by, second_id, heirs)
        outcome = await self._restoring.tidy(shared, by_id, tidying, progress, seen=preview.draft.seen)
        return None if outcome is None else Tidied(shared, job, outcome, by_id, second_id)

    async def _heirs(self, shared: SharedPlaylist, job: Job) -> dict[str, str]:
        """What comes in place of something, with the contribution that is of."""
        heirs: dict[str, str] = {}
        for uri, other in zip(job.uris, job.instead, strict=False):
            held = await self._stores.contributions.of_uris(shared.list_id, {uri}, INSIDE)
            if held:
                heirs[other] = held[0].contribution_id
        return heirs

    async def _target(
        self, shared: SharedPlaylist, job: Job, entries: tuple[PlaylistItem, ...], uris: Sequence[str]
    ) -> Target:
        if job.work is not Work.UNDO:
            if (job.work, job.by) == (Work.SORT, BY_LIKES):
                return Target(await self._by_likes(shared, entries))
            return target_of(job, await self._dated(shared, entries))
        before, after = [await self._version_of(shared, int(number)) for number in job.by.split("-")]
        top = ordering.added_on_top(uris, before, after)
        return Target((*top, *ordering.aim(after, before, uris[len(top) :], put_back=True)))

    async def _version_of(self, shared: SharedPlaylist, number: int) -> tuple[str, ...]:
        snapshot = await self._stores.snapshots.get(shared.list_id, number)
        if snapshot is None:
            raise SnapshotNotFoundError
        return await as_written_now(self._stores.contributions, shared.list_id, snapshot.uris)

    async def _dated(
        self, shared: SharedPlaylist, entries: tuple[PlaylistItem, ...]
    ) -> tuple[PlaylistItem, ...]:
        """With the time each was added: Spotify forgets it when something is taken out and put back."""
        return tuple(
            _with_date(entry, one)
            for entry, one in zip(entries, await self._records(shared, entries), strict=True)
        )

    async def _by_likes(self, shared: SharedPlaylist, entries: Sequence[PlaylistItem]) -> tuple[str, ...]:
        """The most liked first; equal ones stay as they are."""
        records = await self._records(shared, entries)
        counts = await self._likes.counts(shared.list_id, [one for one in records if one is not None])
        liked = [counts.get(one.contribution_id, 0) if one else 0 for one in records]
        counted = {id(entry): count for entry, count in zip(entries, liked, strict=True)}
        return with_fixed(
            entries,
            lambda some: ordering.uris_of(sorted(some, key=lambda entry: -counted[id(entry)])),
        )

    async def _records(
        self, shared: SharedPlaylist, entries: Sequence[PlaylistItem]
    ) -> list[Contribution | None]:
        """The contribution each entry represents: of a URI's copies, the one added first has the oldest."""
        projection = await projection_of(self._stores.contributions, self._stores.snapshots, shared)
        left = {uri: iter(several) for uri, several in projection.contributions.items()}
        records: list[Contribution | None] = [None] * len(entries)
        for place in sorted(range(len(entries)), key=lambda place: entries[place].added_at or ordering.NEVER):
            content = entries[place].content
            records[place] = next(left.get(content.uri if content else "", iter(())), None)
        return records

    async def _entries(self, shared: SharedPlaylist, progress: Progress | None) -> tuple[PlaylistItem, ...]:
        version = await self._version(shared)
        name, known = self._seen.get(version) or ("", ())
        if name and (await self._lent.access(shared).playlist()).snapshot_id == name:
            return known
        async with self._dispatcher.exclusive(shared) as access:
            observation = await self._drift.read(shared, access, progress)
            entries = entries_of(observation)
            if observation.sure and observation.snapshot_id:
                self._seen.put(await self._version(shared), (observation.snapshot_id, entries))
        return entries

    async def _version(self, shared: SharedPlaylist) -> tuple[str, int]:
        """A different one after every write of ours."""
        return shared.playlist_id, (await self._stores.journals.of(shared.list_id)).version


def _about(shared: SharedPlaylist, member_id: int) -> str:
    return f"{shared.list_id}:{member_id}"


def _with_date(entry: PlaylistItem, one: Contribution | None) -> PlaylistItem:
    if one is None:
        return entry
    since = one.created_at if one.member_id is None else one.changed_at
    added_at = min(entry.added_at, since) if entry.added_at else since
    return type(entry)(entry.content, added_at=added_at, added_by=entry.added_by, is_local=entry.is_local)
