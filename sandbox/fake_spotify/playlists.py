"""A playlist: its items and versions, and the hands that edit it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sandbox.fake_spotify.people import Person


REMEMBERED = timedelta(minutes=2)  # how far behind a reader can be


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on somebody's computer, which Spotify knows by name only.

    Source: developer.spotify.com/documentation/web-api/concepts/playlists (local files)
    """

    artist: str
    album: str
    title: str
    duration_s: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a playlist. A URI the catalogue does not know (any more) is served as `null`.

    `added_at` and `added_by` are None in very old playlists. `visible_at`: when readers begin to see it.
    `blank`: it is served as something without id, URI and name.
    """

    uri: str
    added_at: datetime | None
    added_by: Person | None
    local: LocalFile | None = None
    visible_at: datetime | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Former:
    """What a playlist was, and until when."""

    until: datetime
    items: tuple[Entry, ...]
    version: int


@dataclass(slots=True)
class FakePlaylist:
    """A playlist as everybody sees it. The methods are edits in Spotify's own apps, by hand."""

    id: str
    name: str
    owner: Person
    now: Callable[[], datetime] = field(repr=False)
    description: str = ""
    public: bool = True
    collaborative: bool = False
    collaborators: list[Person] = field(default_factory=list)
    has_picture: bool = True
    items: list[Entry] = field(default_factory=list)
    version: int = 1
    former: list[Former] = field(default_factory=list, repr=False)

    @property
    def uri(self) -> str:
        return f"spotify:playlist:{self.id}"

    @property
    def url(self) -> str:
        return f"https://open.spotify.com/playlist/{self.id}"

    @property
    def uris(self) -> list[str]:
        """What is in it, in order."""
        return [entry.uri for entry in self.items]

    @property
    def snapshot_id(self) -> str:
        """Another one after every change."""
        return self._name_of(self.version)

    def snapshot_seen(self, behind: timedelta = timedelta()) -> str:
        """The version's name as a reader is told it who is so far behind."""
        former = self._as_of(behind)
        return self._name_of(former.version) if former else self.snapshot_id

    def shown(self, behind: timedelta = timedelta()) -> list[Entry]:
        """The items readers see by now, or those who are so far behind."""
        now = self.now() - behind
        former = self._as_of(behind)
        items = former.items if former else self.items
        return [entry for entry in items if entry.visible_at is None or entry.visible_at <= now]

    def begin_version(self) -> None:
        """To be called before every change."""
        now = self.now()
        while self.former and self.former[0].until < now - REMEMBERED:
            del self.former[0]
        self.former.append(Former(now, tuple(self.items), self.version))
        self.version += 1

    def _as_of(self, behind: timedelta) -> Former | None:
        """None: as it is now."""
        moment = self.now() - behind
        return next((former for former in self.former if former.until > moment), None) if behind else None

    def _name_of(self, version: int) -> str:
        digest = hashlib.sha1(f"{self.id}:{version}".encode(), usedforsecurity=False).hexdigest()
        return base64.b64encode(f"{version},{digest}".encode()).decode()

    def works_on_it(self, person: Person | None) -> bool:
        """Whether the person owns the playlist or is one of its collaborators."""
        return person is not None and (
            person is self.owner or (self.collaborative and person in self.collaborators)
        )

    def add(
        self,
        uris: Sequence[str],
        *,
        position: int | None = None,
        by: Person | None = None,
        visible_after: timedelta | None = None,
    ) -> None:
        """Put items in at `position`, or at the end. Nothing is de-duplicated. `by` None: the owner."""
        now = self.now()
        visible_at = now + visible_after if visible_after else None
        new = [Entry(uri, now, by or self.owner, visible_at=visible_at) for uri in uris]
        place = len(self.items) if position is None else position
        self.begin_version()
        self.items[place:place] = new

    def add_local_file(self, file: LocalFile) -> None:
        parts = (file.artist, file.album, file.title, str(file.duration_s))
        uri = ":".join(("spotify:local", *(part.replace(" ", "+") for part in parts)))
        self.begin_version()
        self.items.append(Entry(uri, self.now(), self.owner, local=file))

    def remove(self, uri: str) -> int:
        """Take out every copy, as Spotify does; answers how many there were."""
        kept = [entry for entry in self.items if entry.uri != uri]
        removed = len(self.items) - len(kept)
        self.begin_version()
        self.items = kept
        return removed

    def remove_at(self, position: int) -> None:
        """Take out one item, wherever else it may stand."""
        self.begin_version()
        del self.items[position]

    def move(self, start: int, before: int) -> None:
        """Move one item. `before` counts in the list as it was before the move."""
        self.begin_version()
        entry = self.items.pop(start)
        self.items.insert(before - 1 if before > start else before, entry)

    def blank(self, position: int) -> None:
        """From now on Spotify can tell nothing about this item. That is no edit: the version stays."""
        self.items[position] = replace(self.items[position], blank=True)

    def reissue(self, old: str, new: str) -> None:
        """Show another URI wherever this one stands, with the date of before. That is no edit: the version stays."""
        self.items = [replace(entry, uri=new) if entry.uri == old else entry for entry in self.items]

    def replace(self, uris: Iterable[str]) -> None:
        self.begin_version()
        self.items = []
        self.add(tuple(uris))

    def rename(self, name: str) -> None:
        self.begin_version()
        self.name = name
