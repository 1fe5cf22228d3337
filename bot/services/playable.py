"""What playlists hold: tracks and podcast episodes. An episode is a `Track` whose type says so, as in a playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.spotify import refs
from bot.spotify.models import Album, Ref, Track

if TYPE_CHECKING:
    from bot.spotify.models import Episode

KINDS: Final = ("track", "episode")
EPISODE: Final = "episode"  # before the ID of an episode where a bare ID would be a track's


def key_of(ref: Ref) -> str:
    """As it stands in a control; `ref_of` reads it."""
    return f"{EPISODE}{ref.id}" if ref.kind == EPISODE else ref.id


def track_key(track: Track) -> str:
    """Of a track or an episode that has an ID."""
    return key_of(Ref(track.type, track.id or ""))


def ref_in(text: str) -> Ref | None:
    """What is linked or named in a text; a bare ID is a track's. Raises RefError for a link to anything else."""
    return refs.ref_in(text, KINDS) or refs.ref_in(text, ("track",))


def ref_of(key: str) -> Ref:
    episode_id = key.removeprefix(EPISODE)
    return Ref("track", key) if episode_id == key else Ref(EPISODE, episode_id)


def as_track(episode: Episode) -> Track:
    """The show stands where a track has its album."""
    show = episode.show
    album = Album(
        name=show.name if show else "",
        uri=show.uri if show else None,
        release_date=episode.release_date,
        images=episode.images or (show.images if show else ()),
        external_urls=show.external_urls if show else Album().external_urls,
        type="show",
    )
    return Track(
        uri=episode.uri or Ref(EPISODE, episode.id).uri,
        name=episode.name,
        id=episode.id,
        type=EPISODE,
        duration_ms=episode.duration_ms,
        explicit=episode.explicit,
        is_playable=episode.is_playable,
        album=album,
        external_urls=episode.external_urls,
        restrictions=episode.restrictions,
        show=show,
    )
