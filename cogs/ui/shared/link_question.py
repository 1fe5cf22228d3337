"""The one question about all links of a message: which they are, into which playlist, with which note.

What was found stands in the question itself, from where its answer takes it, after a restart, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import discord

from bot.errors import BotError, NotLinkedError, StoreUnavailableError
from bot.languages import Text
from bot.services import playable
from bot.services.shared.proposals.expand import MOST_READ, links_in
from bot.services.shared.proposals.outcomes import Known, Preview, StoppedMidwayError
from bot.services.shared.proposals.propose import goes_straight_in
from bot.shared_errors import ContentsHiddenError, ContributionGoneError, ListError
from bot.spotify.errors import SpotifyError, SpotifyNotFoundError
from bot.spotify.models import Ref
from bot.stores.contributions import Contribution, Via
from cogs.ui.actor import actor_of, share_of
from cogs.ui.controls import Ack, Item, ListItem, Press
from cogs.ui.forms import TextForm
from cogs.ui.layout import text
from cogs.ui.reply import Reply, answer, controls
from cogs.ui.shared.contributions import Proposal, source_of
from cogs.ui.shared.expansions import Expansions, cancel_button
from cogs.ui.shared.head import BY, card_parts, texts_of
from cogs.ui.shared.landing import Landing, tell_everybody
from cogs.ui.shared.link_outcomes import LinkOutcome, for_everybody, outcomes_reply
from cogs.ui.shared.notes import LONGEST, note_on, note_parts
from cogs.words.names import list_name, track_count, unplayable_words
from cogs.words.text import OPTIONS, masked_link, plain_text, safe_text
from cogs.words.waiting import rest_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.proposals.outcomes import Outcome
    from bot.services.shared.proposals.propose import Proposals
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Part

MOST_LINKS: Final = 10
TITLE: Final = Text("Add these to a playlist?")
HEAD: Final = "### {title}"
MORE: Final = Text("-# That message has more links. These are the first {most}.")
NOT_FOUND: Final = Text("⚠️ A link to something that isn't on Spotify")
HIDDEN: Final = Text("⚠️ A playlist whose tracks only its owner and collaborators can see")
NOT_LINKED: Final = Text("⚠️ A playlist, which I can read once you've linked Spotify with `/link`")
TROUBLE: Final = Text("⚠️ A link I can't look up right now")
NOTHING_LEFT: Final = Text("None of these can be added right now.")
WHERE: Final = Text("Which playlist?")
ADD_TO: Final = Text("Add to {playlist}")
NOTE_BUTTON: Final = Text("Note…")
NOTE_TITLE: Final = Text("A note")
NOTE_LABEL: Final = Text("A few words for everyone to read")
NAME_SHOWN: Final = 60
ITSELF: Final = Text("♻️ {playlist}: that's the playlist itself")
ALREADY_IN: Final = Text("Already in {playlist}")
IN_ALL_OF_THEM: Final = Text("Already in every shared playlist here")
THERE: Final = Text("♻️ {name}: already in, or on its way")
AGAINST: Final = Text("⛔ {name}: not allowed by the rules")
NONE_FIT: Final = Text("⛔ {name} ({kind}, {tracks}): none of it can be added")
SOME_FIT: Final = Text("{name} ({kind}, {fitting} of {tracks} can be added)")
ALL_FIT: Final = Text("{name} ({kind}, {tracks})")
KINDS: Final = {"album": Text("album"), "playlist": Text("playlist")}

INTO: Final = Item("sp:into")
NOTE: Final = ListItem("sp:note", Ack.NONE)
TAKE: Final = ListItem("sp:take")


@dataclass(frozen=True, slots=True)
class Found:
    """What a link stands for."""

    ref: Ref
    name: str
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class LinkedSource:
    """found: None: nothing of it can be added, and `why` says so."""

    ref: Ref
    found: Found | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """adds: the list that was asked does not have all of it."""

    line: str
    adds: bool


class LinkQuestion:
    def __init__(
        self, contributing: Proposals, expansions: Expansions, finder: ListFinder, landing: Landing
    ) -> None:
        self._contributing = contributing
        self._expansions = expansions
        self._finder = finder
        self._landing = landing
        self.items = (
            INTO.bound(self._choose_list),
            NOTE.bound(self._ask_note),
            TAKE.bound(self._take_all),
        )

    async def ask(
        self,
        interaction: discord.Interaction[DiscordBot],
        links: Sequence[Ref],
        lists: Sequence[SharedPlaylist],
    ) -> None:
        """With what the rules say about each. lists: where they could go, the first that lacks any comes first."""
        sources = [await self._source(interaction, ref) for ref in links[:MOST_LINKS]]
        offered = await self._offered(interaction, sources, lists)
        chosen = offered[0] if offered else lists[0]
        lines = [(await self._judged(interaction, source, chosen)).line for source in sources]
        if len(links) > MOST_LINKS:
            lines.append(MORE(most=MOST_LINKS))
        if offered:
            await answer(interaction, Reply(card=question_card(TITLE(), lines), view=_view(offered, chosen)))
            return
        title = NOTHING_LEFT()
        if links_in("\n".join(lines)):
            title = (
                ALREADY_IN(playlist=safe_text(chosen.name, NAME_SHOWN))
                if len(lists) == 1
                else IN_ALL_OF_THEM()
            )
        await answer(interaction, Reply(card=question_card(title, lines)))

    async def _source(self, interaction: discord.Interaction[DiscordBot], ref: Ref) -> LinkedSource:
        """What a link stands for, or why nothing of it can be added."""
        try:
            return LinkedSource(ref, await self._find(interaction, ref))
        except (SpotifyNotFoundError, ContributionGoneError):
            why = NOT_FOUND()
        except ContentsHiddenError:
            why = HIDDEN()
        except NotLinkedError:
            why = NOT_LINKED()
        except (SpotifyError, BotError):
            why = TROUBLE()
        return LinkedSource(ref, why=why)

    async def _judged(
        self, interaction: discord.Interaction[DiscordBot], source: LinkedSource, chosen: SharedPlaylist
    ) -> Judged:
        if source.ref == playlist_ref(chosen):
            return Judged(ITSELF(playlist=list_name(chosen)), adds=False)
        if source.found is None:
            return Judged(source.why, adds=False)
        try:
            preview = await self._contributing.preview(actor_of(interaction), chosen, source.found.tracks)
        except ListError:  # it takes nothing at the moment: the answer to the question says why
            return Judged(link_line(source.found, None), adds=True)
        has_all = not preview.taken and all(isinstance(one, Known) for one in preview.refused)
        return Judged(link_line(source.found, preview), adds=not has_all)

    async def _offered(
        self,
        interaction: discord.Interaction[DiscordBot],
        sources: Sequence[LinkedSource],
        lists: Sequence[SharedPlaylist],
    ) -> list[SharedPlaylist]:
        """Those that do not have all of it already."""
        offered: list[SharedPlaylist] = []
        for shared in lists:
            judged = [await self._judged(interaction, source, shared) for source in sources]
            if any(one.adds for one in judged):
                offered.append(shared)
        return offered

    async def _find(self, interaction: discord.Interaction[DiscordBot], ref: Ref) -> Found:
        if ref.kind in playable.KINDS:
            track = await self._contributing.track(playable.key_of(ref), share=share_of(interaction))
            return Found(ref, track.name, (track,))
        expanded = await self._expansions.read(interaction, ref)
        return Found(ref, expanded.name, expanded.tracks)

    async def _choose_list(self, press: Press) -> None:
        """The question with what the rules of another list say."""
        (list_id,) = press.chosen
        chosen = await self._finder.find(press.guild_id, list_id)
        await self._show(press, chosen, note_on(press.interaction.message))

    async def _ask_note(self, press: Press) -> None:
        list_id = press.state["list"]

        async def noted(sent: Press, note: str) -> None:
            chosen = await self._finder.find(sent.guild_id, list_id)
            await self._show(sent, chosen, note)

        now = note_on(press.interaction.message) or None
        form = TextForm(NOTE_TITLE(), NOTE_LABEL(), noted, required=False, max_length=LONGEST, default=now)
        await press.open(form)

    async def _show(self, press: Press, chosen: SharedPlaylist, note: str) -> None:
        """Each link judged anew. A line stays as it is without one, and while what it leads to can't be looked up."""
        lines, sources = question_lines(press.interaction.message), []
        for place, line in enumerate(lines):
            if links := links_in(line):
                source = await self._source(press.interaction, links[0])
                judged = await self._judged(press.interaction, source, chosen)
                lines[place] = judged.line if links_in(judged.line) else line
                sources.append(source)
        offered = await self._offered(press.interaction, sources, await self._finder.lists(press.guild_id))
        card = question_card(TITLE(), lines, note)
        await press.answer(Reply(card=card, view=_view(offered, chosen)))

    async def _take_all(self, press: Press) -> None:
        """Yes: all of them, each with its own outcome."""
        interaction = press.interaction
        proposal = Proposal(await press.list(self._finder), note_on(interaction.message), Via.MENU)
        named = links_in("\n".join(question_lines(interaction.message)))
        links = [ref for ref in named if ref != playlist_ref(proposal.shared)]
        asked = interaction.message.id if interaction.message else interaction.id
        outcomes: list[LinkOutcome] = []
        rest = ""
        together = not goes_straight_in(proposal.shared, press.actor)
        numbered = list(enumerate(links))
        for several in [numbered] if together else [[one] for one in numbered]:
            try:
                await self._take(press, proposal, several, f"question {asked}", outcomes)
            except BotError as error:
                if not any(one.kept for one in outcomes):
                    raise  # nothing was kept, as its words say, and the question can be answered again
                rest = rest_words(error)
                break

        async def tell(state: Sequence[Contribution], _is_final: bool) -> None:  # noqa: FBT001 - as `Landing` tells it
            now = {one.contribution_id: one for one in state}
            why = await self._landing.why_it_waits(proposal.shared, state)
            await press.answer(outcomes_reply(proposal.shared, outcomes, now, why, rest))
            if for_everybody(outcomes, state):
                await tell_everybody(
                    interaction, proposal.shared, lambda: for_everybody(outcomes, state), state
                )

        await self._landing.follow(interaction, [one for link in outcomes for one in link.accepted], tell)

    async def _take(
        self,
        press: Press,
        proposal: Proposal,
        links: Sequence[tuple[int, Ref]],
        origin: str,
        outcomes: list[LinkOutcome],
    ) -> None:
        """What these links stand for, at once. links: with their places in the question.

        outcomes: takes what becomes of each, also when something comes in the way midway.
        """
        found = [(number, ref, await self._found(press, ref)) for number, ref in links]
        there = [(number, one) for number, _, one in found if one is not None]
        tracks = [track for _, one in there for track in one.tracks]
        places = [number * MOST_READ + place for number, one in there for place in range(len(one.tracks))]
        source = replace(source_of(press.interaction, proposal, origin), places=tuple(places))
        each: Sequence[Outcome] = ()
        trouble: StoppedMidwayError | None = None
        try:
            if tracks:
                each = await self._contributing.propose(
                    press.actor, press.guild_id, proposal.shared.list_id, tracks, source
                )
        except StoppedMidwayError as stopped:
            each, trouble = stopped.outcomes, stopped
        left = iter(each)
        for _, ref, one in found:
            if one is None:
                outcomes.append(LinkOutcome(ref, ref.kind, ()))
            elif (mine := tuple(islice(left, len(one.tracks)))) or not one.tracks:
                outcomes.append(LinkOutcome(ref, one.name, mine))
            elif trouble is None:  # not looked at, as so many are the most at once
                outcomes.append(LinkOutcome(ref, one.name, (), left=True))
        if trouble is not None:
            raise trouble.why from trouble

    async def _found(self, press: Press, ref: Ref) -> Found | None:
        """None: it cannot be looked up."""
        try:
            return await self._find(press.interaction, ref)
        except StoreUnavailableError:
            raise
        except (SpotifyError, BotError):
            return None


