"""The quiet card a day about a shared playlist, in place of one message per addition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Text
from cogs.ui.layout import text
from cogs.words.counts import TRACKS
from cogs.words.names import FOOTER, list_url, mention, track_name
from cogs.words.text import masked_link

if TYPE_CHECKING:
    from bot.services.shared.rounds.digest import Digest
    from cogs.ui.layout import Part

TITLE: Final = Text("### New in {name}")
ADDED: Final = "{who}: {tracks}"
IN_SPOTIFY: Final = Text("In Spotify")
MORE_MEMBERS: Final = Text("and {members} more: {tracks}")
MORE: Final = Text("… and {tracks} more")
REMOVED: Final = Text("Removed: {tracks}")
ROUND: Final = Text("Round {number} has started.")
ADDERS_SHOWN: Final = 10
NAME_SHOWN: Final = 80


def digest_card(digest: Digest) -> tuple[Part, ...]:
    name = masked_link(digest.shared.name, list_url(digest.shared), NAME_SHOWN)
    lines = [TITLE(name=name)]
    lines += [] if digest.round_no is None else [ROUND(number=digest.round_no)]
    shown = digest.adders[:ADDERS_SHOWN]
    lines += [
        ADDED.format(who=mention(who) if who else IN_SPOTIFY(), tracks=TRACKS(number))
        for who, number in shown
    ]
    if rest := digest.adders[ADDERS_SHOWN:]:
        tracks = TRACKS(sum(number for _, number in rest))
        lines.append(MORE_MEMBERS(members=len(rest), tracks=tracks))
    parts = [text(*lines)]
    added = [f"• {track_name(track, NAME_SHOWN)}" for track in digest.tracks]
    if added and (more := digest.added - len(digest.tracks)) > 0:
        added.append(MORE(tracks=TRACKS(more)))
    if added:
        parts.append(text(*added))
    small = [REMOVED(tracks=TRACKS(digest.removed))] if digest.removed else []
    return (*parts, text(f"-# {' · '.join([*small, FOOTER])}"))
