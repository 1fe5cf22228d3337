"""Tracks, albums, artists, episodes and audiobooks as the Web API writes them in JSON.

Development mode leaves out what was removed in February 2026.
Source: developer.spotify.com/documentation/web-api/references/changes/february-2026 (fields) and .../march-2026
(`external_ids` stay)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_spotify.audiobooks import MARKETS
from sandbox.fake_spotify.pictures import SIZES

if TYPE_CHECKING:
    from sandbox.fake_spotify.audiobooks import Audiobook, Chapter
    from sandbox.fake_spotify.catalogue import Album, Artist, Episode, Track
    from sandbox.fake_spotify.playlists import Entry
    from sandbox.fake_spotify.web_api.answers import Json

EVERY_MARKET = ("AU", "BR", "CA", "DE", "FR", "GB", "JP", "SE", "US")  # those worth listing


class Shapes:
    """Writes objects for one caller: with or without the removed fields, for one market (None: unknown)."""

    def __init__(self, *, origin: str, extended: bool, market: str | None) -> None:
        self.origin = origin
        self.extended = extended
        self.market = market

    def reference(self, kind: str, id_: str) -> Json:
        """What every object has."""
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{id_}"},
            "href": f"{self.origin}/v1/{kind}s/{id_}",
            "id": id_,
            "type": kind,
            "uri": f"spotify:{kind}:{id_}",
        }

    def images(self, id_: str) -> list[Json]:
        """Widest first."""
        return [{"url": f"{self.origin}/image/{id_}-{size}", "height": size, "width": size} for size in SIZES]

    def simple_artist(self, artist: Artist) -> Json:
        return self.reference("artist", artist.id) | {"name": artist.name}

    def artist(self, artist: Artist) -> Json:
        removed: Json = {"followers": {"href": None, "total": 1_000 + len(artist.name)}, "popularity": 30}
        return (
            self.simple_artist(artist)
            | {"genres": list(artist.genres), "images": self.images(artist.id)}
            | (removed if self.extended else {})
        )

    def simple_album(self, album: Album) -> Json:
        removed: Json = {"available_markets": list(EVERY_MARKET)}
        return (
            self.reference("album", album.id)
            | {
                "album_type": album.kind,
                "total_tracks": album.total_tracks,
                "images": self.images(album.id),
                "name": album.name,
                "release_date": album.release_date,
                "release_date_precision": _precision(album.release_date),
                "artists": [self.simple_artist(artist) for artist in album.artists],
            }
            | (removed if self.extended else {})
        )

    def album(self, album: Album, tracks: Json) -> Json:
        """`tracks`: the first page of its simplified tracks. `genres` is always empty."""
        removed: Json = {"label": "Attic Recordings", "popularity": 30}
        return (
            self.simple_album(album)
            | {
                "tracks": tracks,
                "copyrights": [{"text": f"{album.release_date[:4]} Attic Recordings", "type": "C"}],
                "external_ids": {"upc": album.upc},
                "genres": [],
            }
            | (removed if self.extended else {})
        )

    def simple_track(self, track: Track) -> Json:
        shape = self.reference("track", track.id) | {
            "artists": [self.simple_artist(artist) for artist in track.artists],
            "disc_number": 1,
            "duration_ms": track.duration_ms,
            "explicit": track.explicit,
            "is_local": False,
            "is_playable": track.playable_in(self.market),
            "name": track.name,
            "preview_url": None,
            "track_number": track.track_number,
        }
        if not track.playable_in(self.market):
            shape["restrictions"] = {"reason": track.restriction or "market"}
        if self.extended:
            shape["available_markets"] = (
                list(EVERY_MARKET) if track.markets is None else sorted(track.markets)
            )
        return shape

    def track(self, track: Track) -> Json:
        shape = self.simple_track(track)
        shape |= {"album": self.simple_album(track.album), "external_ids": {"isrc": track.isrc}}
        if self.extended:
            shape["popularity"] = track.popularity
        return shape

    def show(self, of: Episode) -> Json:
        """The show an episode is of."""
        show = (
            self.reference("show", of.show_id)
            | _about(of)
            | {
                "copyrights": [],
                "images": self.images(of.show_id),
                "media_type": "audio",
                "name": of.show_name,
                "total_episodes": 12,
            }
        )
        if self.extended:
            show |= {"available_markets": list(EVERY_MARKET), "publisher": "Attic Recordings"}
        return show

    def episode(self, episode: Episode) -> Json:
        return self.simple_episode(episode) | {"show": self.show(episode)}

    def simple_episode(self, episode: Episode) -> Json:
        return (
            self.reference("episode", episode.id)
            | _about(episode)
            | {
                "audio_preview_url": None,
                "duration_ms": episode.duration_ms,
                "images": self.images(episode.id),
                "is_playable": self.market is not None,
                "name": episode.name,
                "release_date": episode.release_date,
                "release_date_precision": _precision(episode.release_date),
            }
        )

    def audiobook(self, book: Audiobook) -> Json:
        about = f"What every lamplighter has to know, by {book.author}."
        shape = self.reference("audiobook", book.id) | {
            "authors": [{"name": book.author}],
            "copyrights": [],
            "description": about,
            "edition": "Unabridged",
            "explicit": False,
            "html_description": f"<p>{about}</p>",
            "images": self.images(book.id),
            "languages": ["en"],
            "media_type": "audio",
            "name": book.name,
            "narrators": [{"name": book.narrator}],
            "total_chapters": len(book.chapters),
        }
        if self.extended:
            shape |= {"available_markets": sorted(MARKETS), "publisher": "Attic Recordings"}
        return shape

    def simple_chapter(self, chapter: Chapter) -> Json:
        # Spotify's description knows chapters as objects of the type "episode", and no other.
        shape = self.reference("chapter", chapter.id) | {
            "type": "episode",
            "audio_preview_url": None,
            "chapter_number": chapter.number,
            "description": "",
            "duration_ms": chapter.duration_ms,
            "explicit": False,
            "html_description": "",
            "images": self.images(chapter.id),
            "is_playable": self.market in MARKETS,
            "languages": ["en"],
            "name": chapter.name,
            "release_date": "2024-02-01",
            "release_date_precision": "day",
        }
        if self.extended:
            shape["available_markets"] = sorted(MARKETS)
        return shape

    def local_file(self, entry: Entry) -> Json:
        """A track that has a name and nothing else to hold on to.

        Source: developer.spotify.com/documentation/web-api/concepts/playlists (local files)
        """
        local = entry.local
        if local is None:
            raise ValueError(f"not a local file: {entry.uri}")
        nowhere: Json = {"external_urls": {}, "href": None, "id": None}
        return nowhere | {
            "album": nowhere
            | {
                "album_type": None,
                "artists": [],
                "images": [],
                "name": local.album,
                "release_date": None,
                "release_date_precision": None,
                "type": "album",
                "uri": None,
            },
            "artists": [nowhere | {"name": local.artist, "type": "artist", "uri": None}],
            "disc_number": 0,
            "duration_ms": local.duration_s * 1000,
            "explicit": False,
            "external_ids": {},
            "is_local": True,
            "name": local.title,
            "preview_url": None,
            "track_number": 0,
            "type": "track",
            "uri": entry.uri,
        }


def _about(episode: Episode) -> Json:
    about = f"An episode of {episode.show_name}."
    return {
        "description": about,
        "html_description": f"<p>{about}</p>",
        "explicit": episode.explicit,
        "is_externally_hosted": False,
        "languages": ["en"],
    }


def _precision(release_date: str) -> str:
    return ("year", "month", "day")[release_date.count("-")]
