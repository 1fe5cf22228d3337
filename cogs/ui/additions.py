"""Adding a track to a playlist, as a member sees it: the button, the questions on the way, and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import discord

from bot.errors import NotLinkedError
from bot.languages import Text
from bot.services.adding import Added, Adding, AlreadyIn, PlaylistChoice, TrackChoice, Unplayable
from bot.services.playable import ref_of, track_key
from bot.services.shared.proposals.propose import OPTION
from cogs.ui.actor import home_of
from cogs.ui.controls import SPOTIFY_ID, Ack, Item, Press
from cogs.ui.likes import like_button
from cogs.ui.menus import target_options, track_options
from cogs.ui.reply import Reply, controls, link_button
from cogs.ui.shared.contributions import ADD_ANYWAY, anyway_words
from cogs.ui.track_card import track_parts
from cogs.words.names import OPEN, track_name
from cogs.words.text import masked_link, spotify_page

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.adding import Outcome
    from bot.services.lookups import Lookups
    from bot.services.shared.core.playlists import ListFinder
    from bot.spotify.models import Playlist, Track
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Button
    from cogs.ui.shared.contributions import Contributions

ADD = Text("Add to a playlist")
ADD_AGAIN = Text("Add it again")
WHICH_TRACK = Text("Several tracks match. Which one do you mean?")
WHICH_TRACK_FOR = Text("Several tracks match. Which one should go into {playlist}?")
PICK_TRACK = Text("Choose a track")
WHICH_PLAYLIST = Text("Which playlist should {track} go into?")
PICK_PLAYLIST = Text("Choose a playlist")
SHORTENED = Text("These are your first 25 playlists. For another one, use {add} and type its name.")
NO_PLAYLIST = Text(
    "You have no playlist you can add to yet. Create one in Spotify, then press the button again."
)
ADDED = Text("Added to {playlist}.")
ADDED_LATE = Text("Added to {playlist}. Spotify was slow to confirm, so I checked: it's there.")
COMPARED = Text("It's a long playlist, so I only checked its last {count:,} tracks for duplicates.")
ALREADY_IN = Text("{track} is already in {playlist}.")
ALREADY_AT = Text("{track} is already in {playlist}, at position {position:,}.")
NAME_SHOWN = 100

ADD_BUTTON = Item("add:to", Ack.THINK, track=SPOTIFY_ID)
TRACKS = Item("add:track", playlist=rf"(?:{SPOTIFY_ID})?")
PLAYLISTS = Item("add:list", track=SPOTIFY_ID)
AGAIN = Item("add:again", track=SPOTIFY_ID, playlist=SPOTIFY_ID)


class Additions:
    """What the controls below lead to."""

    def __init__(
        self, adding: Adding, lookups: Lookups, finder: ListFinder, contributions: Contributions
    ) -> None:
        self._adding = adding
        self._lookups = lookups
        self._finder = finder
        self._contributions = contributions
        self.items = (
            ADD_BUTTON.bound(self._ask_where),
            TRACKS.bound(self._choose_track),
            PLAYLISTS.bound(self._choose_playlist),
            AGAIN.bound(self._again),
        )

    async def _ask_where(self, press: Press) -> None:
        await self._ask_playlist(press, press.state["track"])

    async def _choose_track(self, press: Press) -> None:
        """Without a playlist in its state that is asked next."""
        (track_id,), playlist_id = press.chosen, press.state["playlist"]
        if playlist_id:
            await self._add(press, track_id, playlist_id)
        else:
            await self._ask_playlist(press, track_id)

    async def _choose_playlist(self, press: Press) -> None:
        (value,), track_id = press.chosen, press.state["track"]
        if value.startswith(OPTION):
            await self._contributions.put_in(press, track_id, value.removeprefix(OPTION))
        else:
            await self._add(press, track_id, value)

    async def _again(self, press: Press) -> None:
        """Add a track although the playlist has it, or Spotify does not play it here."""
        await self._add(press, press.state["track"], press.state["playlist"], again=True)

    async def _add(self, press: Press, track_id: str, playlist_id: str, *, again: bool = False) -> None:
        outcome = await self._adding.add(
            press.member_id,
            ref_of(track_id).uri,
            f"spotify:playlist:{playlist_id}",
            again=again,
            share=press.share,
        )
        await press.answer(outcome_reply(press.interaction.client, outcome))

    async def _ask_playlist(self, press: Press, track_id: str) -> None:
        """Of the server, or one of the member's own; members without a link can choose among the server's."""
        guild_id = home_of(press.interaction)
        shared = await self._finder.suggest(guild_id, "") if guild_id else ()
        try:
            choice = await self._adding.playlists_for(press.member_id, track_id, share=press.share)
        except NotLinkedError:
            if not shared:
                raise
            choice = PlaylistChoice(await self._lookups.by_key(track_id, share=press.share), ())
        await press.answer(which_playlist(press.interaction.client, choice, shared))


def add_button(track_id: str) -> Button:
    """On every card: asks whoever presses, privately, where the track should go."""
    return ADD_BUTTON.button(ADD(), style=discord.ButtonStyle.primary, track=track_id)


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
        case Unplayable(track, playlist):
            return _unplayable(track, playlist)
        case _:
            assert_never(outcome)


def which_playlist(bot: DiscordBot, choice: PlaylistChoice, shared: tuple[SharedPlaylist, ...] = ()) -> Reply:
    if not choice.playlists and not shared:
        return Reply(NO_PLAYLIST())
    text = WHICH_PLAYLIST(track=track_name(choice.track, NAME_SHOWN))
    if choice.shortened:
        text += "\n" + SHORTENED(add=bot.mention_command("add"))
    menu = PLAYLISTS.menu(
        PICK_PLAYLIST(), target_options(shared, choice.playlists), track=track_key(choice.track)
    )
    return Reply(text, view=controls(menu))


def _added(outcome: Added) -> Reply:
    text = (ADDED_LATE if outcome.verified else ADDED)(playlist=playlist_name(outcome.playlist))
    if outcome.compared is not None:
        text += "\n" + COMPARED(count=outcome.compared)
    like = [like_button(outcome.track.uri)] if outcome.track.id else []
    return Reply(text, controls(*open_playlist(outcome.playlist), *like), card=track_parts(outcome.track))


def _which_track(choice: TrackChoice) -> Reply:
    text = WHICH_TRACK()
    if choice.playlist:
        text = WHICH_TRACK_FOR(playlist=playlist_name(choice.playlist))
    playlist_id = choice.playlist.id if choice.playlist else ""
    menu = TRACKS.menu(PICK_TRACK(), track_options(choice.tracks), playlist=playlist_id)
    return Reply(text, view=controls(menu))


def _already_in(outcome: AlreadyIn) -> Reply:
    text = (ALREADY_IN if outcome.position is None else ALREADY_AT)(
        track=track_name(outcome.track, NAME_SHOWN),
        playlist=playlist_name(outcome.playlist),
        position=outcome.position,
    )
    playlist = outcome.playlist
    again = (
        [AGAIN.button(ADD_AGAIN(), track=track_key(outcome.track), playlist=playlist.id)]
        if outcome.track.id
        else []
    )
    return Reply(text, view=controls(*again, *open_playlist(playlist)))


def _unplayable(track: Track, playlist: Playlist) -> Reply:
    again = [AGAIN.button(ADD_ANYWAY(), track=track_key(track), playlist=playlist.id)] if track.id else []
    words = anyway_words(track, playlist_name(playlist))
    return Reply(words, view=controls(*again, *open_playlist(playlist)))


def playlist_name(playlist: Playlist) -> str:
    return f"**{masked_link(playlist.name, playlist.url, NAME_SHOWN)}**"


def open_playlist(playlist: Playlist) -> list[Button]:
    page = spotify_page(playlist.url)
    return [link_button(OPEN(), page)] if page else []
