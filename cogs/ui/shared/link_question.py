"""The one question about all links of a message: which they are, into which playlist, with which note.

What was found stands in the question itself, from where its answer takes it, after a restart, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import discord

from bot.errors import BotError, NotLinkedError, StoreUnavailableError
from bot.list_errors import ContentsHiddenError, ContributionGoneError, ListError
from bot.services.shared.contributing.expanding import MOST_READ
from bot.services.shared.contributing.links import links_in
from bot.services.shared.contributing.outcomes import Known, StoppedMidwayError
from bot.spotify.errors import SpotifyError, SpotifyNotFoundError
from bot.stores.contributions import Via
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, SafeModal, Select
from cogs.ui.reply import ACCENT, Reply, answer, controls, hold
from cogs.ui.share import share_of
from cogs.ui.shared.contributions import LIST_ID, Proposal, source_of
from cogs.ui.shared.expansions import CancelButton, read
from cogs.ui.shared.link_outcomes import LinkOutcome, tell_link_outcomes
from cogs.ui.shared.notes import LONGEST, note_on, with_note
from cogs.ui.shared.stopped import rest_words
from cogs.words.text import OPTIONS, masked_link, plain_text, safe_text
from cogs.words.tracks import track_count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.contributing.outcomes import Preview, Source
    from bot.spotify.models import Ref, Track
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control

MOST_LINKS: Final = 10
TITLE: Final = "Add these to a playlist?"
MORE: Final = "-# The message has more links; these are the first {most}."
NOT_FOUND: Final = "⚠️ a link to something Spotify does not know"
HIDDEN: Final = "⚠️ a playlist whose tracks Spotify does not show you"
NOT_LINKED: Final = "⚠️ a playlist, which I can only read for members who have linked Spotify"
TROUBLE: Final = "⚠️ a link I cannot look up at the moment"
NOTHING_LEFT: Final = "None of them can be added at the moment."
WHERE: Final = "Which playlist?"
ADD_TO: Final = "Add to {playlist}"
NOTE: Final = "Note…"
NOTE_TITLE: Final = "A note"
NOTE_LABEL: Final = "A few words that everybody can read"
NAME_SHOWN: Final = 60
THERE: Final = "♻️ {name}: there already, or on its way there"
AGAINST: Final = "⛔ {name}: the rules are against it"
NONE_FIT: Final = "⛔ {name} ({kind}, {tracks}): nothing of it would go in"
SOME_FIT: Final = "{name} ({kind}, {fitting} of {tracks} would go in)"
ALL_FIT: Final = "{name} ({kind}, {tracks})"


@dataclass(frozen=True, slots=True)
class Found:
    """What a link stands for."""

    ref: Ref
    name: str
    tracks: tuple[Track, ...]


async def ask_about_links(
    interaction: discord.Interaction[DiscordBot],
    links: Sequence[Ref],
    lists: Sequence[SharedPlaylist],
    chosen: SharedPlaylist,
) -> None:
    """With what the rules of the chosen list say about each."""
    lines = [await _line(interaction, ref, chosen) for ref in links[:MOST_LINKS]]
    if len(links) > MOST_LINKS:
        lines.append(MORE.format(most=MOST_LINKS))
    text = "\n".join(lines)
    embed = discord.Embed(title=TITLE, description=text, colour=ACCENT)
    if not links_in(text):
        embed.title = NOTHING_LEFT
        await answer(interaction, Reply(embed=embed))
        return
    await answer(interaction, Reply(embed=embed, view=_view(lists, chosen)))


def _view(lists: Sequence[SharedPlaylist], chosen: SharedPlaylist) -> discord.ui.View:
    items: list[Control] = [ListSelect.of(lists, chosen)] if len(lists) > 1 else []
    return controls(*items, TakeAll.of(chosen), NoteButton.of(chosen), CancelButton.of())


async def _line(interaction: discord.Interaction[DiscordBot], ref: Ref, chosen: SharedPlaylist) -> str:
    try:
        found = await find(interaction, ref)
    except (SpotifyNotFoundError, ContributionGoneError):
        return NOT_FOUND
    except ContentsHiddenError:
        return HIDDEN
    except NotLinkedError:
        return NOT_LINKED
    except (SpotifyError, BotError):
        return TROUBLE
    return _judged(found, await _preview(interaction, chosen, found.tracks))


async def _preview(
    interaction: discord.Interaction[DiscordBot], chosen: SharedPlaylist, tracks: Sequence[Track]
) -> Preview | None:
    """None where the list takes nothing at the moment: the answer to the question says why."""
    contributing = interaction.client.services.shared.contributing
    try:
        return await contributing.preview(actor_of(interaction), chosen, tracks)
    except ListError:
        return None


def _judged(found: Found, preview: Preview | None) -> str:
    name = f"**{masked_link(found.name, found.ref.url, NAME_SHOWN)}**"
    if found.ref.kind == "track":
        artists = found.tracks[0].artists
        name = f"{name} by {safe_text(artists[0].name, NAME_SHOWN)}" if artists else name
        refused = preview.refused if preview else ()
        if not refused:
            return name
        return (THERE if isinstance(refused[0], Known) else AGAINST).format(name=name)
    fitting = len(preview.taken) if preview else len(found.tracks)
    words = NONE_FIT if not fitting else ALL_FIT if fitting == len(found.tracks) else SOME_FIT
    return words.format(
        name=name, kind=found.ref.kind, fitting=fitting, tracks=track_count(len(found.tracks))
    )


async def _judged_anew(interaction: discord.Interaction[DiscordBot], chosen: SharedPlaylist) -> discord.Embed:
    """The question with what the rules of another list say. Lines without a link stay."""
    embed = _question(interaction).copy()
    lines = [
        await _line(interaction, links[0], chosen) if (links := links_in(line)) else line
        for line in (embed.description or "").split("\n")
    ]
    embed.description = "\n".join(lines)
    return embed


async def find(interaction: discord.Interaction[DiscordBot], ref: Ref) -> Found:
    if ref.kind == "track":
        track = await interaction.client.services.lookups.by_id(ref.id, share=share_of(interaction))
        return Found(ref, track.name, (track,))
    expanded = await read(interaction, ref)
    return Found(ref, expanded.name, expanded.tracks)


def _question(interaction: discord.Interaction[DiscordBot]) -> discord.Embed:
    """What the message that was used says. Raises ContributionGoneError."""
    if interaction.message is None or not interaction.message.embeds:
        raise ContributionGoneError
    return interaction.message.embeds[0]


class ListSelect(SafeItem[Select], template=r"sp:into"):
    """Which of the server's playlists."""

    @classmethod
    def of(cls, lists: Sequence[SharedPlaylist], chosen: SharedPlaylist) -> Self:
        rest = [shared for shared in lists if shared.list_id != chosen.list_id]
        options = [
            discord.SelectOption(
                label=plain_text(shared.name), value=shared.list_id, default=shared.list_id == chosen.list_id
            )
            for shared in [chosen, *rest][:OPTIONS]
        ]
        return cls(discord.ui.Select(custom_id="sp:into", placeholder=WHERE, options=options))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        finder = interaction.client.services.shared.finder
        chosen = await finder.find(guild_of(interaction), self.item.values[0])
        lists = await finder.lists(guild_of(interaction))
        embed = await _judged_anew(interaction, chosen)
        await answer(interaction, Reply(embed=embed, view=_view(lists, chosen)))


