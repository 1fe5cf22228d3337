"""Whether two tracks are the same recording: measured on the labelled pairs, and true whatever the writing."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.rules.matching import recording, same_recording
from bot.spotify.models import Album, Artist, Track
from bot.spotify.models.things import ExternalIds
from bot.stores.contributions import Recording

PAIRS = Path(__file__).parents[4] / "data" / "recordings" / "pairs.json"
ARTIST = Artist(name="The Fakes", id="a" * 22)
LENGTH_MS = 200_000


@dataclass(frozen=True)
class Figures:
    right: int  # called the same, and are
    wrong: int  # called the same, and are not
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.4f}, recall {self.recall:.4f} "
            f"({self.right} found, {self.wrong} wrongly, {self.missed} missed)"
        )


def track_of(side: dict[str, Any], uri: str) -> Track:
    return Track(
        uri=uri,
        name=side["name"],
        duration_ms=side["duration_ms"],
        artists=tuple(Artist(name=artist["name"], id=artist["id"]) for artist in side["artists"]),
        album=Album(name=side["album"], release_date=side["release_date"]),
        external_ids=ExternalIds(isrc=side["isrc"] or None),
    )


def titled(
    name: str, *, uri: str = "spotify:track:one", length_ms: int = LENGTH_MS, album: str = "X"
) -> Recording:
    return recording(
        Track(uri=uri, name=name, duration_ms=length_ms, artists=(ARTIST,), album=Album(name=album))
    )


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(PAIRS.read_text("utf-8"))
    return loaded


def measured(pairs: list[dict[str, Any]]) -> Figures:
    found = [
        (
            same_recording(recording(track_of(pair["a"], "a")), recording(track_of(pair["b"], "b"))),
            pair["same"],
        )
        for pair in pairs
    ]
    return Figures(found.count((True, True)), found.count((True, False)), found.count((False, True)))


def test_enough_pairs(pairs: list[dict[str, Any]]) -> None:
    """At least 200 different pairs, of both kinds, a third of them held out."""
    assert len({json.dumps([pair["a"], pair["b"]]) for pair in pairs}) == len(pairs) >= 200
    assert 0.4 < sum(pair["same"] for pair in pairs) / len(pairs) < 0.6
    assert 0.3 < sum(pair["held_out"] for pair in pairs) / len(pairs) < 0.4


@pytest.mark.parametrize("which", ["all", "held out", "tuned on"])
def test_precision_and_recall(pairs: list[dict[str, Any]], which: str) -> None:
    """Of what is called the same, 98 of 100 are; of what is the same, 90 of 100 are found."""
    chosen = [pair for pair in pairs if which == "all" or pair["held_out"] is (which == "held out")]
    figures = measured(chosen)
    print(f"{which}, {len(chosen)} pairs: {figures}")  # noqa: T201 - the figures are asked for
    assert figures.precision >= 0.98, figures
    assert figures.recall >= 0.90, figures


def test_symmetry(pairs: list[dict[str, Any]]) -> None:
    """It does not matter which of the two came first, and everything is the same as itself."""
    for pair in pairs:
        one, other = recording(track_of(pair["a"], "a")), recording(track_of(pair["b"], "b"))
        assert same_recording(one, other) == same_recording(other, one), pair["why"]
        assert same_recording(one, one)


VERSIONS = (
    "Live", "Live at the Pier", "Acoustic", "Unplugged", "Anka Remix", "Remix", "Instrumental", "Sped Up", "Slowed",
    "Nightcore", "Demo", "A Cappella", "Extended Mix", "Karaoke Version", "Spanish Version", "Orla's Version",
    "Radio Session", "Reprise", "Pt. 2",
)  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_versions_never_collide(version: str) -> None:
    """Every version has a fingerprint of its own, in brackets the same as behind a dash, remastered or not."""
    plain = titled("Harbour").fingerprint
    others = [titled(f"Harbour - {other}").fingerprint for other in VERSIONS if other != version]
    fingerprint = titled(f"Harbour - {version}").fingerprint
    assert fingerprint not in {plain, "", *others}
    assert fingerprint == titled(f"Harbour ({version})").fingerprint
    assert fingerprint == titled(f"HARBOUR [{version}] - 2014 Remaster").fingerprint


LETTERS = st.sampled_from("abcdeéñøßæłfghiıjkşçüμνxyzабвгй1かぎ글")  # noqa: RUF001 - scripts that look alike, too
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=4)


@given(WORDS, st.sampled_from(["", " - Live", " (Acoustic)"]))
def test_writing_does_not_matter(words: list[str], version: str) -> None:
    """Case, composed or decomposed accents, script width and spaces make no other recording of it."""
    title = " ".join(words) + version
    wanted = titled(title)
    for noisy in (
        title.upper(),
        title.title(),
        unicodedata.normalize("NFD", title),
        unicodedata.normalize("NFKD", title),
        title.replace(" ", "  "),
        f"  {title}\u00a0 ",
        title.replace(" ", " \u200b"),
    ):
        assert titled(noisy, uri="spotify:track:two").fingerprint == wanted.fingerprint, noisy


@given(WORDS)
def test_accents_do_not_matter(words: list[str]) -> None:
    """A Latin title without its accents is the same title."""
    title = " ".join(words)
    bare = "".join(char for char in unicodedata.normalize("NFD", title) if not "\u0300" <= char <= "\u036f")
    assert titled(bare).fingerprint == titled(title).fingerprint


@given(st.text(), st.text(), st.integers(0, 10**9))
def test_any_title(name: str, album: str, length_ms: int) -> None:
    """Whatever a title holds, it is read, compared and kept as a digest only."""
    made = titled(name, album=album, length_ms=length_ms)
    assert same_recording(made, made)
    assert len(made.fingerprint) in {0, 24}
    assert not name.strip() or len(name) < 6 or name not in repr(made)


@given(st.integers(1, 3_600_000), st.integers(1, 3_600_000))
def test_length_is_symmetric(one_ms: int, other_ms: int) -> None:
    """The tolerance is the same both ways, and never more than six seconds below twenty minutes."""
    one, other = titled("x", length_ms=one_ms), titled("x", uri="spotify:track:two", length_ms=other_ms)
    same = same_recording(one, other)
    assert same == same_recording(other, one)
    if max(one_ms, other_ms) <= 1_200_000 and abs(one_ms - other_ms) > 6_000:
        assert not same


def test_no_artist_in_common() -> None:
    """The same title and length by somebody of the same name is another recording."""
    namesake = Recording("spotify:track:two", "", ("b" * 22,), LENGTH_MS, titled("Home").fingerprint)
    assert not same_recording(titled("Home"), namesake)


def test_nothing_known() -> None:
    """Local files and what was taken down have nothing to compare but their URI."""
    one = recording(Track(uri="spotify:local:a:b:c:1", name="", is_local=True))
    other = recording(Track(uri="spotify:local:a:b:d:1", name="", is_local=True))
    assert (one.isrc, one.fingerprint) == ("", "")
    assert not same_recording(one, other)
    assert same_recording(one, one)


def test_nameless_pieces() -> None:
    """An “Intro” is told by its album; of no album, it is told by its URI and ISRC alone."""
    assert titled("Intro", album="One").fingerprint != titled("Intro", album="Two").fingerprint
    assert (
        titled("Intro", album="One").fingerprint == titled("Intro", album="One (Deluxe Edition)").fingerprint
    )
    assert titled("Intro", album="").fingerprint == ""
