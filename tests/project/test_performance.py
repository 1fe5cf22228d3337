"""The figures of shared playlists in the docs are those that were measured."""

from __future__ import annotations

from benchmarks import shared_page


def test_page() -> None:
    """The last part of docs/performance.md is what `make bench` wrote beside its results."""
    assert shared_page.PAGE.read_text("utf-8").endswith(shared_page.shared())
