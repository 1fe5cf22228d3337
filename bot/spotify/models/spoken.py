"""The spoken word: shows and their episodes, audiobooks and their chapters."""

from __future__ import annotations

from msgspec import Struct

from bot.spotify.models.pages import Page
from bot.spotify.models.things import ExternalUrls, Image, Length, Restriction


class ResumePoint(Struct, frozen=True, gc=False):
    """How far the account has listened; needs the scope user-read-playback-position."""

    fully_played: bool = False
    resume_position_ms: int = 0


class Show(Struct, frozen=True, gc=False):
    """A show inside an episode or a list."""

    id: str
    uri: str | None = None
    name: str = ""
    type: str = "show"
    description: str | None = None
    explicit: bool = False
    images: tuple[Image, ...] = ()
    external_urls: ExternalUrls = ExternalUrls()
    languages: tuple[str, ...] = ()
    media_type: str | None = None
    publisher: str | None = None
    total_episodes: int | None = None


class Episode(Struct, frozen=True, gc=False):
    """`show` is missing in a list of one show's episodes. `release_date` is YYYY, YYYY-MM or YYYY-MM-DD."""

    id: str
    uri: str | None = None
    name: str = ""
    type: str = "episode"
    description: str | None = None
    duration_ms: Length | None = None
    explicit: bool = False
    is_playable: bool | None = None
    images: tuple[Image, ...] = ()
    external_urls: ExternalUrls = ExternalUrls()
    languages: tuple[str, ...] = ()
    release_date: str | None = None
    release_date_precision: str | None = None
    resume_point: ResumePoint | None = None
    restrictions: Restriction | None = None
    show: Show | None = None


class ShowDetails(Show, frozen=True, gc=False):
    """A show read on its own, with the first page of its episodes."""

    episodes: Page[Episode] = Page()


class Author(Struct, frozen=True, gc=False):
    """An audiobook's author or narrator; only the name is known."""

    name: str = ""


class Audiobook(Struct, frozen=True, gc=False):
    """An audiobook inside a chapter or a list."""

    id: str
    uri: str | None = None
    name: str = ""
    type: str = "audiobook"
    description: str | None = None
    explicit: bool = False
    authors: tuple[Author, ...] = ()
    narrators: tuple[Author, ...] = ()
    edition: str | None = None
    images: tuple[Image, ...] = ()
    external_urls: ExternalUrls = ExternalUrls()
    languages: tuple[str, ...] = ()
    publisher: str | None = None
    total_chapters: int | None = None


class Chapter(Struct, frozen=True, gc=False):
    """`audiobook` is missing in a list of one audiobook's chapters."""

    id: str
    uri: str | None = None
    name: str = ""
    type: str = "chapter"
    chapter_number: int | None = None
    description: str | None = None
    duration_ms: Length | None = None
    explicit: bool = False
    is_playable: bool | None = None
    images: tuple[Image, ...] = ()
    external_urls: ExternalUrls = ExternalUrls()
    languages: tuple[str, ...] = ()
    release_date: str | None = None
    release_date_precision: str | None = None
    resume_point: ResumePoint | None = None
    restrictions: Restriction | None = None
    audiobook: Audiobook | None = None


class AudiobookDetails(Audiobook, frozen=True, gc=False):
    """An audiobook read on its own, with the first page of its chapters."""

    chapters: Page[Chapter] = Page()
