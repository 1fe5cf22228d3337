"""Tracks with a story, the same for every seed, so that tests and tours can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_spotify.catalogue import NewTrack
from sandbox.fake_spotify.ids import make_id

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Album, Artist, Builder, Episode, Track

MISSING_ID = make_id("track", "never released")
MALFORMED_ID = "not-an-id"

HOSTILE_TITLE = "**Free** [Nitro](https://evil.example) @everyone <@1> <#2> ||`look`|| https://evil.example"
HTML_TITLE = '<script>alert("x")</script> & <b>Bold</b>'
RIGHT_TO_LEFT_TITLE = "שיר הגשם \u202eysion"
ZERO_WIDTH_TITLE = "Inv\u200bisi\u200dble\u2060 Ink\ufeff"
EMOJI_TITLE = "🦆🎺 Duck Fanfare 👨\u200d👩\u200d👧\u200d👦"
BRACKETS_TITLE = "Answer [Part 2] (feat. Ombrik) ](("
LONG_SHOW = "Harbour Weather"
LONG_TITLE = "The Unabridged Minutes of the Lamplighters' Annual Meeting, " + ", ".join(
    f"Item {number}: Further Remarks" for number in range(1, 16)
)


@dataclass(frozen=True, slots=True)
class KnownTracks:
    artist: Artist
    album: Album

    plain: Track  # its title is found once
    twice: Track  # the same recording as `twice_single`, on the album
    twice_single: Track
    original: Track  # five tracks bear this title
    remix: Track
    live: Track
    acoustic: Track
    cover: Track  # the same title by somebody else
    explicit: Track
    together: Track  # four artists
    short: Track
    hour: Track  # longer than an hour
    year_only: Track  # the release date is a year
    elsewhere: Track  # only in Japan; nobody here lives there
    taken_down: Track  # the album has lost its name

    hostile: Track  # markdown and mentions in the title
    html: Track
    right_to_left: Track
    zero_width: Track
    emoji: Track
    brackets: Track
    long: Track  # a title of more than 300 characters

    episode: Episode
    missing_id: str = MISSING_ID  # well formed, and nothing there
    malformed_id: str = MALFORMED_ID

    @property
    def odd_titles(self) -> tuple[Track, ...]:
        """Every track whose title could break a message."""
        return (
            self.hostile,
            self.html,
            self.right_to_left,
            self.zero_width,
            self.emoji,
            self.brackets,
            self.long,
        )


def release_known(builder: Builder) -> KnownTracks:
    """Put the known tracks on the builder. Their ids depend on their place, so new ones go to the end."""
    quist = builder.artist("Velmora Quist", "attic pop")
    ombrik = builder.artist("Ombrik", "canal techno")
    tarn = builder.artist("Hesper Tarn", "harbour jazz")
    choir = builder.artist("The Gully Choir", "alley folk")
    album = builder.album(
        quist,
        "Small Hours Atlas",
        "2019-05-03",
        [
            NewTrack("Copper Umbrella", 214_000, popularity=61),
            NewTrack("Tin Parade", 187_500, popularity=70),
            NewTrack("Glasshouse Forecast", 251_000, popularity=74),
            NewTrack("Rude Telegraph", 166_000, explicit=True),
            NewTrack("Everyone on the Jetty", 242_000, guests=(ombrik, tarn, choir)),
            NewTrack("Blink", 31_000),
            NewTrack("Night Bus, Complete", 3_723_000),
            NewTrack("Kept for Osaka", 203_000, markets=frozenset({"JP"})),
        ],
    )
    plain, twice, original, explicit, together, short, hour, elsewhere = album
    (twice_single,) = builder.album(
        quist,
        "Tin Parade",
        "2019-03-15",
        [NewTrack(twice.name, twice.duration_ms, recording=twice.isrc)],
        kind="single",
    )
    remix, acoustic = builder.album(
        quist,
        "Glasshouse Forecast (Reworked)",
        "2020-01-24",
        [
            NewTrack(f"{original.name} - Ombrik Remix", 324_000, guests=(ombrik,), popularity=40),
            NewTrack(f"{original.name} - Acoustic", 233_000, popularity=35),
        ],
        kind="single",
    )
    (live,) = builder.album(
        quist,
        "Live at Brackwater Hall",
        "2021-11",
        [NewTrack(f"{original.name} - Live at Brackwater Hall", 274_000)],
    )
    cover, year_only = builder.album(
        tarn,
        "Borrowed Coats",
        "1978",
        [NewTrack(original.name, 305_000, popularity=20), NewTrack("Harmonium Weekday", 198_000)],
        kind="compilation",
    )
    (taken_down,) = builder.album(choir, "", "2012-06-01", [NewTrack("Withdrawn Hymn", 176_000)])
    odd = builder.album(
        ombrik,
        "Character Sets",
        "2024-02-29",
        [
            NewTrack(name, 180_000 + 1_000 * place)
            for place, name in enumerate(
                (
                    HOSTILE_TITLE,
                    HTML_TITLE,
                    RIGHT_TO_LEFT_TITLE,
                    ZERO_WIDTH_TITLE,
                    EMOJI_TITLE,
                    BRACKETS_TITLE,
                    LONG_TITLE,
                )
            )
        ],
    )
    hostile, html, right_to_left, zero_width, emoji, brackets, long = odd
    for number in range(1, 24):  # more than a page
        builder.episode(LONG_SHOW, f"Tide {number}", f"2026-{number % 12 + 1:02}-01", 600_000 + number)
    return KnownTracks(
        artist=quist,
        album=plain.album,
        plain=plain,
        twice=twice,
        twice_single=twice_single,
        original=original,
        remix=remix,
        live=live,
        acoustic=acoustic,
        cover=cover,
        explicit=explicit,
        together=together,
        short=short,
        hour=hour,
        year_only=year_only,
        elsewhere=elsewhere,
        taken_down=taken_down,
        hostile=hostile,
        html=html,
        right_to_left=right_to_left,
        zero_width=zero_width,
        emoji=emoji,
        brackets=brackets,
        long=long,
        episode=builder.episode("The Lamplighter's Hour", "On Borrowed Ladders", "2026-03-12", 2_712_000),
    )
