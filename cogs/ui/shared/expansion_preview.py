"""What is said about an album or a playlist before its tracks go in: how many, which first, which not and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.contributing.expanding import MOST_READ
from cogs.ui.reply import ACCENT
from cogs.ui.shared.notes import with_note
from cogs.words.text import EMBED_DESCRIPTION, EMBED_TITLE, fitting, safe_text, spotify_page
from cogs.words.tracks import track_count, track_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.shared.contributing.expanding import Expanded
    from bot.spotify.models import Track

WOULD_GO: Final = "**{count}** would go into {playlist}."
WOULD_BE_PROPOSED: Final = "**{count}** would be proposed for {playlist}, each with a card of its own."
NONE_GOES: Final = "None of it would go into {playlist}."
MORE: Final = "… and {count} more"
BEYOND: Final = "{count} more could, but so many are the most at once."
UNREAD: Final = "It is long: I looked at its first {most:,} entries."
LEFT: Final = "{count} of its entries cannot be added: podcasts, local files, or no longer available."
NOT_THESE: Final = "Not these"
LINES_SHOWN: Final = 8
NAME_SHOWN: Final = 60


def preview_embed(
    expanded: Expanded, head: str, taken: Sequence[Track], reasons: str, note: str, *, beyond: int = 0
) -> discord.Embed:
    lines = [head]
    lines += [
        f"{place}. {track_name(track, NAME_SHOWN)}" for place, track in enumerate(taken[:LINES_SHOWN], 1)
    ]
    if len(taken) > LINES_SHOWN:
        lines.append(MORE.format(count=len(taken) - LINES_SHOWN))
    if beyond:
        lines.append(BEYOND.format(count=beyond))
    if expanded.left:
        lines.append(LEFT.format(count=expanded.left))
    if expanded.unread:
        lines.append(UNREAD.format(most=MOST_READ))
    embed = discord.Embed(
        title=safe_text(expanded.name, EMBED_TITLE),
        url=spotify_page(expanded.ref.url),
        description=fitting(lines, EMBED_DESCRIPTION),
        colour=ACCENT,
    )
    if reasons:
        embed.add_field(name=NOT_THESE, value=reasons)
    return with_note(embed, note)


def tracks_of(tracks: Sequence[Track] | int) -> str:
    return track_count(tracks if isinstance(tracks, int) else len(tracks)) or ""
