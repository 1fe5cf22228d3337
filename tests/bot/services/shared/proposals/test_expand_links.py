"""The Spotify links in what members write, and all that only looks like one."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.proposals.expand import LINK_KINDS, links_in
from bot.spotify.models import Ref

ONE, TWO = "4uLU6hMCjMI75M1A2tKUQC", "7ouMYWpwJ422jRcDASZB7P"
SONG, RECORD = Ref("track", ONE), Ref("album", TWO)


@pytest.mark.parametrize(
    "text",
    [
        f"https://open.spotify.com/track/{ONE}",
        f"listen: https://open.spotify.com/track/{ONE}?si=6f1c8a&utm_source=copy-link!",
        f"(https://open.spotify.com/intl-de/track/{ONE}).",
        f"<https://open.spotify.com/intl-pt-BR/track/{ONE}?si=1>",
        f"[a song](https://open.spotify.com/track/{ONE})",
        f"[a song](<https://open.spotify.com/track/{ONE}>)",
        f"||https://open.spotify.com/track/{ONE}||",
        f"**https://open.spotify.com/track/{ONE}** and _HTTPS://OPEN.SPOTIFY.COM/track/{ONE}_",
        f"spotify:track:{ONE}, twice: spotify:track:{ONE}",
        f'"open.spotify.com/track/{ONE}"',
        f"https://open.spotify.com/track/{ONE}?context=spotify:album:{TWO}",
        f"a\nhttps://open.spotify.com/track/{ONE}\nb",
    ],
)
def test_found(text: str) -> None:
    """However a link is dressed, it is found, and once."""
    assert links_in(text) == (SONG,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ONE,
        f"https://open.spotify.com.evil.example/track/{ONE}",
        f"https://notopen.spotify.com/track/{ONE}",
        f"notopen.spotify.com/track/{ONE}",
        f"https://open.spotify.com@evil.example/track/{ONE}",
        f"https://open.spotify.com:443/track/{ONE}",
        f"https://evil.example/?to=https://open.spotify.com/track/{ONE}",
        f"https://evil.example/spotify:track:{ONE}",
        f"https://evil.example/open.spotify.com/track/{ONE}",
        f"ftp://open.spotify.com/track/{ONE}",
        f"https://open.spotify.com/track/{ONE}x",
        f"https://open.spotify.com/track/{ONE[:-1]}",
        f"https://open.spotify.com/artist/{ONE}",
        f"notspotify:track:{ONE}",
        "https://spotify.link/abc",
        f"https://оpen.spotify.com/track/{ONE}",  # noqa: RUF001 - the look-alike is the point
    ],
)
def test_not_found(text: str) -> None:
    """Other hosts, other things, cut ids and bare ids are no links."""
    assert links_in(text) == ()


def test_order() -> None:
    """Several are found in their order, wherever they touch."""
    text = (
        f"https://open.spotify.com/album/{TWO},[x](https://open.spotify.com/track/{ONE})spotify:album:{TWO}"
    )
    assert links_in(text) == (RECORD, SONG)


refs = st.builds(
    Ref, st.sampled_from(LINK_KINDS), st.text(string.ascii_letters + string.digits, min_size=22, max_size=22)
)
dresses = st.sampled_from(
    ["{url}", "<{url}>", "[x]({url})", "{url}?si=abc", "{uri}", "({uri})", "**{url}**", "{url}.", "||{url}||"]
)
talk = st.text(st.characters(exclude_characters="/:", max_codepoint=0xD7FF), max_size=20)


@given(st.lists(st.tuples(refs, dresses, talk), max_size=6))
def test_whatever_stands_between(parts: list[tuple[Ref, str, str]]) -> None:
    """Any number of links in any chatter: all are found, in order, repeated ones once."""
    text = " ".join(f"{chatter} {dress.format(url=ref.url, uri=ref.uri)}" for ref, dress, chatter in parts)
    assert links_in(text) == tuple(dict.fromkeys(ref for ref, _, _ in parts))


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Nothing anybody can type breaks it, and what is found was really there."""
    for ref in links_in(text):
        assert ref.id in text
