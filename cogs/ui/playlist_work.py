"""Bulk work on one's own playlist as the member sees it: how far it is, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.languages import Plural, Text, all_of
from bot.services.own_playlists.jobs import can_undo
from bot.stores.playlist_jobs import JobState, JobWork, StopReason
from cogs.ui.controls import Item
from cogs.ui.layout import text
from cogs.ui.own_playlist_card import open_button
from cogs.ui.reply import Reply, controls
from cogs.words.counts import MORE
from cogs.words.text import CELLS, bar, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.own_playlists.jobs import JobView
    from bot.spotify.models import Playlist
    from bot.stores.playlist_jobs import PlaylistJob
    from cogs.ui.layout import Control

NAME_SHOWN: Final = 100
TITLE_SHOWN: Final = 60
JOB: Final = "[0-9a-f]{16}"
WORKING: Final = {
    JobWork.SORT: Text("Sorting {playlist}"),
    JobWork.DEDUPE: Text("Removing duplicates from {playlist}"),
    JobWork.REMOVE: Text("Removing tracks from {playlist}"),
    JobWork.MOVE: Text("Moving tracks in {playlist}"),
    JobWork.MERGE: Text("Adding tracks to {playlist}"),
    JobWork.COPY: Text("Copying into {playlist}"),
    JobWork.DISCARD: Text("Taking {playlist} out of your library"),
    JobWork.UNDO: Text("Putting {playlist} back as it was"),
}
DONE: Final = {
    JobWork.SORT: Text("{playlist} is sorted."),
    JobWork.DEDUPE: Text("{playlist} has no duplicates any more."),
    JobWork.REMOVE: Text("The tracks are no longer in {playlist}."),
    JobWork.MOVE: Text("The tracks are in their new place in {playlist}."),
    JobWork.MERGE: Text("The tracks are in {playlist}."),
    JobWork.COPY: Text("The copy is complete: {playlist}."),
    JobWork.DISCARD: Text(
        "{playlist} is no longer in your library. You can get it back for 90 days: *Recover playlists* in your "
        "account on spotify.com."
    ),
    JobWork.UNDO: Text("{playlist} is as it was before."),
}
PROGRESS: Final = Text("{work}: {done:,} of {total:,} requests\n{bar} {percent}%")
BEGINNING: Final = Text("{work}: reading the playlist…")
RESTS: Final = Text("It's waiting for its share of Spotify requests and continues {when}.")
CANCELLED: Final = Text("Cancelled after {done:,} of {total:,} requests. What was done stays in {playlist}.")
STOPPED: Final = {
    StopReason.UNKNOWN: Text(
        "Spotify stopped this after {done:,} of {total:,} requests. What was done stays in {playlist}. "
        "Use the command again to do the rest."
    ),
    StopReason.LINK: Text(
        "Stopped after {done:,} of {total:,} requests: your Spotify link no longer allows it. What was done stays in "
        "{playlist}. Use `/link`, then the command again to do the rest."
    ),
    StopReason.GONE: Text(
        "Stopped after {done:,} of {total:,} requests: Spotify no longer knows {playlist}. There's nothing left to do."
    ),
    StopReason.NOT_YOURS: Text(
        "Stopped after {done:,} of {total:,} requests: {playlist} is no longer yours to change. "
        "What was done stays in it."
    ),
    StopReason.LENT: Text(
        "Stopped after {done:,} of {total:,} requests: {playlist} is lent to a server now, so it's only changed there. "
        "What was done stays in it."
    ),
    StopReason.FULL: Text(
        "Stopped after {done:,} of {total:,} requests: {playlist} is full. What was done stays in it. "
        "Remove something, then use the command again to do the rest."
    ),
}
LEFT_OUT: Final = Plural(
    "Spotify can't copy {n:,} local file: {titles}.", "Spotify can't copy {n:,} local files: {titles}."
)
UNDO_UNTIL: Final = Text("-# You can undo it until {when}.")
DROPPED: Final = Text("Nothing was changed.")
A_PLAYLIST: Final = Text("your playlist")
CANCEL: Final = Text("Cancel")
REFRESH: Final = Text("Refresh")
UNDO: Final = Text("Undo…")

START: Final = Item("pl:start", job=JOB, way="gently|anew")
DROP: Final = Item("pl:drop", job=JOB)
STOP: Final = Item("pl:stop", job=JOB)
LOOK: Final = Item("pl:job", job=JOB)
TAKE_BACK: Final = Item("pl:undo", job=JOB)
AGAIN: Final = Item("pl:again", job=JOB)


def news_reply(view: JobView) -> Reply:
    """What came of it, for a member who isn't looking at the work."""
    job = view.job
    shown = open_button(view.playlist) if view.playlist else []
    title = f"### {WORKING[job.work](playlist=_name(view))}"
    return Reply(card=(text(title, *job_lines(view)),), view=controls(*job_buttons(job), *shown))


def job_reply(view: JobView) -> Reply:
    """How far it is, or what came of it."""
    job, playlist = view.job, view.playlist
    shown = open_button(playlist) if playlist else []
    return Reply(card=(text(*job_lines(view)),), view=controls(*job_buttons(job), *shown))


def job_lines(view: JobView) -> list[str]:
    job = view.job
    name = _name(view)
    counts = {"done": job.done, "total": job.total, "playlist": name}
    match job.state:
        case JobState.RUNNING:
            lines = [_progress(job, name)]
            if view.waits_until is not None:
                lines.append(RESTS(when=format_dt(view.waits_until, "R")))
            return lines
        case JobState.CANCELLED:
            lines = [CANCELLED(**counts)]
        case JobState.STOPPED:
            lines = [STOPPED[job.stopped_by](**counts)]
        case JobState.DONE:
            lines = [f"✅ {DONE[job.work](playlist=name)}"]
        case _:
            return [DROPPED()]
    if job.left_out:
        lines.append(left_out(job))
    if can_undo(job):
        lines.append(UNDO_UNTIL(when=format_dt(job.due_at, "D")))
    return lines


def job_buttons(job: PlaylistJob) -> Sequence[Control]:
    if job.state is JobState.RUNNING:
        return [STOP.button(CANCEL(), job=job.job_id), LOOK.button(REFRESH(), job=job.job_id)]
    return [TAKE_BACK.button(UNDO(), job=job.job_id)] if can_undo(job) else []


def left_out(job: PlaylistJob) -> str:
    """How many local files a copy does without, and the first titles."""
    titles = [f"“{safe_text(title, TITLE_SHOWN)}”" for title in job.left_out_titles]
    if job.left_out > len(titles):
        titles.append(MORE(job.left_out - len(titles)))
    return LEFT_OUT(job.left_out, titles=all_of(titles))


def _name(view: JobView) -> str:
    if view.playlist:
        return playlist_name(view.playlist)
    name = view.job.wanted.name
    return f"**{safe_text(name, NAME_SHOWN)}**" if name else A_PLAYLIST()


def playlist_name(playlist: Playlist) -> str:
    return f"**{safe_text(playlist.name, NAME_SHOWN)}**"


def _progress(job: PlaylistJob, name: str) -> str:
    work = WORKING[job.work](playlist=name)
    if not job.done:
        return BEGINNING(work=work)
    total = max(job.total, job.done, 1)
    percent = 100 * job.done // total
    return PROGRESS(
        work=work, done=job.done, total=total, bar=bar(CELLS * job.done // total, CELLS), percent=percent
    )
