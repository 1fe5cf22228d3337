"""Removing, sorting and deduping in a shared playlist: the preview, the question to a second curator, the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.tidying.tidy import ALONE
from bot.services.shared.tidying.work import Work
from cogs.ui.controls import LIST, PROMPT, ListItem, Question
from cogs.ui.layout import text
from cogs.ui.playlist_previews import TAKES, UNDOABLE
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.counts import REQUESTS
from cogs.words.history import BROUGHT_BACK, MOVED, REMOVED, counted, item_lines
from cogs.words.names import list_name, mention, track_label
from cogs.words.text import OPTIONS
from cogs.words.tidying import deduped_lines, order_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.tidying.tidy import Asked, Preview, Tidied
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist

TITLES: Final = {
    Work.REMOVE: Text("Remove this from {name}?"),
    Work.SORT: Text("Sort {name} by {by}?"),
    Work.DEDUPE: Text("Remove duplicates from {name}?"),
    Work.UNAVAILABLE: Text("Move what can't be played out of {name}?"),
    Work.REPLACE: Text("Use other releases in {name}?"),
    Work.UNDO: Text("Put {name} back as it was?"),
}
NOTHING: Final = {
    Work.REMOVE: Text("Nothing in {name} matches, so there's nothing to remove."),
    Work.SORT: Text("{name} is already sorted like that."),
    Work.DEDUPE: Text("{name} has no duplicates."),
    Work.UNAVAILABLE: Text("Everything in {name} can be played."),
    Work.REPLACE: Text("There's no other release of anything in {name} that can't be played."),
    Work.UNDO: Text("{name} is as it was already."),
}
GOING: Final = Plural("{n:,} track goes:", "{n:,} tracks go:")
COMING: Final = Plural("{n:,} track comes back:", "{n:,} tracks come back:")
INSTEAD: Final = Plural("{n:,} track comes in its place:", "{n:,} tracks come in their place:")
MOVING: Final = Plural("{n:,} track moves.", "{n:,} tracks move.")
SINCE: Final = Text("What was added since stays.")
MUCH: Final = Text(
    "That's more than {most} tracks, so another curator or {owner} has to confirm it. "
    "I'll ask in this channel."
)
CHANGED: Final = Text("{name} changed in the meantime, so nothing was done yet. Here is the new preview.")
YES: Final = {
    Work.REMOVE: Text("Remove"),
    Work.SORT: Text("Sort"),
    Work.DEDUPE: Text("Remove duplicates"),
    Work.UNAVAILABLE: Text("Move aside"),
    Work.REPLACE: Text("Use them"),
    Work.UNDO: Text("Put it back"),
}
ASK: Final = Text("Ask for confirmation")
NO: Final = Text("Leave it as it is")
PICK: Final = Text("Only some of them…")
PICK_ONE: Final = Text("Choose tracks to remove")
WHICH: Final = Text("Which tracks should go from {name}? These are the latest.")
WANTS: Final = {
    Work.REMOVE: Text("{by} wants to remove tracks from {name}."),
    Work.SORT: Text("{by} wants to sort {name} by {order}."),
    Work.DEDUPE: Text("{by} wants to remove duplicates from {name}."),
    Work.UNAVAILABLE: Text("{by} wants to move what can't be played out of {name}."),
    Work.REPLACE: Text("{by} wants to use other releases in {name}, where tracks can't be played."),
}
SECOND: Final = Text("-# Another curator or {owner} can confirm it until {until}.")
CONFIRM, DECLINE = Text("Confirm"), Text("Decline")
WAITS: Final = Text(
    "I've asked the other curators and {owner} in this channel. They can answer until {until}."
)
NOT_ASKED: Final = Text(
    "I couldn't ask the other curators: Discord didn't take my message. Nothing was changed. Try again."
)
DROPPED: Final = Text("{name} stays as it is.")
DECLINED: Final = Text("{member} declined, so {name} stays as it is.")
DONE: Final = {
    Work.REMOVE: Text("✅ {by} tidied up {name}: {what}."),
    Work.SORT: Text("✅ {by} sorted {name} by {order}: {what}."),
    Work.DEDUPE: Text("✅ {by} removed duplicates from {name}: {what}."),
    Work.UNAVAILABLE: Text("✅ {by} moved what can't be played out of {name}: {what}."),
    Work.REPLACE: Text("✅ {by} used other releases in {name}: {what}."),
    Work.UNDO: Text("✅ {by} put {name} back as it was: {what}."),
}
CONFIRMED: Final = Text("Confirmed by {member}.")
MIDWAY: Final = Text(
    "⚠️ Spotify stopped answering halfway, so {name} isn't finished yet. Nothing is lost, and I'll continue {when}."
)
UNDO: Final = Text("-# {undo} can undo it for 30 days.")
REFUSED: Final = Plural(
    "Spotify no longer has {n:,} track, so it isn't back.",
    "Spotify no longer has {n:,} tracks, so they aren't back.",
)
WORKING: Final = Text("Working on {name}…")
READING: Final = Text("Reading {name}…")

TIDY: Final = Question("sp:tidy", list=LIST, draft=PROMPT)  # of whoever asked for it
SECOND_LOOK: Final = Question("sp:second", list=LIST, draft=PROMPT)  # of another curator, or the owner
PICKED: Final = ListItem("sp:tidypick")


def preview_reply(preview: Preview, choice: Sequence[Track] = ()) -> Reply:
    """choice: what can be narrowed down."""
    shared, job = preview.shared, preview.draft.job
    name = list_name(shared)
    news = CHANGED(name=name) if preview.changed else None
    if preview.difference.empty:
        return Reply(news, card=(text(NOTHING[job.work](name=name)),), view=controls(list_button(shared)))
    head = f"### {TITLES[job.work](name=name, by=order_words(job.by))}"
    much = [MUCH(most=ALONE, owner=mention(shared.owner_id))] if preview.second else []
    lines = [*_changes(preview), TAKES(requests=REQUESTS(preview.requests)), *much, UNDOABLE()]
    danger = bool(preview.difference.gone)
    yes, no = TIDY.buttons(
        ASK() if preview.second else YES[job.work](),
        NO(),
        style=discord.ButtonStyle.danger if danger else discord.ButtonStyle.primary,
        list=shared.list_id,
        draft=preview.draft.question_id,
    )
    menu = [_menu(shared, choice, PICK())] if len(choice) > 1 else []
    return Reply(news, card=(text(head, *lines),), view=controls(yes, no, list_button(shared), *menu))


def which_reply(shared: SharedPlaylist, latest: Sequence[Track]) -> Reply:
    name = list_name(shared)
    if not latest:
        return Reply(card=(text(NOTHING[Work.REMOVE](name=name)),), view=controls(list_button(shared)))
    return Reply(
        card=(text(WHICH(name=name)),),
        view=controls(_menu(shared, latest, PICK_ONE()), list_button(shared)),
    )


def second_reply(preview: Preview) -> Reply:
    """What other curators read, in the channel."""
    shared, draft = preview.shared, preview.draft
    wants = WANTS[draft.job.work](
        by=mention(draft.by_id), name=list_name(shared), order=order_words(draft.job.by)
    )
    until = SECOND(owner=mention(shared.owner_id), until=format_dt(draft.expires_at, "f"))
    lines = [wants, *_changes(preview), TAKES(requests=REQUESTS(preview.requests)), until]
    buttons = SECOND_LOOK.buttons(CONFIRM(), DECLINE(), list=shared.list_id, draft=draft.question_id)
    news = CHANGED(name=list_name(shared)) if preview.changed else None
    return Reply(news, card=(text(*lines),), view=controls(*buttons, list_button(shared)))


def waits_reply(asked: Asked) -> Reply:
    shared, draft = asked.preview.shared, asked.preview.draft
    said = WAITS(owner=mention(shared.owner_id), until=format_dt(draft.expires_at, "f"))
    return Reply(card=(text(said),))


def not_asked_reply() -> Reply:
    return Reply(card=(text(NOT_ASKED()),))


def dropped_reply(shared: SharedPlaylist, member_id: int | None = None) -> Reply:
    """member_id: who declined what somebody else wanted."""
    name = list_name(shared)
    said = DECLINED(member=mention(member_id), name=name) if member_id else DROPPED(name=name)
    return Reply(card=(text(said),), view=controls(list_button(shared)))


def done_reply(bot: DiscordBot, done: Tidied) -> Reply:
    shared, outcome = done.shared, done.outcome
    name = list_name(shared)
    buttons = controls(list_button(shared))
    if outcome.goes_on_at is not None:
        said = MIDWAY(name=name, when=format_dt(outcome.goes_on_at, "R"))
        return Reply(card=(text(said),), view=buttons)
    difference = outcome.difference
    what = counted(((outcome.back, BROUGHT_BACK), (len(difference.gone), REMOVED), (difference.moved, MOVED)))
    lines = [
        DONE[done.job.work](by=mention(done.by_id), name=name, order=order_words(done.job.by), what=what)
    ]
    lines += [CONFIRMED(member=mention(done.second_id))] if done.second_id else []
    lines += [REFUSED(len(outcome.refused))] if outcome.refused else []
    lines.append(UNDO(undo=bot.mention_command("shared undo")))
    return Reply(card=(text(*lines),), view=buttons)


def _changes(preview: Preview) -> Iterator[str]:
    difference, tracks = preview.difference, preview.tracks
    if difference.gone:
        yield f"**{GOING(len(difference.gone))}**"
        yield item_lines(tuple(dict.fromkeys(difference.gone)), tracks)
    if preview.target.deduped is not None:
        yield from deduped_lines(preview.target.deduped)
    if difference.back:
        coming = INSTEAD if preview.draft.job.work is Work.REPLACE else COMING
        yield f"**{coming(len(difference.back))}**"
        yield item_lines(difference.back, tracks)
    if difference.moved:
        yield MOVING(difference.moved)
    if preview.draft.job.work is Work.UNDO:
        yield SINCE()


def _menu(shared: SharedPlaylist, tracks: Sequence[Track], label: str) -> discord.ui.Select[discord.ui.View]:
    options = [
        discord.SelectOption(label=track_label(track), value=track.uri)
        for track in tracks
        if track.name and len(track.uri) <= 100
    ][:OPTIONS]
    return PICKED.menu(label, options, most=len(options), list=shared.list_id)
