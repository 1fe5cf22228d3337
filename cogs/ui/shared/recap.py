"""The card that looks back when a round or a year is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Plural, Text, all_of
from cogs.ui.layout import text
from cogs.ui.shared.card import HEARTS
from cogs.words.counts import LIKES, PEOPLE, TRACKS
from cogs.words.names import FOOTER, SEPARATOR, list_url, mention, track_name, unnamed
from cogs.words.text import masked_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.services.shared.rounds.recap import Recap
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from cogs.ui.layout import Part

OF_ROUND: Final = Text("### Round {number} of {name} is over")
OF_YEAR: Final = Text("### {name} in {year}")
LIKED: Final = Text("**Most liked**")
DIVIDED: Final = Text("**Most divided:** {track}, {yes:,} 👍 and {no:,} 👎")
BROUGHT: Final = Text("**Added most:** {members}")
MEMBER: Final = "{member} ({tracks})"
REACHED: Final = Plural(
    "🎉 This playlist has now had {n:,} track.", "🎉 This playlist has now had {n:,} tracks."
)
LINE: Final = "{place}. {parts}"
NAME_SHOWN: Final = 80


def recap_card(recap: Recap, tracks: Mapping[str, Track]) -> tuple[Part, ...]:
    """tracks: as many as are known of what it names, by URI."""
    name = masked_link(recap.shared.name, list_url(recap.shared), NAME_SHOWN)
    title = (
        OF_ROUND(number=recap.round_no, name=name)
        if recap.round_no is not None
        else OF_YEAR(name=name, year=str(recap.year))
    )
    totals = [TRACKS(recap.tracks)]
    if recap.members:
        totals.append(PEOPLE(recap.members))
    if recap.likes:
        totals.append(LIKES(recap.likes))
    head = text(title, f"-# {SEPARATOR.join([FOOTER, *totals])}")
    body = list(_lines(recap, tracks))
    return (head, *([text(*body)] if body else []))


def named_in(recap: Recap) -> list[str]:
    """The URIs of what the card names."""
    divided = [recap.divided.uri] if recap.divided else []
    return [*(one.contribution.uri for one in recap.liked), *divided]


def _lines(recap: Recap, tracks: Mapping[str, Track]) -> Iterator[str]:
    if recap.liked:
        yield LIKED()
    for place, one in enumerate(recap.liked, start=1):
        held = one.contribution
        parts = [_title(held, tracks), HEARTS.format(count=one.likes)]
        if held.member_id is not None and held.member_id not in recap.hidden:
            parts.append(mention(held.member_id))
        yield LINE.format(place=place, parts=" · ".join(parts))
    if recap.divided is not None and (ballot := recap.divided.ballot) is not None:
        yield DIVIDED(track=_title(recap.divided, tracks), yes=ballot.yes, no=ballot.no)
    if recap.brought:
        yield BROUGHT(
            members=all_of(
                [MEMBER.format(member=mention(who), tracks=TRACKS(count)) for who, count in recap.brought]
            )
        )
    if recap.reached is not None:
        yield REACHED(recap.reached)


def _title(held: Contribution, tracks: Mapping[str, Track]) -> str:
    track = tracks.get(held.uri)
    return track_name(track, NAME_SHOWN) if track else unnamed(held.uri, NAME_SHOWN)
