"""What an account has saved, and when."""

from __future__ import annotations

from msgspec import Struct

from bot.spotify.models.music import AlbumDetails, Track
from bot.spotify.models.spoken import AudiobookDetails, Episode, Show
from bot.spotify.models.things import Moment


class SavedTrack(Struct, frozen=True, gc=False):
    """A saved track, and when it was saved (UTC)."""

    track: Track
    added_at: Moment | None = None


class SavedAlbum(Struct, frozen=True, gc=False):
    """A saved album, and when it was saved (UTC)."""

    album: AlbumDetails
    added_at: Moment | None = None


class SavedShow(Struct, frozen=True, gc=False):
    """A saved show, and when it was saved (UTC)."""

    show: Show
    added_at: Moment | None = None


class SavedEpisode(Struct, frozen=True, gc=False):
    """A saved episode, and when it was saved (UTC)."""

    episode: Episode
    added_at: Moment | None = None


class SavedAudiobook(Struct, frozen=True, gc=False):
    """A saved audiobook, and when it was saved (UTC)."""

    audiobook: AudiobookDetails
    added_at: Moment | None = None
