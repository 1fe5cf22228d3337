"""What is said about an album or a playlist before its tracks go in: how many, which first, which not and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.proposals.expand import MOST_READ
from bot.services.shared.proposals.outcomes import Known, Refused
from cogs.ui.reply import ACCENT
from cogs.ui.shared.notes import with_note
from cogs.ui.shared.rules import refusal_sentences
from cogs.ui.text import EMBED_DESCRIPTION, EMBED_TITLE, FIELD_VALUE, safe_text, size, spotify_page
from cogs.ui.track_card import track_count, track_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.services.shared.proposals.expand import Expanded
    from bot.services.shared.proposals.outcomes import Outcome
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist

WOULD_GO: Final = "**{count}** would go into {playlist}."
WOULD_BE_PROPOSED: Final = "**{count}** would be proposed for {playlist}, each with a card of its own."
NONE_GOES: Final = "None of it would go into {playlist}."
MORE: Final = "… and {count} more"
BEYOND: Final = "{count} more could, but so many are the most at once."
UNREAD: Final = "It is long: I looked at its first {most:,} entries."
LEFT: Final = "{count} of its entries cannot be added: podcasts, local files, or no longer available."
NOT_THESE: Final = "Not these"
IN_ALREADY: Final = "there already, or on its way there."
OTHERS: Final = " (and {count} more)"
LINES_SHOWN: Final = 8
REASONS_SHOWN: Final = 5
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


def reasons_of(shared: SharedPlaylist, outcomes: Iterable[Outcome]) -> str:
    """Why tracks do not go in: a line for each reason, with the first track it holds for. Empty: all do."""
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for outcome in outcomes:
        reason = _reason(shared, outcome)
        if reason is None:
            continue
        rule, sentence = reason
        first.setdefault(rule, f"{track_name(outcome.track, NAME_SHOWN)}: {sentence}")
        counts[rule] = counts.get(rule, 0) + 1
    lines = [
        text + (OTHERS.format(count=counts[rule] - 1) if counts[rule] > 1 else "")
        for rule, text in first.items()
    ]
    return fitting(lines[:REASONS_SHOWN], FIELD_VALUE)


def tracks_of(tracks: Sequence[Track] | int) -> str:
    return track_count(tracks if isinstance(tracks, int) else len(tracks)) or ""


def _reason(shared: SharedPlaylist, outcome: Outcome) -> tuple[str, str] | None:
    if isinstance(outcome, Known):
        return "known", IN_ALREADY
    if not isinstance(outcome, Refused):
        return None
    return outcome.refusals[0].rule, " ".join(refusal_sentences(shared, outcome.refusals[:1]))


def fitting(lines: Iterable[str], limit: int) -> str:
    """As many lines as there is room for."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if size(longer) > limit:
            break
        text = longer
    return text
