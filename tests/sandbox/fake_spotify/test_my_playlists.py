"""Who I am, and my playlists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.fake_spotify.api import EVERY_SCOPE, Api

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify


async def test_me(api: Api, spotify: FakeSpotify) -> None:
    """Id, stable account id and name; nothing about country, e-mail and subscription."""
    me = (await api.get("/me", token=spotify.user_token("ada"))).json
    assert (me["id"], me["account_id"], me["display_name"]) == (
        "ada.reel",
        spotify.people["ada"].account_id,
        "Ada",
    )
    assert not {"country", "email", "product", "followers", "explicit_content"} & me.keys()


async def test_me_without_name(api: Api, spotify: FakeSpotify) -> None:
    """A display name may be null."""
    assert (await api.get("/me", token=spotify.user_token("edsger"))).json["display_name"] is None


async def test_me_extended(api: Api, spotify: FakeSpotify) -> None:
    """Extended mode tells country and subscription to those who hold the scope."""
    spotify.switches.extended = True
    assert "product" not in (await api.get("/me")).json
    me = (await api.get("/me", token=spotify.user_token("ada", ["user-read-private"]))).json
    assert (me["country"], me["product"]) == ("DE", "premium")


async def test_page_sizes(api: Api) -> None:
    """Twenty when nothing is said, fifty at most, one at least."""
    first = (await api.get("/me/playlists")).json
    assert (len(first["items"]), first["total"] > 20) == (20, True)
    rest = (await api.get(first["next"].removeprefix(api.spotify.api_url))).json
    assert (len(first["items"]) + len(rest["items"]), rest["next"]) == (first["total"], None)
    for limit in (0, 51):
        reply = await api.get("/me/playlists", limit=limit)
        assert (reply.status, reply.message) == (400, "Invalid limit")


async def test_scopes(api: Api, spotify: FakeSpotify) -> None:
    """Reading one's list needs a scope; collaborative lists show with theirs only."""
    reply = await api.get("/me/playlists", token=spotify.user_token("ada", ["playlist-modify-public"]))
    assert (reply.status, reply.message) == (403, "Insufficient client scope")
    some = (await api.get("/me/playlists", token=spotify.user_token("ada", ["playlist-read-private"]))).json
    everything = (await api.get("/me/playlists")).json
    assert everything["total"] - some["total"] == 1


async def test_entries(api: Api, spotify: FakeSpotify) -> None:
    """Own ones with count and owner, followed ones of others too, Spotify's own as null, nobody else's shared ones."""
    items = (await api.get("/me/playlists", limit=50)).json["items"]
    assert items.count(None) == 1
    shown = {item["id"]: item for item in items if item}
    known = spotify.known_playlists
    assert shown[known.big.id]["items"] == {
        "href": f"{spotify.api_url}/playlists/{known.big.id}/items",
        "total": 1240,
    }
    assert "tracks" not in shown[known.big.id]
    assert shown[known.followed.id]["owner"]["display_name"] == "Grace ✨"
    assert shown[known.empty.id]["images"] == []
    assert known.graces_collaborative.id not in shown


async def test_old_shape(api: Api, spotify: FakeSpotify) -> None:
    """Extended mode also says the count under its old name."""
    spotify.switches.extended = True
    item = (await api.get("/me/playlists", limit=1)).json["items"][0]
    assert item["tracks"] == item["items"]


async def test_new_and_followed(api: Api, spotify: FakeSpotify) -> None:
    """Playlists made and followed by hand are seen at once."""
    made = spotify.new_playlist("linus", "Quiet for Once", [spotify.known.plain.uri])
    spotify.follow("margaret", made)
    for name in ("linus", "margaret"):
        token = spotify.user_token(name, EVERY_SCOPE)
        items = (await api.get("/me/playlists", token=token)).json["items"]
        assert made.id in {item["id"] for item in items}
