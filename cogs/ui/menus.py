"""Options of menus: at most 25, each once, since Discord refuses the whole message otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.languages import Text
from bot.services.shared.proposals.propose import OPTION
from cogs.words.names import track_count, track_detail, track_label
from cogs.words.text import OPTIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.spotify.models import Playlist, Track
    from bot.stores.lists import SharedPlaylist

SHARED = Text("Shared in this server")


def track_options(tracks: Iterable[Track]) -> list[discord.SelectOption]:
    """The tracks that have an id, which is the option's value."""
    return _distinct(
        discord.SelectOption(label=track_label(track), value=track.id, description=track_detail(track))
        for track in tracks
        if track.id
    )


def playlist_options(playlists: Iterable[Playlist]) -> list[discord.SelectOption]:
    return _distinct(
        discord.SelectOption(
            label=plain_text(playlist.name), value=playlist.id, description=track_count(playlist.item_count)
        )
        for playlist in playlists
    )


def target_options(
    shared: Iterable[SharedPlaylist], playlists: Iterable[Playlist]
) -> list[discord.SelectOption]:
    """The server's shared playlists, then a member's own; the value says which kind it is."""
    lists = [
        discord.SelectOption(label=plain_text(one.name), value=f"{OPTION}{one.list_id}", description=SHARED())
        for one in shared
    ]
    return _distinct([*lists, *playlist_options(playlists)])


def _distinct(options: Iterable[discord.SelectOption]) -> list[discord.SelectOption]:
    return list({option.value: option for option in options}.values())[:OPTIONS]
