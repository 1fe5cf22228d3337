"""Reads a title as a listener does: what the song is called, which version it is, who else is on it.

Everything a catalogue writes in different ways is unified: case, accents, script width, brackets, “feat.”, “Pt.”.
What says nothing about the performance (a remaster, “Album Version”, “from the film …”) is left out; everything else
stays, so that versions are kept apart even by words nobody thought of.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.visible import is_unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST: Final = 1_000  # the rest of a title is ignored

# Letters that no normalisation form decomposes.
_LETTERS: Final = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "♯": " sharp "}  # noqa: RUF001 - on purpose
    | {"&": " and ", "+": " and ", "♭": " flat "}
)
_APOSTROPHES: Final = re.compile(r"(?<=\w)['’‘ʼ`´](?=\w)")  # noqa: RUF001 - all that are met
_DASH: Final = r"[-‐‑–—~〜]"  # noqa: RUF001 - all that are met
_PIECES: Final = re.compile(rf"[()\[\]{{}}【】「」『』]|\s{_DASH}+|[–—]|{_DASH}+(?=\s)")  # noqa: RUF001 - as above
_GUESTS: Final = re.compile(r"(?:duet )?(?:feat|ft|featuring|with|w|con|avec|mit|com|duet)\b[\s.:/]*(.+)")
_GUESTS_INSIDE: Final = re.compile(r"(.+?)\s(?:feat|ft|featuring)\b[\s.:]*(.+)")
_NAMES: Final = re.compile(r"[,;/&+]|\s(?:and|und|et|y|x|with|feat\.?|ft\.?)\s|×")  # noqa: RUF001 - as above
_NUMBERED: Final = re.compile(r"^0\d[\s.)-]+(?=\S)")  # the track number before a title

# Words about an edition and not the performance. If something was cut, the length shows it.
_REMASTER: Final = re.compile(
    r"(?:\b(?:19|20)\d\d )?(?:\bdigital(?:ly)? |\b\d\d bit |\banniversary )*"
    r"(?:\bre ?master(?:ed|ing)?\b|\bremasteri[sz]\w*|\b(?:neu )?gemastert\b|リマスター|ремастер\w*)"
    r"(?: version| edition| mix)?(?: (?:in|en|im) )?(?: ?(?:19|20)\d\d\b)?"
)
_EDITION: Final = re.compile(
    r"(?:(?:the|original|album|single|radio|lp|ep|studio|main|standard|full|full length|explicit|clean|edited|"
    r"mono|stereo|true stereo|soundtrack|deluxe|super deluxe|expanded|anniversary|special|limited|bonus|hidden|7|"
    r"7 inch) ?)+(?:version|ver|edit|mix|edition|track|cut|single|soundtrack|recording|cd)?"
    r"|edit|bonus|dolby atmos(?: version| mix)?|spatial audio|360 reality audio|(?:19|20)\d\d (?:mono|stereo)(?: mix)?"
    r"|(?:(?:love|main|title) )?(?:theme )?(?:music )?(?:from|aus|de la pelicula) .+"
    r"|(?:original )?(?:motion picture|film|movie|tv|game) ?(?:soundtrack|score)?"
)

_VERSION: Final = re.compile(
    r"\b(?:live|(?:en|ao|dal) vivo|concert|concierto|konzert|sessions?|unplugged|lounge|recorded|acousti\w+|acustic\w*|"
    r"akusti\w+|stripped|piano|orchestral?|symphonic|strings?|quartet|campfire|remix|rmx|mix|edit|rework(?:ed)?|"
    r"bootleg|vip|mash ?up|megamix|dub|club|extended|inch|instrumental|karaoke|a ?cap+el+a|off vocal|backing|sped|"
    r"speed|slowed|nightcore|reverb(?:ed)?|8d|lo ?fi|demo|take|out ?takes?|alternate|alternative|rehearsal|"
    r"re ?recorded|new recording|revisited|reimagined|version|versions?|versao|versione|ver|cover|tribute|rendition|"
    r"choir|commentary|spoken|reprise|size|medley|made famous|originally performed)\b"
    r"|ライ[ブヴ]|リミックス|インスト|カラオケ|アコースティック|[バヴ]ー?ァ?ージョン|ремикс|концерт\w*|акусти\w+|живь[её]м"
)
_LIVE_ALBUM: Final = re.compile(
    r"(?:.*\b)?(?:live (?:at|in|from|on)|unplugged|in concert|en vivo|ao vivo)\b.*|live"
)
_NAMELESS: Final = re.compile(  # every album may have one
    r"(?:untitled|intro|outro|interlude|skit|prelude|prologue|epilogue|introduction|interval)(?: track)?(?: \d+)?"
)
_FILLERS: Final = frozenset(
    {"version", "versions", "ver", "versao", "versione", "the", "a", "en", "in", "auf", "mtv"}
)
_SAME_WORDS: Final = {
    "espanol": "spanish", "espanola": "spanish", "castellano": "spanish", "ingles": "english", "anglais": "english",
    "deutsch": "german", "deutsche": "german", "francais": "french", "francaise": "french", "italiano": "italian",
    "italiana": "italian", "portugues": "portuguese", "acustico": "acoustic", "acustica": "acoustic",
    "akustik": "acoustic", "acoustique": "acoustic", "rmx": "remix", "rerecorded": "re recorded",
    "acapella": "a cappella", "acappella": "a cappella", "lofi": "lo fi", "und": "and",
}  # fmt: skip
_WORDS_OF_PARTS: Final = {"pt": "part", "pts": "parts", "vol": "volume", "nr": "no"}
_COUNTS: Final = {
    word: str(number)
    for words in (
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    )
    for number, word in enumerate(words, start=1)
}


@dataclass(frozen=True, slots=True)
class Title:
    """Normalised, without spaces. `credits`: everyone named, in the title or next to it."""

    name: str
    versions: tuple[str, ...]
    credits: frozenset[str]


def read_title(title: str, artists: Iterable[str], album: str = "") -> Title:
    """artists: the names the catalogue credits. album: helps if the title says too little.

    The name is empty if nothing identifies the piece: an “Intro” of no album.
    """
    credited = {name for artist in artists for name in _names(folded(artist))}
    first, *pieces = _pieces(_NUMBERED.sub("", folded(title), count=1))
    if inside := _GUESTS_INSIDE.fullmatch(first):
        first = inside[1]
        credited.update(_names(inside[2]))
    named, versions = [first], set[str]()
    for piece in pieces:
        if guests := _GUESTS.fullmatch(piece):
            credited.update(_names(guests[1]))
        elif set(_names(piece)) <= credited:
            continue
        else:
            for part in re.split(r"[/;]", piece):
                _sort(part, named, versions)
    words = " ".join(_words(" ".join(named)))
    name = _joined(words) or _signs(title)
    if _NAMELESS.fullmatch(words):
        whole = album_name(album)
        name = _joined(f"{words} of {whole}") if whole else ""
    elif not versions and _LIVE_ALBUM.fullmatch(record := " ".join(_words(folded(album)))):
        versions.add(_version(record))
    return Title(name, tuple(sorted(versions)), frozenset(credited))


def album_name(album: str) -> str:
    """An album's name without its edition."""
    first, *pieces = _pieces(folded(album))
    named = [first]
    for piece in pieces:
        _sort(piece, named, set())
    return " ".join(_words(" ".join(named)))


