"""How a shared playlist is named in sentences, and the button that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.ui.reply import link_button
from cogs.ui.text import masked_link
from cogs.ui.track_card import OPEN

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.dynamic import Button

NAME_SHOWN = 100


def list_name(shared: SharedPlaylist) -> str:
    return f"**{masked_link(shared.name, list_url(shared), NAME_SHOWN)}**"


def list_button(shared: SharedPlaylist) -> Button:
    return link_button(OPEN, list_url(shared))


def list_url(shared: SharedPlaylist) -> str:
    return f"https://open.spotify.com/playlist/{shared.playlist_id}"
