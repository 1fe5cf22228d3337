"""The quiet message a day about a shared playlist, in place of one per addition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from cogs.ui.layout import ACCENT
from cogs.words.names import mention, track_name
from cogs.words.text import EMBED_TITLE, count, safe_text

if TYPE_CHECKING:
    from bot.services.shared.rounds.digest import Digest

TITLE: Final = "What is new in {name}"
ADDED: Final = "{who}: {tracks}"
IN_SPOTIFY: Final = "In Spotify"
MORE_MEMBERS: Final = "and {members} more, {tracks}"
MORE: Final = "… and {tracks} more"
REMOVED: Final = "{tracks} went out."
ROUND: Final = "Round {number} began."
ADDERS_SHOWN: Final = 10
NAME_SHOWN: Final = 80


def digest_embed(digest: Digest) -> discord.Embed:
    lines = [] if digest.round_no is None else [ROUND.format(number=digest.round_no)]
    shown = digest.adders[:ADDERS_SHOWN]
    lines += [
        ADDED.format(who=mention(who) if who else IN_SPOTIFY, tracks=count(number, "track"))
        for who, number in shown
    ]
    if rest := digest.adders[ADDERS_SHOWN:]:
        tracks = count(sum(number for _, number in rest), "track")
        lines.append(MORE_MEMBERS.format(members=len(rest), tracks=tracks))
    if digest.tracks:
        lines += ["", *(f"• {track_name(track, NAME_SHOWN)}" for track in digest.tracks)]
        if (more := digest.added - len(digest.tracks)) > 0:
            lines.append(MORE.format(tracks=count(more, "track")))
    if digest.removed:
        lines.append(f"-# {REMOVED.format(tracks=count(digest.removed, 'track'))}")
    title = TITLE.format(name=safe_text(digest.shared.name, EMBED_TITLE - len(TITLE)))
    embed = discord.Embed(title=title, description="\n".join(lines), colour=ACCENT)
    embed.set_footer(text="Spotify")
    return embed
