"""What a person has saved: shows, episodes, audiobooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify
    from tests.sandbox.fake_spotify.api import Api

SCOPES = ("user-library-read", "user-library-modify")


async def test_spoken(api: Api, spotify: FakeSpotify) -> None:
    """Shows and episodes that were saved are listed with their dates, also in development mode."""
    episode = spotify.known.episode
    token = spotify.user_token("ada", SCOPES)
    show = f"spotify:show:{episode.show_id}"
    await api.send("PUT", "/me/library", token=token, query={"uris": f"{episode.uri},{show}"})
    (shown,) = (await api.get("/me/shows", token=token)).json["items"]
    assert (shown["show"]["uri"], shown["show"]["name"]) == (show, episode.show_name)
    (shown,) = (await api.get("/me/episodes", token=token)).json["items"]
    assert (shown["episode"]["uri"], shown["added_at"][-1]) == (episode.uri, "Z")
    books = (await api.get("/me/audiobooks", token=token)).json
    assert (books["items"], books["total"]) == ([], 0)


@pytest.mark.parametrize("kind", ["shows", "episodes", "audiobooks"])
async def test_scope(api: Api, spotify: FakeSpotify, kind: str) -> None:
    """Without the scope for the library nothing is shown; saving by the old paths is gone."""
    assert (await api.get(f"/me/{kind}")).status == 403
    token = spotify.user_token("ada", SCOPES)
    assert (await api.send("PUT", f"/me/{kind}", token=token, query={"ids": "x"})).status == 403
    assert (await api.get(f"/me/{kind}", token=token, limit=51)).status == 400
