"""Playlists, their items and people as the Web API writes them in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_spotify.catalogue import Track

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Catalogue
    from sandbox.fake_spotify.people import Person
    from sandbox.fake_spotify.playlists import Entry, FakePlaylist
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.objects import Shapes

PICTURE = 640


def user(shapes: Shapes, person: Person) -> Json:
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/user/{person.id}"},
        "href": f"{shapes.origin}/v1/users/{person.id}",
        "id": person.id,
        "type": "user",
        "uri": f"spotify:user:{person.id}",
    }


def me(shapes: Shapes, person: Person, scopes: frozenset[str]) -> Json:
    """Who is asking. Development mode lost everything about country, e-mail and subscription."""
    shape = user(shapes, person) | {
        "account_id": person.account_id,
        "display_name": person.display_name,
        "images": shapes.images(person.account_id)[:2] if person.display_name else [],
    }
    if shapes.extended:
        shape["followers"] = {"href": None, "total": 3}
        if "user-read-email" in scopes:
            shape["email"] = f"{person.name}@sandbox.example"
        if "user-read-private" in scopes:
            shape |= {
                "country": person.country,
                "product": "premium",
                "explicit_content": {"filter_enabled": False, "filter_locked": False},
            }
    return shape


def playlist(shapes: Shapes, of: FakePlaylist) -> Json:
    """Everything but the items, which not everybody may see."""
    pictures: list[Json] = [
        {"url": f"{shapes.origin}/image/{of.id}-{PICTURE}", "height": None, "width": None}
    ]
    return shapes.reference("playlist", of.id) | {
        "collaborative": of.collaborative,
        "description": of.description,
        "images": pictures if of.has_picture else [],
        "name": of.name,
        "owner": user(shapes, of.owner) | {"display_name": of.owner.display_name},
        "public": of.public,
        "snapshot_id": of.snapshot_id,
    }


def item_count(shapes: Shapes, of: FakePlaylist) -> Json:
    """`items` of a playlist in a list; extended mode also says it under the old name."""
    count: Json = {"href": f"{shapes.origin}/v1/playlists/{of.id}/items", "total": len(of.shown())}
    shape: Json = {"items": count}
    if shapes.extended:
        shape["tracks"] = count
    return shape


def item(shapes: Shapes, catalogue: Catalogue, entry: Entry, *, episodes: bool) -> Json:
    """One entry. What it holds is null when the catalogue has lost it, and for an episode nobody asked for.

    The real one is vague about episodes without `additional_types`; null is the harshest reading.
    """
    held: Json | None = None
    found = catalogue.of_uri(entry.uri)
    if entry.blank:
        held = {"uri": None, "id": None, "name": ""}
    elif entry.local is not None:
        held = shapes.local_file(entry)
    elif isinstance(found, Track):
        held = shapes.track(found)
    elif found is not None and episodes:
        held = shapes.episode(found)
    shape: Json = {
        "added_at": entry.added_at.strftime("%Y-%m-%dT%H:%M:%SZ") if entry.added_at else None,
        "added_by": user(shapes, entry.added_by) if entry.added_by else None,
        "is_local": entry.local is not None,
        "item": held,
    }
    if shapes.extended:
        shape["track"] = held
    return shape
