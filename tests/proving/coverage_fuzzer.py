"""python -m tests.proving.coverage_fuzzer KIND …: one kind of bad input, made up by atheris from the code's coverage.

atheris has to be on PYTHONPATH; `make prove ARGS=fuzzing` sees to it. The other arguments are libFuzzer's.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import atheris  # not among the project's packages

with atheris.instrument_imports(include=["bot.spotify", "bot.services"]):
    from bot.errors import PastedAddressError
    from bot.services.pasted_address import read_address
    from bot.services.track_files.lines import MOST_LINES, UnreadableFileError
    from bot.services.track_files.read import read
    from bot.spotify import responses
    from bot.spotify.errors import RefError, SpotifyUnavailableError
    from bot.spotify.models import Album, Playlist, Track
    from bot.spotify.refs import KINDS, named_in, parse_ref, ref_in, short_links_in, with_followed
    from bot.spotify.shapes import FoundShape, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

ENDINGS: Final = ("csv", "tsv", "jspf", "xspf", "m3u8", "txt", "")
SHAPES: Final[tuple[Any, ...]] = (Shape(Track), Shape(Album), Shape(Playlist), FoundShape())
REDIRECT: Final = "http://127.0.0.1:8080/callback"


def _links(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for reads in (parse_ref, ref_in):
        try:
            reads(text, KINDS)
        except RefError:
            continue
    list(named_in(text, KINDS))
    short_links_in(text)
    with_followed(text, {})


def _files(data: bytes) -> None:
    if not data:
        return
    try:
        found = read(f"a.{ENDINGS[data[0] % len(ENDINGS)]}", data[1:])
    except UnreadableFileError:
        return
    assert 1 <= len(found.lines) <= MOST_LINES


def _bodies(data: bytes) -> None:
    for shape in SHAPES:
        try:
            shape.read(data)
        except SpotifyUnavailableError:
            continue
    for status in (400, 403, 404, 500):
        responses.error_of(status, data)
        responses.token_error_of(status, data)
    responses.quota_used_up(data)


def _addresses(data: bytes) -> None:
    try:
        read_address(data.decode("utf-8", "replace"), REDIRECT)
    except PastedAddressError:
        return


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "links": _links,
    "files": _files,
    "bodies": _bodies,
    "addresses": _addresses,
}

if __name__ == "__main__":
    _, kind, *rest = sys.argv
    atheris.Setup([sys.argv[0], *rest], TARGETS[kind])
    atheris.Fuzz()
