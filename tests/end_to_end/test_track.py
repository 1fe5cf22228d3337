"""/track with each kind of input, its suggestions, its card and its controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.fake_discord.components import Kind, walk

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World


async def test_card_of_a_text(world: World, ada: Actor) -> None:
    """A name gives one public card that names Spotify, links to it and shows the artwork unaltered."""
    known = world.spotify.known.plain
    reply = await (await ada.command("track", query=known.name)).reply()
    assert not reply.ephemeral
    [artwork] = [part for _, part in walk(reply.components) if part["type"] == Kind.THUMBNAIL]
    assert artwork["media"]["url"].startswith(f"{world.spotify.accounts_url}/image/")
    assert f"### [{known.name}](https://open.spotify.com/track/{known.id})" in reply.text
    assert "-# Spotify" in reply.text
    assert known.artists[0].name in reply.text
    assert "3:34" in reply.text


@pytest.mark.parametrize(
    "form",
    [
        "https://open.spotify.com/track/{id}",
        "https://open.spotify.com/intl-de/track/{id}?si=abcdef",
        "spotify:track:{id}",
        "{id}",
        "<https://open.spotify.com/track/{id}>",
        "https://open.spotify.com/track/{id}\u200b",
        "\u2060{id}\ufeff",
        "https://open.spotify.com/track/{id}.",
        "https://open.spotify.com/track/{id}\u3002",
        "\u300chttps://open.spotify.com/track/{id}\u300d",
        "https://open.spotify.com/track/{id}\u00a0\u3000",
        "[this one](https://open.spotify.com/track/{id})",
        "hear https://open.spotify.com/track/{id}, it is worth it",
    ],
    ids=ascii,
)
async def test_every_way_to_name_a_track(world: World, ada: Actor, form: str) -> None:
    """Link, link with language and query, URI and id all give the same card, without a search."""
    known = world.spotify.known.plain
    reply = await (await ada.command("track", query=form.format(id=known.id))).reply()
    assert known.name in reply.text
    assert not any(call.path == "/search" for call in world.spotify.calls)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy", "find that"),
        (
            "https://open.spotify.com.evil.example/track/4aawyAB9vmqN3uQ7FjRGTy",
            "doesn't lead to music on Spotify",
        ),
        ("https://spotify.link/abc", "short"),
        ("zzqq xxyy nothing is called this", "nothing"),
    ],
)
async def test_unusable_input(ada: Actor, query: str, word: str) -> None:
    """What cannot be shown is explained, privately, and leaves no public remains."""
    run = await ada.command("track", query=query)
    reply = await run.reply()
    assert reply.ephemeral
    assert word in reply.text
    assert [message for message in ada.messages() if not message.ephemeral] == []


async def test_unknown_id(world: World, ada: Actor) -> None:
    """An id that Spotify does not know is said as such."""
    reply = await (await ada.command("track", query=world.spotify.known.missing_id)).reply()
    assert reply.ephemeral
    assert "can't find that" in reply.text


async def test_private(ada: Actor) -> None:
    """PRIVATE answers only to the member."""
    reply = await (await ada.command("track", query="Copper Umbrella", private=True)).reply()
    assert reply.ephemeral


async def test_suggestions(world: World, ada: Actor) -> None:
    """Suggestions name title and artists, and choosing one costs no further search."""
    known = world.spotify.known.plain
    choices = await ada.suggest("track", "query", "copper umb")
    assert known.name in choices[0].name
    assert known.artists[0].name in choices[0].name
    before = len(world.spotify.calls)
    reply = await (await ada.command("track", query=choices[0].value)).reply()
    assert known.name in reply.text
    assert len(world.spotify.calls) == before


async def test_other_matches(world: World, ada: Actor) -> None:
    """The menu under the card replaces it by another match, for the one who asked."""
    known = world.spotify.known
    reply = await (await ada.command("track", query=known.original.name)).reply()
    [menu] = reply.menus()
    other = next(option for option in menu.options if "Remix" in option.label)
    updated = await (await ada.choose(reply, other.value)).updated()
    assert updated.id == reply.id
    assert known.remix.name in updated.text

    linus = world.discord.actor("linus", channel="music")
    mine = await (await linus.choose(updated, known.original.id)).reply()
    assert mine.ephemeral
    assert known.remix.name in next(m for m in ada.messages() if m.id == reply.id).text


async def test_controls_survive_a_restart(world: World, ada: Actor) -> None:
    """The menu of a card posted before a restart still works."""
    known = world.spotify.known
    reply = await (await ada.command("track", query=known.original.name)).reply()
    await world.restart_bot()
    updated = await (await ada.choose(reply, known.live.id)).updated()
    assert known.live.name in updated.text


async def test_odd_titles_cannot_break_a_message(world: World, ada: Actor) -> None:
    """No title pings, formats or links: not in the card, not in the menus, not in the suggestions."""
    for track in world.spotify.known.odd_titles:
        run = await ada.command("track", query=f"spotify:track:{track.id}")
        reply = await run.reply()
        assert "@everyone" not in reply.text
        assert "](https://evil.example)" not in reply.text
        assert "\u202e" not in reply.text
    choices = await ada.suggest("track", "query", "ombrik")
    assert all(0 < len(choice.name) <= 100 for choice in choices)


async def test_unplayable(world: World, ada: Actor) -> None:
    """A track Spotify does not play here is shown with a word about it."""
    reply = await (await ada.command("track", query=world.spotify.known.elsewhere.uri)).reply()
    assert "can't play this in the country" in reply.text


async def test_in_direct_messages(world: World) -> None:
    """Lookups work in a direct message too."""
    reply = await (
        await world.discord.actor("barbara", dm=True).command("track", query="Copper Umbrella")
    ).reply()
    assert "Copper Umbrella" in reply.text


async def test_add_button_of_the_card(world: World, linked: Actor) -> None:
    """The card's button offers the presser's own lists privately, and adds to the chosen one."""
    known = world.spotify.known.explicit
    playlist = world.spotify.known_playlists.own
    card = await (await linked.command("track", query=known.name)).reply()
    asked = await (await linked.press(card, "Add to a playlist")).reply()
    assert asked.ephemeral
    done = await (await linked.choose(asked, playlist.id)).updated()
    assert playlist.name in done.text
    assert playlist.items[-1].uri == known.uri
