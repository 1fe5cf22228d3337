"""Tracks as a hostile catalogue would have them, for files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from bot.services.track_files.entries import About, Entry

AT: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
ABOUT: Final = About('Tapes <&> "More" ]]>\x00', "https://open.spotify.com/playlist/" + "0" * 22, AT, "a\nb")
ID: Final = st.text("abcXYZ0189", min_size=22, max_size=22)
# Line breaks, signs of every format, what XML can't hold, half characters.
PIECES: Final = (
    *(
        "=",
        "+",
        "-",
        "@",
        ",",
        ";",
        "\t",
        "\n",
        "\r",
        '"',
        "'",
        "<",
        "&",
        "]]>",
        " - ",
        "{",
        "\\",
        "\x00",
        "\ufffe",
    ),
    *("#EXTINF:1,", "\ufeff", "\u2028", "\U0001d11e", "\u00df", "\u202e", "sep=;", "http://x", "\ud800"),
)
TEXTS: Final = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).map("".join)
ENTRIES: Final = st.builds(
    Entry,
    title=TEXTS,
    artists=TEXTS,
    album=TEXTS,
    duration_ms=st.none() | st.integers(0, 10**8),
    isrc=st.just("") | st.from_regex(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", fullmatch=True),
    uri=ID.map("spotify:track:{}".format) | ID.map("spotify:episode:{}".format),
    added_by=TEXTS,
    added_at=st.none() | st.just(AT),
    note=TEXTS,
    likes=st.none() | st.integers(0, 10**6),
)
