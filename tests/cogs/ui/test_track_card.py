"""The card of a track."""

from __future__ import annotations

import msgspec
import pytest
from discord.ui import Section, TextDisplay, Thumbnail
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.spotify.models import Artist, ExternalUrls, Track
from cogs.ui.reply import Reply
from cogs.ui.track_card import track_parts
from cogs.words.history import item_name
from cogs.words.names import length, track_detail, track_label, track_line, track_name, year
from cogs.words.text import size
from tests.cogs.samples import TRACK_ID, barred, track


def words_of(shown: Track) -> str:
    (part,) = track_parts(shown)
    texts = part.children if isinstance(part, Section) else [part]
    return "\n".join(one.content for one in texts if isinstance(one, TextDisplay))


def test_whole_card() -> None:
    """A card names the track, who made it, its album, length and year; and Spotify, beside the artwork."""
    (section,) = track_parts(track("Song", explicit=True))
    assert isinstance(section, Section)
    page = "https://open.spotify.com"
    artist = f"[Song]({page}/artist/{TRACK_ID})"
    assert words_of(track("Song", explicit=True)).split("\n") == [
        f"### [Song]({page}/track/{TRACK_ID})",
        f"{artist}, {artist}",
        f"[Song]({page}/album/{TRACK_ID}) · 3:45 · 2019 · *Explicit*",
        "-# Spotify",
    ]
    assert isinstance(section.accessory, Thumbnail)
    assert section.accessory.media.url == "https://i.scdn.co/image/ab67616d0000b273"
    assert section.accessory.description == "Artwork of Song"


@settings(deadline=None)
@given(name=st.text(), artists=st.integers(0, 30), long=st.sampled_from(["", "x" * 400, "`*_[" * 100]))
def test_longest_card(name: str, artists: int, long: str) -> None:
    """However long the names and addresses are, a card has room for its buttons and for a sentence above it."""
    far = ExternalUrls("https://open.spotify.com/track/" + "x" * 450)
    whole = msgspec.structs.replace(
        track(name + long),
        artists=tuple(Artist(name + long, external_urls=far) for _ in range(artists)),
        external_urls=far,
    )
    layout = Reply(card=track_parts(whole)).layout()
    assert layout.content_length() < 3_500
    assert layout.total_children_count < 10


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("market", "in the country I search in"),
        (None, "in the country I search in"),
        ("product", "only with Premium"),
        ("explicit", "explicit content is turned off"),
        ("another", "right now"),
    ],
)
def test_unplayable(reason: str | None, said: str) -> None:
    """What Spotify does not play says so, and why; where it does, or does not say, there is no word."""
    assert said in words_of(barred("Song", reason))
    for playable in (True, None):
        assert "⚠" not in words_of(msgspec.structs.replace(track("Song"), is_playable=playable))


def test_bare_track() -> None:
    """A track of which Spotify tells next to nothing still makes a card."""
    assert words_of(Track(uri="spotify:local:a:b:c:1")) == "### (no name)\nunknown artist\n-# Spotify"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2019", "2019"),
        ("2019-03", "2019"),
        ("2019-03-02", "2019"),
        ("0000", None),
        ("²019", None),
        ("201", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_year(given: str | None, shown: str | None) -> None:
    """The year of a date is shown, and not at all when it is none."""
    assert year(given) == shown


@pytest.mark.parametrize(("ms", "shown"), [(225_000, "3:45"), (59_999, "0:59"), (3_723_000, "1:02:03")])
def test_length(ms: int, shown: str) -> None:
    """Lengths read as on any player."""
    assert length(ms) == shown


def test_label() -> None:
    """A suggestion shows title and artists, and of a long title enough to leave room for the artist."""
    assert track_label(Track(uri="u", name="Song", artists=(Artist("Ada"), Artist("Bo")))) == "Song · Ada, Bo"
    long = track_label(Track(uri="u", name="x" * 200, explicit=True, artists=(Artist("Ada"),)))
    assert long.endswith("… · Ada · Explicit")
    assert size(long) <= 100


def test_line() -> None:
    """A line of a list links the title and names all artists, the length and explicit content, within its limits."""
    page = f"https://open.spotify.com/track/{TRACK_ID}"
    assert track_line(track("Song", explicit=True)) == f"**[Song]({page})** · Song, Song · 3:45 · *Explicit*"
    assert track_line(track("Song"), linked=False) == "**Song** · Song, Song · 3:45"
    assert track_line(Track(uri="u", name="x" * 200), title=5) == "**xxxx…** · unknown artist"
    assert track_line(None, f"spotify:track:{TRACK_ID}") == f"**[a track on Spotify]({page})**"


@given(name=st.text(), artist=st.text(), explicit=st.booleans(), limit=st.integers(30, 100))
def test_labels_keep_their_marks(name: str, artist: str, *, explicit: bool, limit: int) -> None:
    """However long the names are, a label fits, and says in plain letters that a track is explicit."""
    label = track_label(Track(uri="u", name=name, explicit=explicit, artists=(Artist(artist),)), limit)
    assert size(label) <= limit
    assert label.endswith(" · Explicit") or not explicit


def test_detail() -> None:
    """Equal titles are told apart by album, year and length."""
    assert track_detail(track("Song")) == "Song · 2019 · 3:45"
    assert track_detail(Track(uri="u")) == "Spotify"


def test_episode() -> None:
    """An episode of a podcast is called one, and no artist is made up for it."""
    episode = msgspec.structs.replace(track("Tapes Today", artists=0), type="episode")
    said = (
        track_name(episode, 50),
        track_label(episode),
        item_name(episode.uri, episode),
        words_of(episode),
    )
    assert all("episode" in text.lower() for text in said)
    assert not any("unknown" in text or " by " in text for text in said)
