"""The button under a refusal that lets a member allow what was missing, without giving up what they allowed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from cogs.ui.controls import Ack, Item

if TYPE_CHECKING:
    from collections.abc import Collection

    from cogs.ui.controls import Button

ALLOW: Final = Text("Allow it on Spotify")

# How a custom_id, which holds 100 characters, writes a scope. They stand in messages: add new ones, change none.
LETTERS: Final = {
    "playlist-read-private": "a",
    "playlist-read-collaborative": "b",
    "playlist-modify-public": "c",
    "playlist-modify-private": "d",
    "ugc-image-upload": "e",
    "user-library-read": "f",
    "user-library-modify": "g",
    "user-follow-read": "h",
    "user-follow-modify": "i",
    "user-top-read": "j",
    "user-read-recently-played": "k",
    "user-read-playback-state": "l",
    "user-read-currently-playing": "m",
    "user-modify-playback-state": "n",
    "user-read-playback-position": "o",
}
SCOPES: Final = {letter: scope for scope, letter in LETTERS.items()}

ALLOW_BUTTON: Final = Item("link:allow", Ack.THINK, scopes="[a-o]{1,15}")


def allow_buttons(scopes: Collection[str], label: str = "") -> tuple[Button, ...]:
    """None if there is nothing to allow. label: in place of the usual one."""
    letters = "".join(sorted(LETTERS[scope] for scope in scopes if scope in LETTERS))
    if not letters:
        return ()
    return (ALLOW_BUTTON.button(label or ALLOW(), style=discord.ButtonStyle.primary, scopes=letters),)


def scopes_of(letters: str) -> frozenset[str]:
    """Those a button was made for."""
    return frozenset(SCOPES[letter] for letter in letters)
