"""Finding a track and suggesting tracks, with as few calls as possible."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.errors import NothingFoundError, StoreUnavailableError
from bot.services.lookups import Lookups
from bot.spotify.errors import RefError, SpotifyUnavailableError
from bot.spotify.models import Ref
from tests.bot.services.conftest import track

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.tokens import TokenKeeper
    from tests.bot.link_desk import Time
    from tests.bot.services.conftest import FakeClient

LOOPS = [track(number, f"Loop {number}") for number in range(14)]


@pytest.fixture
def lookups(keeper: TokenKeeper, client: FakeClient, time: Time) -> Lookups:
    client.tracks = list(LOOPS)

    async def no_pause(_: float) -> None:
        await asyncio.sleep(0)

    return Lookups(keeper, client, now=time.now, sleep=no_pause)  # type: ignore[arg-type] # the methods that are used


async def test_best_match_and_others(lookups: Lookups) -> None:
    """A text gives the best match and up to nine others."""
    found = await lookups.track("loop")
    assert found.track == LOOPS[0]
    assert found.others == tuple(LOOPS[1:10])


async def test_suggested_track_costs_no_second_call(lookups: Lookups, client: FakeClient) -> None:
    """Choosing a suggestion shows its card without asking Spotify again."""
    (first, *_) = await lookups.suggest_tracks("loop", 1)
    assert (await lookups.track(first.uri)).track == first
    assert client.asked == ["search_tracks"]


async def test_equal_texts_share_one_search(lookups: Lookups, client: FakeClient) -> None:
    """Twenty members typing the same, however spaced or capitalised, cost one search."""
    answers = await asyncio.gather(*(lookups.suggest_tracks(" Loop  1 ", member) for member in range(20)))
    assert len({tuple(answer) for answer in answers}) == 1
    assert await lookups.suggest_tracks("LOOP 1", 99) == answers[0]
    assert client.asked == ["search_tracks"]


async def test_fast_typing_asks_only_for_the_last_text(lookups: Lookups, client: FakeClient) -> None:
    """Of key presses faster than the pause only the last one reaches Spotify."""
    texts = ["lo", "loo", "loop", "loop ", "loop 3"]
    *early, last = await asyncio.gather(*(lookups.suggest_tracks(text, 1) for text in texts))
    assert early == [()] * 4
    assert [found.name for found in last] == ["Loop 3"]
    assert client.asked == ["search_tracks"]


async def test_memory_ends(lookups: Lookups, client: FakeClient, time: Time) -> None:
    """What Spotify said is not kept for longer than ten minutes."""
    await lookups.track("loop")
    time.pass_by(minutes=11)
    await lookups.track("loop")
    assert client.asked == ["search_tracks"] * 2


async def test_trouble_gives_no_suggestions(lookups: Lookups, client: FakeClient) -> None:
    """Suggestions never fail, and a failure is not remembered."""
    client.fail["search_tracks"] = SpotifyUnavailableError()
    assert await lookups.suggest_tracks("loop", 1) == ()
    client.fail.clear()
    assert len(await lookups.suggest_tracks("loop", 1)) == 10


async def test_short_or_wrong_text_costs_nothing(lookups: Lookups, client: FakeClient) -> None:
    """One letter, blanks or a link to something else are not searched for."""
    for text in ("", "  ", "l", "https://open.spotify.com/album/0123456789012345678901"):
        assert await lookups.suggest_tracks(text, 1) == ()
    assert client.asked == []


async def test_nothing_found(lookups: Lookups) -> None:
    """No match is said with the text; a blank text counts as none."""
    for text in ("xyzzy", "   "):
        with pytest.raises(NothingFoundError) as caught:
            await lookups.track(text)
        assert caught.value.query == text


async def test_link_to_something_else(lookups: Lookups) -> None:
    """A link to an album is refused with what was expected."""
    with pytest.raises(RefError) as caught:
        await lookups.track("https://open.spotify.com/album/0123456789012345678901")
    assert (caught.value.problem, caught.value.found, caught.value.expected) == (
        "kind",
        "album",
        ("track", "episode"),
    )


@pytest.mark.parametrize(
    "dress", ["{}\u200b", "{}.", "[x]({})", "hear {} please", "「{}」", "<{}?si=1>", "**{}**, ok?"]
)
async def test_dressed_links(lookups: Lookups, client: FakeClient, dress: str) -> None:
    """A link in any dress and inside a sentence is the track it names, without a search."""
    found = await lookups.track(dress.format(f"https://open.spotify.com/track/{LOOPS[3].id}"))
    assert (found.track, found.others) == (LOOPS[3], ())
    assert client.asked == ["track"]


async def test_short_link(lookups: Lookups, client: FakeClient) -> None:
    """A short link is the track it leads to; where that cannot be told, it is said to be one."""
    client.short_links.known["https://spotify.link/AbC"] = Ref("track", LOOPS[3].id or "")
    client.short_links.known["https://spotify.link/Alb"] = Ref("album", "0" * 22)
    for text in ("https://spotify.link/AbC", "hear spotify.link/AbC, please"):
        assert (await lookups.track(text)).track == LOOPS[3]
    for text, problem in (("https://spotify.link/Alb", "kind"), ("https://spotify.link/No", "short")):
        with pytest.raises(RefError) as caught:
            await lookups.track(text)
        assert caught.value.problem == problem


@pytest.mark.parametrize("text", ["loop", track(1).uri])
async def test_impatient(keeper: TokenKeeper, client: FakeClient, time: Time, text: str) -> None:
    """Suggestions for a name or a link that Spotify takes too long to answer are none, in time for Discord."""
    client.hangs = True
    lookups = Lookups(keeper, client, now=time.now, patience_s=0.01)  # type: ignore[arg-type] # as above
    async with asyncio.timeout(1):
        assert await lookups.suggest_tracks(text, 1) == ()


class Shared:
    """What all processes know, or a database that is away."""

    def __init__(self) -> None:
        self.tracks: dict[str, tuple[bytes, datetime]] = {}
        self.is_away = False

    async def get(self, key: str, now: datetime) -> bytes | None:
        if self.is_away:
            raise StoreUnavailableError("away")
        track, until = self.tracks.get(key, (None, now))
        return track if until > now else None

    async def put(self, key: str, track: bytes, now: datetime, until: datetime) -> None:
        if self.is_away:
            raise StoreUnavailableError("away")
        assert now < until
        self.tracks[key] = (track, until)


@pytest.fixture
def known() -> Shared:
    return Shared()


@pytest.fixture
def processes(keeper: TokenKeeper, client: FakeClient, time: Time, known: Shared) -> tuple[Lookups, Lookups]:
    """Two of them, which share what they know."""
    client.tracks = list(LOOPS)
    one, two = (Lookups(keeper, client, now=time.now, known=known) for _ in range(2))  # type: ignore[arg-type] # the methods that are used
    return one, two


async def test_one_lookup_for_all_processes(
    processes: tuple[Lookups, Lookups], client: FakeClient, time: Time
) -> None:
    """What one process has looked up, another one knows, for eight hours."""
    one, two = processes
    assert await one.by_uri(LOOPS[3].uri) == await two.by_uri(LOOPS[3].uri) == LOOPS[3]
    assert client.asked == ["track"]
    time.pass_by(hours=8)
    assert await two.by_uri(LOOPS[3].uri) == LOOPS[3]
    assert client.asked == ["track", "track"]


async def test_without_what_others_know(
    processes: tuple[Lookups, Lookups], client: FakeClient, known: Shared
) -> None:
    """While the database is away, and where a record can't be read, Spotify is asked."""
    one, two = processes
    known.is_away = True
    assert await one.by_uri(LOOPS[3].uri) == LOOPS[3]
    known.is_away = False
    await one.by_uri(LOOPS[4].uri)
    known.tracks = {key: (b"[]", until) for key, (_, until) in known.tracks.items()}
    assert await two.by_uri(LOOPS[4].uri) == LOOPS[4]
    assert client.asked == ["track"] * 3
