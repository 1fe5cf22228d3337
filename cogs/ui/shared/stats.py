"""The pictures of /shared stats, each with a text for those who do not see it; and the way out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.drawing.orders import Bars, Columns, Grid
from cogs.ui.controls import Ack, Item
from cogs.ui.layout import ACCENT, Attached
from cogs.ui.reply import Reply, controls, list_button
from cogs.words import counts
from cogs.words import stats as words
from cogs.words.names import list_name
from cogs.words.text import EMBED_TITLE, FIELD_VALUE, plain_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.drawing.orders import Order
    from bot.services.shared.reports.stats import Figures
    from cogs.ui.controls import Button
    from cogs.words.stats import Names

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

COUNTING: Final = Item("sp:stats", Ack.THINK, way="out|in")


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
        words.NOTHING.format(playlist=list_name(figures.shared)), view=controls(list_button(figures.shared))
    )


def stats_reply(figures: Figures, names: Names, drawn: Iterable[Attached] | None, *, left_out: bool) -> Reply:
    """drawn: None where no picture could be had. left_out: the way back is offered instead of the way out."""
    view = controls(counting_button(out=not left_out), list_button(figures.shared))
    embed = figures_embed(figures, names)
    return (
        Reply(words.NO_PICTURES, embed, view)
        if drawn is None
        else Reply(None, embed, view, files=tuple(drawn))
    )


def figures_embed(figures: Figures, names: Names) -> discord.Embed:
    shared = figures.shared
    lines = [
        words.SUMMARY.format(tracks=counts.TRACKS(figures.added), members=counts.MEMBERS(figures.members))
    ]
    if figures.in_spotify:
        lines.append(words.IN_SPOTIFY.format(tracks=counts.TRACKS(figures.in_spotify)))
    title = safe_text(words.TITLE.format(name=shared.name), EMBED_TITLE)
    embed = discord.Embed(title=title, description=" ".join(lines), colour=ACCENT)
    newest = [words.NEWEST.format(count=figures.looked_at)] if figures.looked_at < figures.added else []
    embed.add_field(
        name=words.WHO,
        value="\n".join(words.who_lines(figures, names, safe_text))[:FIELD_VALUE],
        inline=False,
    )
    embed.add_field(
        name=words.WHEN,
        value="\n".join([*words.when_lines(figures, safe_text), *newest])[:FIELD_VALUE],
        inline=False,
    )
    if lengths := words.length_lines(figures):
        embed.add_field(name=words.HOW_LONG, value="\n".join([*lengths, *newest])[:FIELD_VALUE], inline=False)
    if figures.decided_in_s is not None:
        embed.add_field(name=words.DECISIONS, value=words.decided(figures), inline=False)
    embed.set_footer(text=words.OWN_RECORDS)
    return embed


def pictures_of(figures: Figures, names: Names) -> list[Picture]:
    """Those there are figures for."""
    name = plain_text(figures.shared.name, ALT_NAME)
    told = "; ".join(words.who_lines(figures, names, plain_text))
    pictures = [Picture("who-adds.png", _who(figures, names), WHO_ALT.format(name=name, figures=told))]
    if any(map(any, figures.hours)):
        told = " ".join(words.when_lines(figures, plain_text))
        pictures.append(Picture("when.png", _when(figures), WHEN_ALT.format(name=name, figures=told)))
    if lengths := words.length_lines(figures):
        alt = LENGTH_ALT.format(name=name, figures=" ".join(lengths))
        pictures.append(Picture("how-long.png", _how_long(figures), alt))
    return pictures


def _who(figures: Figures, names: Names) -> Bars:
    labels = [
        f"{place}. {plain_text(words.who(names, share.member_id), words.NAME_SHOWN)}"
        for place, share in enumerate(figures.shares, 1)
    ]
    values = [share.count for share in figures.shares]
    if figures.others_count:
        labels.append(words.others(figures))
        values.append(figures.others)
    return Bars(WHO_TITLE, tuple(labels), tuple(values), TRACKS, rest=figures.others_count > 0)


def _when(figures: Figures) -> Grid:
    zone = plain_text(figures.shared.settings.time_zone, words.ZONE_SHOWN)
    hours = tuple(f"{hour:02}" for hour in range(24))
    return Grid(WHEN_TITLE.format(zone=zone), words.DAYS, hours, figures.hours, HOUR)


def _how_long(figures: Figures) -> Columns:
    return Columns(LENGTH_TITLE, words.minute_labels(figures.lengths), figures.lengths, MINUTES)


def counting_button(*, out: bool) -> Button:
    return COUNTING.button(LEAVE if out else JOIN, way="out" if out else "in")
