"""Names from Spotify and members: what `safe_text` and `plain_text` make of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.words.text import BLANK, GAP, masked_link, picture, plain_text, safe_text, spotify_page
from tests.cogs.hostile import HOSTILE, harms, hidden, size, skeleton

NASTY = st.text(alphabet=st.sampled_from("@<>#:/.*_~`|[]()\\-+1 \n\u200b\u202eaeht?&!é漢🅴")) | st.text()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("limit", [1, 2, 10, 80, 256])
def test_hostile_corpus(name: str, limit: int) -> None:
    """No name of the corpus pings, formats, links or hides, at whatever length it is cut."""
    shown = safe_text(name, limit)
    assert harms(shown) == []
    assert skeleton(shown) == ""
    assert 0 < size(shown) <= limit or shown == BLANK()[:limit]
    assert not shown.startswith(("#", ">", "-", "+", "* "))


@given(NASTY, st.integers(min_value=2, max_value=300))
def test_safe_text(name: str, limit: int) -> None:
    """Whatever a name is made of, it comes out as one harmless line of the length asked for."""
    shown = safe_text(name, limit)
    assert harms(shown) == []
    assert skeleton(shown) == ""
    assert 0 < size(shown) <= limit
    assert shown == shown.strip()


@given(NASTY, st.integers(min_value=2, max_value=150))
def test_plain_text(name: str, limit: int) -> None:
    """A label is one visible line of the length asked for, without backslashes of ours."""
    shown = plain_text(name, limit)
    assert 0 < size(shown) <= limit
    assert hidden(shown) == []
    assert shown.count("\\") <= name.count("\\")


@given(NASTY, NASTY)
def test_masked_link(name: str, url: str) -> None:
    """A link with a name on it leads to Spotify or is no link at all."""
    good = masked_link(name, "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC", 80)
    assert harms(good) == []
    assert skeleton(good) == "[]"
    assert skeleton(masked_link(name, url, 80)) == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Blå jeans & kjærlighed", "Blå jeans & kjærlighed"),
        ("Song - Remastered 2011 (feat. Someone)", "Song - Remastered 2011 (feat. Someone)"),
        ("12:30", "12:30"),
        ("東京フラッシュ", "東京フラッシュ"),
        ("  two   blanks ", "two blanks"),
        ("M*A*S*H", r"M\*A\*S\*H"),
        ("#1 Crush", r"\#1 Crush"),
        ("1. Intro", r"1\. Intro"),
        ("1.5 Degrees", "1.5 Degrees"),
        ("7 Years", "7 Years"),
        ("I <3 U", f"I <{GAP}3 U"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("*\ufe0f\u20e3 Hits", "\\*\ufe0f\u20e3 Hits"),
        ("a\u200db", "ab"),
        ("", BLANK()),
        (None, BLANK()),
    ],
)
def test_ordinary_names(name: str | None, shown: str) -> None:
    """Ordinary names look the way Spotify gives them."""
    assert safe_text(name, 100) == shown


def test_cutting() -> None:
    """A long name ends in an ellipsis and never in half an escape."""
    assert safe_text("abcdef", 4) == "abc…"
    assert safe_text("ab*def", 4) == "ab…"
    assert plain_text("🅴🅴🅴", 4) == "🅴…"
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert plain_text(f"{family}{family}", 10) == safe_text(f"{family}{family}", 10) == f"{family}…"
    assert plain_text(f"a{family}", 8) == "a…"


@pytest.mark.parametrize(
    "url",
    [
        "http://open.spotify.com/track/a",
        "https://open.spotify.com.evil.example/track/a",
        "https://evil@open.spotify.com/track/a",
        "https://open.spotify.com/track/a)b",
        "https://open.spotify.com/track/a\n",
        "https://open.spotify.com/" + "a" * 600,
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_other_pages(url: str | None) -> None:
    """Only pages of open.spotify.com that fit are linked."""
    assert spotify_page(url) is None


@pytest.mark.parametrize(
    "url",
    ["ftp://i.scdn.co/a", "https:///a", "https://i.scdn.co/a b", "https://[", "https://ü.example/a", None],
)
def test_no_picture(url: str | None) -> None:
    """An address Discord would refuse is left out, so that the rest of the card is sent."""
    assert picture(url) is None
    assert picture("https://i.scdn.co/image/ab67616d0000b273") is not None
