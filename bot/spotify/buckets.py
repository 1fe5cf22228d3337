"""The groups of endpoints that Spotify counts together, as far as anyone can tell, and until when each is closed.

Spotify says that groups of endpoints share a quota and doesn't publish which; ours go by what the calls are about. A
used-up quota, or a long wait, closes the group it came from, and the others go on. A short wait is for everything:
that's the limit on requests in 30 seconds, which the whole app has in common.
Source: developer.spotify.com/documentation/web-api/references/changes/july-2026 and .../concepts/rate-limits
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

EVERYTHING: Final = ""  # in place of a bucket
LONGEST_WAIT: Final = timedelta(hours=48)  # 24 h have been seen in practice; more is a broken header


class Bucket(StrEnum):
    MUSIC = "music"
    SPOKEN = "spoken"  # shows, episodes, audiobooks
    SEARCH = "search"
    PLAYLISTS = "playlists"  # reading them
    WRITES = "writes"  # of playlists
    COVERS = "covers"  # "has its own limit", says Spotify
    LIBRARY = "library"
    PLAYER = "player"
    ACCOUNT = "account"


_FIRST: Final = {
    "tracks": Bucket.MUSIC,
    "albums": Bucket.MUSIC,
    "artists": Bucket.MUSIC,
    "shows": Bucket.SPOKEN,
    "episodes": Bucket.SPOKEN,
    "audiobooks": Bucket.SPOKEN,
    "chapters": Bucket.SPOKEN,
    "search": Bucket.SEARCH,
    "playlists": Bucket.PLAYLISTS,
}
_OF_ME: Final = {
    "": Bucket.ACCOUNT,
    "playlists": Bucket.PLAYLISTS,
    "player": Bucket.PLAYER,
}


def bucket_of(method: str, path: str) -> Bucket | str:
    """path: below the address of the API, with its query ("/playlists/37i9/items?limit=50")."""
    first, _, rest = path.partition("?")[0].strip("/").partition("/")
    bucket = (
        _OF_ME.get(rest.partition("/")[0], Bucket.LIBRARY) if first == "me" else _FIRST.get(first, EVERYTHING)
    )
    if bucket is Bucket.PLAYLISTS and method != "GET":
        return Bucket.COVERS if rest.endswith("/images") else Bucket.WRITES
    return bucket


class _Closed(Struct):
    until: datetime
    length: timedelta  # from when it was closed
    used_up: bool


class Buckets:
    """Which are closed. When one opens again, a single request tries it, and the others wait for its answer."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._closed: dict[str, _Closed] = {}
        self._untried: set[str] = set()  # over, but nothing has come through since
        self._trying: dict[str, asyncio.Event] = {}
        self._refused: dict[str, int] = {}  # how often in a row

    def is_open(self, bucket: str) -> bool:
        """Whether a request needs no further look; cheap, for every one of them."""
        return EVERYTHING not in self._closed and bucket not in self._closed and bucket not in self._untried

    def until(self, bucket: str = EVERYTHING) -> datetime | None:
        """When requests of this bucket can be sent again; None: now."""
        ends = [end for each in {EVERYTHING, bucket} if (end := self._end(each))]
        return max(ends, default=None)

    def used_up(self, bucket: str) -> bool:
        return any(each in self._closed and self._closed[each].used_up for each in (EVERYTHING, bucket))

    def close(self, bucket: str, until: datetime, *, used_up: bool) -> bool:
        """False, and nothing changes, if it's closed for longer than that."""
        present = self._end(bucket)
        if present is not None and present >= until:
            return False
        self._closed[bucket] = _Closed(until, min(until - self._now(), LONGEST_WAIT), used_up)
        return True

    def closed(self) -> dict[str, datetime]:
        """Until when, by bucket."""
        return {bucket: end for bucket in tuple(self._closed) if (end := self._end(bucket))}

    def refusals(self, bucket: str) -> int:
        """Count one more, and return how many there were before it without a success in between."""
        before = self._refused.get(bucket, 0)
        self._refused[bucket] = before + 1
        return before

    async def pass_trial(self, bucket: str) -> None:
        """Return at once unless the bucket has just opened: then whoever comes first tries it, and the others wait."""
        while bucket in self._untried and (trial := self._trying.get(bucket)) is not None:
            await trial.wait()
        if bucket in self._untried and self.until(bucket) is None:
            self._trying[bucket] = asyncio.Event()

    def answered(self, bucket: str, *, well: bool) -> None:
        """A request is over. well: Spotify answered it."""
        if well:
            self._untried.discard(bucket)
            self._refused.pop(bucket, None)
        if (trial := self._trying.pop(bucket, None)) is not None:
            trial.set()

    def _end(self, bucket: str) -> datetime | None:
        closed = self._closed.get(bucket)
        if closed is None:
            return None
        now = self._now()
        if now >= closed.until:
            del self._closed[bucket]
            if bucket != EVERYTHING:
                self._untried.add(bucket)
            return None
        closed.until = min(
            closed.until, now + closed.length
        )  # if the clock was set back, no block gets longer
        return closed.until
