"""Whether two tracks are the same recording, so that nobody adds something again under another number.

Of a track, only its URI, ISRC, artist IDs, length and a fingerprint are kept. The fingerprint is a digest of the
normalised title, with the words for its version and everyone credited: `Hello (Live)` and `Hello` differ in it.
Measured on tests/data/recordings.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from bot.services.shared.rules.titles import read_title
from bot.stores.contributions import Recording

if TYPE_CHECKING:
    from bot.spotify.models import Track

TOLERANCE_MS: Final = 6_000  # fades, silence at the end; an edit is shorter by more
SHORT: Final = 0.05  # for tracks so short that six seconds matter: an intro, a skit
LONG: Final = 0.005  # for tracks longer than twenty minutes
MISTAKEN: Final = 1.25  # times longer: then the ISRC given belongs to another recording

_ISRC: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")


def recording(track: Track) -> Recording:
    """What is kept of a track. Without a title or artists, it can only be identified by its URI and ISRC."""
    return Recording(
        uri=track.uri,
        isrc=_isrc(track.external_ids.isrc),
        artist_ids=tuple(dict.fromkeys(artist.id for artist in track.artists if artist.id)),
        duration_ms=track.duration_ms or 0,
        fingerprint=_fingerprint(track),
    )


def same_recording(one: Recording, other: Recording) -> bool:
    """The same URI, or ISRC unless the lengths disprove it; or fingerprint, an artist and roughly the length."""
    if one.uri == other.uri:
        return True
    if one.isrc and one.isrc == other.isrc and not _far_apart(one.duration_ms, other.duration_ms):
        return True
    return (
        bool(one.fingerprint)
        and one.fingerprint == other.fingerprint
        and not set(one.artist_ids).isdisjoint(other.artist_ids)
        and like_length(one.duration_ms, other.duration_ms)
    )


def like_length(one_ms: int, other_ms: int) -> bool:
    """Within six seconds; stricter for short pieces, looser for very long ones."""
    longer = max(one_ms, other_ms)
    tolerance = min(max(TOLERANCE_MS, longer * LONG), longer * SHORT)
    return min(one_ms, other_ms) > 0 and abs(one_ms - other_ms) <= tolerance


def _far_apart(one_ms: int, other_ms: int) -> bool:
    return min(one_ms, other_ms) > 0 and max(one_ms, other_ms) > MISTAKEN * min(one_ms, other_ms)


def _isrc(code: str | None) -> str:
    """As registered: twelve capital letters and digits. Anything else counts as none."""
    plain = re.sub(r"[\s-]", "", code or "").upper()
    return plain if _ISRC.fullmatch(plain) else ""


def _fingerprint(track: Track) -> str:
    if not track.name.strip():
        return ""
    album = track.album.name if track.album else ""
    title = read_title(track.name, (artist.name for artist in track.artists), album)
    if not title.name:
        return ""
    said = "\x1f".join([title.name, *title.versions, "\x1e", *sorted(title.credits)])
    return blake2b(said.encode(), digest_size=12, person=b"mixtape title").hexdigest()