def _sort(part: str, named: list[str], versions: set[str]) -> None:
    """Whether a part next to the name describes a version, nothing, or belongs to the name."""
    words = " ".join(_words(part))
    rest = " ".join(_REMASTER.sub(" ", words).split())
    if _EDITION.fullmatch(rest):
        return
    if _VERSION.search(rest):
        versions.add(_version(rest))
    elif rest == words:
        named.append(part)


def _version(words: str) -> str:
    kept = [_SAME_WORDS.get(word, word) for word in words.split() if word not in _FILLERS]
    if "extended" in kept:
        kept = [word for word in kept if word != "mix"]
    return "".join(kept) or words


def spoken_words(text: str) -> tuple[str, ...]:
    """The words of a text as they sound, whatever their case, accents and punctuation."""
    return tuple(_words(folded(text)))


def folded(text: str) -> str:
    """Lower case without accents, in normal width; punctuation stays."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in apart if not "\u0300" <= char <= "\u036f" and not is_unseen(char))
    return unicodedata.normalize("NFKC", bare).translate(_LETTERS)


def _pieces(text: str) -> list[str]:
    """The name, then what is in brackets or after a dash; at least one piece."""
    pieces = [piece.strip() for piece in _PIECES.split(text)]
    return [pieces[0], *(piece for piece in pieces[1:] if piece)]


def _names(text: str) -> Iterator[str]:
    """The people in “A, B & C”."""
    for name in _NAMES.split(text):
        if key := "".join(_bare(name).split()):
            yield key


def _bare(text: str) -> str:
    """Letters, digits and pictographs; a space for anything else, nothing for an apostrophe or a dot."""
    text = re.sub(r"(?<=[a-g])#(?=\s)", " sharp", _APOSTROPHES.sub("", text))
    return "".join(char if _is_said(char) else " " for char in text)


def _is_said(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "LNM" or kind in {"Sc", "So"}


def _words(text: str) -> Iterator[str]:
    before = ""
    for word in _bare(text).split():
        said = _WORDS_OF_PARTS.get(word, word)
        if before in {"part", "parts", "volume"}:
            said = _COUNTS.get(said, said)
        before = said
        yield "and" if said == "und" else said


def _joined(words: str) -> str:
    """The words joined, with numbers kept apart."""
    return re.sub(r"(?<=\d) (?=\d)", "_", words).replace(" ", "")


def _signs(title: str) -> str:
    """For a title made only of symbols: the symbols."""
    return "".join(unicodedata.normalize("NFKC", title[:LONGEST]).split())
