"""Spotify's limits, each number once. No other module repeats one of these.

"OpenAPI" is Spotify's own description of 2026-05-31; the paths are below developer.spotify.com/documentation/web-api.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# Reading

# Entries in one page of playlists, playlist items, album tracks, episodes, chapters, the library.
# OpenAPI of 2026-05-31, `limit` of /playlists/{id}/items and its siblings.
LONGEST_PAGE: Final = 50

# Results of each kind in one page of a search; more is 400 "Invalid limit".
# /references/changes/february-2026, since 2026-02-11.
SEARCH_PAGE: Final = 10

# The furthest offset in a search. OpenAPI of 2026-05-31, `offset` of /search.
SEARCH_OFFSET: Final = 1000

# An artist's albums in one page; more is 400 "Invalid limit", though no changelog says so.
# github.com/spotipy-dev/spotipy/issues/1231, seen since 2026-02.
ARTIST_ALBUMS_PAGE: Final = 10

# The furthest offset documented for any list. OpenAPI of 2026-05-31, `offset` of /me/playlists.
FURTHEST_OFFSET: Final = 100_000

# IDs in one batch read, which only apps with extended quota have. OpenAPI of 2026-05-31, /tracks, /episodes ...
SEVERAL_IDS: Final = 50

# The same for albums. OpenAPI of 2026-05-31, /albums.
SEVERAL_ALBUMS: Final = 20

# Writing

# URIs in one request that adds, replaces or removes. OpenAPI of 2026-05-31, /playlists/{id}/items.
WRITE_URIS: Final = 100

# URIs in one request to the library, in the query. OpenAPI of 2026-05-31, /me/library.
LIBRARY_URIS: Final = 40

# URIs played at once. Spotify names no number (OpenAPI of 2026-05-31, /me/player/play); as many as in a write.
PLAY_URIS: Final = 100

# Items a playlist can have; beyond that, a write is 403, as it is without permission. 11,000 have been seen, too.
# github.com/spotify/web-api/issues/1179, checked 2026-11-20.
PLAYLIST_LENGTH: Final = 10_000

# Characters in a playlist's name; over 200 once gave 500.
# github.com/metabrainz/troi-recommendation-playground/pull/155, checked 2026-11-20.
NAME_LENGTH: Final = 100

# Characters in a playlist's description, on one line; a line break is 500.
# github.com/metabrainz/troi-recommendation-playground/pull/155, checked 2026-11-20.
DESCRIPTION_LENGTH: Final = 300

# Bytes of a cover, counted as base64, so the JPEG has about 190 KB; more is 413.
# OpenAPI of 2026-05-31, /playlists/{id}/images.
COVER_BYTES: Final = 256 * 1024

# How long after a write Spotify may still show the playlist without it, and how long after a request without an
# answer its effect may still appear. AN ASSUMPTION of 2026-11: Spotify promises nothing here and publishes no number.
# A write that appears later than this can be in a playlist twice (docs/architecture.md, docs/operating.md).
SHOWS_AFTER: Final = timedelta(seconds=30)

# Showing and keeping

# Entries shown together before a link leads to the rest. developer.spotify.com/documentation/design, text of 2026-02.
SHOWN_TOGETHER: Final = 20

# The longest an answer may be kept. Spotify's terms of 2025-05-15 (IV.3) say "temporary" and name no number; a
# day is our reading of them.
KEPT_AT_MOST: Final = timedelta(days=1)

# Asking

# The window in which requests are counted; also the wait after a 429 without `Retry-After`.
# /concepts/rate-limits, text of 2026-02.
RATE_WINDOW: Final = timedelta(seconds=30)

# Calendar months until a consent expires. developer.spotify.com/blog/2026-06-18-refresh-token-expiration
CONSENT_MONTHS: Final = 6
