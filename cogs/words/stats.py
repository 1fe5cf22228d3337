"""The figures of a shared playlist in words: for those who do not see the pictures, and when there are none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.languages import Plural, Text, number, weekdays
from cogs.words import counts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.services.shared.reports.stats import Figures
    from bot.stores.contributions import Share

    Names = Mapping[int, str]
    Shown = Callable[[str, int], str]  # makes a text fit for where it goes

TITLE: Final = Text("{name} in numbers")
NOTHING: Final = Text("Nobody has added anything to {playlist} yet. Start with `/add`.")
SUMMARY: Final = Plural("{n:,} track added by {members}", "{n:,} tracks added by {members}")
IN_SPOTIFY: Final = Plural("{n:,} track added in Spotify", "{n:,} tracks added in Spotify")
WHO, WHEN, HOW_LONG, DECISIONS = Text("Who adds"), Text("When"), Text("How long"), Text("Decisions")
OTHERS: Final = Plural("others ({n:,})", "others ({n:,})")  # members
GONE: Final = Text("a former member")
SHARE: Final = Text("{who}: {tracks} ({percent}%)")
BUSIEST: Final = Plural(
    "Busiest hour: {day}, {start} to {end} ({n:,} track).",
    "Busiest hour: {day}, {start} to {end} ({n:,} tracks).",
)
ZONE: Final = Text("Times are in {zone}.")
NO_HOURS: Final = Text("Everyone who added tracks has hidden their name, so no times are shown.")
TYPICAL: Final = Text("Median length: {length}.")
LENGTH: Final = Text("{minutes} min: {number:,}")
NEWEST: Final = Plural("From the newest {n:,} addition.", "From the newest {n:,} additions.")
DECIDED: Final = Text("Typical decision time: {time}.")
FEWEST_DECISIONS: Final = 5  # fewer say nothing about what is typical
OWN_RECORDS: Final = Text(
    "Counted from what members added here, never from what they listen to. "
    "Members who hide their names are among the others."
)
NO_PICTURES: Final = Text("I couldn't draw the picture right now. Here are the numbers.")
NAME_SHOWN: Final = 24
PLACE_SHOWN: Final = 4  # “12. ”
ZONE_SHOWN: Final = 60


def who_lines(figures: Figures, names: Names, shown: Shown) -> list[str]:
    lines = [
        # The place together with the name: at the start of a line Discord would number "2." and "2." anew.
        _share(
            shown(f"{place}. {who(names, share.member_id)}", PLACE_SHOWN + NAME_SHOWN),
            share.count,
            figures.added,
        )
        for place, share in ranked(figures)
    ]
    if figures.others_count:
        lines.append(_share(others(figures), figures.others, figures.added))
    return lines


def ranked(figures: Figures) -> list[tuple[int, Share]]:
    """Each with its place; who added as many shares it."""
    counts = [share.count for share in figures.shares]
    return [(counts.index(share.count) + 1, share) for share in figures.shares]


def who(names: Names, member_id: int | None) -> str:
    return names.get(member_id or 0) or GONE()


def others(figures: Figures) -> str:
    return OTHERS(figures.others_count)


def when_lines(figures: Figures, shown: Shown) -> list[str]:
    by_day = [sum(day) for day in figures.hours]
    if not any(by_day):
        return [NO_HOURS()]
    most = max(tracks for day in figures.hours for tracks in day)
    day, hour = next(
        (day, hour)
        for day, hours in enumerate(figures.hours)
        for hour, tracks in enumerate(hours)
        if tracks == most
    )
    start, end = f"{hour:02}:00", f"{(hour + 1) % 24:02}:00"
    busiest = BUSIEST(most, day=weekdays()[day], start=start, end=end)
    days = " · ".join(
        f"{name} {number(tracks)}" for name, tracks in zip(weekdays(short=True), by_day, strict=True)
    )
    return [days, busiest, ZONE(zone=shown(figures.shared.settings.time_zone, ZONE_SHOWN))]


def length_lines(figures: Figures) -> list[str]:
    """None where no length is known."""
    if figures.length_ms is None:
        return []
    minutes = minute_labels(figures.lengths)
    lengths = " · ".join(
        LENGTH(minutes=label, number=tracks)
        for label, tracks in zip(minutes, figures.lengths, strict=True)
        if tracks
    )
    seconds = figures.length_ms // 1000
    return [lengths, TYPICAL(length=f"{seconds // 60}:{seconds % 60:02}")]


def minute_labels(lengths: Sequence[int]) -> tuple[str, ...]:
    """Such as 3–4; the last as 10+."""  # noqa: RUF002 - from, to
    last = len(lengths) - 1
    return (*(f"{minute}–{minute + 1}" for minute in range(last)), f"{last}+")  # noqa: RUF001 - from, to


def _share(name: str, tracks: int, of_all: int) -> str:
    return SHARE(who=name, tracks=counts.TRACKS(tracks), percent=round(100 * tracks / of_all))


def decided(figures: Figures) -> str:
    time = timedelta(seconds=figures.decided_in_s or 0)
    if time >= timedelta(days=2):
        shown = counts.DAYS(round(time / timedelta(days=1)))
    elif time >= timedelta(hours=2):
        shown = counts.HOURS(round(time / timedelta(hours=1)))
    else:
        shown = counts.MINUTES(max(1, round(time / timedelta(minutes=1))))
    return DECIDED(time=shown)
