"""Ending a round: what it will do, the yes, and what came of it; and the rounds that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.core.rotation_progress import Former, Kind
from bot.services.shared.reports.page import playlist_url
from cogs.ui.controls import ListItem
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, link_button
from cogs.ui.shared.restore_controls import LEAVE_IT
from cogs.words import counts
from cogs.words.counts import TRACKS
from cogs.words.history import item_lines
from cogs.words.names import FOOTER, NAME_SHOWN, OPEN, list_name, list_url, mention
from cogs.words.text import masked_link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.services.shared.rounds.rotation_saga import RoundOutcome
    from bot.services.shared.rounds.rounds import RoundPreview
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist

END_LABEL: Final = Text("End the round")
WHAT: Final = {
    Kind.ARCHIVE: Text(
        "End round {number} of {playlist}? {tracks} will move to the archive, and round {next} starts with "
        "an empty playlist. Local files stay. Nothing is removed before it's in the archive."
    ),
    Kind.NEW_PLAYLIST: Text(
        "End round {number} of {playlist}? Round {next} starts in a new playlist. "
        "The old one, with {tracks}, stays in the Spotify account of {owner}."
    ),
}
EMPTY: Final = Text("End round {number} of {playlist}? It's empty, so round {next} just starts.")
ITSELF: Final = Text("Otherwise, it ends on schedule {when}.")
UNDER_WAY: Final = Text("Ending round {number} of {playlist}…")
ENDED: Final = {
    Kind.ARCHIVE: Text("Round {number} of {playlist} has started. {tracks} moved to the archive."),
    Kind.NEW_PLAYLIST: Text("Round {number} of {playlist} has started in a new playlist."),
}
NONE_MOVED: Final = Text(
    "Round {number} of {playlist} has started. There was nothing to move to the archive."
)
STAYED: Final = Plural(
    "Spotify doesn't accept {n:,} track for the archive, so the playlist keeps:",
    "Spotify doesn't accept {n:,} tracks for the archive, so the playlist keeps:",
)
NAMED: Final = 5  # of those, by title
LATER: Final = Text(
    "⚠️ Spotify isn't answering properly, so round {number} of {playlist} isn't over yet. Nothing is lost, "
    "and I'll continue {when}."
)
NO_ROUNDS: Final = Text("{playlist} has no earlier rounds yet. {rotate} ends one.")
ROUNDS: Final = Text("Earlier rounds of {playlist}")
ROTATE: Final = Text("`/shared rotate`")
CANCEL: Final = Text("Cancel")
ROUND: Final = Text("**Round {number}** · until {when} · {where}")
NOTHING_IN: Final = Text("empty")
OPEN_ARCHIVE: Final = Text("Open the archive")
SHOWN: Final = 25

# Knows the round it was shown for, so that a second press ends no second round.
END: Final = ListItem("sp:round", ended=r"\d{1,9}")


def preview_reply(preview: RoundPreview) -> Reply:
    shared = preview.shared
    said = (WHAT[preview.kind] if preview.items else EMPTY)(
        playlist=list_name(shared),
        tracks=TRACKS(preview.items),
        number=shared.round_no,
        next=shared.round_no + 1,
        owner=mention(shared.owner_id),
    )
    if preview.next_end is not None:
        said += "\n" + ITSELF(when=format_dt(preview.next_end, "R"))
    end = END.button(
        END_LABEL(), style=discord.ButtonStyle.danger, list=shared.list_id, ended=shared.round_no
    )
    return Reply(said, view=controls(end, LEAVE_IT.button(CANCEL(), list=shared.list_id)))


def outcome_reply(outcome: RoundOutcome, tracks: Mapping[str, Track]) -> Reply:
    """tracks: as many as are known of what stays."""
    shared = outcome.shared
    if outcome.goes_on_at is not None:
        when = format_dt(outcome.goes_on_at, "R")
        said = LATER(number=shared.round_no, playlist=list_name(shared), when=when)
    else:
        moved = TRACKS(outcome.moved)
        none = outcome.kind is Kind.ARCHIVE and not outcome.moved
        said = (NONE_MOVED if none else ENDED[outcome.kind])(
            number=shared.round_no,
            playlist=list_name(shared),
            tracks=moved,
        )
    if outcome.stayed:
        stayed = STAYED(len(outcome.stayed))
        said += f"\n{stayed}\n{item_lines(outcome.stayed, tracks)}"
    return Reply(said, view=controls(link_button(OPEN(), playlist_url(shared.playlist_id))))


def archive_reply(shared: SharedPlaylist, former: Sequence[Former]) -> Reply:
    buttons = [link_button(OPEN_ARCHIVE(), playlist_url(shared.archive_id))] if shared.archive_id else []
    if not former:
        said = NO_ROUNDS(playlist=list_name(shared), rotate=ROTATE())
        return Reply(said if not buttons else f"{list_name(shared)}:", view=controls(*buttons))
    lines = [
        ROUND(number=each.number, when=format_dt(each.ended_at, "D"), where=_where(each))
        for each in former[:SHOWN]
    ]
    title = ROUNDS(playlist=masked_link(shared.name, list_url(shared), NAME_SHOWN))
    head = f"### {title}\n-# {FOOTER} · {counts.ROUNDS(len(former))}"
    return Reply(card=(text(head), text(*lines)), view=controls(*buttons))


def _where(former: Former) -> str:
    if not former.playlist_id:
        return NOTHING_IN()
    return f"[{TRACKS(former.count)}]({playlist_url(former.playlist_id)})"
