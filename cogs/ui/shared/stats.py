"""The pictures of /shared stats, each with a text for those who do not see it; and the way out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.drawing.orders import Bars, Columns, Grid
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.reply import Attached, Reply, answer, controls, think
from cogs.ui.shared.names import list_button, list_name
from cogs.ui.shared.stats_words import (
    DAYS,
    NAME_SHOWN,
    NO_PICTURES,
    NOTHING,
    ZONE_SHOWN,
    figures_embed,
    length_lines,
    minute_labels,
    others,
    when_lines,
    who,
    who_lines,
)
from cogs.ui.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.drawing.orders import Order
    from bot.services.shared.reports.stats import Figures
    from cogs.ui.shared.stats_words import Names

WHO_TITLE: Final = "Who adds"
WHEN_TITLE: Final = "When tracks are added ({zone})"
LENGTH_TITLE: Final = "How long the tracks are"
TRACKS, HOUR, MINUTES = "tracks", "hour", "minutes"
WHO_ALT: Final = "Bars that show how many tracks each member added to {name}: {figures}."
WHEN_ALT: Final = "The hours of a week, the brighter the more tracks were added to {name} then. {figures}"
LENGTH_ALT: Final = "Columns that show how long the tracks are that were added to {name}. {figures}"
MOST_ALT: Final = 1024  # docs.discord.com/developers/resources/message (attachment object)
ALT_NAME: Final = 80

LEAVE, JOIN = "Leave me out", "Count me in"
LEFT: Final = (
    "You are left out of the figures from now on, in every server this bot is in: what you added is counted among the "
    "others, without your name, and not in the picture of hours. Pictures that were shown before stay as they are."
)
LEFT_ALREADY: Final = "You are left out of the figures already: your name is not in them."
JOINED: Final = "You are in the figures again, with your name, in every server this bot is in."
JOINED_ALREADY: Final = "You are in the figures already."


@dataclass(frozen=True, slots=True)
class Picture:
    """alt: what it shows, for those who do not see it."""

    file_name: str
    order: Order
    alt: str

    def attached(self, drawn: bytes) -> Attached:
        return Attached(self.file_name, drawn, plain_text(self.alt, MOST_ALT))


def nothing_reply(figures: Figures) -> Reply:
    return Reply(
        NOTHING.format(playlist=list_name(figures.shared)), view=controls(list_button(figures.shared))
    )


def stats_reply(
    figures: Figures, names: Names, drawn: Iterable[Attached] | None, *, stats_opt_outs: bool
) -> Reply:
    """drawn: None where no picture could be had. left_out: the way back is offered instead of the way out."""
    view = controls(ChangeCounting.of(out=not stats_opt_outs), list_button(figures.shared))
    embed = figures_embed(figures, names)
    return Reply(NO_PICTURES, embed, view) if drawn is None else Reply(None, embed, view, files=tuple(drawn))


def pictures_of(figures: Figures, names: Names) -> list[Picture]:
    """Those there are figures for."""
    name = plain_text(figures.shared.name, ALT_NAME)
    told = "; ".join(who_lines(figures, names, plain_text))
    pictures = [Picture("who-adds.png", _who(figures, names), WHO_ALT.format(name=name, figures=told))]
    if any(map(any, figures.hours)):
        told = " ".join(when_lines(figures, plain_text))
        pictures.append(Picture("when.png", _when(figures), WHEN_ALT.format(name=name, figures=told)))
    if lengths := length_lines(figures):
        alt = LENGTH_ALT.format(name=name, figures=" ".join(lengths))
        pictures.append(Picture("how-long.png", _how_long(figures), alt))
    return pictures


def _who(figures: Figures, names: Names) -> Bars:
    labels = [
        f"{place}. {plain_text(who(names, share.member_id), NAME_SHOWN)}"
        for place, share in enumerate(figures.shares, 1)
    ]
    values = [share.count for share in figures.shares]
    if figures.others_count:
        labels.append(others(figures))
        values.append(figures.others)
    return Bars(WHO_TITLE, tuple(labels), tuple(values), TRACKS, rest=figures.others_count > 0)


def _when(figures: Figures) -> Grid:
    zone = plain_text(figures.shared.settings.time_zone, ZONE_SHOWN)
    hours = tuple(f"{hour:02}" for hour in range(24))
    return Grid(WHEN_TITLE.format(zone=zone), DAYS, hours, figures.hours, HOUR)


def _how_long(figures: Figures) -> Columns:
    return Columns(LENGTH_TITLE, minute_labels(figures.lengths), figures.lengths, MINUTES)


class ChangeCounting(SafeItem[Button], template=r"sp:stats:(?P<way>out|in)"):
    """For whoever presses it, linked or not, whoever asked for the figures."""

    @classmethod
    def of(cls, *, out: bool) -> Self:
        return cls(
            discord.ui.Button(
                label=LEAVE if out else JOIN,
                custom_id=f"sp:stats:{'out' if out else 'in'}",
                style=discord.ButtonStyle.secondary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        stats, member_id = interaction.client.services.shared.stats, interaction.user.id
        out = self.state["way"] == "out"
        if out:
            text = LEFT if await stats.leave_out(member_id) else LEFT_ALREADY
        else:
            text = JOINED if await stats.count_in(member_id) else JOINED_ALREADY
        await answer(interaction, Reply(text, view=controls(ChangeCounting.of(out=not out))))
