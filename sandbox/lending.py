"""Lends a new playlist to a guild as its owner does it: /shared create, and the yes to what members may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cogs.ui.shared.lending import LEND

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Lent:
    """playlist_id: at Spotify."""

    list_id: str
    playlist_id: str


async def lend_new(world: World, owner: Actor, name: str) -> Lent:
    """An empty playlist of this name, made and lent by somebody who has linked their account."""
    asked = await (await owner.command("shared create", name=name)).reply()
    yes = next(button for button in asked.buttons() if LEND.template.fullmatch(button.custom_id or ""))
    await (await owner.press(asked, yes.custom_id or "")).updated()
    playlists = world.spotify.playlists_of(owner.member.username)
    made = next(playlist for playlist in reversed(playlists) if playlist.name == name)
    (choice, *_) = await owner.suggest("add", "playlist", name)
    _, _, list_id = str(choice.value).partition("list:")
    return Lent(list_id, made.id)
