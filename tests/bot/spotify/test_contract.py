"""Spotify's own description and the client agree: on every request, and on thousands of answers."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import msgspec
import pytest
import yaml

from bot.spotify.client import SpotifyClient
from bot.spotify.models import Playlist
from bot.spotify.scopes import ASKING, NEEDED, SAVING
from bot.spotify.transport import Request
from tests.bot.spotify.comparing import differences, ids
from tests.bot.spotify.described import API_URL, Described
from tests.bot.spotify.every_call import CALLS, Chance
from tests.spotify_description.description import OVERLAY

if TYPE_CHECKING:
    from bot.spotify.oauth import AppToken, UserToken
    from tests.spotify_description.description import Description

pytestmark = pytest.mark.real_part

ROUNDS = 60  # for each call and each mode: more than 6,000 answers in all
# Only apps with extended quota have these; the description calls them deprecated.
EXTENDED = {
    "GET /tracks",
    "GET /albums",
    "GET /artists",
    "GET /shows",
    "GET /episodes",
    "GET /audiobooks",
    "GET /chapters",
    "GET /artists/{id}/top-tracks",
    "GET /users/{user_id}",
    "GET /users/{user_id}/playlists",
}
# Where we read something other than the whole answer, or less than all of it, by the client's method.
ROOTS = {
    **{f"search_{kind}": kind for kind in ("tracks", "albums", "artists", "playlists", "shows", "episodes")},
    "search_audiobooks": "audiobooks",
    "followed_artists": "artists",
    "devices": "devices",
    "artist_top_tracks": "tracks",
    **{kind: kind for kind in ("tracks", "albums", "artists", "shows", "episodes", "audiobooks", "chapters")},
}


@pytest.fixture(params=["development", "extended"])
def described(
    request: pytest.FixtureRequest, description: Description, extended_description: Description
) -> Described:
    chosen = description if request.param == "development" else extended_description
    return Described(chosen)


async def test_every_call(described: Described, app_token: AppToken, user_token: UserToken) -> None:
    """Every request is valid by the description, and no answer is refused or loses an id."""
    client = SpotifyClient(described, api_url=API_URL, market="SE")
    chance = Chance(described.random, app_token, user_token)
    for name, call in CALLS:
        for _ in range(ROUNDS):
            described.answers.clear()
            answer = await call(client, chance)
            assert described.problems == []
            if isinstance(answer, str | None) or not described.answers:
                continue
            (document,) = described.answers
            root = document[ROOTS[name]] if name in ROOTS else document
            assert list(differences(root, answer, name)) == []
            if isinstance(answer, Playlist):  # its items are read by themselves
                root = {key: value for key, value in root.items() if key not in {"items", "tracks"}}
            assert not ids(root) - ids(msgspec.to_builtins(answer)), name
    described_operations = described.description.operations
    today = {str(one) for one in described_operations if not one.deprecated}
    assert {str(one) for one in described.asked} == today | EXTENDED


def test_table_is_complete() -> None:
    """The table of calls leaves out no method of the client."""
    methods = {
        name
        for name, _ in inspect.getmembers(SpotifyClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert {name for name, _ in CALLS} == methods
    assert set(NEEDED) <= methods


def test_overlay_cites() -> None:
    """Every patch of the description names the section of our notes that says so."""
    patches = yaml.safe_load(OVERLAY.read_text("utf-8"))
    assert len({patch["at"] for patch in patches}) == len(patches)
    for patch in patches:
        assert re.match(r"section [0-6](\.\d)?, ?|section [0-6]\.\d \(", patch["source"]), patch["at"]


async def test_scopes(description: Description, app_token: AppToken, user_token: UserToken) -> None:
    """The scopes each call wants are among those the description names for it."""
    described = Described(description)
    client = SpotifyClient(described, api_url=API_URL)
    chance = Chance(described.random, app_token, user_token)
    for name, call in CALLS:
        described.asked.clear()
        await call(client, chance)
        named = described.asked[0].scopes
        needs = NEEDED.get(name)
        if name in {"save", "unsave", "is_saved"}:
            assert set((ASKING if name == "is_saved" else SAVING).values()) == named
        elif needs is not None:
            # saved_episodes: the second one is for resume points only
            assert needs.every | needs.any_one == named - {"user-read-playback-position"}, name


async def test_check_bites(description: Description) -> None:
    """The check does find what is wrong with a request."""
    described = Described(description)
    for method, target, body, said in (
        ("GET", "/me/playlists?limit=51", None, "limit: 51 is greater than the maximum of 50"),
        ("GET", "/me/playlists?page=1", None, "no parameter page"),
        ("PUT", "/me/library", None, "uris missing"),
        ("DELETE", "/playlists/x/items", b'{"tracks":[]}', "no key tracks in a body"),
        ("GET", "/search?q=x&type=song", None, "type: 'song' is not one of"),
        ("PUT", "/me/player/pause", b"{}", "a body of application/json, where none is described"),
    ):
        described.problems.clear()
        headers = {"Content-Type": "application/json"} if body else {}
        await described.send(Request(method, API_URL + target, headers, body))
        assert said in described.problems[0]
