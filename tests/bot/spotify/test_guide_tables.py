"""The tables of docs/spotify-client.md are complete: spotipy's authorization, all scopes, all errors."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.spotify import errors
from bot.spotify.scopes import ASKING, NEEDED, SAVING, Needs, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "spotify-client.md").read_text("utf-8")
# What `inspect` found in spotipy.oauth2, .cache_handler, .util, .exceptions and in the constructor of Spotify.
SPOTIPY = json.loads((ROOT / "tests" / "data" / "spotipy.json").read_text("utf-8"))
NAMED = re.compile(r"`([\w.]+)(?:\(([^)`]*)\))?`")


def section(title: str) -> str:
    """What stands under a heading of the second level."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_spotipy() -> None:
    """Every class, function, method and parameter stands in the first column, and every row says what became of it."""
    there: dict[str, set[str]] = {}
    for first, became in rows("Coming from spotipy"):
        assert became or first.startswith("**"), first
        for name, parameters in NAMED.findall(first):
            there.setdefault(name, set()).update(filter(None, re.split(r",\s*", parameters)))
    names: dict[str, list[str]] = SPOTIPY["names"]
    assert {name for name in names if name not in there} == set()
    assert {name for name in there if name not in names} == set()
    for name, parameters in names.items():
        assert there[name] == set(parameters), name


def test_spotipy_version() -> None:
    """The page says which spotipy the table was made from: the one in the comparison of speed."""
    locked = re.search(
        r"^spotipy==([\d.]+)", (ROOT / "requirements" / "bench.txt").read_text("utf-8"), re.MULTILINE
    )
    assert locked
    assert locked[1] == SPOTIPY["version"]
    assert f"({SPOTIPY['version']})" in section("Coming from spotipy")


def scopes_written() -> Iterator[tuple[Scope, str]]:
    """Each scope with the calls that need it, as the page has to show them."""

    def uses(scope: Scope, needs: Needs, name: str) -> str | None:
        if scope in needs.every:
            return f"`{name}`"
        others = sorted(needs.any_one - {scope})
        return f"`{name}` (or `{', '.join(others)}`)" if scope in needs.any_one else None

    for scope in Scope:
        calls = [text for name, needs in NEEDED.items() if (text := uses(scope, needs, name))]
        for table, names in ((SAVING, "`save`, `unsave`"), (ASKING, "`is_saved`")):
            kinds = [kind for kind, needed in table.items() if needed is scope]
            calls += [f"{names} ({', '.join(kinds)})"] if kinds else []
        yield scope, ", ".join(calls)


NO_CALL = {
    Scope.PLAYLIST_READ_COLLABORATIVE: "`my_playlists` leaves out collaborative ones without it",
    Scope.USER_READ_PLAYBACK_POSITION: "resume points of episodes and chapters",
    Scope.USER_READ_PRIVATE: "`country` and `product` of `me`",
    Scope.USER_READ_EMAIL: "`email` of `me`",
    Scope.STREAMING: "no call: Spotify's player for web pages",
    Scope.APP_REMOTE_CONTROL: "no call: Spotify's kits for iOS and Android",
}


def test_scopes() -> None:
    """Every scope has its row, with exactly the calls that check for it, or else what it's for."""
    expected = [[f"`{scope}`", calls or NO_CALL[scope]] for scope, calls in scopes_written()]
    assert rows("Scopes") == expected, "\n".join(f"| {' | '.join(row)} |" for row in expected)


def test_errors() -> None:
    """The table names errors that exist, and leaves out none of Spotify's."""
    named = set(re.findall(r"`(Spotify\w*Error)`", section("Errors")))
    classes = {
        name
        for name, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, errors.SpotifyError)
    }
    assert named <= classes
    assert classes - named == {"RefError"}  # of pasted links, no answer of Spotify's


def test_contents() -> None:
    """The list at the top leads to every section but the first answer."""
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    listed = re.findall(r"\[[^\]]+\]\(#([\w-]+)\)", PAGE.partition("\n## ")[0])
    assert listed == [heading.lower().replace(" ", "-") for heading in headings]
