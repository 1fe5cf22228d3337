"""The quiet message a day about a shared playlist, in place of one per addition."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.showing.showing import playlist_url
from cogs.ui.reply import ACCENT, LOST, NOBODY, controls, link_button
from cogs.words.members import mention
from cogs.words.text import EMBED_TITLE, count, safe_text
from cogs.words.tracks import OPEN, track_name

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.rounds.digests import Digest

log = logging.getLogger(__name__)

TITLE: Final = "What is new in {name}"
ADDED: Final = "{who}: {tracks}"
IN_SPOTIFY: Final = "In Spotify"
MORE_MEMBERS: Final = "and {members} more, {tracks}"
MORE: Final = "… and {tracks} more"
REMOVED: Final = "{tracks} went out."
ROUND: Final = "Round {number} began."
ADDERS_SHOWN: Final = 10
NAME_SHOWN: Final = 80


async def send_digests(bot: DiscordBot) -> None:
    """Never raises for one list's sake."""
    if not bot.is_ready():
        return
    for digest in await bot.services.shared.digests.due():
        await _send(bot, digest)


async def _send(bot: DiscordBot, digest: Digest) -> None:
    channel_id = digest.shared.settings.digest_channel_id
    if channel_id is None:
        return
    channel = bot.get_partial_messageable(channel_id, guild_id=digest.shared.guild_id)
    try:
        await channel.send(
            embed=digest_embed(digest),
            view=controls(link_button(OPEN, playlist_url(digest.shared.playlist_id))),
            allowed_mentions=NOBODY,
            silent=True,
            nonce=f"{digest.shared.list_id}:{int(digest.since.timestamp())}",
        )
    except (discord.NotFound, discord.Forbidden) as refused:
        log.warning("channel %s takes no digest (Discord's code %s)", channel_id, refused.code)
    except LOST as lost:
        log.warning("a digest of list %s was not sent: %s", digest.shared.list_id, type(lost).__name__)
        await bot.services.shared.digests.failed(digest)


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
