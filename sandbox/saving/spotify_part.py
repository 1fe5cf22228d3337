"""The invented Spotify in a file: its app, switches, playlists, and who agreed to what."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from sandbox.fake_spotify import FakePlaylist, LocalFile
from sandbox.fake_spotify.faults import Fault
from sandbox.fake_spotify.label import Change
from sandbox.fake_spotify.playlists import Entry
from sandbox.fake_spotify.state import Switches
from sandbox.fake_spotify.tokens import Access, Consent, Refresh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_spotify import FakeSpotify, Person


class SavedEntry(Struct, omit_defaults=True):
    uri: str
    added_at: datetime | None = None
    added_by: str | None = None
    local: LocalFile | None = None
    visible_at: datetime | None = None
    blank: bool = False


class SavedPlaylist(Struct):
    id: str
    name: str
    owner: str
    description: str
    public: bool
    collaborative: bool
    collaborators: list[str]
    has_picture: bool
    version: int
    items: list[SavedEntry]


class SavedConsent(Struct):
    """person None: the app itself."""

    person: str | None
    scopes: frozenset[str]
    given_at: datetime


class SavedAccess(Struct):
    value: str
    consent: SavedConsent
    expires_at: datetime


class SavedRefresh(Struct):
    value: str
    consent: SavedConsent
    revoked: bool


class SpotifyPart(Struct, kw_only=True):
    """Of the catalogue only the changes are in it: the same seed invents the same. All secrets are invented, too.

    sidebars: by person, the ids of the playlists they own or follow, in order.
    """

    seed: int
    client_id: str
    client_secret: str
    switches: Switches
    playlists: list[SavedPlaylist]
    sidebars: dict[str, list[str]]
    access: list[SavedAccess]
    refresh: list[SavedRefresh]
    faults: list[Fault]
    catalogue: list[Change] = []
    short_links: dict[str, str] = {}


def save(spotify: FakeSpotify) -> SpotifyPart:
    state = spotify.state
    return SpotifyPart(
        seed=spotify.seed,
        client_id=state.app.client_id,
        client_secret=state.app.client_secret,
        switches=state.switches,
        playlists=[_playlist(each) for each in state.playlists.values()],
        sidebars={name: [*person.playlist_ids] for name, person in state.people.items()},
        access=[
            SavedAccess(value, _consent(each.consent), each.expires_at)
            for value, each in state.tokens.access_tokens.items()
        ],
        refresh=[
            SavedRefresh(value, _consent(each.consent), each.revoked)
            for value, each in state.tokens.refresh_tokens.items()
        ],
        faults=[
            replace(armed.fault, times=armed.fault.times and armed.fault.times - armed.hits)
            for armed in spotify.faults.waiting
        ],
        catalogue=spotify.label.changes,
        short_links=state.short_links,
    )


def _playlist(playlist: FakePlaylist) -> SavedPlaylist:
    return SavedPlaylist(
        playlist.id,
        playlist.name,
        playlist.owner.name,
        playlist.description,
        playlist.public,
        playlist.collaborative,
        [person.name for person in playlist.collaborators],
        playlist.has_picture,
        playlist.version,
        [
            SavedEntry(
                entry.uri,
                entry.added_at,
                entry.added_by.name if entry.added_by else None,
                entry.local,
                entry.visible_at,
                entry.blank,
            )
            for entry in playlist.items
        ],
    )


def _consent(consent: Consent) -> SavedConsent:
    return SavedConsent(consent.person.name if consent.person else None, consent.scopes, consent.given_at)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a file describes, made ready."""

    saved: SpotifyPart
    playlists: dict[str, FakePlaylist]
    access: dict[str, Access]
    refresh: dict[str, Refresh]

    def put_into(self, spotify: FakeSpotify) -> None:
        """Playlists the fake already has stay the same objects, so that its list of known ones stays true."""
        state, saved = spotify.state, self.saved
        spotify.faults.clear()
        for fault in saved.faults:
            spotify.faults.add(fault)
        spotify.use_app(saved.client_id, saved.client_secret)
        for field in fields(Switches):
            setattr(state.switches, field.name, getattr(saved.switches, field.name))
        for gone in state.playlists.keys() - self.playlists.keys():
            del state.playlists[gone]
        for id_, restored in self.playlists.items():
            playlist = state.playlists.setdefault(id_, restored)
            for field in fields(FakePlaylist):
                setattr(playlist, field.name, getattr(restored, field.name))
        for name, person in state.people.items():
            person.playlist_ids = list(saved.sidebars.get(name, []))
        spotify.label.begin_again(saved.catalogue)
        state.short_links = saved.short_links
        state.tokens.codes.clear()
        state.tokens.access_tokens = self.access
        state.tokens.refresh_tokens = self.refresh
        spotify.calls.clear()


def restore(spotify: FakeSpotify, saved: SpotifyPart) -> Restored:
    """Make the objects. Raises LookupError when a record names something that is not there."""
    people = spotify.everybody
    if saved.seed != spotify.seed:
        raise LookupError(f"seed {saved.seed}")
    playlists = {each.id: _restored(spotify, each, people) for each in saved.playlists}
    for id_ in (id_ for ids in saved.sidebars.values() for id_ in ids):
        _ = playlists[id_]
    return Restored(
        saved,
        playlists,
        {each.value: Access(_agreed(each.consent, people), each.expires_at) for each in saved.access},
        {each.value: Refresh(_agreed(each.consent, people), each.revoked) for each in saved.refresh},
    )


def _restored(spotify: FakeSpotify, saved: SavedPlaylist, people: Mapping[str, Person]) -> FakePlaylist:
    return FakePlaylist(
        saved.id,
        saved.name,
        people[saved.owner],
        spotify.state.now,
        description=saved.description,
        public=saved.public,
        collaborative=saved.collaborative,
        collaborators=[people[name] for name in saved.collaborators],
        has_picture=saved.has_picture,
        items=[
            Entry(
                entry.uri,
                entry.added_at,
                people[entry.added_by] if entry.added_by is not None else None,
                entry.local,
                entry.visible_at,
                entry.blank,
            )
            for entry in saved.items
        ],
        version=saved.version,
    )


def _agreed(saved: SavedConsent, people: Mapping[str, Person]) -> Consent:
    return Consent(people[saved.person] if saved.person is not None else None, saved.scopes, saved.given_at)
