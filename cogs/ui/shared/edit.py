"""Name, description and cover of a shared playlist on Spotify: the form, the preview, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.services.shared.reconciliation.titles import Details
from cogs.ui.consent import allow_buttons
from cogs.ui.controls import LIST, PROMPT, Ack, ListItem, Question
from cogs.ui.forms import Form, TextField
from cogs.ui.layout import text
from cogs.ui.own_playlist_card import head
from cogs.ui.playlist_previews import TAKES, UNDOABLE
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.counts import REQUESTS
from cogs.words.names import list_name, mention
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterator

    from bot.services.shared.reconciliation.titles import Title
    from bot.services.shared.tidying.appearance import CoverPreview, EditPreview
    from bot.spotify.models import Playlist
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press

    Typed = Callable[[Press, Details], Awaitable[None]]

FORM: Final = Text("Edit on Spotify")
NAME, NAME_HINT = Text("Name"), Text("Up to 100 characters.")
ABOUT, ABOUT_HINT = Text("Description"), Text("Up to 300 characters.")
TYPED: Final = 1_000  # so that what is too long can be corrected instead of typed again
NOW: Final = Text("-# On Spotify. In this server it's called **{name}**, which stays.")
EDIT_BUTTON: Final = Text("Edit…")
CHANGE: Final = Text("### Change {name} on Spotify?")
PUT_BACK: Final = Text("### Put name and description of {name} back?")
NEW_NAME: Final = Text("Name: **{before}** → **{after}**")
NEW_ABOUT: Final = Text("Description: “{before}” → “{after}”")
SAME: Final = Text("{name} looks like that already.")
CHANGED: Final = Text("{name} was changed in the meantime, so nothing was done yet. Here is the new preview.")
YES, NO = Text("Change it"), Text("Leave it as it is")
DONE: Final = Text("✅ {by} changed {name} on Spotify.")
KEPT: Final = Text("{name} stays as it is.")
COVER: Final = Text(
    "### Use this as the cover of {name}?\n"
    "Spotify can't bring the old cover back, so this can't be undone, only replaced."
)
COVER_DONE: Final = Text("✅ {by} gave {name} a new cover. Spotify may take a minute to show it.")
SCOPE: Final = Text(
    "For covers, Spotify has to let me upload pictures for you. Until then, curators can only change the "
    "name and the description."
)
GUARD: Final = Text("✏️ Someone changed how {name} looks in Spotify:")
ASK: Final = Text("-# A manager can put it back or keep it.")
BACK, KEEP = Text("Put it back"), Text("Keep it")
IS_BACK: Final = Text("✅ {by} put name and description of {name} back.")
STAYS: Final = Text("{by} kept the new name and description of {name}.")
NOTHING: Final = "-"
SHOWN: Final = 300

OPEN_FORM: Final = ListItem("sp:looks", Ack.NONE)
CONFIRM: Final = Question("sp:looksok", list=LIST, draft=PROMPT)
COVER_OK: Final = Question("sp:cover", list=LIST, draft=PROMPT)
GUARDED: Final = Question("sp:title", list=LIST)


class LooksForm(Form):
    def __init__(self, now: Details, done: Typed) -> None:
        super().__init__(title=FORM())
        self._done = done
        self._name = self.ask(NAME(), TextField(default=now.name or None, max_length=TYPED), NAME_HINT())
        self._about = self.ask(
            ABOUT(),
            TextField(
                default=now.about or None,
                max_length=TYPED,
                required=False,
                style=discord.TextStyle.paragraph,
            ),
            ABOUT_HINT(),
        )

    async def filled_in(self, press: Press) -> None:
        await self._done(press, Details(self._name.value, self._about.value))


def now_reply(shared: SharedPlaylist, playlist: Playlist) -> Reply:
    here = NOW(name=safe_text(shared.name, SHOWN))
    button = OPEN_FORM.button(EDIT_BUTTON(), style=discord.ButtonStyle.primary, list=shared.list_id)
    return Reply(card=(head(playlist, mine=False), text(here)), view=controls(button, list_button(shared)))


def edit_reply(preview: EditPreview) -> Reply:
    shared, edit = preview.shared, preview.edit
    name = list_name(shared)
    news = CHANGED(name=name) if preview.changed else None
    if edit.before == edit.after:
        return Reply(news, card=(text(SAME(name=name)),), view=controls(list_button(shared)))
    title = (PUT_BACK if edit.undoes else CHANGE)(name=name)
    lines = [*_lines(edit.before, edit.after), TAKES(requests=REQUESTS(1)), UNDOABLE()]
    buttons = CONFIRM.buttons(YES(), NO(), list=shared.list_id, draft=edit.question_id)
    return Reply(news, card=(text(title, *lines),), view=controls(*buttons, list_button(shared)))


def edited_reply(shared: SharedPlaylist, by_id: int, before: Details, after: Details) -> Reply:
    said = DONE(by=mention(by_id), name=list_name(shared))
    return Reply(card=(text(said, *_lines(before, after)),), view=controls(list_button(shared)))


def kept_reply(shared: SharedPlaylist) -> Reply:
    return Reply(card=(text(KEPT(name=list_name(shared))),), view=controls(list_button(shared)))


def cover_reply(preview: CoverPreview) -> Reply:
    shared = preview.shared
    buttons = COVER_OK.buttons(YES(), NO(), list=shared.list_id, draft=preview.cover_id)
    said = text(COVER(name=list_name(shared)), TAKES(requests=REQUESTS(1)))
    return Reply(
        card=(said,),
        view=controls(*buttons, list_button(shared)),
        file=preview.picture,
        file_name="cover.jpg",
    )


def cover_done_reply(shared: SharedPlaylist, by_id: int) -> Reply:
    said = COVER_DONE(by=mention(by_id), name=list_name(shared))
    return Reply(card=(text(said),), view=controls(list_button(shared)))


def scope_reply(missing: Collection[str]) -> Reply:
    """To the owner, who has just let curators edit it."""
    return Reply(card=(text(SCOPE()),), view=controls(*allow_buttons(missing)))


def guard_reply(shared: SharedPlaylist, title: Title) -> Reply:
    found = title.found or title.held
    lines = [GUARD(name=list_name(shared)), *_lines(title.held, found), ASK()]
    buttons = GUARDED.buttons(BACK(), KEEP(), list=shared.list_id)
    return Reply(card=(text(*lines),), view=controls(*buttons, list_button(shared)))


def settled_reply(shared: SharedPlaylist, by_id: int, *, back: bool) -> Reply:
    said = (IS_BACK if back else STAYS)(by=mention(by_id), name=list_name(shared))
    return Reply(card=(text(said),), view=controls(list_button(shared)))


def _lines(before: Details, after: Details) -> Iterator[str]:
    if before.name != after.name:
        yield NEW_NAME(before=safe_text(before.name, SHOWN), after=safe_text(after.name, SHOWN))
    if before.about != after.about:
        yield NEW_ABOUT(
            before=safe_text(before.about, SHOWN) if before.about else NOTHING,
            after=safe_text(after.about, SHOWN) if after.about else NOTHING,
        )
