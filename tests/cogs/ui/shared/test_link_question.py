"""The question about a message's links: what stands in it is read back from it, whatever anything is called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.proposals.expand import links_in
from bot.spotify.models import Ref
from cogs.ui.shared.notes import footer_of, note_on
from cogs.words.text import masked_link, safe_text

REF = Ref("track", "4uLU6hMCjMI75M1A2tKUQC")
OTHER = "7ouMYWpwJ422jRcDASZB7P"
names = st.one_of(
    st.text(max_size=80),
    st.text(max_size=10).map(lambda text: f"{text}https://open.spotify.com/track/{OTHER}{text}"),
    st.text(max_size=10).map(lambda text: f"{text}spotify:track:{OTHER}{text}"),
    st.text(max_size=10).map(lambda text: f"{text}open.spotify.com/track/{OTHER}{text}"),
    st.text(max_size=10).map(lambda text: f"](https://open.spotify.com/track/{OTHER}){text}"),
)


@given(names, names)
def test_names_bring_nothing_in(name: str, artist: str) -> None:
    """A title or artist that looks like a link adds none, and does not hide the real one."""
    line = f"**{masked_link(name, REF.url, 60)}** by {safe_text(artist, 60)}"
    assert links_in(line) == (REF,)


@given(st.text(max_size=200))
def test_note(note: str) -> None:
    """A note survives its way over a message in one line, and never grows."""
    footer = footer_of(note)
    assert (footer is None) == (not note.strip())
    assert len(footer or "") <= 206
    assert note_on(None) == ""
