"""The preview of bulk work on one's own playlist: what it would do, what it costs, and the buttons that begin it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Plural, Text
from bot.stores.playlist_jobs import JobWork
from cogs.ui.layout import text
from cogs.ui.own_playlist_card import open_button
from cogs.ui.playlist_work import A_PLAYLIST, AGAIN, DROP, NAME_SHOWN, START, left_out, playlist_name
from cogs.ui.reply import Reply, controls
from cogs.words.counts import DAYS, LOCAL_FILES, REQUESTS, TRACKS
from cogs.words.names import track_line
from cogs.words.text import safe_text
from cogs.words.tidying import deduped_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bot.services.own_playlists.jobs import JobView, Offer
    from bot.services.own_playlists.previews import Preview
    from cogs.ui.layout import Control

LINES: Final = 10
TITLES: Final = {
    JobWork.SORT: Text("Sort {playlist}?"),
    JobWork.DEDUPE: Text("Remove duplicates from {playlist}?"),
    JobWork.REMOVE: Text("Remove from {playlist}?"),
    JobWork.MOVE: Text("Move tracks in {playlist}?"),
    JobWork.MERGE: Text("Add to {playlist}?"),
    JobWork.COPY: Text("Copy {playlist}?"),
    JobWork.DISCARD: Text("Take the copy {playlist} out of your library?"),
    JobWork.UNDO: Text("Put {playlist} back as it was?"),
}
NOTHING: Final = {
    JobWork.SORT: Text("{playlist} is already in that order."),
    JobWork.DEDUPE: Text("{playlist} has no duplicates."),
    JobWork.REMOVE: Text("Nothing in {playlist} matches that."),
    JobWork.MOVE: Text("Those tracks are already there in {playlist}."),
    JobWork.MERGE: Text("{playlist} already has all of it."),
    JobWork.COPY: Text("There's nothing in {playlist} that can be copied."),
    JobWork.UNDO: Text("{playlist} is already as it was."),
}
GOING: Final = Text("{tracks}, all copies of each:")
AND_MORE: Final = Text("…and {tracks} more")
LOCAL_STAY: Final = Text("{files} can't be removed here. Remove them in Spotify.")
TO_PLACE: Final = Text("{tracks} to position {place:,}.")
NOT_YET_IN: Final = Text("From {source}: what isn't in it yet, at the end.")
COPIES_INTO: Final = Text("Makes {name}, a playlist that isn't shown on your profile, with {tracks}.")
HIDDEN: Final = Plural(
    "Leaves out {n:,} entry that Spotify no longer shows.",
    "Leaves out {n:,} entries that Spotify no longer shows.",
)
DISCARDS: Final = Text(
    "Spotify can't delete playlists: anyone with the link can still open it, and you can get it back for 90 days "
    "with *Recover playlists* in your account on spotify.com."
)
MORE_IN_IT: Final = Plural(
    "{n:,} track was added to it since and goes with it.",
    "{n:,} tracks were added to it since and go with it.",
)
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
COPY_UNDOABLE: Final = Text("-# You can undo it for 30 days: then the copy leaves your library again.")
CHANGED: Final = Text("{playlist} was edited since this preview, so nothing was changed.")
LOOK_AGAIN: Final = Text("Look again")
YES: Final = {
    JobWork.SORT: Text("Sort"),
    JobWork.DEDUPE: Text("Remove duplicates"),
    JobWork.REMOVE: Text("Remove"),
    JobWork.MOVE: Text("Move"),
    JobWork.MERGE: Text("Add"),
    JobWork.COPY: Text("Copy"),
    JobWork.DISCARD: Text("Take it out"),
    JobWork.UNDO: Text("Put it back"),
}
ANEW: Final = Text("Rewrite, lose dates")
NO: Final = Text("Leave it as it is")


def preview_reply(preview: Preview) -> Reply:
    """What would be done, what it costs, and the buttons."""
    offer = preview.offer
    job, playlist, facts = offer.job, offer.playlist, list(_facts(preview))
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
    if job.work is not JobWork.DISCARD:
        lines.append((COPY_UNDOABLE if job.work is JobWork.COPY else UNDOABLE)())
    buttons += [DROP.button(NO(), job=job.job_id), *open_button(playlist)]
    return Reply(card=(text(*lines),), view=controls(*buttons))


def changed_reply(view: JobView) -> Reply:
    """It was edited since the preview, which can be had anew."""
    job, playlist = view.job, view.playlist
    name = playlist_name(playlist) if playlist else A_PLAYLIST()
    again = AGAIN.button(LOOK_AGAIN(), style=discord.ButtonStyle.primary, job=job.job_id)
    shown = open_button(playlist) if playlist else []
    card = (text(CHANGED(playlist=name)),)
    return Reply(card=card, view=controls(again, DROP.button(NO(), job=job.job_id), *shown))


def _facts(preview: Preview) -> Iterable[str]:
    """What only this kind of work has to say."""
    about = _ABOUT.get(preview.offer.job.work)
    return about(preview) if about else ()


def _of_dedupe(preview: Preview) -> Iterator[str]:
    if found := preview.deduped:
        yield from deduped_lines(found)


def _of_removal(preview: Preview) -> Iterator[str]:
    if preview.going:
        yield GOING(tracks=TRACKS(len(preview.going)))
        tracks = {one.content.uri: one.content for one in preview.going if one.content}
        yield from (f"- {track_line(track)}" for track in list(tracks.values())[:LINES])
        if len(tracks) > LINES:
            yield AND_MORE(tracks=TRACKS(len(tracks) - LINES))
    if preview.local:
        yield LOCAL_STAY(files=LOCAL_FILES(preview.local))


def _of_move(preview: Preview) -> Iterator[str]:
    yield TO_PLACE(tracks=TRACKS(preview.moved), place=preview.place)


def _of_merge(preview: Preview) -> Iterator[str]:
    if preview.source:
        yield NOT_YET_IN(source=playlist_name(preview.source))


def _of_copy(preview: Preview) -> Iterator[str]:
    job = preview.offer.job
    if added := preview.offer.cost.added:
        yield COPIES_INTO(name=f"**{safe_text(job.wanted.name, NAME_SHOWN)}**", tracks=TRACKS(added))
    if job.left_out:
        yield left_out(job)
    if preview.hidden:
        yield HIDDEN(preview.hidden)


def _of_discard(preview: Preview) -> Iterator[str]:
    if preview.more:
        yield MORE_IN_IT(preview.more)
    yield DISCARDS()


_ABOUT: Final[Mapping[JobWork, Callable[[Preview], Iterator[str]]]] = {
    JobWork.DEDUPE: _of_dedupe,
    JobWork.REMOVE: _of_removal,
    JobWork.MOVE: _of_move,
    JobWork.MERGE: _of_merge,
    JobWork.COPY: _of_copy,
    JobWork.DISCARD: _of_discard,
}


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
    if cost.added - back and work is not JobWork.COPY:
        lines.append(ADDS(tracks=TRACKS(cost.added - back)))
    requests = REQUESTS(cost.requests)
    return [
        *lines,
        TAKES_DAYS(requests=requests, days=DAYS(offer.days)) if offer.days else TAKES(requests=requests),
    ]


def _style(offer: Offer) -> discord.ButtonStyle:
    return discord.ButtonStyle.danger if offer.cost.removed else discord.ButtonStyle.primary
