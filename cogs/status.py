"""/status: how the bot is doing. Whoever runs it sees more: who has a seat, and who waits for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.status import EVERYTHING, Bucket
from bot.shards import in_words
from cogs.ui.layout import text
from cogs.ui.reply import Reply, answer, controls, think
from cogs.ui.seats import SeatControls, dashboard_button, seat_parts, seats_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.discord_bot import DiscordBot
    from bot.services.seats import Seats
    from bot.services.status import Status, StatusView
    from bot.shards import Shards
    from cogs.ui.layout import Part

TITLE: Final = Text("Status")
DISCORD: Final = Text("**Discord** · answers in {ms:,} ms")
DISCORD_UNKNOWN: Final = Text("**Discord** · connected")
DATABASE: Final = Text("**Database** · {name}, answers in {ms:,} ms")
DATABASE_AWAY: Final = Text("**Database** · ⚠️ unavailable right now, so nothing can be saved")
QUOTA: Final = Text("**Spotify** · {used:,} of {budget:,} requests used in the last 24 hours")
WAIT: Final = Text("⏳ Spotify told me to wait until {until} ({left}).")
WAIT_FOR: Final = Text("⏳ Spotify wants no requests for {what} until {until} ({left}).")
KINDS: Final = {
    Bucket.MUSIC: Text("music by link"),
    Bucket.SPOKEN: Text("podcasts and audiobooks"),
    Bucket.SEARCH: Text("searching"),
    Bucket.PLAYLISTS: Text("reading playlists"),
    Bucket.WRITES: Text("changing playlists"),
    Bucket.COVERS: Text("playlist covers"),
    Bucket.LIBRARY: Text("libraries"),
    Bucket.PLAYER: Text("the player"),
    Bucket.ACCOUNT: Text("account names"),
}
REFUSING: Final = Text(
    "⚠️ Since {since}, Spotify has refused many links that should still be valid. All are kept, "
    "and it goes on by itself once Spotify accepts them again."
)
GOES: Final = Text("Spotify isn't making me wait.")
VERSION: Final = Text("-# Mixtape {version}")
HEARTBEAT_S: Final = 30.0  # Discord asks for one every 41 s
SERVERS: Final = Plural(
    "You run this bot, so you see more. It's in {n:,} server.",
    "You run this bot, so you see more. It's in {n:,} servers.",
)
SHARDS: Final = Text("**Shards** · {up} of {count} connected")
SHARDS_HERE: Final = Plural(
    "You run this bot, so you see more. This process has shards {ids} of 0-{last}, {up} connected, with {n:,} server.",
    "You run this bot, so you see more. This process has shards {ids} of 0-{last}, {up} connected, with {n:,} servers.",
)


class StatusCog(commands.Cog):
    def __init__(self, status: Status, seats: Seats) -> None:
        self._status = status
        self._seats = seats

    @app_commands.command(description="Show how this bot is doing, and how much of Spotify's quota is used")
    async def status(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        bot, view = interaction.client, await self._status.view()
        parts: list[Part] = [
            text(f"### {TITLE()}", *status_lines(view, bot.heartbeat_s(interaction.guild_id)))
        ]
        if interaction.user.id not in bot.operator_ids or view.seats is None:
            await answer(interaction, Reply(card=tuple(parts)))
            return
        parts.append(text(*servers_lines(bot.own_shards, len(bot.guilds))))
        parts += seat_parts(
            await self._seats.holders(),
            await self._seats.freed(),
            await self._seats.waiting(),
            bot.mention_command("link"),
        )
        await answer(interaction, Reply(card=tuple(parts), view=controls(dashboard_button())))


def servers_lines(shards: Shards, servers: int) -> Iterator[str]:
    """What only whoever runs the bot sees. servers: how many this process knows."""
    if shards.plan.shared_out:
        ids, last = in_words(shards.ids), shards.count - 1
        yield SHARDS_HERE(servers, ids=ids, last=last, up=len(shards.up))
        return
    yield SERVERS(servers)
    if shards.count > 1:
        yield SHARDS(up=len(shards.up), count=shards.count)


def status_lines(view: StatusView, latency_s: float) -> Iterator[str]:
    """latency_s: no number until Discord has answered for the first time.

    discord.py takes an answer that comes before it has noted when it asked for one to the heartbeat before.
    """
    yield DISCORD(ms=_ms(latency_s)) if latency_s < HEARTBEAT_S else DISCORD_UNKNOWN()
    if view.database_s is None:
        yield DATABASE_AWAY()
    else:
        yield DATABASE(name=view.database, ms=_ms(view.database_s))
    yield QUOTA(used=view.used, budget=view.budget)
    if not view.closed:
        yield GOES()
    for bucket, until in sorted(view.closed.items()):
        when = {"until": format_dt(until, "f"), "left": format_dt(until, "R")}
        yield WAIT(**when) if bucket == EVERYTHING else WAIT_FOR(what=KINDS[Bucket(bucket)](), **when)
    if view.refusing_since is not None:
        yield REFUSING(since=format_dt(view.refusing_since, "f"))
    if view.seats is not None:
        yield seats_line(view.seats)
    yield VERSION(version=view.version)


def _ms(seconds: float) -> int:
    """At least one."""
    return max(1, round(seconds * 1000))


async def setup(bot: DiscordBot) -> None:
    bot.add_dynamic_items(*SeatControls(bot.services.seats).items)
    await bot.add_cog(StatusCog(bot.services.status, bot.services.seats))
