"""Liking something: the button on cards, and what a member reads after it, with the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Text
from cogs.ui.controls import SPOTIFY_ID, Ack, Item, Press
from cogs.ui.menus import track_options
from cogs.ui.reply import Reply, controls, link_button
from cogs.words.names import OPEN, track_name, uri_page
from cogs.words.text import spotify_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.library import Library, Liking, Thing
    from cogs.ui.controls import Button

LIKE: Final = Text("Like")
UNLIKE: Final = Text("Unlike")
LIKE_AGAIN: Final = Text("Like again")
IN_LIKED: Final = Text("in your Liked Songs")
IN_LIBRARY: Final = Text("in your library")
WORDS: Final = {  # by whether it is in the library now and whether that is new; place: one of the two above
    (True, True): Text("❤️ {what} is {place} now."),
    (True, False): Text("{what} is {place} already."),
    (False, True): Text("{what} is no longer {place}."),
    (False, False): Text("{what} isn't {place}."),
}
WHAT: Final = {
    "album": Text("The album"),
    "show": Text("The podcast"),
    "audiobook": Text("The audiobook"),
    "artist": Text("The artist"),
}
WHICH: Final = {
    "on": Text("Several tracks match. Which one do you like?"),
    "off": Text("Several tracks match. Which one should leave your Liked Songs?"),
}
PICK: Final = Text("Choose a track")
NAME_SHOWN: Final = 100

KIND: Final = "track|album|episode|show|audiobook|artist"
ON_CARD: Final = Item("like:card", Ack.THINK, kind=KIND, key=SPOTIFY_ID)
SWITCH: Final = Item("like", to="on|off", kind=KIND, key=SPOTIFY_ID)
TRACKS: Final = Item("like:which", to="on|off")


class Likes:
    """What the controls lead to."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.items = (
            ON_CARD.bound(self._like),
            SWITCH.bound(self._switch),
            TRACKS.bound(self._choose),
        )

    async def _like(self, press: Press) -> None:
        await self._put(press, _uri(press), liked=True)

    async def _switch(self, press: Press) -> None:
        await self._put(press, _uri(press), liked=press.state["to"] == "on")

    async def _choose(self, press: Press) -> None:
        (track_id,) = press.chosen
        await self._put(press, f"spotify:track:{track_id}", liked=press.state["to"] == "on")

    async def _put(self, press: Press, uri: str, *, liked: bool) -> None:
        thing = await self._library.by_uri(uri, share=press.share)
        liking = await self._library.put(press.member_id, thing, liked=liked, share=press.share)
        await press.answer(liking_reply(liking))


def like_button(uri: str) -> Button:
    """On every card. Whoever presses it likes the thing themselves, and only they see the answer."""
    _, kind, key = uri.split(":")
    return ON_CARD.button(LIKE(), emoji="❤️", kind=kind, key=key)


def liking_reply(liking: Liking) -> Reply:
    """What happened, with the way back."""
    thing = liking.thing
    what = track_name(thing.track, NAME_SHOWN) if thing.track else WHAT[thing.kind]()
    place = IN_LIKED() if thing.kind == "track" else IN_LIBRARY()
    page = spotify_page(thing.track.url if thing.track else uri_page(thing.uri))
    to, label = ("off", UNLIKE()) if liking.liked else ("on", LIKE_AGAIN() if liking.changed else LIKE())
    _, kind, key = thing.uri.split(":")
    switch = SWITCH.button(label, to=to, kind=kind, key=key)
    return Reply(
        WORDS[liking.liked, liking.changed](what=what, place=place),
        view=controls(switch, *([link_button(OPEN(), page)] if page else [])),
    )


def which_reply(things: Sequence[Thing], *, liked: bool) -> Reply:
    to = "on" if liked else "off"
    options = track_options(thing.track for thing in things if thing.track)
    return Reply(WHICH[to](), view=controls(TRACKS.menu(PICK(), options, to=to)))


def _uri(press: Press) -> str:
    return f"spotify:{press.state['kind']}:{press.state['key']}"
