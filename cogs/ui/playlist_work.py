"""Bulk work on one's own playlist as the member sees it: the preview, how far it is, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.own_playlists.jobs import can_undo
from bot.stores.playlist_jobs import JobState, JobWork
from cogs.ui.controls import Item
from cogs.ui.layout import text
from cogs.ui.own_playlist_card import open_button
from cogs.ui.reply import Reply, controls
from cogs.words.counts import DAYS, REQUESTS, TRACKS
from cogs.words.text import CELLS, bar, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.own_playlists.jobs import JobView, Offer
    from bot.spotify.models import Playlist
    from bot.stores.playlist_jobs import PlaylistJob
    from cogs.ui.layout import Control

NAME_SHOWN: Final = 100
JOB: Final = "[0-9a-f]{16}"
TITLES: Final = {
    JobWork.SORT: Text("Sort {playlist}?"),
    JobWork.DEDUPE: Text("Remove duplicates from {playlist}?"),
    JobWork.REMOVE: Text("Remove from {playlist}?"),
    JobWork.MOVE: Text("Move tracks in {playlist}?"),
    JobWork.MERGE: Text("Add to {playlist}?"),
    JobWork.COPY: Text("Copy into {playlist}?"),
    JobWork.UNDO: Text("Put {playlist} back as it was?"),
}
NOTHING: Final = {
    JobWork.SORT: Text("{playlist} is already in that order."),
    JobWork.DEDUPE: Text("{playlist} has no duplicates."),
    JobWork.REMOVE: Text("Nothing in {playlist} matches that."),
    JobWork.MOVE: Text("Those tracks are already there in {playlist}."),
    JobWork.MERGE: Text("{playlist} already has all of it."),
    JobWork.COPY: Text("There's nothing in it that can be copied."),
    JobWork.UNDO: Text("{playlist} is already as it was."),
}
WORKING: Final = {
    JobWork.SORT: Text("Sorting {playlist}"),
    JobWork.DEDUPE: Text("Removing duplicates from {playlist}"),
    JobWork.REMOVE: Text("Removing tracks from {playlist}"),
    JobWork.MOVE: Text("Moving tracks in {playlist}"),
    JobWork.MERGE: Text("Adding tracks to {playlist}"),
    JobWork.COPY: Text("Copying into {playlist}"),
    JobWork.UNDO: Text("Putting {playlist} back as it was"),
}
DONE: Final = {
    JobWork.SORT: Text("{playlist} is sorted."),
    JobWork.DEDUPE: Text("{playlist} has no duplicates any more."),
    JobWork.REMOVE: Text("The tracks are no longer in {playlist}."),
    JobWork.MOVE: Text("The tracks are in their new place in {playlist}."),
    JobWork.MERGE: Text("The tracks are in {playlist}."),
    JobWork.COPY: Text("The copy is complete: {playlist}."),
    JobWork.UNDO: Text("{playlist} is as it was before."),
}
MOVES: Final = Plural(
    "Moves {n:,} run of tracks. Dates added and local files stay.",
    "Moves {n:,} runs of tracks. Dates added and local files stay.",
)
REMOVES: Final = Text("Removes {tracks}.")
ADDS: Final = Text("Adds {tracks}, which count as added today.")
PUTS_BACK: Final = Text("Puts {tracks} back in place, which then count as added today.")
TAKES: Final = Text("That takes {requests} to Spotify.")
TAKES_DAYS: Final = Text(
    "That takes {requests} to Spotify, about {days} at today's budget. Others go first; "
    "it continues on its own, also after a restart."
)
REWRITE: Final = Text(
    "Or rewrite the playlist in {requests}. Then **all dates added are lost**: everything counts as added today."
)
UNDOABLE: Final = Text("-# You can undo it for 30 days.")
PROGRESS: Final = Text("{work}: {done:,} of {total:,} requests\n{bar} {percent}%")
BEGINNING: Final = Text("{work}: reading the playlist…")
RESTS: Final = Text("It's waiting for its share of Spotify requests and continues {when}.")
CANCELLED: Final = Text("Cancelled after {done:,} of {total:,} requests. What was done stays in {playlist}.")
STOPPED: Final = Text(
    "Spotify stopped this after {done:,} of {total:,} requests. What was done stays in {playlist}. "
    "Use the command again to do the rest."
)
UNDO_UNTIL: Final = Text("-# You can undo it until {when}.")
DROPPED: Final = Text("Nothing was changed.")
A_PLAYLIST: Final = Text("your playlist")
YES: Final = {
    JobWork.SORT: Text("Sort"),
    JobWork.DEDUPE: Text("Remove duplicates"),
    JobWork.REMOVE: Text("Remove"),
    JobWork.MOVE: Text("Move"),
    JobWork.MERGE: Text("Add"),
    JobWork.COPY: Text("Copy"),
    JobWork.UNDO: Text("Put it back"),
}
ANEW: Final = Text("Rewrite, lose dates")
NO: Final = Text("Leave it as it is")
CANCEL: Final = Text("Cancel")
REFRESH: Final = Text("Refresh")
UNDO: Final = Text("Undo…")

START: Final = Item("pl:start", job=JOB, way="gently|anew")
DROP: Final = Item("pl:drop", job=JOB)
STOP: Final = Item("pl:stop", job=JOB)
LOOK: Final = Item("pl:job", job=JOB)
TAKE_BACK: Final = Item("pl:undo", job=JOB)


def offer_reply(offer: Offer, *facts: str) -> Reply:
    """The preview and its buttons. facts: what only this work has to say, before what it costs."""
    job, playlist = offer.job, offer.playlist
    name = playlist_name(playlist)
    if not offer.cost.requests:
        lines = [NOTHING[job.work](playlist=name), *facts]
        return Reply(card=(text(*lines),), view=controls(*open_button(playlist)))
    lines = [f"### {TITLES[job.work](playlist=name)}", *facts, *_costs(offer)]
    buttons: list[Control] = [
        START.button(YES[job.work](), style=_style(offer), job=job.job_id, way="gently"),
    ]
    if offer.rewrite:
        lines.append(REWRITE(requests=REQUESTS(offer.rewrite)))
        anew = START.button(ANEW(), style=discord.ButtonStyle.danger, job=job.job_id, way="anew")
        buttons.append(anew)
    lines.append(UNDOABLE())
    buttons += [DROP.button(NO(), job=job.job_id), *open_button(playlist)]
    return Reply(card=(text(*lines),), view=controls(*buttons))


def job_reply(view: JobView) -> Reply:
    """How far it is, or what came of it."""
    job, playlist = view.job, view.playlist
    shown = open_button(playlist) if playlist else []
    return Reply(card=(text(*job_lines(view)),), view=controls(*job_buttons(job), *shown))


def job_lines(view: JobView) -> list[str]:
    job = view.job
    name = playlist_name(view.playlist) if view.playlist else A_PLAYLIST()
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
            lines = [STOPPED(**counts)]
        case JobState.DONE:
            lines = [f"✅ {DONE[job.work](playlist=name)}"]
        case _:
            return [DROPPED()]
    if can_undo(job):
        lines.append(UNDO_UNTIL(when=format_dt(job.due_at, "D")))
    return lines


def job_buttons(job: PlaylistJob) -> Sequence[Control]:
    if job.state is JobState.RUNNING:
        return [STOP.button(CANCEL(), job=job.job_id), LOOK.button(REFRESH(), job=job.job_id)]
    return [TAKE_BACK.button(UNDO(), job=job.job_id)] if can_undo(job) else []


def playlist_name(playlist: Playlist) -> str:
    return f"**{safe_text(playlist.name, NAME_SHOWN)}**"


def _costs(offer: Offer) -> list[str]:
    cost, work, lines = offer.cost, offer.job.work, []
    gone = cost.removed
    back = min(cost.added, gone) if work in {JobWork.DEDUPE, JobWork.REMOVE} else 0
    if gone - back and work is not JobWork.DEDUPE:
        lines.append(REMOVES(tracks=TRACKS(gone - back)))
    if cost.moves:
        lines.append(MOVES(cost.moves))
    if back and work is not JobWork.DEDUPE:
        lines.append(PUTS_BACK(tracks=TRACKS(back)))
    if cost.added - back:
        lines.append(ADDS(tracks=TRACKS(cost.added - back)))
    requests = REQUESTS(cost.requests)
    return [
        *lines,
        TAKES_DAYS(requests=requests, days=DAYS(offer.days)) if offer.days else TAKES(requests=requests),
    ]


def _style(offer: Offer) -> discord.ButtonStyle:
    return discord.ButtonStyle.danger if offer.cost.removed else discord.ButtonStyle.primary


def _progress(job: PlaylistJob, name: str) -> str:
    work = WORKING[job.work](playlist=name)
    if not job.done:
        return BEGINNING(work=work)
    total = max(job.total, job.done, 1)
    percent = 100 * job.done // total
    return PROGRESS(
        work=work, done=job.done, total=total, bar=bar(CELLS * job.done // total, CELLS), percent=percent
    )
