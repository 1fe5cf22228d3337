"""Ending a round: what it will do, the yes, and what came of it; and the rounds that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.services.shared.core.rotation_progress import Kind
from bot.services.shared.reports.page import playlist_url
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.member_names import mention
from cogs.ui.reply import ACCENT, Reply, answer, controls, hold, link_button
from cogs.ui.share import share_of
from cogs.ui.shared.history import item_lines
from cogs.ui.shared.modes import count
from cogs.ui.shared.names import list_name
from cogs.ui.text import EMBED_TITLE, safe_text
from cogs.ui.track_card import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.rotation_progress import Former
    from bot.services.shared.rounds.rotation_saga import RoundOutcome
    from bot.services.shared.rounds.rounds import RoundPreview
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist

NO_TRACKS: Final[Mapping[str, Track]] = {}
END: Final = "End the round"
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


def preview_reply(preview: RoundPreview) -> Reply:
    shared = preview.shared
    text = (WHAT[preview.kind] if preview.items else EMPTY).format(
        playlist=list_name(shared),
        tracks=count(preview.items, "track"),
        number=shared.round_no,
        next=shared.round_no + 1,
        owner=mention(shared.owner_id),
    )
    if preview.next_end is not None:
        text += "\n" + ITSELF.format(when=format_dt(preview.next_end, "R"))
    return Reply(text, view=controls(EndRound.of(shared)))


def outcome_reply(outcome: RoundOutcome, tracks: Mapping[str, Track] = NO_TRACKS) -> Reply:
    """tracks: as many as are known of what stays."""
    shared = outcome.shared
    if outcome.goes_on_at is not None:
        when = format_dt(outcome.goes_on_at, "R")
        text = LATER.format(number=shared.round_no, playlist=list_name(shared), when=when)
    else:
        moved = count(outcome.moved, "track")
        none = outcome.kind is Kind.ARCHIVE and not outcome.moved
        text = (NONE_MOVED if none else ENDED[outcome.kind]).format(
            number=shared.round_no,
            playlist=list_name(shared),
            tracks=moved,
            leaves="leaves" if outcome.moved == 1 else "leave",
        )
    if outcome.stayed:
        stayed = STAYED.format(tracks=count(len(outcome.stayed), "track"))
        text += f"\n{stayed}\n{item_lines(outcome.stayed, tracks)}"
    return Reply(text, view=controls(link_button(OPEN, playlist_url(shared.playlist_id))))


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
    embed.set_footer(text=f"Spotify · {count(len(former), 'round')}")
    return Reply(embed=embed, view=controls(*buttons))


def _where(former: Former) -> str:
    if not former.playlist_id:
        return NOTHING_IN
    return IN_ARCHIVE.format(tracks=count(former.count, "track"), url=playlist_url(former.playlist_id))


class EndRound(SafeItem[Button], template=r"sp:round:(?P<list>[0-9A-Za-z]{1,16}):(?P<ended>\d{1,9})"):
    """Knows the round it was shown for, so that a second press ends no second round."""

    @classmethod
    def of(cls, shared: SharedPlaylist) -> Self:
        return cls(
            discord.ui.Button(
                label=END,
                custom_id=f"sp:round:{shared.list_id}:{shared.round_no}",
                style=discord.ButtonStyle.danger,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        services, actor = interaction.client.services.shared, actor_of(interaction)
        shared = await services.finder.find(guild_of(interaction), self.state["list"])
        ended = int(self.state["ended"])
        preview = await services.rounds.preview(shared, actor, ended)  # whoever may not is told at once
        shared = await services.ownership.must_be_there(shared)
        await answer(interaction, Reply(UNDER_WAY.format(number=ended, playlist=list_name(shared))))
        try:
            outcome = await services.rounds.rotate(shared, actor, ended)
        except Exception:
            await answer(interaction, preview_reply(preview))  # nothing has changed: it can be asked again
            raise
        tracks = await services.past.tracks(outcome.stayed[:NAMED], share=share_of(interaction))
        await answer(interaction, outcome_reply(outcome, tracks))
