"""Draws letters of any script: with whatever fonts this machine has, and a box for what none of them covers."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from matplotlib import font_manager, get_data_path
from matplotlib.ft2font import FT2Font

from bot.visible import JOINERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS: Final = "DejaVu Sans"  # comes with matplotlib: Latin, Greek, Cyrillic, Arabic, Hebrew and more
BOX: Final = "□"
LEFT_TO_RIGHT: Final = "\u200e"  # like the rest of the chart, whatever a text starts with
PLACEHOLDERS: Final = "Last Resort"  # fonts that have a glyph for everything, but no real letters
MOST_FONTS: Final = 400  # opened at most while looking for a letter


class Lettering:
    """For the texts of one set of charts. families: the fonts to use; the first one that has a letter draws it."""

    def __init__(self, texts: Iterable[str]) -> None:
        wanted = {ord(letter) for text in texts for letter in text}
        known = _letters(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf")
        self.families = [OURS]
        self._known = wanted & known
        if missing := wanted - known:
            for family, letters in _others():
                if found := missing & letters:
                    self.families.append(family)
                    self._known |= found
                    missing -= found
                if not missing:
                    break

    def drawn(self, text: str) -> str:
        """The text, with a box in place of every run of letters that can't be drawn."""
        letters: list[str] = []
        for letter in text:
            if letter in JOINERS and letters[-1:] == [BOX]:
                continue  # nothing to join
            if ord(letter) in self._known:
                letters.append(letter)
            elif letters[-1:] != [BOX]:
                letters.append(BOX)
        return LEFT_TO_RIGHT + "".join(letters)


def _others() -> Iterator[tuple[str, frozenset[int]]]:
    fonts = {
        font.name: font.fname
        for font in font_manager.fontManager.ttflist
        if font.style == "normal"
        and font.weight in {400, "normal"}
        and not font.name.startswith(PLACEHOLDERS)
    }
    for family, path in sorted(fonts.items())[:MOST_FONTS]:
        yield family, _letters(path)


def _letters(path: str) -> frozenset[int]:
    """None for a font that can't be read, or that is made of pixels instead of outlines."""
    with suppress(OSError, RuntimeError):
        font = FT2Font(path)
        if font.scalable:
            return frozenset(font.get_charmap())
    return frozenset()
