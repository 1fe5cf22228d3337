"""/track as members see it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from bot.errors import NothingFoundError
from tests.cogs.fake_services import SONG
from tests.cogs.samples import TRACK_ID

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from tests.cogs.fake_services import FakeServices


async def test_public_card(ada: Actor) -> None:
    """A card is for everybody, unless it was asked for privately."""
    assert not (await (await ada.command("track", query="song")).reply()).ephemeral
    assert (await (await ada.command("track", query="song", private=True)).reply()).ephemeral


async def test_menu_for_the_asker(ada: Actor, linus: Actor, services: FakeServices) -> None:
    """The menu changes the card of the one who asked; anybody else gets a card of their own."""
    card = await (await ada.command("track", query="song")).reply()
    other = "0" * 21 + "2"
    changed = await (await ada.choose(card, other)).updated()
    assert changed.id == card.id
    assert "### [Other]" in changed.text
    assert [option.description for option in changed.menus()[0].options].count(
        "Shown now · Other · 2019 · 3:45"
    ) == 1
    theirs = await (await linus.choose(changed, TRACK_ID)).reply()
    assert theirs.ephemeral
    assert "### [Song]" in theirs.text
    assert services.lookups.asked[-1] == (SONG,)


async def test_error_after_public_loading(ada: Actor, linus: Actor, services: FakeServices) -> None:
    """What goes wrong is told to the asker alone, and the public answer disappears."""
    services.lookups.failure = NothingFoundError("song")
    reply = await (await ada.command("track", query="song")).reply()
    assert reply.ephemeral
    assert "Spotify found nothing for “song”" in reply.text
    assert linus.messages() == []


async def test_suggestions_never_fail(ada: Actor, services: FakeServices) -> None:
    """Trouble while suggesting gives no suggestions, as does an empty text."""
    assert len(await ada.suggest("track", "query", "so")) == 10
    assert await ada.suggest("track", "query", " ") == []
    services.lookups.failure = RuntimeError("broken")
    assert await ada.suggest("track", "query", "so") == []
    assert len(await ada.suggest("add", "playlist", "")) == 25
    services.playlists.failure = RuntimeError("broken")
    assert await ada.suggest("add", "playlist", "") == []


async def test_whose_share_it_is(ada: Actor, services: FakeServices) -> None:
    """Every command that may ask Spotify uses up the share of the member in this guild."""
    card = await (await ada.command("track", query="song")).reply()
    await ada.suggest("track", "query", "so")
    await (await ada.choose(card, "0" * 21 + "2")).updated()
    await ada.suggest("add", "playlist", "")
    await (await ada.command("playlists")).reply()
    await (await ada.command("account")).reply()
    added = await (await ada.command("add", track="song", playlist="Mix")).reply()
    assert added.ephemeral
    fakes = (services.lookups, services.playlists, services.accounts, services.adding)
    shares = [share for fake in fakes for share in fake.shares]
    assert [len(fake.shares) for fake in fakes] == [3, 2, 1, 1]
    guild_id, member_id = ast.literal_eval(str(shares[0]))  # opaque to the services
    assert guild_id
    assert member_id == int(ada.member.id)
    assert set(shares) == {(guild_id, member_id)}
