"""What became of each link of a message: a line for each, now and once the last one has landed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.proposals.outcomes import Accepted, Known, Pending
from bot.stores.contributions import EVER_INSIDE, ON_ITS_WAY
from cogs.ui.layout import ACCENT
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.contributions import known_words, reasons_of
from cogs.words.counts import TRACKS
from cogs.words.names import list_name
from cogs.words.text import EMBED_DESCRIPTION, fitting, masked_link

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.services.shared.proposals.outcomes import Outcome
    from bot.spotify.models import Ref
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

HEAD: Final = "For {playlist}:"
ADDED: Final = "✅ {name} was added."
ADDED_OF: Final = "✅ Of {name}, {tracks} went in."
PROPOSED_OF: Final = "🗳️ Of {name}, {tracks} proposed."
NOT_THESE: Final = " Not these: {why}"
KEPT: Final = "⏳ {name} is kept. {why}"
PROPOSED: Final = "🗳️ {name} was proposed."
KNOWN: Final = "♻️ {words}"
REFUSED: Final = "⛔ {why}"
NOT_AFTER_ALL: Final = "⛔ {name} was kept, but did not go in after all."
LEFT: Final = "⛔ {name} was left: so many are the most at once. Add it again later."
TROUBLE: Final = "⚠️ {name} cannot be looked up at the moment. Nothing of it was kept; try it again later."
NAME_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """outcomes: of its tracks; none when it could not be looked up, or was `left` as so many are the most at once."""

    ref: Ref
    name: str
    outcomes: tuple[Outcome, ...]
    left: bool = False

    @property
    def accepted(self) -> list[Accepted]:
        return [one for one in self.outcomes if isinstance(one, Accepted)]

    @property
    def kept(self) -> bool:
        return any(isinstance(one, Accepted | Pending) for one in self.outcomes)


def outcomes_reply(
    shared: SharedPlaylist, links: Sequence[LinkOutcome], now: Mapping[str, Contribution], why: str, rest: str
) -> Reply:
    """now: what was accepted, by its id. rest: why not all of the links were looked at, in a sentence."""
    lines = [HEAD.format(playlist=list_name(shared)), *(_line(shared, link, now, why) for link in links)]
    lines += [rest] if rest else []
    embed = discord.Embed(description=fitting(lines, EMBED_DESCRIPTION), colour=ACCENT)
    return Reply(embed=embed, view=controls(list_button(shared)))


def for_everybody(links: Sequence[LinkOutcome], now: Collection[Contribution]) -> str:
    """What is said in public of what went in; empty for nothing, or as long as something is on its way."""
    accepted = [one for link in links for one in link.accepted]
    landed = sum(one.state in EVER_INSIDE for one in now)
    if not landed or any(one.state in ON_ITS_WAY for one in now) or any(one.again for one in accepted):
        return ""
    only, *others = [link for link in links if link.accepted]
    return _name(only) if landed == 1 and not others else TRACKS(landed)


def _line(shared: SharedPlaylist, link: LinkOutcome, now: Mapping[str, Contribution], why: str) -> str:
    name = _name(link)
    if link.left:
        return LEFT.format(name=name)
    if not link.outcomes:
        return TROUBLE.format(name=name)
    states = [now[one.contribution.contribution_id].state for one in link.accepted]
    landed = sum(state in EVER_INSIDE for state in states)
    if any(state in ON_ITS_WAY for state in states):
        return KEPT.format(name=name, why=why)
    one = len(link.outcomes) == 1
    if landed:
        words = ADDED if one else ADDED_OF
        return words.format(name=name, tracks=TRACKS(landed)) + _rest(shared, link)
    if pending := sum(isinstance(one, Pending) for one in link.outcomes):
        words = PROPOSED if one else PROPOSED_OF
        return words.format(name=name, tracks=TRACKS(pending)) + _rest(shared, link)
    return _not_in(shared, link, name)


def _not_in(shared: SharedPlaylist, link: LinkOutcome, name: str) -> str:
    if link.accepted:
        return NOT_AFTER_ALL.format(name=name)
    first = link.outcomes[0]
    if isinstance(first, Known) and len(link.outcomes) == 1:
        return KNOWN.format(words=known_words(shared, first))
    return REFUSED.format(why=reasons_of(shared, link.outcomes).partition("\n")[0] or name)


def _rest(shared: SharedPlaylist, link: LinkOutcome) -> str:
    """Why some of it did not go in: the first reason."""
    why = reasons_of(shared, link.outcomes).partition("\n")[0]
    return NOT_THESE.format(why=why) if why else ""


def _name(link: LinkOutcome) -> str:
    return f"**{masked_link(link.name, link.ref.url, NAME_SHOWN)}**"
