"""Text as people see it: one line, nothing invisible in it, and the pieces it must not be cut within.

A joiner is invisible but stays where it has an effect: inside an emoji made of several, and inside words of scripts
whose letters join, such as Persian and the scripts of India.
Source: unicode.org/reports/tr51 (emoji), RFC 5892, appendix A (joiners in words).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MARKS: Final = 4  # accents on one letter; more of them would cover other lines
VIRAMA: Final = 9  # the combining class of a sign that removes a letter's vowel
JOINERS: Final = "\u200c\u200d"

# Blank, but not in a category that says so: fillers, empty characters, marks that only control.
_BLANKS: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U0001d159"
)
_SELECTORS: Final = "\ufe00-\ufe0f"
_TAGS: Final = "\U000e0000-\U000e0fff"
_IN_EMOJI: Final = re.compile(f"[{_SELECTORS}{_TAGS}]")
_SHOWS_NOTHING: Final = re.compile(f"[{_BLANKS}{_SELECTORS}{_TAGS}]")

_PICTURES: Final = (
    "\u2194\u2195\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
)
_SIGNS: Final = (  # which a selector makes small and plain, or large and coloured
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2196-\u21aa\u24c2\u25a0-\u25ff\u2934\u2935\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f2ff"
)
_PICTURE: Final = f"[{_PICTURES}][\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
_NATIONS: Final = (
    "|".join(  # England, Scotland and Wales: a flag, and the country's name in invisible letters
        "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in land) + "\U000e007f"
        for land in ("gbeng", "gbsct", "gbwls")
    )
)
_EMOJI: Final = (
    f"{_NATIONS}|[0-9#*]\ufe0f?\u20e3|{_PICTURE}(?:\u200d{_PICTURE}){{0,7}}|[{_SIGNS}][\ufe0e\ufe0f]?"
)
_SETTLED: Final = re.compile(f"({_EMOJI})|[{JOINERS}{_SELECTORS}{_TAGS}]")
_PIECES: Final = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_EMOJI}|.", re.DOTALL)

_JOINING: Final = re.compile(  # blocks of the scripts that use joiners
    "[\u0600-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1bff\ua800-\uaaff\uabc0-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)


def is_unseen(char: str) -> bool:
    """What shows nothing and isn't a space either: controls, joiners, fillers, variation selectors, half characters."""
    if char.isspace():
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} or bool(_SHOWS_NOTHING.fullmatch(char))


def without_unseen(text: str) -> str:
    """For comparing and reading, where joiners make no difference either."""
    return "".join(char for char in text if not is_unseen(char))


def one_line(text: str) -> str:
    """The visible part of the text, spaces folded to one; empty if it shows nothing at all.

    The only invisible characters left are joiners that have an effect, and those that determine how an emoji looks.
    """
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if char.isspace() or category in {"Zl", "Zp"}:
            kept.append(" ")
        elif char in JOINERS:
            if kept[-1:] not in ([JOINERS[0]], [JOINERS[1]]):
                kept.append(char)
            continue
        elif _IN_EMOJI.fullmatch(char):
            kept.append(char)  # for `_settled` to decide
            continue
        elif is_unseen(char):
            continue
        elif category in {"Mn", "Me"}:
            marks += 1
            if marks <= MOST_MARKS:
                kept.append(char)
            continue
        else:
            kept.append(char)
        marks = 0
    return " ".join(_SETTLED.sub(_settled, "".join(kept)).split())


def pieces(text: str) -> Iterator[str]:
    """The text of `one_line` in parts that are only cut off whole: emoji, and letters with their marks."""
    piece = ""
    for found in _PIECES.finditer(text):
        part = found[0]
        if piece and (part in JOINERS or unicodedata.category(part[0])[0] == "M"):
            piece += part
            continue
        if piece:
            yield piece
        piece = part
    if piece:
        yield piece


def shortened(text: str, most: int) -> str:
    """As many whole pieces as fit into `most` characters."""
    kept = ""
    for piece in pieces(text):
        if len(kept) + len(piece) > most:
            break
        kept += piece
    return kept.rstrip(f" {JOINERS}")


def _settled(found: re.Match[str]) -> str:
    """An emoji as it is; of everything invisible outside of one, only a joiner that has an effect."""
    if found[1] is not None:
        return found[1]
    sign, text, place = found[0], found.string, found.start()
    return (
        sign
        if sign in JOINERS and _joins(text[max(0, place - 1) : place], text[place + 1 : place + 2])
        else ""
    )


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between these has an effect. After a virama it does, even at the end of a word."""
    if before and unicodedata.combining(before) == VIRAMA:
        return True
    return all(
        char and _JOINING.fullmatch(char) and unicodedata.category(char)[0] in "LM"
        for char in (before, after)
    )
