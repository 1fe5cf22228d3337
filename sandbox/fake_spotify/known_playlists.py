"""The playlists the people start with; most are Ada's, more than one page of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from sandbox.fake_spotify.ids import make_id
from sandbox.fake_spotify.playlists import Entry, FakePlaylist, LocalFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sandbox.fake_spotify.catalogue import Catalogue
    from sandbox.fake_spotify.known import KnownTracks
    from sandbox.fake_spotify.people import Person

BIG = 1_240
MORE = (
    "Afternoon Shift", "B-Sides", "Commute", "Dishes", "Early Train", "Focus", "Garden Party", "Housework",
    "Indoors", "January", "Kitchen", "Long Drive", "Monday", "Night Walk", "Old Tapes", "Picnic",
)  # fmt: skip
RECORDED = datetime(2026, 1, 15, 18, 30, tzinfo=UTC)  # when the items of the first playlists were added


@dataclass(frozen=True, slots=True)
class KnownPlaylists:
    """Ada's, unless the name or the comment says otherwise."""

    own: FakePlaylist  # public, holds known.plain and two more
    private: FakePlaylist
    collaborative: FakePlaylist  # Grace works on it too
    empty: FakePlaylist
    big: FakePlaylist  # 1,240 items
    messy: FakePlaylist  # local file, episode, vanished tracks, a track twice, items without date and adder
    hostile: FakePlaylist  # markdown and mentions in name and description
    followed: FakePlaylist  # Grace's; Ada only follows it
    editorial: FakePlaylist  # Spotify's own; Ada follows it. Development mode hides it: null in every list
    graces_private: FakePlaylist
    graces_collaborative: FakePlaylist  # Ada works on it; her own list leaves it out
    linus: FakePlaylist
    margaret: FakePlaylist
    missing_id: str = make_id("playlist", "never made")


class PlaylistMaker:
    def __init__(self, shelf: dict[str, FakePlaylist], now: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._now = now

    def make(
        self,
        owner: Person,
        name: str,
        uris: Sequence[str] = (),
        *,
        public: bool = True,
        collaborative: bool = False,
    ) -> FakePlaylist:
        """A new playlist, at the top of its owner's list. A collaborative one is never public."""
        id_ = make_id("playlist", owner.name, name, len(self._shelf))
        playlist = FakePlaylist(
            id_, name, owner, self._now, public=public and not collaborative, collaborative=collaborative
        )
        playlist.items = [Entry(uri, RECORDED, owner) for uri in uris]
        self._shelf[id_] = playlist
        owner.playlist_ids.append(id_)
        return playlist


def make_playlists(
    maker: PlaylistMaker,
    people: Mapping[str, Person],
    spotify: Person,
    catalogue: Catalogue,
    known: KnownTracks,
) -> KnownPlaylists:
    ada, grace = people["ada"], people["grace"]
    random = Random("playlists")
    everything = [track.uri for track in catalogue.tracks.values() if track.artists[0] is not known.artist]

    def some(count: int) -> list[str]:
        return random.sample(everything, count)

    own = maker.make(ada, "Road Trip", [known.plain.uri, known.twice.uri, known.original.uri])
    own.description = "Windows down."
    private = maker.make(ada, "Secret Santa", some(12), public=False)
    collaborative = maker.make(ada, "Band Practice", some(7), collaborative=True)
    collaborative.collaborators.append(grace)
    followed = maker.make(grace, "Grace's Picks", some(30))
    editorial = maker.make(spotify, "Fresh Out of Nowhere", some(50))
    ada.playlist_ids += [followed.id, editorial.id]
    empty = maker.make(ada, "Blank Tape")
    empty.has_picture = False
    big = maker.make(ada, "Everything Ever", some(BIG))
    messy = _messy(maker, ada, known)
    hostile = maker.make(ada, "@everyone **[free](https://evil.example)**", [known.hostile.uri])
    hostile.description = (
        '<img src=x onerror=alert(1)> @here &quot;hi&quot; <a href="https://evil.example">go</a>'
    )
    for name in MORE:
        maker.make(ada, name, some(random.randint(1, 25)), public=random.random() < 0.5)
    graces_collaborative = maker.make(grace, "Whose Turn Is It", some(5), collaborative=True)
    graces_collaborative.collaborators.append(ada)
    return KnownPlaylists(
        own=own,
        private=private,
        collaborative=collaborative,
        empty=empty,
        big=big,
        messy=messy,
        hostile=hostile,
        followed=followed,
        editorial=editorial,
        graces_private=maker.make(grace, "Ear Plugs", some(3), public=False),
        graces_collaborative=graces_collaborative,
        linus=maker.make(people["linus"], "Loud", some(20)),
        margaret=maker.make(people["margaret"], "Side B", some(40)),
    )


def _messy(maker: PlaylistMaker, ada: Person, known: KnownTracks) -> FakePlaylist:
    """What a list looks like after ten years."""
    vanished = make_id("track", "withdrawn by its label")
    messy = maker.make(
        ada,
        "Since 2009",
        [known.twice.uri, f"spotify:track:{vanished}", known.episode.uri, known.twice_single.uri],
    )
    messy.items.append(Entry(known.plain.uri, None, None))
    messy.add_local_file(LocalFile("Ada's Cousin", "Demo: Tape 1", "Kitchen Take 3", 184))
    messy.items += [Entry(known.twice.uri, RECORDED, ada), Entry(known.taken_down.uri, RECORDED, ada)]
    return messy
