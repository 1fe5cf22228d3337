"""/add: puts music into one of the server's shared playlists, or into one of the member's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotLinkedError
from bot.services.shared.proposals.expand import has_short_links, many_in
from bot.shared_errors import (
    LinkToReadError,
    ListNotFoundError,
    NoListsError,
    NowhereToAddError,
    PlaylistNeededError,
)
from cogs.ui.actor import home_of, share_of
from cogs.ui.additions import Additions, outcome_reply
from cogs.ui.own_expansions import OwnExpansions
from cogs.ui.reply import answer, think
from cogs.ui.shared.contributions import (
    Contributions,
    Proposal,
    which_track,
)
from cogs.ui.shared.expansions import Expansions
from cogs.ui.shared.landing import landing_of
from cogs.ui.suggestions import suggest_targets, suggest_tracks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.adding import Adding
    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.proposals.already import AlreadyThere
    from bot.services.shared.proposals.propose import Proposals
    from bot.spotify.models import Track
    from bot.stores.contributions import State
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.suggestions import Choices

DESCRIPTION = "Add music to a playlist of this server, or to one of your own"
TRACK = "A title, or a Spotify link to a track, an album or a playlist"
PLAYLIST = "A playlist of this server or one of yours. Leave it out for the server's default"
NOTE = "A few words about it (only for playlists of this server)"


class AddCog(commands.Cog):
    def __init__(
        self,
        adding: Adding,
        lookups: Lookups,
        playlists: Playlists,
        finder: ListFinder,
        contributing: Proposals,
        *,
        contributions: Contributions,
        expansions: Expansions,
        own_expansions: OwnExpansions,
        already: AlreadyThere,
    ) -> None:
        self._adding = adding
        self._lookups = lookups
        self._playlists = playlists
        self._finder = finder
        self._contributing = contributing
        self._contributions = contributions
        self._expansions = expansions
        self._own_expansions = own_expansions
        self._already = already

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(track=TRACK, playlist=PLAYLIST, note=NOTE)
    async def add(
        self,
        interaction: discord.Interaction[DiscordBot],
        track: app_commands.Range[str, 1, 1000],
        playlist: app_commands.Range[str, 1, 1000] = "",
        note: app_commands.Range[str, 1, 200] = "",
    ) -> None:
        await think(interaction, private=True)
        track, playlist = [await self._followed(interaction, text) for text in (track, playlist)]
        shared = await self._shared(interaction, playlist)
        if shared is not None:
            await self._add_shared(interaction, track, Proposal(shared, note))
        elif playlist:
            await self._add_own(interaction, track, playlist)
        else:
            await self._ask_which(interaction)

    async def _followed(self, interaction: discord.Interaction[DiscordBot], text: str) -> str:
        if not has_short_links(text):
            return text
        return await self._lookups.followed(text, share=share_of(interaction))

    async def _shared(
        self, interaction: discord.Interaction[DiscordBot], playlist: str
    ) -> SharedPlaylist | None:
        guild_id = home_of(interaction)
        if guild_id is None:
            return None
        try:
            return await self._contributing.target(guild_id, playlist)
        except NoListsError:
            return None

    async def _ask_which(self, interaction: discord.Interaction[DiscordBot]) -> NoReturn:
        """Of the member's own playlists: there is no shared one."""
        try:
            await self._playlists.changeable(interaction.user.id, share=share_of(interaction))
        except NotLinkedError:
            if home_of(interaction) is None:
                raise
            raise NowhereToAddError from None
        raise PlaylistNeededError

    async def _add_shared(
        self, interaction: discord.Interaction[DiscordBot], track: str, proposal: Proposal
    ) -> None:
        ref = many_in(track)
        if ref is not None:
            try:
                await self._expansions.ask(interaction, proposal, ref)
            except NotLinkedError:
                raise LinkToReadError(proposal.shared.name) from None  # all but playlists needs no link
            return
        tracks = await self._contributing.candidates(track, share=share_of(interaction))
        if len(tracks) > 1:
            await answer(interaction, which_track(proposal, tracks))
        else:
            await self._contributions.contribute(interaction, proposal, tracks[0])

    async def _add_own(self, interaction: discord.Interaction[DiscordBot], track: str, playlist: str) -> None:
        ref = many_in(track)
        try:
            if ref is not None:
                await self._own_expansions.ask(interaction, playlist, ref)
                return
            outcome = await self._adding.add(
                interaction.user.id, track, playlist, share=share_of(interaction)
            )
        except NotLinkedError:
            guild_id = home_of(interaction)
            if guild_id and (lists := await self._finder.lists(guild_id)):
                names = tuple(shared.name for shared in lists)
                raise ListNotFoundError(playlist, names) from None  # what the member can use without a link
            raise
        await answer(interaction, outcome_reply(interaction.client, outcome))

    @add.autocomplete("track")
    async def _suggest_tracks(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        async def there(tracks: Sequence[Track]) -> Mapping[str, State]:
            shared = await self._shared(interaction, interaction.namespace.playlist or "")
            return await self._already.among(shared, tracks) if shared else {}

        return await suggest_tracks(self._lookups, current, interaction, there)

    @add.autocomplete("playlist")
    async def _suggest_playlists(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_targets(self._finder, self._playlists, current, interaction)


async def setup(bot: DiscordBot) -> None:
    services, shared = bot.services, bot.services.shared
    landing = landing_of(services)
    contributions = Contributions(
        shared.proposals.proposals,
        shared.ballots.card_queue,
        shared.core.finder,
        landing,
        shared.proposals.clean,
    )
    additions = Additions(services.adding, services.lookups, shared.core.finder, contributions)
    expansions = Expansions(
        shared.proposals.expander, shared.proposals.proposals, shared.core.finder, landing
    )
    own_expansions = OwnExpansions(services.playlists, services.adding, expansions)
    for part in (contributions, additions, expansions, own_expansions):
        bot.add_dynamic_items(*part.items)
    cog = AddCog(
        services.adding,
        services.lookups,
        services.playlists,
        shared.core.finder,
        shared.proposals.proposals,
        contributions=contributions,
        expansions=expansions,
        own_expansions=own_expansions,
        already=shared.proposals.already,
    )
    await bot.add_cog(cog)
