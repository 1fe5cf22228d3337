"""What is left of a text: what can be seen, and the joiners that change it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.visible import JOINERS, is_unseen, one_line, pieces, shortened, without_unseen

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WHOLE = {
    "family": FAMILY,
    "four": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "astronaut": "\U0001f469\U0001f3fd\u200d\U0001f680",
    "rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "pirate flag": "\U0001f3f4\u200d\u2620\ufe0f",
    "heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "kiss": "\U0001f9d1\U0001f3fb\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f9d1\U0001f3fc",
    "head shaking": "\U0001f642\u200d\u2194\ufe0f",
    "polar bear": "\U0001f43b\u200d\u2744\ufe0f",
    "black cat": "\U0001f408\u200d\u2b1b",
    "eye": "\U0001f441\ufe0f\u200d\U0001f5e8\ufe0f",
    "detective": "\U0001f575\U0001f3ff\u200d\u2642\ufe0f",
    "Scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "Sweden": "\U0001f1f8\U0001f1ea",
    "key": "1\ufe0f\u20e3",
    "sun": "\u2600\ufe0f",
}
WORDS = {
    "Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Persian plural": "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627",
    "Arabic with a mark": "\u0645\u064e\u200c\u0645",
    "Hindi": "\u0915\u094d\u200d\u0937",
    "Hindi apart": "\u0915\u094d\u200c\u0937",
    "Bengali": "\u09b0\u200d\u09cd\u09af",
    "Sinhala": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "Kannada": "\u0cb0\u0ccd\u200c\u0c95",
    "Malayalam, at the end": "\u0d05\u0d35\u0d28\u0d4d\u200d",
    "Adlam": "\U0001e900\u200d\U0001e901",
}


@pytest.mark.parametrize("text", [*WHOLE.values(), *WORDS.values()], ids=[*WHOLE, *WORDS])
def test_stays(text: str) -> None:
    """Joiners that do something stay, alone, among other words, and twice in a row."""
    assert one_line(text) == text
    assert one_line(f"My {text} tape, {text}") == f"My {text} tape, {text}"


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_cut_off_whole(text: str) -> None:
    """An emoji is never cut apart; where it does not fit as a whole it goes."""
    assert list(pieces(f"a{text}b")) == ["a", text, "b"]
    for most in range(1, len(text) + 1):
        assert shortened(f"a{text}b", most) == "a"
    assert shortened(f"a{text}b", len(text) + 1) == f"a{text}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\u200db\u200cc", "abc"),
        ("every\u200cone", "everyone"),
        ("\u200dstart", "start"),
        ("end\u200d", "end"),
        ("\u200d\U0001f468", "\U0001f468"),
        ("\U0001f468\u200d", "\U0001f468"),
        ("\U0001f468\u200d x", "\U0001f468 x"),
        ("\U0001f468\u200cx", "\U0001f468x"),
        ("\u0645\u200c \u0645", "\u0645 \u0645"),
        ("\u0645\u200c\u200c\u200c\u0645", "\u0645\u200c\u0645"),
        ("\u0645\u200b\u200e\u0645", "\u0645\u0645"),
        ("\u05d0\u200d\u05d1", "\u05d0\u05d1"),
        ("1\u200d2", "12"),
        ("a\ufe0f", "a"),
        ("\U0001f642\U000e0068\U000e0069", "\U0001f642"),
        ("\U0001f3f4\U000e0078\U000e0078\U000e007f", "\U0001f3f4"),
        ("a\u200b\u2060\ufeff\u00ad\u061c\u202e\u2066b", "ab"),
        ("a\u3164\u2800\u115f\u034f\U0001d159b", "ab"),
        ("a\x00\ud800\ue000b", "ab"),
        (" a \n\r\n\t\u2028\u3000 b ", "a b"),
        ("a" + "\u0301" * 9, "a" + "\u0301" * 4),
        ("\u200b\u200d\ufe0f\u3164", ""),
    ],
    ids=ascii,
)
def test_goes(text: str, left: str) -> None:
    """Whatever else cannot be seen goes, and so do joiners with nothing to join."""
    assert one_line(text) == left


ODD = st.sampled_from(
    f"{JOINERS}\u200b\ufe0f\ufe0e\u0301 a#1\u20e3\U0001f3fd\U0001f1f8"
    "\U0001f468\u2764\U0001f3f4\U000e0067\U000e007f\u0645\u064e\u0915\u094d"
)
TEXTS = st.lists(ODD, max_size=12).map("".join) | st.text()


@given(TEXTS)
@example("\U0001f468\u200d" * 30)
@settings(deadline=None)
def test_any_text(text: str) -> None:
    """All that can be seen stays, in its order; of the rest only joiners between things, and what emoji are made of."""
    line = one_line(text)
    assert one_line(line) == line == line.strip()
    assert "".join(pieces(line)) == line
    for place, char in enumerate(line):
        before, after = line[place - 1 : place], line[place + 1 : place + 2]
        if char in JOINERS:
            assert before
            assert not is_unseen(before) or before in "\ufe0e\ufe0f"
            assert unicodedata.combining(before) == 9 or (after and not is_unseen(after))
            assert not before.isascii()
        elif char in "\ufe0e\ufe0f":
            assert unicodedata.category(before) in {"So", "Sm", "Po", "Nd"} or not before.isalnum()
        elif is_unseen(char):
            assert "\U000e0020" <= char <= "\U000e007f"

    def seen(whole: str) -> str:
        plain = without_unseen(whole)
        return "".join(char for char in plain if not char.isspace() and unicodedata.category(char)[0] != "M")

    assert seen(line) == seen(text)


@given(
    st.lists(st.sampled_from([*WHOLE.values(), *WORDS.values(), "a", " ", "9"]), max_size=9),
    st.integers(0, 40),
)
@settings(deadline=None)
def test_shortened(parts: list[str], most: int) -> None:
    """A shortened text is a beginning of whole pieces, and as long as it may be at most."""
    line = one_line("".join(parts))
    short = shortened(line, most)
    assert len(short) <= most
    assert line.startswith(short)
    rest = line[len(short) :]
    assert not rest or [*pieces(line)][: len([*pieces(short)])] == [*pieces(short)] or rest[0] in JOINERS
