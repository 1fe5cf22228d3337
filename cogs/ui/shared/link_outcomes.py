"""What became of each link of a message: a line for each, now and once the last one has landed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.languages import Text
from bot.services.shared.proposals.outcomes import Accepted, Known, Pending
from bot.stores.contributions import EVER_INSIDE, ON_ITS_WAY
from cogs.ui.layout import MOST_TEXT, text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.contributions import known_words, reasons_of
from cogs.words.counts import TRACKS
from cogs.words.names import list_name
from cogs.words.text import fitting, masked_link, size

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.services.shared.proposals.outcomes import Outcome
    from bot.spotify.models import Ref
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

HEAD: Final = Text("For {playlist}:")
ADDED: Final = Text("✅ {name} was added.")
ADDED_OF: Final = Text("✅ {name}: {tracks} added.")
PROPOSED_OF: Final = Text("🗳️ {name}: {tracks} proposed.")
LEFT_OUT: Final = Text(" Left out: {why}")
KEPT: Final = Text("⏳ {name} was accepted. {why}")
PROPOSED: Final = Text("🗳️ {name} was proposed.")
KNOWN: Final = "♻️ {words}"
KNOWN_SHORT: Final = Text("♻️ {name}: already in, or on its way")
REFUSED: Final = "⛔ {why}"
NOT_AFTER_ALL: Final = Text("⛔ {name} was accepted, but didn't go in after all.")
LEFT: Final = Text("⛔ {name} was skipped: too many tracks at once. Add it again later.")
TROUBLE: Final = Text("⚠️ I can't look up {name} right now, so it wasn't added. Try again later.")
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

    def lines(*, brief: bool) -> list[str]:
        each = [_line(shared, link, now, why, brief=brief) for link in links]
        return [HEAD(playlist=list_name(shared)), *each, *([rest] if rest else [])]

    said = lines(brief=False)
    if size("\n".join(said)) > MOST_TEXT:
        said = lines(brief=True)
    return Reply(card=(text(fitting(said, MOST_TEXT)),), view=controls(list_button(shared)))


def for_everybody(links: Sequence[LinkOutcome], now: Collection[Contribution]) -> str:
    """What is said in public of what went in; empty for nothing, or as long as something is on its way."""
    accepted = [one for link in links for one in link.accepted]
    landed = sum(one.state in EVER_INSIDE for one in now)
    if not landed or any(one.state in ON_ITS_WAY for one in now) or any(one.again for one in accepted):
        return ""
    only, *others = [link for link in links if link.accepted]
    return _name(only) if landed == 1 and not others else TRACKS(landed)


def _line(
    shared: SharedPlaylist, link: LinkOutcome, now: Mapping[str, Contribution], why: str, *, brief: bool
) -> str:
    """brief: without who brought what is known."""
    name = _name(link)
    if link.left:
        return LEFT(name=name)
    if not link.outcomes:
        return TROUBLE(name=name)
    states = [now[one.contribution.contribution_id].state for one in link.accepted]
    landed = sum(state in EVER_INSIDE for state in states)
    if any(state in ON_ITS_WAY for state in states):
        return KEPT(name=name, why=why)
    one = len(link.outcomes) == 1
    if landed:
        words = ADDED if one else ADDED_OF
        return words(name=name, tracks=TRACKS(landed)) + _rest(shared, link)
    if pending := sum(isinstance(one, Pending) for one in link.outcomes):
        words = PROPOSED if one else PROPOSED_OF
        return words(name=name, tracks=TRACKS(pending)) + _rest(shared, link)
    return _not_in(shared, link, name, brief=brief)


def _not_in(shared: SharedPlaylist, link: LinkOutcome, name: str, *, brief: bool) -> str:
    if link.accepted:
        return NOT_AFTER_ALL(name=name)
    first = link.outcomes[0]
    if isinstance(first, Known) and len(link.outcomes) == 1:
        return KNOWN_SHORT(name=name) if brief else KNOWN.format(words=known_words(shared, first))
    return REFUSED.format(why=reasons_of(shared, link.outcomes).partition("\n")[0] or name)


def _rest(shared: SharedPlaylist, link: LinkOutcome) -> str:
    """Why some of it didn't go in: the first reason."""
    why = reasons_of(shared, link.outcomes).partition("\n")[0]
    return LEFT_OUT(why=why) if why else ""


def _name(link: LinkOutcome) -> str:
    return f"**{masked_link(link.name, link.ref.url, NAME_SHOWN)}**"
