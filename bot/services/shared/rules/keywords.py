"""Words in a title or an artist's name: those that keep a track out, and those of which it needs one."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.services.shared.rules.titles import spoken_words
from bot.stores.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.services.shared.rules.facts import Candidate, Facts
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist

UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


class RefusedWords:
    name, always = "refused_words", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return bool(shared.rules.refused_words)

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        texts = _texts(candidate.track)
        for word in facts.shared.rules.refused_words:
            if is_in(word, texts):
                return Refusal(self.name, word=word)
        return None


class RequiredWords:
    name, always = "required_words", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return bool(shared.rules.required_words)

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        texts = _texts(candidate.track)
        return (
            None
            if any(is_in(word, texts) for word in facts.shared.rules.required_words)
            else Refusal(self.name)
        )


def is_in(wanted: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has this word or these words in a row, however they are written.

    Where a script has no spaces, a part of the text is enough.
    """
    words = " ".join(spoken_words(wanted))
    if not words:
        return False
    said = (" ".join(spoken_words(text)) for text in texts)
    if any(unicodedata.name(char, "").startswith(UNSPACED) for char in words):
        return any(words in text for text in said)
    return any(f" {words} " in f" {text} " for text in said)


def _texts(track: Track) -> list[str]:
    """Each for itself, so that no match begins in one and ends in the next."""
    return [
        track.name,
        *(artist.name for artist in track.artists),
        *([track.show.name] if track.show else []),
    ]
