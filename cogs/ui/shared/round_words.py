"""Ending a round: what it will do, the yes, and what came of it; and the rounds that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.services.shared.core.rotation_progress import Former, Kind
from bot.services.shared.reports.page import playlist_url
from cogs.ui.controls import ListItem
from cogs.ui.layout import ACCENT
from cogs.ui.reply import Reply, controls, link_button
from cogs.words import counts
from cogs.words.counts import TRACKS
from cogs.words.history import item_lines
from cogs.words.names import OPEN, list_name, mention
from cogs.words.text import EMBED_TITLE, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.services.shared.rounds.rotation_saga import RoundOutcome
    from bot.services.shared.rounds.rounds import RoundPreview
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist

END_LABEL: Final = "End the round"
WHAT: Final = {
    Kind.ARCHIVE: "{tracks} would move from {playlist} to its archive, and round {next} begins with an empty list. "
    "Local files stay. Nothing is taken out before it is in the archive.",
    Kind.NEW_PLAYLIST: "Round {next} of {playlist} would begin in a new playlist. "
    "The one of round {number}, with {tracks}, stays in {owner}'s Spotify account as it is.",
}
EMPTY: Final = "Nothing is in {playlist}, so round {next} would simply begin."
ITSELF: Final = "By itself this round ends {when}."
UNDER_WAY: Final = "Round {number} of {playlist} is being ended…"
ENDED: Final = {
    Kind.ARCHIVE: "Round {number} of {playlist} has begun. {tracks} moved to the archive and {leaves} the list now.",
    Kind.NEW_PLAYLIST: "Round {number} of {playlist} has begun, in a new playlist.",
}
NONE_MOVED: Final = "Round {number} of {playlist} has begun. Nothing had to move to the archive."
STAYED: Final = "Spotify doesn't take {tracks} into the archive any more, so the playlist keeps:"
NAMED: Final = 5  # of those, by title
LATER: Final = (
    "Round {number} of {playlist} is being ended, but Spotify is not answering as it should. Nothing is lost: "
    "I go on by myself {when}."
)
NO_ROUNDS: Final = "{playlist} has no earlier rounds yet, and nothing is in its archive."
ROUNDS: Final = "Earlier rounds of {playlist}"
ROUND: Final = "**Round {number}** · until {when} · {where}"
IN_ARCHIVE: Final = "[{tracks}]({url})"
NOTHING_IN: Final = "nothing was in it"
OPEN_ARCHIVE: Final = "Open the archive"
SHOWN: Final = 25

# Knows the round it was shown for, so that a second press ends no second round.
END: Final = ListItem("sp:round", ended=r"\d{1,9}")


def preview_reply(preview: RoundPreview) -> Reply:
    shared = preview.shared
    text = (WHAT[preview.kind] if preview.items else EMPTY).format(
        playlist=list_name(shared),
        tracks=TRACKS(preview.items),
        number=shared.round_no,
        next=shared.round_no + 1,
        owner=mention(shared.owner_id),
    )
    if preview.next_end is not None:
        text += "\n" + ITSELF.format(when=format_dt(preview.next_end, "R"))
    end = END.button(END_LABEL, style=discord.ButtonStyle.danger, list=shared.list_id, ended=shared.round_no)
    return Reply(text, view=controls(end))


def outcome_reply(outcome: RoundOutcome, tracks: Mapping[str, Track]) -> Reply:
    """tracks: as many as are known of what stays."""
    shared = outcome.shared
    if outcome.goes_on_at is not None:
        when = format_dt(outcome.goes_on_at, "R")
        text = LATER.format(number=shared.round_no, playlist=list_name(shared), when=when)
    else:
        moved = TRACKS(outcome.moved)
        none = outcome.kind is Kind.ARCHIVE and not outcome.moved
        text = (NONE_MOVED if none else ENDED[outcome.kind]).format(
            number=shared.round_no,
            playlist=list_name(shared),
            tracks=moved,
            leaves="leaves" if outcome.moved == 1 else "leave",
        )
    if outcome.stayed:
        stayed = STAYED.format(tracks=TRACKS(len(outcome.stayed)))
        text += f"\n{stayed}\n{item_lines(outcome.stayed, tracks)}"
    return Reply(text, view=controls(link_button(OPEN(), playlist_url(shared.playlist_id))))


def archive_reply(shared: SharedPlaylist, former: Sequence[Former]) -> Reply:
    buttons = [link_button(OPEN_ARCHIVE, playlist_url(shared.archive_id))] if shared.archive_id else []
    if not former:
        text = NO_ROUNDS.format(playlist=list_name(shared))
        return Reply(text if not buttons else f"{list_name(shared)}:", view=controls(*buttons))
    lines = [
        ROUND.format(number=each.number, when=format_dt(each.ended_at, "D"), where=_where(each))
        for each in former[:SHOWN]
    ]
    title = ROUNDS.format(playlist=safe_text(shared.name, EMBED_TITLE - len(ROUNDS)))
    embed = discord.Embed(title=title, description="\n".join(lines), colour=ACCENT)
    embed.set_footer(text=f"Spotify · {counts.ROUNDS(len(former))}")
    return Reply(embed=embed, view=controls(*buttons))


def _where(former: Former) -> str:
    if not former.playlist_id:
        return NOTHING_IN
    return IN_ARCHIVE.format(tracks=TRACKS(former.count), url=playlist_url(former.playlist_id))
