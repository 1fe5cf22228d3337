"""The picture of /shared stats, with a text for those who don't see it; and how to hide one's name in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.drawing.orders import Bars, Columns, Grid
from bot.languages import Text, weekdays
from cogs.ui.controls import Ack, Item
from cogs.ui.layout import Attached, text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words import stats as words
from cogs.words.counts import MEMBERS
from cogs.words.names import NAME_SHOWN, SEPARATOR, list_name, list_url
from cogs.words.text import masked_link, plain_text, safe_text

if TYPE_CHECKING:
    from bot.drawing.orders import Order
    from bot.services.shared.reports.stats import Figures
    from cogs.ui.controls import Button
    from cogs.ui.layout import Part
    from cogs.words.stats import Names

FILE: Final = "statistics.png"
WHO_TITLE: Final = Text("Who adds")
WHEN_TITLE: Final = Text("When tracks are added ({zone})")
LENGTH_TITLE: Final = Text("Track length")
TRACKS_AXIS, HOUR, MINUTES = Text("tracks"), Text("hour"), Text("minutes")
WHO_ALT: Final = Text("Bars that show how many tracks each member added to {name}: {figures}.")
WHEN_ALT: Final = Text("The hours of a week, brighter where more tracks were added to {name}. {figures}")
LENGTH_ALT: Final = Text("Columns that show how long the tracks added to {name} are. {figures}")
MOST_ALT: Final = 1024  # docs.discord.com/developers/resources/message (attachment object)
ALT_NAME: Final = 80

LEAVE, JOIN = Text("Hide my name"), Text("Show my name")
DRAWING: Final = Text("Drawing…")
FEWEST: Final = 5  # tracks a picture shows something of
LEFT: Final = Text(
    "Your name is hidden in statistics from now on, in every server I'm in. Your tracks count among the others, "
    "and not in the hours. Pictures posted earlier stay."
)
LEFT_ALREADY: Final = Text("Your name is hidden already.")
JOINED: Final = Text("Your name is shown in statistics again, in every server I'm in.")
JOINED_ALREADY: Final = Text("Your name is shown already.")

COUNTING: Final = Item("sp:stats", Ack.THINK, way="out|in")


@dataclass(frozen=True, slots=True)
class Picture:
    """Several charts in one. alt: what it shows, for those who don't see it."""

    orders: tuple[Order, ...]
    alt: str

    def attached(self, drawn: bytes) -> Attached:
        return Attached(FILE, drawn, plain_text(self.alt, MOST_ALT))


def nothing_reply(figures: Figures) -> Reply:
    return Reply(
        words.NOTHING(playlist=list_name(figures.shared)), view=controls(list_button(figures.shared))
    )


def stats_reply(figures: Figures, names: Names, drawn: Attached | None, *, left_out: bool) -> Reply:
    """drawn: None where there is no picture. left_out: the way back is offered instead of the way out."""
    view = controls(counting_button(out=not left_out), list_button(figures.shared))
    failed = (text(words.NO_PICTURES()),) if drawn is None and is_worth_a_picture(figures) else ()
    return Reply(card=(*failed, *figures_parts(figures, names)), view=view, files=(drawn,) if drawn else ())


def figures_parts(figures: Figures, names: Names) -> tuple[Part, ...]:
    shared = figures.shared
    counted = [words.SUMMARY(figures.added, members=MEMBERS(figures.members))]
    if figures.in_spotify:
        counted.append(words.IN_SPOTIFY(figures.in_spotify))
    name = masked_link(shared.name, list_url(shared), NAME_SHOWN)
    head = f"### {words.TITLE(name=name)}\n-# {SEPARATOR.join(counted)}"
    newest = [words.NEWEST(figures.looked_at)] if figures.looked_at < figures.added else []
    blocks = [[words.WHO(), *words.who_lines(figures, names, safe_text)]]
    blocks.append([words.WHEN(), *words.when_lines(figures, safe_text), *newest])
    if lengths := words.length_lines(figures):
        blocks.append([words.HOW_LONG(), *lengths, *newest])
    if figures.decided_in_s is not None and figures.decisions >= words.FEWEST_DECISIONS:
        blocks.append([words.DECISIONS(), words.decided(figures)])
    written = ("\n".join([f"**{title}**", *lines]) for title, *lines in blocks)
    return (text(head), text(*written), text(f"-# {words.OWN_RECORDS()}"))


def is_worth_a_picture(figures: Figures) -> bool:
    return figures.added >= FEWEST


def picture_of(figures: Figures, names: Names) -> Picture:
    """A chart of everything there are figures for, one under the other."""
    name = plain_text(figures.shared.name, ALT_NAME)
    told = "; ".join(words.who_lines(figures, names, plain_text))
    orders: list[Order] = [_who(figures, names)]
    alts = [WHO_ALT(name=name, figures=told)]
    if any(map(any, figures.hours)):
        told = " ".join(words.when_lines(figures, plain_text))
        orders.append(_when(figures))
        alts.append(WHEN_ALT(name=name, figures=told))
    if lengths := words.length_lines(figures):
        orders.append(_how_long(figures))
        alts.append(LENGTH_ALT(name=name, figures=" ".join(lengths)))
    return Picture(tuple(orders), " ".join(alts))


def _who(figures: Figures, names: Names) -> Bars:
    labels = [
        f"{place}. {plain_text(words.who(names, share.member_id), words.NAME_SHOWN)}"
        for place, share in words.ranked(figures)
    ]
    values = [share.count for share in figures.shares]
    if figures.others_count:
        labels.append(words.others(figures))
        values.append(figures.others)
    return Bars(WHO_TITLE(), tuple(labels), tuple(values), TRACKS_AXIS(), rest=figures.others_count > 0)


def _when(figures: Figures) -> Grid:
    zone = plain_text(figures.shared.settings.time_zone, words.ZONE_SHOWN)
    hours = tuple(f"{hour:02}" for hour in range(24))
    return Grid(WHEN_TITLE(zone=zone), weekdays(short=True), hours, figures.hours, HOUR())


def _how_long(figures: Figures) -> Columns:
    return Columns(LENGTH_TITLE(), words.minute_labels(figures.lengths), figures.lengths, MINUTES())


def counting_button(*, out: bool) -> Button:
    return COUNTING.button(LEAVE() if out else JOIN(), way="out" if out else "in")
