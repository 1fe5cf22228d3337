"""An album or a playlist given to /add for one of the member's own: a question, then what is not in it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from cogs.ui.actor import share_of
from cogs.ui.additions import open_playlist, playlist_name
from cogs.ui.controls import SPOTIFY_ID, Item, Press
from cogs.ui.layout import text
from cogs.ui.menus import playlist_options
from cogs.ui.reply import Reply, answer, controls
from cogs.ui.shared.expansions import (
    ADD_THEM,
    ADD_TRACKS,
    NONE_GOES,
    REF,
    Expansions,
    cancel_button,
    preview_card,
    ref_fields,
    ref_of,
)
from cogs.words.counts import TRACKS

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.adding import Adding
    from bot.services.playlists import Playlists
    from bot.spotify.models import Ref
    from cogs.ui.layout import Control

WHICH: Final = Text("Which playlist should it go into?")
PICK: Final = Text("Choose a playlist")
HAS: Final = Text("Already there: {tracks}.")
ADDED: Final = Text("Added {tracks} to {playlist}.")
NOT_ALL: Final = Text("{tracks} didn't go in, as Spotify stopped me there. Add it again for the rest.")
NONE: Final = Text("All of it is already in {playlist}.")

WHICH_OWN: Final = Item("add:many", **REF)
ADD_ALL_TO_OWN: Final = Item("add:all", playlist=SPOTIFY_ID, **REF)


class OwnExpansions:
    def __init__(self, playlists: Playlists, adding: Adding, expansions: Expansions) -> None:
        self._playlists = playlists
        self._adding = adding
        self._expansions = expansions
        self.items = (WHICH_OWN.bound(self._choose), ADD_ALL_TO_OWN.bound(self._add_all))

    async def ask(self, interaction: discord.Interaction[DiscordBot], query: str, ref: Ref) -> None:
        """query: names one of the member's playlists, or several, among which is asked first."""
        member_id, share = interaction.user.id, share_of(interaction)
        targets = await self._playlists.find(member_id, query, share=share)
        if len(targets) > 1:
            menu = WHICH_OWN.menu(PICK(), playlist_options(targets), **ref_fields(ref))
            await answer(interaction, Reply(WHICH(), view=controls(menu)))
            return
        (playlist,) = targets
        expanded = await self._expansions.read(interaction, ref)
        new = await self._adding.preview(member_id, playlist, expanded.tracks, share=share)
        taken, name = new, playlist_name(playlist)
        tracks = TRACKS(len(taken))
        head = (ADD_THEM if taken else NONE_GOES)(count=tracks, playlist=name)
        known = len(expanded.tracks) - len(new)
        if known:
            head += "\n" + HAS(tracks=TRACKS(known))
        card = preview_card(expanded, head, taken, "", "")
        items: list[Control] = [*open_playlist(playlist)]
        if taken:
            yes = ADD_ALL_TO_OWN.button(
                ADD_TRACKS(tracks=tracks),
                style=discord.ButtonStyle.primary,
                playlist=playlist.id,
                **ref_fields(ref),
            )
            items = [yes, cancel_button(), *items]
        await answer(interaction, Reply(card=card, view=controls(*items)))

    async def _choose(self, press: Press) -> None:
        (playlist_id,) = press.chosen
        await self.ask(press.interaction, f"spotify:playlist:{playlist_id}", ref_of(press.state))

    async def _add_all(self, press: Press) -> None:
        """What the playlist does not have yet goes in. A second press finds that it has it."""
        query = f"spotify:playlist:{press.state['playlist']}"
        (playlist,) = await self._playlists.find(press.member_id, query, share=press.share)
        expanded = await self._expansions.read(press.interaction, ref_of(press.state))
        wanted = await self._adding.preview(press.member_id, playlist, expanded.tracks, share=press.share)
        added = await self._adding.add_many(press.member_id, playlist, expanded.tracks, share=press.share)
        words = ADDED if added else NONE
        said = words(tracks=TRACKS(len(added)), playlist=playlist_name(playlist))
        if added and len(added) < len(wanted):
            said += "\n" + NOT_ALL(tracks=TRACKS(len(wanted) - len(added)))
        await press.answer(Reply(card=(text(said),), view=controls(*open_playlist(playlist))))
