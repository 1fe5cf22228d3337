"""A Spotify on loopback: accounts service, Web API in development mode, an invented catalogue, faults on demand."""

from __future__ import annotations

from sandbox.fake_spotify.authorizing import AuthorizeError
from sandbox.fake_spotify.calls import Call
from sandbox.fake_spotify.faults import ArmedFault, Fault
from sandbox.fake_spotify.people import Person
from sandbox.fake_spotify.playlists import FakePlaylist, LocalFile
from sandbox.fake_spotify.server import FakeSpotify

__all__ = [
    "ArmedFault",
    "AuthorizeError",
    "Call",
    "FakePlaylist",
    "FakeSpotify",
    "Fault",
    "LocalFile",
    "Person",
]
