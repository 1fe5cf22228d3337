"""Adding a track to a playlist, as a member sees it: the button, the questions on the way, and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import discord

from bot.errors import NotLinkedError
from bot.services.adding import Added, AlreadyIn, PlaylistChoice, TrackChoice
from bot.services.shared.contributing.contributing import OPTION
from cogs.ui.actor import home_of
from cogs.ui.dynamic import Button, SafeItem, Select
from cogs.ui.menus import playlist_options, target_options, track_options
from cogs.ui.reply import Reply, answer, controls, hold, link_button, think
from cogs.ui.share import share_of
from cogs.ui.shared.contributions import put_in
from cogs.ui.track_card import track_card
from cogs.words.text import masked_link, spotify_page
from cogs.words.tracks import OPEN, track_name

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.adding import Outcome
    from bot.spotify.models import Playlist, Track
    from bot.stores.lists import SharedPlaylist

ADD = "Add to a playlist"
ADD_AGAIN = "Add it again"
WHICH_TRACK = "Several tracks fit. Which one do you mean?"
WHICH_TRACK_FOR = "Several tracks fit. Which one goes into {playlist}?"
PICK_TRACK = "Choose a track"
WHICH_PLAYLIST = "Which playlist should {track} go into?"
PICK_PLAYLIST = "Choose a playlist"
SHORTENED = "These are the first 25 of your playlists; for another one use {add} and type its name."
NO_PLAYLIST = "You have no playlist you could add to yet. Make one in Spotify, then press the button again."
ADDED = "Added to {playlist}."
ADDED_LATE = "Added to {playlist}. Spotify was slow to confirm it, so I looked: it is there."
COMPARED = "It is a long list: I looked for an earlier copy only among its last {count:,} tracks."
ALREADY_IN = "{track} is already in {playlist}. Nothing was added."
ALREADY_AT = "{track} is already in {playlist}, at place {position:,}. Nothing was added."
NAME_SHOWN = 100
ID = r"[0-9A-Za-z]{1,32}"


async def add(
    interaction: discord.Interaction[DiscordBot], track_id: str, playlist_id: str, *, again: bool = False
) -> None:
    """Add what buttons and menus name by ids; the message they stand on becomes the outcome."""
    outcome = await interaction.client.services.adding.add(
        interaction.user.id,
        f"spotify:track:{track_id}",
        f"spotify:playlist:{playlist_id}",
        again=again,
        share=share_of(interaction),
    )
    await answer(interaction, outcome_reply(interaction.client, outcome))


def outcome_reply(bot: DiscordBot, outcome: Outcome) -> Reply:
    match outcome:
        case Added():
            return _added(outcome)
        case TrackChoice():
            return _which_track(outcome)
        case PlaylistChoice():
            return which_playlist(bot, outcome)
        case AlreadyIn():
            return _already_in(outcome)
        case _:
            assert_never(outcome)


def which_playlist(bot: DiscordBot, choice: PlaylistChoice, shared: tuple[SharedPlaylist, ...] = ()) -> Reply:
    if not choice.playlists and not shared:
        return Reply(NO_PLAYLIST)
    text = WHICH_PLAYLIST.format(track=track_name(choice.track, NAME_SHOWN))
    if choice.shortened:
        text += "\n" + SHORTENED.format(add=bot.mention_command("add"))
    return Reply(text, view=controls(PlaylistMenu.of(choice.track, choice.playlists, shared)))


def _added(outcome: Added) -> Reply:
    text = (ADDED_LATE if outcome.verified else ADDED).format(playlist=_playlist_name(outcome.playlist))
    if outcome.compared is not None:
        text += "\n" + COMPARED.format(count=outcome.compared)
    return Reply(text, track_card(outcome.track), controls(*_open(outcome.playlist)))


def _which_track(choice: TrackChoice) -> Reply:
    text = WHICH_TRACK
    if choice.playlist:
        text = WHICH_TRACK_FOR.format(playlist=_playlist_name(choice.playlist))
    return Reply(text, view=controls(TrackMenu.of(choice)))


def _already_in(outcome: AlreadyIn) -> Reply:
    text = (ALREADY_IN if outcome.position is None else ALREADY_AT).format(
        track=track_name(outcome.track, NAME_SHOWN),
        playlist=_playlist_name(outcome.playlist),
        position=outcome.position,
    )
    again = [AddAgain.of(outcome.track.id, outcome.playlist.id)] if outcome.track.id else []
    return Reply(text, view=controls(*again, *_open(outcome.playlist)))


def _playlist_name(playlist: Playlist) -> str:
    return f"**{masked_link(playlist.name, playlist.url, NAME_SHOWN)}**"


def _open(playlist: Playlist) -> list[Button]:
    page = spotify_page(playlist.url)
    return [link_button(OPEN, page)] if page else []


class AddButton(SafeItem[Button], template=rf"add:to:(?P<track>{ID})"):
    """On every card: asks whoever presses, privately, for a playlist of the server or one of their own."""

    @classmethod
    def of(cls, track_id: str) -> Self:
        return cls(
            discord.ui.Button(label=ADD, custom_id=f"add:to:{track_id}", style=discord.ButtonStyle.primary)
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        await _ask_playlist(interaction, self.state["track"])


class TrackMenu(SafeItem[Select], template=rf"add:track:(?P<playlist>(?:{ID})?)"):
    """Which of several tracks; without a playlist in its state that is asked next."""

    @classmethod
    def of(cls, choice: TrackChoice) -> Self:
        playlist_id = choice.playlist.id if choice.playlist else ""
        return cls(
            discord.ui.Select(
                custom_id=f"add:track:{playlist_id}",
                placeholder=PICK_TRACK,
                options=track_options(choice.tracks),
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        track_id, playlist_id = self.item.values[0], self.state["playlist"]
        if playlist_id:
            await add(interaction, track_id, playlist_id)
        else:
            await _ask_playlist(interaction, track_id)


class PlaylistMenu(SafeItem[Select], template=rf"add:list:(?P<track>{ID})"):
    """Which of the server's shared playlists, or of the member's own."""

    @classmethod
    def of(
        cls, track: Track, playlists: tuple[Playlist, ...], shared: tuple[SharedPlaylist, ...] = ()
    ) -> Self:
        return cls(
            discord.ui.Select(
                custom_id=f"add:list:{track.id}",
                placeholder=PICK_PLAYLIST,
                options=target_options(shared, playlists) if shared else playlist_options(playlists),
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        track_id, value = self.state["track"], self.item.values[0]
        if value.startswith(OPTION):
            await put_in(interaction, track_id, value.removeprefix(OPTION))
        else:
            await add(interaction, track_id, value)


class AddAgain(SafeItem[Button], template=rf"add:again:(?P<track>{ID}):(?P<playlist>{ID})"):
    """Add a track although the playlist has it."""

    @classmethod
    def of(cls, track_id: str, playlist_id: str) -> Self:
        return cls(discord.ui.Button(label=ADD_AGAIN, custom_id=f"add:again:{track_id}:{playlist_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await add(interaction, self.state["track"], self.state["playlist"], again=True)


async def _ask_playlist(interaction: discord.Interaction[DiscordBot], track_id: str) -> None:
    """Members without a link can choose among the server's lists."""
    bot, guild_id = interaction.client, home_of(interaction)
    shared = await bot.services.shared.finder.suggest(guild_id, "") if guild_id else ()
    try:
        choice = await bot.services.adding.playlists_for(
            interaction.user.id, track_id, share=share_of(interaction)
        )
    except NotLinkedError:
        if not shared:
            raise
        track = await bot.services.lookups.by_id(track_id, share=share_of(interaction))
        choice = PlaylistChoice(track, ())
    await answer(interaction, which_playlist(bot, choice, shared))
