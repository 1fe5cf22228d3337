"""Spotify's answers as typed, frozen structs: only the fields we use, everything that could be removed is optional.

Only what identifies a thing is required, and even that can be null for a local file or empty after a takedown.
`gc=False`: an answer is a tree, so the cycle collector can skip its thousands of parts.
Source: developer.spotify.com/documentation/web-api/reference and .../references/changes/february-2026 (removed fields).
"""

from __future__ import annotations

from bot.spotify.models.found import Found
from bot.spotify.models.library import SavedAlbum, SavedAudiobook, SavedEpisode, SavedShow, SavedTrack
from bot.spotify.models.music import Album, AlbumDetails, Artist, ArtistDetails, Copyright, Track
from bot.spotify.models.pages import CursorPage, Page, Several
from bot.spotify.models.player import Context, Device, Playback, Played, Queue
from bot.spotify.models.playlists import (
    Count,
    Me,
    OpenedPlaylist,
    Person,
    Playlist,
    PlaylistItem,
    Profile,
)
from bot.spotify.models.refs import Ref
from bot.spotify.models.spoken import (
    Audiobook,
    AudiobookDetails,
    Author,
    Chapter,
    Episode,
    ResumePoint,
    Show,
    ShowDetails,
)
from bot.spotify.models.things import ExternalIds, ExternalUrls, Followers, Image, LinkedFrom, Restriction

__all__ = [
    "Album",
    "AlbumDetails",
    "Artist",
    "ArtistDetails",
    "Audiobook",
    "AudiobookDetails",
    "Author",
    "Chapter",
    "Context",
    "Copyright",
    "Count",
    "CursorPage",
    "Device",
    "Episode",
    "ExternalIds",
    "ExternalUrls",
    "Followers",
    "Found",
    "Image",
    "LinkedFrom",
    "Me",
    "OpenedPlaylist",
    "Page",
    "Person",
    "Playback",
    "Played",
    "Playlist",
    "PlaylistItem",
    "Profile",
    "Queue",
    "Ref",
    "Restriction",
    "ResumePoint",
    "SavedAlbum",
    "SavedAudiobook",
    "SavedEpisode",
    "SavedShow",
    "SavedTrack",
    "Several",
    "Show",
    "ShowDetails",
    "Track",
]
