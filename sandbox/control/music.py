"""Playlists, their items and tracks of the invented Spotify, as the page and curl get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.control.seen import cover
from sandbox.fake_spotify.catalogue import Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.control.answers import Json
    from sandbox.fake_spotify import FakePlaylist, LocalFile, Person
    from sandbox.fake_spotify.catalogue import Catalogue, Episode
    from sandbox.fake_spotify.playlists import Entry

LARGE, SMALL = 640, 64


def playlist_json(playlist: FakePlaylist, seen_by: Person | None = None) -> Json:
    """seen_by: in whose list it stands; None: its owner's."""
    return {
        "id": playlist.id,
        "name": playlist.name,
        "description": playlist.description,
        "owner": playlist.owner.name,
        "own": playlist.owner is (seen_by or playlist.owner),
        "public": playlist.public,
        "collaborative": playlist.collaborative,
        "items": len(playlist.items),
        "snapshot_id": playlist.snapshot_id,
        "picture": cover(playlist.id, LARGE) if playlist.has_picture else None,
        "url": playlist.url,
    }


def item_json(catalogue: Catalogue, position: int, entry: Entry) -> Json:
    """What stands at a position. `gone`: the catalogue has lost it. `blank`: Spotify can tell nothing about it."""
    about: Json = {
        "position": position,
        "uri": entry.uri,
        "added_at": entry.added_at.isoformat() if entry.added_at else None,
        "added_by": entry.added_by.name if entry.added_by else None,
    }
    found = catalogue.of_uri(entry.uri)
    if entry.blank:
        return about | _described("blank", entry.uri)
    if entry.local is not None:
        return about | _local(entry.local)
    if found is None:
        return about | _described("gone", entry.uri)
    return about | (track_json(found) if isinstance(found, Track) else _episode(found))


def track_json(track: Track) -> Json:
    return _described(
        "track",
        track.name,
        artists=[artist.name for artist in track.artists],
        album=track.album.name,
        duration_ms=track.duration_ms,
        picture=cover(track.album.id, SMALL),
        explicit=track.explicit,
    )


def _episode(episode: Episode) -> Json:
    return _described(
        "episode",
        episode.name,
        artists=[episode.show_name],
        duration_ms=episode.duration_ms,
        picture=cover(episode.show_id, SMALL),
        explicit=episode.explicit,
    )


def _local(file: LocalFile) -> Json:
    return _described(
        "local", file.title, artists=[file.artist], album=file.album, duration_ms=file.duration_s * 1000
    )


def _described(
    kind: str,
    title: str,
    *,
    artists: Sequence[str] = (),
    album: str | None = None,
    duration_ms: int | None = None,
    picture: str | None = None,
    explicit: bool = False,
) -> Json:
    return {
        "kind": kind,
        "title": title,
        "artists": artists,
        "album": album,
        "duration_ms": duration_ms,
        "picture": picture,
        "explicit": explicit,
    }
