"""/playlist create, edit, unfollow: forms for name and description, and a question before a playlist goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.languages import Text
from bot.services.own_playlists.details import Details
from cogs.playlist.option import (
    PlaylistCommands,
    PlaylistOption,
    any_playlist_option,
    playlist_option,
)
from cogs.ui.actor import share_of
from cogs.ui.controls import SPOTIFY_ID, Ack, Item, Press, Question
from cogs.ui.forms import Checkbox, Form, TextField
from cogs.ui.layout import text
from cogs.ui.own_playlist_card import head, open_button
from cogs.ui.reply import Reply, answer, controls, think
from cogs.words.names import FOOTER
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.discord_bot import DiscordBot
    from bot.services.own_playlists import OwnPlaylists
    from bot.services.playlists import Playlists
    from bot.spotify.models import Playlist
    from cogs.ui.controls import Button

    Done = Callable[[Press, Details], Awaitable[None]]

CREATE: Final = "Create a playlist in your Spotify account"
EDIT: Final = "Change a playlist's name, description and whether it's on your profile"
UNFOLLOW: Final = "Remove a playlist from your library; asks first"
CREATE_TITLE, EDIT_TITLE = Text("New playlist"), Text("Edit playlist")
NAME, NAME_HINT = Text("Name"), Text("Up to 100 characters.")
ABOUT, ABOUT_HINT = Text("Description"), Text("Up to 300 characters.")
PROFILE: Final = Text("Show it on my profile")
PROFILE_HINT: Final = Text("Anyone with the link can open it either way.")
TYPED: Final = 1_000  # so that what is too long can be corrected instead of typed again
CREATED: Final = Text("Your new playlist. Use {add} to put something in.")
CHANGED: Final = Text("Saved.")
STILL_SHOWN: Final = Text(
    "Spotify shows it on your profile all the same. You can change that in Spotify's own apps."
)
STILL_HIDDEN: Final = Text(
    "Spotify doesn't show it on your profile. You can change that in Spotify's own apps."
)
EDIT_BUTTON: Final = Text("Edit…")
ASK_OWN: Final = Text(
    "Remove {playlist} from your library? Spotify can't delete playlists: whoever follows it keeps it, and anyone "
    "with the link can open it. You can get it back for 90 days: *Recover playlists* in your account on spotify.com."
)
ASK_OTHERS: Final = Text(
    "Stop following {playlist}? It disappears from your library, and nothing else changes."
)
YES_OWN, YES_OTHERS, NO = Text("Remove it"), Text("Unfollow"), Text("Keep it")
REMOVED: Final = Text("{playlist} is no longer in your library.")
KEPT: Final = Text("Nothing was changed.")
NAME_SHOWN: Final = 100

OPEN_EDIT: Final = Item("pl:edit", Ack.NONE, playlist=SPOTIFY_ID)
LEAVE: Final = Question("pl:leave", playlist=SPOTIFY_ID)


class DetailsForm(Form):
    def __init__(self, title: str, done: Done, now: Playlist | None = None) -> None:
        """now: fills it in. done: gets what was typed."""
        super().__init__(title=title)
        self._done = done
        name, about = (now.name, now.description) if now else ("", "")
        self._name = self.ask(NAME(), TextField(default=name or None, max_length=TYPED), NAME_HINT())
        self._about = self.ask(
            ABOUT(),
            TextField(
                default=about or None,
                max_length=TYPED,
                required=False,
                style=discord.TextStyle.paragraph,
            ),
            ABOUT_HINT(),
        )
        self._public = self.ask(PROFILE(), Checkbox(default=bool(now and now.public)), PROFILE_HINT())

    async def filled_in(self, press: Press) -> None:
        await self._done(press, Details(self._name.value, self._about.value, self._public.value))


class DetailsCommands(PlaylistCommands):
    def __init__(self, playlists: Playlists, own: OwnPlaylists) -> None:
        super().__init__(playlists)
        self._own = own
        self.items = (OPEN_EDIT.bound(self._open_edit), LEAVE.bound(self._leave))

    @app_commands.command(description=CREATE)
    async def create(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await self._own.details.must_be_linked(interaction.user.id)
        await Press(interaction).open(DetailsForm(CREATE_TITLE(), self._create))

    @app_commands.command(description=EDIT)
    @playlist_option
    async def edit(self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption) -> None:
        await think(interaction, private=True)
        found = await self._own.reader.own(interaction.user.id, playlist, share=share_of(interaction))
        await answer(interaction, _card(found))

    @app_commands.command(description=UNFOLLOW)
    @any_playlist_option
    async def unfollow(self, interaction: discord.Interaction[DiscordBot], playlist: PlaylistOption) -> None:
        await think(interaction, private=True)
        found = await self._own.reader.named(interaction.user.id, playlist, share=share_of(interaction))
        mine = await self._own.reader.owns(interaction.user.id, found)
        asked = (ASK_OWN if mine else ASK_OTHERS)(playlist=_name(found))
        buttons = LEAVE.buttons(
            (YES_OWN if mine else YES_OTHERS)(), NO(), style=discord.ButtonStyle.danger, playlist=found.id
        )
        await answer(interaction, Reply(card=(text(asked),), view=controls(*buttons, *open_button(found))))

    async def _create(self, press: Press, wanted: Details) -> None:
        made = await self._own.details.create(press.member_id, wanted, share=press.share)
        add = press.interaction.client.mention_command("add")
        await press.answer(_card(made, CREATED(add=add), *_ignored(made, wanted)))

    async def _open_edit(self, press: Press) -> None:
        found = await self._own.reader.playlist(press.member_id, press.state["playlist"], share=press.share)

        async def change(sent: Press, wanted: Details) -> None:
            changed = await self._own.details.change(sent.member_id, found.id, wanted, share=sent.share)
            await sent.answer(_card(changed, CHANGED(), *_ignored(changed, wanted)))

        await press.open(DetailsForm(EDIT_TITLE(), change, found))

    async def _leave(self, press: Press) -> None:
        if not press.yes:
            await press.answer(Reply(card=(text(KEPT()),)))
            return
        gone = await self._own.details.unfollow(press.member_id, press.state["playlist"], share=press.share)
        said = text(REMOVED(playlist=_name(gone)))
        await press.answer(Reply(card=(said,), view=controls(*open_button(gone))))


def _card(playlist: Playlist, *news: str) -> Reply:
    parts = (*([text(*news)] if news else []), head(playlist, mine=True), text(f"-# {FOOTER}"))
    return Reply(card=parts, view=controls(_edit_button(playlist), *open_button(playlist)))


def _edit_button(playlist: Playlist) -> Button:
    return OPEN_EDIT.button(EDIT_BUTTON(), style=discord.ButtonStyle.primary, playlist=playlist.id)


def _ignored(playlist: Playlist, wanted: Details) -> list[str]:
    """What Spotify made of `public`, where that is not what was asked for."""
    if playlist.public is None or playlist.collaborative or playlist.public == wanted.public:
        return []
    return [STILL_SHOWN() if playlist.public else STILL_HIDDEN()]


def _name(playlist: Playlist) -> str:
    return f"**{safe_text(playlist.name, NAME_SHOWN)}**"
