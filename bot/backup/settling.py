"""What is restored differently from how it was saved: whatever may have gone on at Spotify since the backup was made.

Nothing is sent before it was looked for: what was accepted or being sent waits until its list is compared with Spotify.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.stores.backup import (
    ContributionRecord,
    DueRecord,
    FactRecord,
    ImportRecord,
    JobRecord,
    JournalRecord,
)
from bot.stores.contributions import QUEUE, RESTORED, State
from bot.stores.due import Due, DueKind
from bot.stores.imports import ImportState
from bot.stores.journal import Work
from bot.stores.playlist_jobs import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.stores.backup import Record

SHOWN: Final = timedelta(minutes=1)  # by then, Spotify shows what the stopped bot wrote last
# How the names of facts start that aren't restored.
LEFT_OUT: Final = (
    "commands:",  # which commands Discord knows: it's asked again
    "restoring:",  # the steps of a restored playlist: they may be done, and more was added since
    "ping",
)


def settled(records: Iterable[Record], now: datetime) -> Iterator[Record]:
    """What to store instead of what was saved."""
    on_their_way: set[str] = set()  # lists
    for record in records:
        match record:
            case ContributionRecord(contribution=one) if one.state in QUEUE or one.batch_id == RESTORED:
                on_their_way.add(one.list_id)
                state = State.PARKED if one.state in QUEUE else one.state
                yield ContributionRecord(replace(one, state=state, batch_id=RESTORED))
            case JournalRecord(journal=journal) if journal.batch and journal.batch.work is Work.ADD:
                yield JournalRecord(replace(journal, batch=None, total=None))
            case DueRecord(due=due):
                if due.kind is not DueKind.RECHECK:
                    look = due.kind is DueKind.LOOK  # soon: edits in Spotify are looked for
                    yield DueRecord(replace(due, due_at=now)) if look else record
            case JobRecord(job=job) if job.state is JobState.RUNNING:
                pass  # it may be done; whoever wants it previews it again
            case ImportRecord(one=one) if one.state is ImportState.RUNNING:
                pass  # likewise
            case FactRecord(key=key) if key.startswith(LEFT_OUT):
                pass
            case _:
                yield record
    for list_id in sorted(on_their_way):
        yield DueRecord(Due(DueKind.RECHECK, list_id, now + SHOWN))
