"""Playlists, their items, and the people behind them."""

from __future__ import annotations

from msgspec import Struct

from bot.spotify.models.music import Track
from bot.spotify.models.pages import Page
from bot.spotify.models.things import ExternalUrls, Followers, Image, Moment


class Person(Struct, frozen=True, gc=False):
    """Who owns a playlist or added an item, as others can see them."""

    id: str | None = None
    display_name: str | None = None
    external_urls: ExternalUrls = ExternalUrls()
    uri: str | None = None
    type: str = "user"


class Me(Struct, frozen=True, gc=False):
    """The account behind a user token. `account_id` is stable; very old answers lack it, and `id` is used instead.

    Only for apps in extended mode, None for others: country and product, such as "GB" and "premium", with the scope
    user-read-private; email, with user-read-email, which Spotify hasn't verified; followers.
    """

    id: str
    account_id: str | None = None
    display_name: str | None = None
    images: tuple[Image, ...] | None = None
    external_urls: ExternalUrls = ExternalUrls()
    uri: str | None = None
    type: str = "user"
    country: str | None = None
    product: str | None = None
    email: str | None = None
    followers: Followers | None = None


class Profile(Struct, frozen=True, gc=False):
    """A person's public profile; extended mode only."""

    id: str
    display_name: str | None = None
    images: tuple[Image, ...] | None = None
    external_urls: ExternalUrls = ExternalUrls()
    uri: str | None = None
    type: str = "user"
    followers: Followers | None = None


class Count(Struct, frozen=True, gc=False):
    """How many items a playlist has."""

    total: int | None = None


class Playlist(Struct, frozen=True, gc=False):
    """A playlist without its items. `item_count` is None if Spotify doesn't show the contents."""

    id: str
    name: str = ""
    uri: str | None = None
    description: str | None = None
    owner: Person = Person()
    public: bool | None = None
    collaborative: bool = False
    snapshot_id: str | None = None
    images: tuple[Image, ...] | None = None
    external_urls: ExternalUrls = ExternalUrls()
    items: Count | None = None
    tracks: Count | None = None  # what `items` was called before February 2026
    type: str = "playlist"

    @property
    def item_count(self) -> int | None:
        """How many items it has; None if Spotify doesn't show that."""
        counted = self.items or self.tracks
        return counted.total if counted else None

    @property
    def url(self) -> str:
        """The playlist's address on open.spotify.com."""
        return self.external_urls.spotify or f"https://open.spotify.com/playlist/{self.id}"


class PlaylistItem(Struct, frozen=True, gc=False):
    """An entry of a playlist. `content` is None if it's no longer available."""

    item: Track | None = None
    track: Track | None = None  # what `item` was called before February 2026
    added_at: Moment | None = None
    added_by: Person | None = None
    is_local: bool = False

    @property
    def content(self) -> Track | None:
        """The track or episode, whatever Spotify calls it; None if it's no longer available."""
        return self.item or self.track


class OpenedPlaylist(Playlist, frozen=True, gc=False):
    """A playlist with its first items.

    `first`: its first page, however long Spotify makes it; None if Spotify doesn't show the contents here.
    """

    first: Page[PlaylistItem] | None = None
