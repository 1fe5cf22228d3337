"""An album or a playlist given to /add for one of the member's own: a question, then what is not in it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.spotify.limits import WRITE_URIS
from cogs.ui.dynamic import Button, SafeItem, Select
from cogs.ui.menus import playlist_options
from cogs.ui.reply import Reply, answer, controls, hold, link_button
from cogs.ui.share import share_of
from cogs.ui.shared.expansion_words import NONE_GOES, WOULD_GO, preview_embed, tracks_of
from cogs.ui.shared.expansions import ADD_ALL, REF, CancelButton, read, ref_id, ref_of
from cogs.ui.text import masked_link, spotify_page
from cogs.ui.track_card import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.spotify.models import Playlist, Ref
    from cogs.ui.reply import Control

WHICH: Final = "Which playlist should it go into?"
PICK: Final = "Choose a playlist"
HAS: Final = "{tracks} of it are in {playlist} already."
ADDED: Final = "Added {tracks} to {playlist}."
NONE: Final = "All of it is in {playlist} already. Nothing was added."
NAME_SHOWN: Final = 100
PLAYLIST_ID: Final = r"[0-9A-Za-z]{1,32}"


async def ask_about_own(interaction: discord.Interaction[DiscordBot], query: str, ref: Ref) -> None:
    """query: names one of the member's playlists, or several, among which is asked first."""
    services = interaction.client.services
    targets = await services.playlists.find(interaction.user.id, query, share=share_of(interaction))
    if len(targets) > 1:
        await answer(interaction, Reply(WHICH, view=controls(OwnPlaylistMenu.of(targets, ref))))
        return
    (playlist,) = targets
    expanded = await read(interaction, ref)
    new = await services.adding.preview(
        interaction.user.id, playlist, expanded.tracks, share=share_of(interaction)
    )
    taken, name = new[:WRITE_URIS], _name(playlist)
    head = (WOULD_GO if taken else NONE_GOES).format(count=tracks_of(taken), playlist=name)
    known = len(expanded.tracks) - len(new)
    if known:
        head += "\n" + HAS.format(tracks=tracks_of(known), playlist=name)
    embed = preview_embed(expanded, head, taken, "", "", beyond=len(new) - len(taken))
    items: list[Control] = _open(playlist)
    if taken:
        items = [AddAllToOwn.of(playlist, ref, len(taken)), CancelButton.of(), *items]
    await answer(interaction, Reply(embed=embed, view=controls(*items)))


class OwnPlaylistMenu(SafeItem[Select], template=rf"add:many:{REF}"):
    """Which of the member's playlists."""

    @classmethod
    def of(cls, playlists: Sequence[Playlist], ref: Ref) -> Self:
        return cls(
            discord.ui.Select(
                custom_id=f"add:many:{ref_id(ref)}", placeholder=PICK, options=playlist_options(playlists)
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await ask_about_own(interaction, f"spotify:playlist:{self.item.values[0]}", ref_of(self.state))


class AddAllToOwn(SafeItem[Button], template=rf"add:all:(?P<playlist>{PLAYLIST_ID}):{REF}"):
    """Yes: what the playlist does not have yet goes in. A second press finds that it has it."""

    @classmethod
    def of(cls, playlist: Playlist, ref: Ref, count: int) -> Self:
        return cls(
            discord.ui.Button(
                label=ADD_ALL.format(tracks=tracks_of(count)),
                custom_id=f"add:all:{playlist.id}:{ref_id(ref)}",
                style=discord.ButtonStyle.primary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        services, share = interaction.client.services, share_of(interaction)
        (playlist,) = await services.playlists.find(
            interaction.user.id, f"spotify:playlist:{self.state['playlist']}", share=share
        )
        expanded = await read(interaction, ref_of(self.state))
        added = await services.adding.add_many(interaction.user.id, playlist, expanded.tracks, share=share)
        words = ADDED if added else NONE
        text = words.format(tracks=tracks_of(added), playlist=_name(playlist))
        await answer(interaction, Reply(text, view=controls(*_open(playlist))))


def _name(playlist: Playlist) -> str:
    return f"**{masked_link(playlist.name, playlist.url, NAME_SHOWN)}**"


def _open(playlist: Playlist) -> list[Control]:
    page = spotify_page(playlist.url)
    return [link_button(OPEN, page)] if page else []
