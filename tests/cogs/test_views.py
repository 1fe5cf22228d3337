"""Every view of the bot, times every hostile name: nothing pings, formats, links or is too long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import pytest

from bot.errors import AdditionUnknownError, LinkDeniedError, NothingFoundError, PlaylistLockedError
from bot.errors import PlaylistNotFoundError as NotFound
from bot.services.accounts import AccountView
from bot.services.adding import Added, AlreadyIn, PlaylistChoice, TrackChoice, Unplayable
from bot.services.linking import PLAYLIST_SCOPES, Begun, Linked
from bot.services.lookups import FoundTrack
from bot.services.playlists import PlaylistPage
from bot.stores import Account, Tokens
from cogs.account import account_reply
from cogs.link import begun_reply, linked_reply
from cogs.playlists import list_reply
from cogs.track import card
from cogs.ui.additions import outcome_reply
from cogs.ui.reply import Reply
from cogs.words.error_sentences import Place
from cogs.words.errors import put_into_words
from tests.cogs.hostile import HOSTILE, harms, hidden, markdown_texts, over_limits, plain_texts, skeleton
from tests.cogs.samples import NOW, barred, fake_bot, playlist, playlists, track, tracks

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = Place(link="</link:1>", operator="<@1>")
ACCOUNT = Account(1, "account", "spotify", PLAYLIST_SCOPES, NOW, Tokens("a", "r", NOW))


def _error(error: Exception) -> Reply:
    return Reply(put_into_words(error, PLACE).text)


VIEWS: dict[str, Callable[[str], Reply]] = {
    "card": lambda name: card(FoundTrack(track(name, explicit=True, artists=20), tracks(name, 9))),
    "card of a local file": lambda name: card(FoundTrack(track(name, track_id=None))),
    "added": lambda name: outcome_reply(fake_bot(), Added(track(name), playlist(name), compared=1000)),
    "already in": lambda name: outcome_reply(fake_bot(), AlreadyIn(track(name), playlist(name), 12_345)),
    "unplayable": lambda name: outcome_reply(fake_bot(), Unplayable(barred(name, "market"), playlist(name))),
    "which track": lambda name: outcome_reply(fake_bot(), TrackChoice(tracks(name, 10), playlist(name))),
    "which playlist": lambda name: outcome_reply(
        fake_bot(), PlaylistChoice(track(name), playlists(name, 25), shortened=True)
    ),
    "playlists": lambda name: list_reply(
        fake_bot(), PlaylistPage(playlists(name, 10), 1, 7, 62, 3, "nobody")
    ),
    "begun": lambda name: begun_reply(
        Begun(None, "https://accounts.spotify.com/authorize?" + "x" * 600, NOW, frozenset({name or "x"}))
    ),
    "linked": lambda name: linked_reply(fake_bot(), Linked(ACCOUNT, name or "x")),
    "account": lambda name: account_reply(
        fake_bot(),
        AccountView("id", name or "x", "https://open.spotify.com/user/ada", PLAYLIST_SCOPES, NOW, NOW, 3),
        messages=True,
    ),
    "nothing found": lambda name: _error(NothingFoundError(name)),
    "no such playlist": lambda name: _error(NotFound(name)),
    "locked": lambda name: _error(PlaylistLockedError(playlist(name, owner=name or "x"))),
    "unknown": lambda name: _error(AdditionUnknownError(playlist(name))),
    "denied": lambda name: _error(LinkDeniedError(name)),
}


@pytest.mark.parametrize("view", [name for name in VIEWS if name != "begun"])
async def test_names(view: str) -> None:
    """A name adds nothing to what Discord acts upon in a message, wherever it stands in it."""
    harmless = [skeleton(text) for text in markdown_texts(VIEWS[view]("x"))]
    for name in HOSTILE:
        reply = VIEWS[view](name)
        assert [found for text in markdown_texts(reply) for found in harms(text)] == [], name
        assert [found for text in plain_texts(reply) for found in hidden(text)] == [], name
        assert [skeleton(text) for text in markdown_texts(reply)] == harmless, name
        assert over_limits(reply) == [], name


async def test_permissions() -> None:
    """Even the name of a permission, should Spotify send a new one, is shown harmlessly."""
    for name in HOSTILE:
        reply = VIEWS["begun"](name)
        for text in markdown_texts(reply):
            assert harms(text.replace("(<https://accounts.spotify.com/authorize?", "")) == [], name
        assert over_limits(reply) == [], name


async def test_both_ways_to_link() -> None:
    """Where both ways are offered, our page comes first; each has its way out and its way back."""
    reply = begun_reply(
        Begun(
            "https://bot.example/link/abc",
            "https://accounts.spotify.com/authorize?state=x",
            NOW + timedelta(minutes=10),
            PLAYLIST_SCOPES,
        )
    )
    assert list(plain_texts(reply)) == [
        "Open the page",
        "Enter the code",
        "Open Spotify",
        "Paste the address",
    ]
    said = "\n".join(markdown_texts(reply))
    assert "see your playlists" in said
    assert "<t:1795176600:R>" in said


async def test_last_page() -> None:
    """On the last page there is no Next to press, and empty entries are mentioned."""
    reply = list_reply(fake_bot(), PlaylistPage(playlists("Mix", 2), 1, 2, 13, 1, "ada-id"))
    assert reply.view is not None
    previous, following = (item for item in reply.view.children if isinstance(item, discord.ui.Button))
    assert (previous.disabled, previous.custom_id) == (False, "playlists:prev:0")
    assert (following.disabled, following.custom_id) == (True, "playlists:next:2")
    texts = " ".join([*markdown_texts(reply), *plain_texts(reply)])
    assert "page 2 of 2" in texts
    assert "1 more playlist is on this page" in texts
    assert "yours" in texts


async def test_one_page() -> None:
    """A short list has no paging buttons; an empty one says so."""
    assert list_reply(fake_bot(), PlaylistPage(playlists("Mix", 2), 0, 1, 2, 0, "ada-id")).view is not None
    assert not list(plain_texts(list_reply(fake_bot(), PlaylistPage((), 0, 1, 0, 0, "ada-id"))))
