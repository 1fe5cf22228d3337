"""What an account has saved, and when."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from bot.spotify.models.music import AlbumDetails, Track
from bot.spotify.models.spoken import AudiobookDetails, Episode, Show


class SavedTrack(Struct, frozen=True, gc=False):
    track: Track
    added_at: datetime | None = None


class SavedAlbum(Struct, frozen=True, gc=False):
    album: AlbumDetails
    added_at: datetime | None = None


class SavedShow(Struct, frozen=True, gc=False):
    show: Show
    added_at: datetime | None = None


class SavedEpisode(Struct, frozen=True, gc=False):
    episode: Episode
    added_at: datetime | None = None


class SavedAudiobook(Struct, frozen=True, gc=False):
    audiobook: AudiobookDetails
    added_at: datetime | None = None
