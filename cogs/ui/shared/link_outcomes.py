"""What became of each link of a message: a line for each, now and once the last one has landed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.contributing.outcomes import Accepted, Known, Pending
from bot.stores.contributions import State
from cogs.ui.reply import ACCENT, LOST, Reply, answer, controls, list_button
from cogs.ui.shared.contributions import EDITABLE_S, SETTLE_S, tell_everybody
from cogs.ui.shared.expansion_preview import tracks_of
from cogs.ui.shared.stopped import as_it_is, why_it_waits
from cogs.words.contributions import known_words, reasons_of
from cogs.words.lists import list_name
from cogs.words.text import EMBED_DESCRIPTION, fitting, masked_link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.contributing.outcomes import Outcome
    from bot.spotify.models import Ref
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

HEAD: Final = "For {playlist}:"
ADDED: Final = "✅ {name} was added."
ADDED_OF: Final = "✅ Of {name}, {tracks} went in."
PROPOSED_OF: Final = "🗳️ Of {name}, {tracks} proposed; each is decided by itself."
NOT_THESE: Final = " Not these: {why}"
KEPT: Final = "⏳ {name} is kept. {why}"
PROPOSED: Final = "🗳️ {name} was proposed."
KNOWN: Final = "♻️ {words}"
REFUSED: Final = "⛔ {why}"
NOT_AFTER_ALL: Final = "⛔ {name} was kept, but did not go in after all."
TROUBLE: Final = "⚠️ {name} cannot be looked up at the moment. Nothing of it was kept; try it again later."
NAME_SHOWN: Final = 60
ON_ITS_WAY: Final = frozenset({State.QUEUED, State.SENDING, State.PARKED})  # parked: a curator looks after it
IN_PLACE: Final = frozenset({State.LANDED, State.LEAVING, State.REMOVED})


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """outcomes: of its tracks; none when it could not be looked up."""

    ref: Ref
    name: str
    outcomes: tuple[Outcome, ...]

    @property
    def accepted(self) -> list[Accepted]:
        return [one for one in self.outcomes if isinstance(one, Accepted)]

    @property
    def kept(self) -> bool:
        return any(isinstance(one, Accepted | Pending) for one in self.outcomes)


async def tell_link_outcomes(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    links: Sequence[LinkOutcome],
    rest: str = "",
) -> None:
    """rest: why not all of them were looked at, in a sentence."""
    now = await _settled(interaction, links, SETTLE_S, patient=False)
    await _tell(interaction, shared, links, now, rest)
    if any(one.state in ON_ITS_WAY for one in now.values()):
        interaction.client.afterwards(_tell_later(interaction, shared, links, rest))


async def _tell_later(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    links: Sequence[LinkOutcome],
    rest: str,
) -> None:
    later = await _settled(interaction, links, EDITABLE_S, patient=True)
    try:
        await _tell(interaction, shared, links, later, rest)
    except LOST as lost:
        log.warning("could not tell member %s what became: %s", interaction.user.id, type(lost).__name__)


async def _settled(
    interaction: discord.Interaction[DiscordBot],
    links: Sequence[LinkOutcome],
    timeout_s: float,
    *,
    patient: bool,
) -> dict[str, Contribution]:
    """What was accepted, as it is now, by its id."""
    accepted = [one.contribution for link in links for one in link.accepted]
    now = await asyncio.gather(*(as_it_is(interaction, one, timeout_s, patient=patient) for one in accepted))
    return {one.contribution_id: one for one in now}


async def _tell(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    links: Sequence[LinkOutcome],
    now: Mapping[str, Contribution],
    rest: str,
) -> None:
    why = await why_it_waits(interaction, shared)
    lines = [HEAD.format(playlist=list_name(shared)), *(_line(shared, link, now, why) for link in links)]
    lines += [rest] if rest else []
    embed = discord.Embed(description=fitting(lines, EMBED_DESCRIPTION), colour=ACCENT)
    await answer(interaction, Reply(embed=embed, view=controls(list_button(shared))))
    accepted = [one for link in links for one in link.accepted]
    landed = sum(one.state in IN_PLACE for one in now.values())
    waiting = any(one.state in ON_ITS_WAY for one in now.values())
    if landed and not waiting and not any(one.again for one in accepted):
        (only, *others) = [link for link in links if link.accepted]
        what = _name(only) if landed == 1 and not others else tracks_of(landed)
        await tell_everybody(interaction, shared, what)


def _line(shared: SharedPlaylist, link: LinkOutcome, now: Mapping[str, Contribution], why: str) -> str:
    name = _name(link)
    if not link.outcomes:
        return TROUBLE.format(name=name)
    states = [now[one.contribution.contribution_id].state for one in link.accepted]
    landed = sum(state in IN_PLACE for state in states)
    if any(state in ON_ITS_WAY for state in states):
        return KEPT.format(name=name, why=why)
    one = len(link.outcomes) == 1
    if landed:
        words = ADDED if one else ADDED_OF
        return words.format(name=name, tracks=tracks_of(landed)) + _rest(shared, link)
    if pending := sum(isinstance(one, Pending) for one in link.outcomes):
        words = PROPOSED if one else PROPOSED_OF
        return words.format(name=name, tracks=tracks_of(pending)) + _rest(shared, link)
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
