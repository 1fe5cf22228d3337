"""The table of ratios says what was reached, and by which target."""

from __future__ import annotations

from benchmarks.spotify_client.compare import Measured
from benchmarks.spotify_client.contenders import NAMES
from benchmarks.spotify_client.report import BARS, _ratio_rows

WHOLE = "playlist_10000"


def row(title: str, **medians: float) -> list[str]:
    """A row of the table, when the contenders took this long."""
    measured = Measured()
    for name in NAMES:
        measured.wall_ms[WHOLE][name] = [medians.get(name, 1000.0)]
    return dict(_ratio_rows(measured.wall_ms))[title]


def test_reached() -> None:
    """A target that bare reaches stays as it is, and is either reached or missed."""
    cells = row("10,000-item playlist", mixtape=104, aiohttp_msgspec=100, spotifyaio=400, spotipy=200)
    assert cells[0] == "1.04 (≤ 1.05)"
    assert cells[1] == "0.26 (≤ 0.50)"
    assert row("10,000-item playlist", mixtape=106, aiohttp_msgspec=100)[0] == "1.06 (≤ 1.05) **missed**"
    assert row("10,000-item playlist", mixtape=106, aiohttp_msgspec=100, spotifyaio=201)[1] == (
        "0.53 (≤ 0.50) **missed**"
    )


def test_bare_misses() -> None:
    """Where bare misses a target as well, ours is bare's ratio plus five percent, and the page marks that."""
    times = {"mixtape": 104, "aiohttp_msgspec": 100, "spotifyaio": 160}
    assert row("10,000-item playlist", **times)[1] == "0.65 (≤ 0.66*)"
    assert row("bare, 10,000-item playlist", **times)[:2] == ["", "0.62"]
    assert row("10,000-item playlist", **{**times, "mixtape": 106.0})[1] == "0.66 (≤ 0.66*) **missed**"


def test_targets() -> None:
    """Against bare: every read and the whole playlist at most 1.05, the import at most 1.10."""
    assert {what: bars["aiohttp_msgspec"] for what, bars in BARS.items()} == {
        **dict.fromkeys(("track", "search", "playlist_page", WHOLE), 1.05),
        "import": 1.10,
    }
