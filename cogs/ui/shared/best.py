"""The card of a “Best of …” playlist: where it is, what it begins with, and what a refresh changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.languages import Text
from bot.services.shared.reports.page import playlist_url
from bot.services.shared.rounds.best import playlist_name
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, link_button
from cogs.words.counts import MORE, TRACKS
from cogs.words.names import FOOTER, OPEN, list_name, track_name, unnamed
from cogs.words.text import masked_link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.services.shared.rounds.best import BestOutcome
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Part

TITLE: Final = "### ♥ {name}"
WHAT: Final = Text("{tracks} from {playlist}, most liked first.")
CHANGED: Final = Text("New: {added}. Gone: {gone}.")
SAME: Final = Text("Nothing has changed since it was last refreshed.")
LEFT_OUT: Final = Text("Spotify no longer accepts {tracks}, so they're left out.")
LATER: Final = Text(
    "⚠️ Spotify isn't answering properly, so {name} isn't ready yet. I'll continue {when} and post it here."
)
LINE: Final = "{place}. {title}"
SHOWN: Final = 5
NAME_SHOWN: Final = 80
TITLE_SHOWN: Final = 100


def best_reply(outcome: BestOutcome, tracks: Mapping[str, Track]) -> Reply:
    """tracks: as many as are known of the first of them, by URI."""
    shared, name = outcome.shared, playlist_name(outcome.shared, outcome.span)
    if outcome.goes_on_at is not None:
        shown = masked_link(name, None, TITLE_SHOWN)
        return Reply(card=(text(LATER(name=shown, when=format_dt(outcome.goes_on_at, "R"))),))
    changes = [
        CHANGED(added=outcome.added, gone=outcome.gone) if outcome.added or outcome.gone else SAME(),
        *([LEFT_OUT(tracks=TRACKS(outcome.left_out))] if outcome.left_out else []),
    ]
    parts = best_parts(shared, outcome.span, outcome.playlist_id, outcome.uris, tracks)
    small = text("\n".join(f"-# {line}" for line in (*changes, FOOTER)))
    return Reply(card=(*parts, small), view=controls(link_button(OPEN(), playlist_url(outcome.playlist_id))))


def best_parts(
    shared: SharedPlaylist, span: str, playlist_id: str, uris: Sequence[str], tracks: Mapping[str, Track]
) -> tuple[Part, ...]:
    name = masked_link(playlist_name(shared, span), playlist_url(playlist_id), TITLE_SHOWN)
    what = WHAT(tracks=TRACKS(len(uris)), playlist=list_name(shared))
    lines = [
        LINE.format(place=place, title=_title(uri, tracks.get(uri)))
        for place, uri in enumerate(uris[:SHOWN], start=1)
    ]
    if len(uris) > SHOWN:
        lines.append(f"… {MORE(len(uris) - SHOWN)}")
    return text(TITLE.format(name=name), what), text("\n".join(lines))


def _title(uri: str, track: Track | None) -> str:
    return track_name(track, NAME_SHOWN) if track else unnamed(uri, NAME_SHOWN)
