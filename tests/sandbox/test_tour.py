"""The tour of `make demo`."""

from __future__ import annotations

from pathlib import Path

from sandbox.tour import Tour
from sandbox.world import World

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
README_EXCERPT = README.partition("```text\n")[2].partition("\n```")[0]


async def test_tour_shows_the_main_job() -> None:
    """The tour looks a track up, links, lists and adds, and shows what the bot really sent."""
    said: list[str] = []
    async with World() as world:
        await Tour(world, said.append).run()
        assert [entry.uri for entry in world.spotify.known_playlists.empty.items] == [
            world.spotify.known.plain.uri
        ]
    text = "\n".join(said)
    for expected in (
        "Copper Umbrella",
        "only Ada sees this",
        "This works until",
        "Link your Spotify account  [ Continue ]  [ Cancel ]",
        "One last step: your code",
        "is linked",
        "Your playlists",
        "Added to",
        "holds 1 now",
    ):
        assert expected in text
    assert README_EXCERPT in text, "the README shows a part of the tour that looks different now"
