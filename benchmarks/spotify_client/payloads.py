"""The answers the loopback server gives: shaped and sized like Spotify's, invented in content.

A track and a search carry `available_markets` twice per track, as an app without a market gets them: 4 and 39 KB.
The entries of a playlist come without them, as an account gets them: 126 KB for 50.
"""

from __future__ import annotations

import json
import random
import string
from typing import Any, Final

Json = dict[str, Any]

PAGE: Final = 50
ITEMS: Final = 10_000
VARIANTS: Final = 40  # different tracks and search pages, so that nothing gains from meeting equal text again
API: Final = "https://api.spotify.com/v1"

_LETTERS: Final = string.ascii_letters + string.digits
_MARKETS: Final = [a + b for a in "ABCDEFGHILMNPSTUVZ" for b in "AEGHILMNRT"]


class Payloads:
    """Every body, made once. seed: the same one gives the same bytes."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.tracks = [_encoded(self._track(markets=True)) for _ in range(VARIANTS)]
        self.searches = [_encoded(self._search()) for _ in range(VARIANTS)]
        pages = [self._page(offset) for offset in range(0, ITEMS, PAGE)]
        self.pages = [_encoded(page) for page in pages]
        self.old_pages = [_encoded(_with_old_names(page)) for page in pages]
        self.snapshot = _encoded({"snapshot_id": self._id() + self._id()})
        self.token = _encoded({"access_token": self._id() * 4, "token_type": "Bearer", "expires_in": 3600})

    def _id(self) -> str:
        return "".join(self._random.choices(_LETTERS, k=22))

    def _words(self, count: int) -> str:
        return " ".join("".join(self._random.choices("aeinorstlu", k=6)) for _ in range(count)).title()

    def _thing(self, kind: str) -> Json:
        spotify_id = self._id()
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{spotify_id}"},
            "href": f"{API}/{kind}s/{spotify_id}",
            "id": spotify_id,
            "name": self._words(5),
            "type": kind,
            "uri": f"spotify:{kind}:{spotify_id}",
        }

    def _track(self, *, markets: bool) -> Json:
        allowed: Json = {"available_markets": _MARKETS} if markets else {}
        artists = [self._thing("artist") for _ in range(2)]
        album: Json = {
            "album_type": "album",
            "artists": artists[:1],
            **allowed,
            **self._thing("album"),
            "images": [
                {
                    "height": edge,
                    "url": f"https://i.scdn.co/image/ab67616d0000{self._id().lower()}e02",
                    "width": edge,
                }
                for edge in (640, 300, 64)
            ],
            "release_date": f"{self._random.randint(1960, 2026)}-05-17",
            "release_date_precision": "day",
            "total_tracks": self._random.randint(1, 24),
        }
        return {
            "album": album,
            "artists": artists,
            **allowed,
            "disc_number": 1,
            "duration_ms": self._random.randint(60_000, 400_000),
            "explicit": self._random.random() < 0.2,
            "external_ids": {"isrc": f"SE{self._random.randint(10**9, 10**10 - 1)}"},
            **self._thing("track"),
            "is_local": False,
            "popularity": self._random.randint(0, 100),
            "preview_url": None,
            "track_number": self._random.randint(1, 24),
        }

    def _listing(self, items: list[Json], total: int, offset: int, href: str) -> Json:
        size = len(items)
        return {
            "href": f"{href}?offset={offset}&limit={size}",
            "items": items,
            "limit": size,
            "next": f"{href}?offset={offset + size}&limit={size}" if offset + size < total else None,
            "offset": offset,
            "previous": f"{href}?offset={offset - size}&limit={size}" if offset else None,
            "total": total,
        }

    def _search(self) -> Json:
        found = [self._track(markets=True) for _ in range(10)]
        return {"tracks": self._listing(found, 900, 0, f"{API}/search")}

    def _page(self, offset: int) -> Json:
        items = [
            {
                "added_at": "2026-03-04T05:06:07Z",
                "added_by": {key: value for key, value in self._thing("user").items() if key != "name"},
                "is_local": False,
                "primary_color": None,
                "item": {
                    **self._track(markets=False),
                    "episode": False,
                    "track": True,
                    "is_playable": True,
                },
                "video_thumbnail": {"url": None},
            }
            for _ in range(PAGE)
        ]
        return self._listing(items, ITEMS, offset, f"{API}/playlists/{self._id()}/items")


def _with_old_names(page: Json) -> Json:
    """As clients read it that still ask the path `/tracks`."""
    items = [
        {"track" if key == "item" else key: value for key, value in item.items()} for item in page["items"]
    ]
    return {**page, "items": items}


def _encoded(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
