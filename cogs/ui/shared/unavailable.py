"""What can't be played any more in a shared playlist, with the other releases there are, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Plural, Text
from cogs.ui.controls import ListItem
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.counts import TRACKS
from cogs.words.names import list_name, track_line
from cogs.words.text import fitting

if TYPE_CHECKING:
    from bot.services.shared.tidying.unavailable import Found
    from cogs.ui.layout import Control

HEAD: Final = Plural(
    "{n:,} track in {name} can't be played any more:", "{n:,} tracks in {name} can't be played any more:"
)
WHERE: Final = Text("-# That's what Spotify says for the country of the owner's account.")
ALL_WELL: Final = Text("Everything in {name} can be played.")
INSTEAD: Final = Text("another release: {release}")
NONE: Final = Text("no other release found")
UNSEARCHED: Final = Text(
    "I only searched other releases for the first ones; {tracks} are left for another time."
)
TAKEN_DOWN: Final = Plural(
    "Spotify took {n:,} track down and shows nothing of it any more. Only the owner can remove it, in Spotify's app.",
    "Spotify took {n:,} tracks down and shows nothing of them any more. Only the owner can remove them, in Spotify's "
    "app.",
)
USE: Final = Text("Use other releases…")
MOVE_ASIDE: Final = Text("Move aside…")
TITLE, ARTISTS = 60, 30
ROOM: Final = 3_200  # characters

ASIDE: Final = ListItem("sp:aside")
REPLACE: Final = ListItem("sp:instead")


def unavailable_reply(found: Found) -> Reply:
    shared = found.shared
    name = list_name(shared)
    taken_down = [TAKEN_DOWN(found.taken_down)] if found.taken_down else []
    if not found.tracks:
        said = taken_down or [ALL_WELL(name=name)]
        return Reply(card=(text(*said),), view=controls(list_button(shared)))
    lines = []
    for track in found.tracks:
        what = track_line(track, title=TITLE, artists=ARTISTS)
        other = found.releases.get(track.uri)
        instead = INSTEAD(release=track_line(other, title=TITLE, artists=ARTISTS)) if other else NONE()
        lines.append(f"- {what}\n  -# {instead}")
    below = [UNSEARCHED(tracks=TRACKS(found.unsearched))] if found.unsearched else []
    buttons: list[Control] = []
    if found.releases:
        buttons.append(REPLACE.button(USE(), style=discord.ButtonStyle.primary, list=shared.list_id))
    buttons.append(ASIDE.button(MOVE_ASIDE(), list=shared.list_id))
    card = (
        text(f"**{HEAD(len(found.tracks), name=name)}**"),
        text(fitting(lines, ROOM)),
        text(*below, *taken_down, WHERE()),
    )
    return Reply(card=card, view=controls(*buttons, list_button(shared)))