class NoteButton(SafeItem[Button], template=rf"sp:note:(?P<list>{LIST_ID})"):
    """Opens a form for a few words."""

    @classmethod
    def of(cls, chosen: SharedPlaylist) -> Self:
        return cls(discord.ui.Button(label=NOTE, custom_id=f"sp:note:{chosen.list_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        form = NoteForm(self.state["list"], note_on(interaction.message))
        await interaction.response.send_modal(form)


class NoteForm(SafeModal):
    def __init__(self, list_id: str, note: str) -> None:
        super().__init__(title=NOTE_TITLE)
        self._list_id = list_id
        self._note: discord.ui.TextInput[SafeModal] = discord.ui.TextInput(
            label=NOTE_LABEL, required=False, max_length=LONGEST, default=note or None
        )
        self.add_item(self._note)

    async def filled_in(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        finder = interaction.client.services.shared.finder
        chosen = await finder.find(guild_of(interaction), self._list_id)
        lists = await finder.lists(guild_of(interaction))
        embed = with_note(_question(interaction).copy(), self._note.value)
        await answer(interaction, Reply(embed=embed, view=_view(lists, chosen)))


class TakeAll(SafeItem[Button], template=rf"sp:take:(?P<list>{LIST_ID})"):
    """Yes: all of them, each with its own outcome."""

    @classmethod
    def of(cls, chosen: SharedPlaylist) -> Self:
        return cls(
            discord.ui.Button(
                label=plain_text(ADD_TO.format(playlist=chosen.name), NAME_SHOWN),
                custom_id=f"sp:take:{chosen.list_id}",
                style=discord.ButtonStyle.primary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        services = interaction.client.services.shared
        links = links_in(_question(interaction).description or "")
        asked = interaction.message.id if interaction.message else interaction.id
        proposal = Proposal(
            await services.finder.find(guild_of(interaction), self.state["list"]),
            note_on(interaction.message),
            Via.MENU,
        )
        outcomes: list[LinkOutcome] = []
        rest = ""
        with services.writer.gathering.coming():
            for number, ref in enumerate(links):
                source = source_of(interaction, proposal, f"question {asked}", first=number * MOST_READ)
                try:
                    await self._take(interaction, proposal, ref, source, outcomes)
                except BotError as error:
                    if not any(one.kept for one in outcomes):
                        raise  # nothing was kept, as its words say, and the question can be answered again
                    rest = rest_words(error)
                    break
        await tell_link_outcomes(interaction, proposal.shared, outcomes, rest)

    async def _take(
        self,
        interaction: discord.Interaction[DiscordBot],
        proposal: Proposal,
        ref: Ref,
        source: Source,
        outcomes: list[LinkOutcome],
    ) -> None:
        """outcomes: takes what becomes of it, also when something comes in the way midway."""
        try:
            found = await find(interaction, ref)
        except StoreUnavailableError:
            raise
        except (SpotifyError, BotError):
            outcomes.append(LinkOutcome(ref, ref.kind, ()))
            return
        try:
            each = await interaction.client.services.shared.contributing.propose(
                actor_of(interaction),
                guild_of(interaction),
                proposal.shared.list_id,
                found.tracks,
                source,
            )
        except StoppedMidwayError as stopped:
            outcomes.append(LinkOutcome(ref, found.name, stopped.outcomes))
            raise stopped.why from stopped
        outcomes.append(LinkOutcome(ref, found.name, each))
