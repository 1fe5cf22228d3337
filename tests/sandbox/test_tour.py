"""The tour of `make demo`."""

from __future__ import annotations

from pathlib import Path

from sandbox.tour import PLAYLIST, Tour
from sandbox.world import World

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
README_EXCERPT = README.partition("```text\n")[2].partition("\n```")[0]


async def test_tour_shows_the_main_job() -> None:
    """A playlist is lent, a member without Spotify adds to it, three vote it in; it shows what the bot really sent."""
    said: list[str] = []
    async with World() as world:
        await Tour(world, said.append).run()
        (lent,) = [each for each in world.spotify.playlists_of("ada") if each.name == PLAYLIST]
        assert [entry.uri for entry in lent.items] == [world.spotify.known.plain.uri]
    text = "\n".join(said)
    for expected in (
        "Copper Umbrella",
        "only Ada sees this",
        "don't share it",
        "Link your Spotify account  [ Continue ]  [ Cancel ]",
        "Your code",
        "is linked",
        "Create “Friday Mix” and lend it to Tape Heads?",
        "Friday Mix is now shared here",
        "Members vote",
        "Proposed by @Hedy",
        "for the way home",
        "✅ Added: 3 👍, 0 👎",
        "@Hedy · ",
        "in Ada's Spotify account now:",
    ):
        assert expected in text
    assert "<@" not in text
    assert README_EXCERPT in text, "the README shows a part of the tour that looks different now"
