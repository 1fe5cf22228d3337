"""Liking what is in a shared playlist: ♥ on cards and announcements, a menu for several, and the way back.

What comes of a press only the member reads; how many like something stands on its card and in `/shared show`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text, number
from bot.services.shared.core.announced import Announcement
from bot.stores.contributions import State
from cogs.ui.controls import CONTRIBUTION, Ack, Item, ListItem, Press
from cogs.ui.reply import Reply, controls
from cogs.words.counts import LIKES, TRACKS
from cogs.words.names import list_name, track_label
from cogs.words.text import OPTIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.services.shared.core.announced import Announcements
    from bot.services.shared.core.likes import Likable, Liking, ListLikes
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.history.timeline import Timeline
    from bot.services.shared.reports.page import ListPages, ShownPage
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Button, Select

HEART: Final = "♥️"
LIKE_LABEL: Final = Text("Like")
LIKE_MANY: Final = Text("Like…")
BACK_LABEL: Final = Text("Take it back")
AGAIN_LABEL: Final = Text("Like it again")
WORDS: Final = {  # by whether the member likes it now, and whether that is new
    (True, True): Text("♥ You like this. In {playlist}, it has {likes} now."),
    (True, False): Text("You already like this. In {playlist}, it has {likes}."),
    (False, True): Text("Your like is taken back. In {playlist}, this has {likes} now."),
    (False, False): Text("You don't like this yet. In {playlist}, it has {likes}."),
}
PICK: Final = Text("Choose what you like…")
WHICH: Final = Text("Choose everything you like here. Leaving something out takes your like back.")
OWN: Final = Text("What you added yourself isn't listed: your own likes don't count.")
OTHERS: Final = Text("These are {shown} of {tracks}. {show} has the rest.")
CHOSEN: Final = Text("♥ You like {tracks} of these.")
NOTHING: Final = Text("There's nothing here to like: it has left the playlist, or you added it yourself.")

LIKE: Final = Item("sp:like", Ack.THINK, id=CONTRIBUTION)
SWITCH: Final = Item("sp:liking", id=CONTRIBUTION, to="on|off")
LIKE_PAGE: Final = ListItem("sp:likep", Ack.THINK, number=r"\d{1,6}")
# By numbers, in the order of writing: of what came in together, or within a day.
LIKE_SEVERAL: Final = ListItem("sp:likes", Ack.THINK, first=r"\d{1,12}", last=r"\d{1,12}")
CHOICE: Final = ListItem("sp:liked")
MOST_LOOKED_AT: Final = 200


class LikeButtons:
    """What the controls lead to."""

    def __init__(
        self,
        finder: ListFinder,
        likes: ListLikes,
        announcements: Announcements,
        pages: ListPages,
        timeline: Timeline,
    ) -> None:
        self._finder = finder
        self._announcements = announcements
        self._likes = likes
        self._pages = pages
        self._timeline = timeline
        self.items = (
            LIKE.bound(self._like),
            SWITCH.bound(self._switch),
            LIKE_PAGE.bound(self._ask_of_page),
            LIKE_SEVERAL.bound(self._ask_of_several),
            CHOICE.bound(self._choose),
        )

    async def _like(self, press: Press) -> None:
        message = press.interaction.message
        if message is not None and not message.flags.components_v2:  # a card says the count itself
            key, channel_id = press.state["id"], message.channel.id
            self._announcements.seen(Announcement(press.guild_id, key, channel_id, message.id))
        await press.answer(
            liking_reply(await self._likes.like(press.actor, press.guild_id, press.state["id"]))
        )

    async def _switch(self, press: Press) -> None:
        change = self._likes.like if press.state["to"] == "on" else self._likes.take_back
        await press.answer(liking_reply(await change(press.actor, press.guild_id, press.state["id"])))

    async def _ask_of_page(self, press: Press) -> None:
        shared, number = await press.list(self._finder), int(press.state["number"])
        page = await self._pages.page(shared, number, share=press.share)
        known = [(item.contribution, item.track) for item in page.items if item.contribution]
        likable = await self._likes.likable(press.actor, shared, [one for one, _ in known])
        await press.answer(_question(press, likable, {one.uri: track for one, track in known if track}))

    async def _ask_of_several(self, press: Press) -> None:
        shared, first = await press.list(self._finder), int(press.state["first"])
        last = min(int(press.state["last"]), first + MOST_LOOKED_AT)
        likable = await self._likes.likable(
            press.actor, shared, await self._likes.numbered(shared, first, last)
        )
        uris = [one.uri for one in likable.contributions[:OPTIONS]]
        await press.answer(_question(press, likable, await self._timeline.tracks(uris, share=press.share)))

    async def _choose(self, press: Press) -> None:
        shared = await press.list(self._finder)
        offered = [option.value for option in press.options]
        count = await self._likes.choose(press.actor, shared, press.chosen, offered)
        for option in press.options:
            option.default = option.value in press.chosen
        words = CHOSEN(tracks=TRACKS(count))
        await press.answer(Reply(words, view=controls(_menu(shared, press.options))))


def like_button(held: Contribution, count: int = 0) -> Button:
    """count: how many like it, where that isn't said beside the button."""
    return LIKE.button(number(count) if count else LIKE_LABEL(), emoji=HEART, id=held.contribution_id)


def like_several(list_id: str, landed: Sequence[Contribution]) -> list[Button]:
    """One button: for the one thing there is, or for a choice among several; none where nothing went in."""
    if len(landed) == 1:
        return [like_button(landed[0])]
    numbers = [one.number for one in landed if one.number]
    if not numbers:
        return []
    return [
        LIKE_SEVERAL.button(LIKE_MANY(), emoji=HEART, list=list_id, first=min(numbers), last=max(numbers))
    ]


def like_page(page: ShownPage) -> list[Button]:
    """For what is on a page of /shared show, where there is anything our records know."""
    if not any(item.contribution and item.contribution.state is State.LANDED for item in page.items):
        return []
    return [LIKE_PAGE.button(LIKE_MANY(), emoji=HEART, list=page.shared.list_id, number=page.number)]


def liking_reply(liking: Liking) -> Reply:
    """What happened, with the way back."""
    words = WORDS[liking.liked, liking.changed](playlist=list_name(liking.shared), likes=LIKES(liking.count))
    to, label = ("off", BACK_LABEL()) if liking.liked else ("on", AGAIN_LABEL())
    return Reply(words, view=controls(SWITCH.button(label, id=liking.contribution.contribution_id, to=to)))


def _question(press: Press, likable: Likable, tracks: Mapping[str, Track]) -> Reply:
    shown = likable.contributions[:OPTIONS]
    if not shown:
        return Reply(NOTHING())
    options = [
        discord.SelectOption(
            label=track_label(tracks[one.uri]) if one.uri in tracks else plain_text(one.uri),
            value=one.contribution_id,
            default=one.contribution_id in likable.liked,
        )
        for one in shown
    ]
    show = press.interaction.client.mention_command("shared show")
    words = [WHICH(), *_more_words(likable, len(shown), show)]
    return Reply("\n".join(words), view=controls(_menu(likable.shared, options)))


def _more_words(likable: Likable, shown: int, show: str) -> Iterator[str]:
    if likable.own:
        yield OWN()
    if shown < len(likable.contributions):
        yield OTHERS(shown=shown, tracks=TRACKS(len(likable.contributions)), show=show)


def _menu(shared: SharedPlaylist, options: Sequence[discord.SelectOption]) -> Select:
    menu = CHOICE.menu(PICK(), options, most=len(options), list=shared.list_id)
    menu.min_values = 0  # to like none of them any more
    return menu
