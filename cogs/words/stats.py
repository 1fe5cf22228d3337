"""The figures of a shared playlist in words: for those who do not see the pictures, and when there are none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cogs.words import counts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.services.shared.reports.stats import Figures
    from bot.stores.contributions import Share

    Names = Mapping[int, str]
    Shown = Callable[[str, int], str]  # makes a text fit for where it goes

TITLE: Final = "{name} in numbers"
NOTHING: Final = "Nobody has added anything to {playlist} yet. Start with `/add`."
SUMMARY: Final = "{tracks} added by {members}"
IN_SPOTIFY: Final = "{tracks} added in Spotify"
WHO, WHEN, HOW_LONG, DECISIONS = "Who adds", "When", "How long", "Decisions"
OTHERS: Final = "others ({members:,})"
GONE: Final = "a former member"
SHARE: Final = "{who}: {tracks} ({percent}%)"
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BUSIEST: Final = "Busiest hour: {day}, {hour:02}:00 to {next:02}:00 ({tracks})."
ZONE: Final = "Times are in {zone}."
NO_HOURS: Final = "Everyone who added tracks has hidden their name, so no times are shown."
TYPICAL: Final = "Median length: {length}."
LENGTH: Final = "{minutes} min: {number:,}"
NEWEST: Final = "From the newest {count:,} additions."
DECIDED: Final = "Typical decision time: {time}."
FEWEST_DECISIONS: Final = 5  # fewer say nothing about what is typical
OWN_RECORDS: Final = (
    "Counted from what members added here, never from what they listen to. "
    "Members who hide their names are among the others."
)
NO_PICTURES: Final = "I couldn't draw the picture right now. Here are the numbers."
NAME_SHOWN: Final = 24
ZONE_SHOWN: Final = 60


def who_lines(figures: Figures, names: Names, shown: Shown) -> list[str]:
    lines = [
        _share(f"{place}. {shown(who(names, share.member_id), NAME_SHOWN)}", share.count, figures.added)
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
    return names.get(member_id or 0) or GONE


def others(figures: Figures) -> str:
    return OTHERS.format(members=figures.others_count)


def when_lines(figures: Figures, shown: Shown) -> list[str]:
    by_day = [sum(day) for day in figures.hours]
    if not any(by_day):
        return [NO_HOURS]
    most = max(tracks for day in figures.hours for tracks in day)
    day, hour = next(
        (day, hour)
        for day, hours in enumerate(figures.hours)
        for hour, tracks in enumerate(hours)
        if tracks == most
    )
    busiest = BUSIEST.format(hour=hour, next=(hour + 1) % 24, day=WEEKDAYS[day], tracks=counts.TRACKS(most))
    days = " · ".join(f"{name} {tracks:,}" for name, tracks in zip(DAYS, by_day, strict=True))
    return [days, busiest, ZONE.format(zone=shown(figures.shared.settings.time_zone, ZONE_SHOWN))]


def length_lines(figures: Figures) -> list[str]:
    """None where no length is known."""
    if figures.length_ms is None:
        return []
    minutes = minute_labels(figures.lengths)
    lengths = " · ".join(
        LENGTH.format(minutes=label, number=number)
        for label, number in zip(minutes, figures.lengths, strict=True)
        if number
    )
    seconds = figures.length_ms // 1000
    return [lengths, TYPICAL.format(length=f"{seconds // 60}:{seconds % 60:02}")]


def minute_labels(lengths: Sequence[int]) -> tuple[str, ...]:
    """Such as 3–4; the last as 10+."""  # noqa: RUF002 - from, to
    last = len(lengths) - 1
    return (*(f"{minute}–{minute + 1}" for minute in range(last)), f"{last}+")  # noqa: RUF001 - from, to


def _share(name: str, tracks: int, of_all: int) -> str:
    return SHARE.format(who=name, tracks=counts.TRACKS(tracks), percent=round(100 * tracks / of_all))


def decided(figures: Figures) -> str:
    time = timedelta(seconds=figures.decided_in_s or 0)
    if time >= timedelta(days=2):
        shown = counts.DAYS(round(time / timedelta(days=1)))
    elif time >= timedelta(hours=2):
        shown = counts.HOURS(round(time / timedelta(hours=1)))
    else:
        shown = counts.MINUTES(max(1, round(time / timedelta(minutes=1))))
    return DECIDED.format(time=shown)
