"""/add and the button on the cards, as members see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import AdditionUnknownError, NotLinkedError
from bot.services.adding import Added, AlreadyIn, PlaylistChoice, TrackChoice, Unplayable
from tests.cogs.fake_services import MIX, SONG
from tests.cogs.samples import PLAYLIST_ID, TRACK_ID, barred, playlist, playlists, track, tracks

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from tests.cogs.fake_services import FakeServices


async def test_added(ada: Actor, services: FakeServices) -> None:
    """The outcome is private, names both and leads to the playlist."""
    reply = await (await ada.command("add", track=SONG, playlist=MIX)).reply()
    assert reply.ephemeral
    said, card = reply.components
    assert said["content"].startswith("Added to **[Mix]")
    assert card["components"][0]["components"][0]["content"].startswith("### [Song](")
    assert not reply.embeds
    assert [button.url or button.label for button in reply.buttons()] == [
        f"https://open.spotify.com/playlist/{PLAYLIST_ID}",
        "Like",
    ]
    assert services.adding.asked == [(ada.member.id, SONG, MIX, False)]


async def test_card_button_asks_its_presser(ada: Actor, linus: Actor, services: FakeServices) -> None:
    """Whoever presses the button under anybody's card is asked for a playlist of their own."""
    card = await (await ada.command("track", query="song")).reply()
    asked = await (await linus.press(card, "Add to a playlist")).reply()
    assert asked.ephemeral
    done = await (await linus.choose(asked, PLAYLIST_ID)).updated()
    assert done.id == asked.id
    assert "Added to" in done.text
    assert done.menus() == []
    assert services.adding.asked == [(linus.member.id, TRACK_ID), (linus.member.id, SONG, MIX, False)]


async def test_track_then_playlist(ada: Actor, services: FakeServices) -> None:
    """Where neither is settled the member is asked for the track, then for the playlist."""
    services.adding.outcome = TrackChoice(tracks("Song", 3), None)
    asked = await (await ada.command("add", track="song", playlist="m")).reply()
    again = await (await ada.choose(asked, asked.menus()[0].options[1].value)).updated()
    assert "Which playlist" in again.text
    services.adding.outcome = PlaylistChoice(track(), playlists("Mix", 3))
    assert "Which playlist" in (await (await ada.choose(again, PLAYLIST_ID)).updated()).text


async def test_add_again(ada: Actor, services: FakeServices) -> None:
    """A track that is there already is added only when asked for."""
    services.adding.outcome = AlreadyIn(track("Song"), playlist("Mix"), 1234)
    asked = await (await ada.command("add", track=SONG, playlist=MIX)).reply()
    assert "at position 1,234" in asked.content
    done = await (await ada.press(asked, "Add it again")).updated()
    assert "Added to" in done.text
    assert services.adding.asked[-1] == (ada.member.id, SONG, MIX, True)


async def test_add_anyway(ada: Actor, services: FakeServices) -> None:
    """What Spotify does not play is told with the reason, and added when asked for."""
    services.adding.outcome = Unplayable(barred("Song", "market"), playlist("Mix"))
    asked = await (await ada.command("add", track=SONG, playlist=MIX)).reply()
    assert "can't play this in the country" in asked.content
    services.adding.outcome = Added(track("Song"), playlist("Mix"))
    done = await (await ada.press(asked, "Add it anyway")).updated()
    assert "Added to" in done.text
    assert services.adding.asked[-1] == (ada.member.id, SONG, MIX, True)


async def test_failing_press(ada: Actor, services: FakeServices) -> None:
    """An error after a press is told in a message of its own; the menu stays to try again."""
    services.adding.outcome = TrackChoice(tracks("Song", 3), playlist("Mix"))
    asked = await (await ada.command("add", track="song", playlist="m")).reply()
    services.adding.failure = AdditionUnknownError(playlist("Mix"))
    told = await (await ada.choose(asked, asked.menus()[0].options[0].value)).reply()
    assert told.ephemeral
    assert "didn't say" in told.text
    assert told.buttons()[0].label == "Open in Spotify"
    assert len(asked.menus()) == 1


async def test_not_linked(ada: Actor, services: FakeServices) -> None:
    """Somebody without a link learns the command that makes one."""
    services.adding.failure = NotLinkedError()
    reply = await (await ada.command("add", track=SONG, playlist=MIX)).reply()
    assert "</link:" in reply.text