def _view(lists: Sequence[SharedPlaylist], chosen: SharedPlaylist) -> discord.ui.View:
    rest = [shared for shared in lists if shared.list_id != chosen.list_id]
    options = [
        discord.SelectOption(label=plain_text(one.name), value=one.list_id, default=one is chosen)
        for one in [chosen, *rest][:OPTIONS]
    ]
    label = plain_text(ADD_TO(playlist=chosen.name), NAME_SHOWN)
    return controls(
        *([INTO.menu(WHERE(), options)] if len(options) > 1 else []),
        TAKE.button(label, style=discord.ButtonStyle.primary, list=chosen.list_id),
        NOTE.button(NOTE_BUTTON(), list=chosen.list_id),
        cancel_button(),
    )


def playlist_ref(shared: SharedPlaylist) -> Ref:
    return Ref("playlist", shared.playlist_id)


def link_line(found: Found, preview: Preview | None) -> str:
    name = f"**{masked_link(found.name, found.ref.url, NAME_SHOWN)}**"
    if found.ref.kind in playable.KINDS:
        artists = found.tracks[0].artists
        name = BY(title=name, artists=safe_text(artists[0].name, NAME_SHOWN)) if artists else name
        refused = preview.refused if preview else ()
        if not refused:
            why = unplayable_words(found.tracks[0])
            return f"{name} ({why})" if why else name
        return (THERE if isinstance(refused[0], Known) else AGAINST)(name=name)
    fitting = len(preview.taken) if preview else len(found.tracks)
    words = NONE_FIT if not fitting else ALL_FIT if fitting == len(found.tracks) else SOME_FIT
    return words(
        name=name, kind=KINDS[found.ref.kind](), fitting=fitting, tracks=track_count(len(found.tracks))
    )


def question_card(title: str, lines: Sequence[str], note: str = "") -> tuple[Part, ...]:
    """lines: one for each link, as `question_lines` reads them again."""
    return (text(HEAD.format(title=title), *lines), *note_parts(note))


def question_lines(message: discord.Message | None) -> list[str]:
    """What the question says of each link, made of components or, by earlier versions, of an embed.

    Raises ContributionGoneError.
    """
    if message is None:
        raise ContributionGoneError
    if message.embeds:
        return (message.embeds[0].description or "").split("\n")
    texts = (words for part in card_parts(message) for words in texts_of(part))
    _, *lines = next(texts, "").split("\n")
    if not lines:
        raise ContributionGoneError
    return lines
