"""What open.spotify.com tells about an address without a login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from tests.sandbox.fake_spotify.api import Reply

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify
    from tests.sandbox.fake_spotify.api import Api

FRAME = re.compile(r'src="https://open\.spotify\.com/embed/(\w+)/(\w{22})\?')


async def ask(api: Api, address: str) -> Reply:
    async with api.session.get(
        api.spotify.oembed_url, params={"url": address}, allow_redirects=False
    ) as answer:
        return Reply(answer.status, await answer.text(), answer.headers)


def things(spotify: FakeSpotify) -> dict[str, tuple[str, str]]:
    """An id and a name of every kind."""
    known = spotify.known
    return {
        "track": (known.plain.id, known.plain.name),
        "album": (known.album.id, known.album.name),
        "artist": (known.artist.id, known.artist.name),
        "episode": (known.episode.id, known.episode.name),
        "show": (known.episode.show_id, known.episode.show_name),
        "playlist": (spotify.known_playlists.hostile.id, spotify.known_playlists.hostile.name),
    }


@pytest.mark.parametrize("kind", ["track", "album", "artist", "episode", "show", "playlist"])
async def test_told(api: Api, spotify: FakeSpotify, kind: str) -> None:
    """Title, picture, and a frame whose address holds kind and id: for the address, and for a short link to it."""
    id_, name = things(spotify)[kind]
    for address in (
        f"https://open.spotify.com/{kind}/{id_}?si=abc",
        f"https://open.spotify.com/intl-de/{kind}/{id_}",
        spotify.short_link(f"spotify:{kind}:{id_}"),
        spotify.short_link(f"spotify:{kind}:{id_}") + "?_p=1",
    ):
        told = (await ask(api, address)).json
        assert told["title"] == name
        assert FRAME.findall(told["html"]) == [(kind, id_)]
        assert "<b" not in told["html"]
        async with api.session.get(told["thumbnail_url"]) as picture:
            assert picture.status == 200


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://spotify.link/AAAAAAAAAAA",
        "https://open.spotify.com/track/0000000000000000000000",
        "https://example.org/track/0000000000000000000000",
    ],
)
async def test_unknown(api: Api, address: str) -> None:
    """What there is not is not told about."""
    assert (await ask(api, address)).status == 404


async def test_faults(api: Api, spotify: FakeSpotify) -> None:
    """It fails like everything else: late, with another address, or not at all reachable."""
    address = spotify.short_link(spotify.known.plain.uri)
    spotify.faults.add(Fault("GET /oembed", "status", status=302, location="http://127.0.0.1:9/elsewhere"))
    sent_on = await ask(api, address)
    assert (sent_on.status, sent_on.headers["Location"]) == (302, "http://127.0.0.1:9/elsewhere")
    assert (await ask(api, address)).status == 200
    assert [call.status for call in spotify.calls_to("GET /oembed")] == [302, 200]


def test_no_short_link(spotify: FakeSpotify) -> None:
    """Nobody shares what there is not."""
    with pytest.raises(LookupError, match="nothing called"):
        spotify.short_link("spotify:track:0000000000000000000000")
