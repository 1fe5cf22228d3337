"""Short links: one question to Spotify's oEmbed each, no redirect followed, and only what it would embed counts."""

from __future__ import annotations

import asyncio
import html
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.spotify import short_links
from bot.spotify.cache import Cache
from bot.spotify.client import SpotifyClient
from bot.spotify.limiter import Limiter
from bot.spotify.models import Ref
from bot.spotify.short_links import PATIENCE_S, ShortLinks, followed
from bot.spotify.transport import Request, Response, Transport, new_session
from tests.bot.spotify.scripted import DROP, Reply, Scripted, reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bot.spotify.conftest import Time

ID = "4uLU6hMCjMI75M1A2tKUQC"
SHORT = "https://spotify.link/AbC"
FRAME = (
    '<iframe style="border-radius: 12px" width="100%" height="152" title="{title}" frameborder="0" allowfullscreen '
    'allow="autoplay; clipboard-write; encrypted-media; fullscreen; picture-in-picture" loading="lazy" '
    'src="{source}"></iframe>'
)
SOURCE = f"https://open.spotify.com/embed/track/{ID}?utm_source=oembed"


def embed(source: str = SOURCE, title: str = "Spotify Embed: Song") -> Reply:
    return reply(
        200, {"html": FRAME.format(source=source, title=title), "thumbnail_url": "x", "title": title}
    )


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with Scripted() as scripted:
        yield scripted


@pytest.fixture
async def links(server: Scripted, clock: Time) -> AsyncIterator[ShortLinks]:
    async with new_session() as session:
        transport = Transport(session, Limiter(clock.now), timeout_s=2)
        yield ShortLinks(Cache(transport, clock.now), oembed_url=f"{server.url}/oembed")


class NoWebApi:
    """The Web API has nothing to do with it."""

    async def send(self, request: Request, /) -> Response:
        raise AssertionError(request)


class Endless:
    """Never answers."""

    async def send(self, request: Request, /) -> Response:
        await asyncio.Event().wait()
        raise AssertionError(request)


async def test_what_it_leads_to(server: Scripted, links: ShortLinks) -> None:
    """One GET with the link encoded and without credentials; the answer is kept."""
    server.script = [embed()]
    for _ in range(3):
        assert await links.lookup(SHORT) == Ref("track", ID)
    (call,) = server.calls
    assert (call.method, call.target) == ("GET", "/oembed?url=https%3A%2F%2Fspotify.link%2FAbC")
    assert not {"authorization", "cookie"} & call.headers.keys()


@pytest.mark.parametrize(
    "source",
    [
        f"https://open.spotify.com/embed/track/{ID}",
        f"https://open.spotify.com/embed/track/{ID}?utm_source=oembed&amp;theme=0",
    ],
)
async def test_forms_of_the_frame(server: Scripted, links: ShortLinks, source: str) -> None:
    """With and without a query."""
    server.script = [embed(source)]
    assert await links.lookup(SHORT) == Ref("track", ID)


@pytest.mark.parametrize(
    "title", [f'src="https://open.spotify.com/embed/track/{ID[::-1]}"', "a > b <i>", '"', "' src=x"]
)
async def test_titles(server: Scripted, links: ShortLinks, title: str) -> None:
    """Whatever the music is called, the frame's own source counts."""
    server.script = [embed(title=html.escape(title))]
    assert await links.lookup(SHORT) == Ref("track", ID)


GOOD = FRAME.format(source=SOURCE, title="x")


@pytest.mark.parametrize(
    "said",
    [
        FRAME.format(source=f"https://open.spotify.com.evil.example/embed/track/{ID}", title="x"),
        FRAME.format(source=f"http://open.spotify.com/embed/track/{ID}", title="x"),
        FRAME.format(source=f"https://open.spotify.com/embed/track/{ID}x", title="x"),
        FRAME.format(source=f"https://open.spotify.com/embed/track/{ID}/more", title="x"),
        FRAME.format(source=f"https://evil.example/?https://open.spotify.com/embed/track/{ID}", title="x"),
        FRAME.format(source=f"https://open.spotify.com/embed/track/{ID}#x", title="x"),
        GOOD + GOOD,
        GOOD + "<script>1</script>",
        f"<p>{GOOD}</p>",
        GOOD.replace("<iframe", f'<iframe src="{SOURCE}"'),
        GOOD.replace(" src=", " data-src="),
        f"https://open.spotify.com/embed/track/{ID}",
        f'<a href="https://open.spotify.com/track/{ID}">x</a>',
        f'<iframe title="x src="{SOURCE}"></iframe>',
        "",
    ],
)
async def test_anything_else_is_nothing(server: Scripted, links: ShortLinks, said: str) -> None:
    """The id comes out of a frame that is nothing but Spotify's; out of anything else it does not."""
    server.script = [reply(200, {"html": said, "title": f"https://open.spotify.com/track/{ID}"})]
    assert await links.lookup(SHORT) is None


@pytest.mark.parametrize(
    "answer",
    [
        Reply(302, headers={"Location": f"https://open.spotify.com/track/{ID}"}),
        Reply(404, b"Not Found"),
        Reply(500, b""),
        Reply(429, b"", {"Retry-After": "60"}),
        Reply(200, b"<html>"),
        Reply(200, b'{"html": 5}'),
        Reply(200, b'{"html": null}'),
        DROP,
    ],
    ids=lambda answer: f"{answer.status} {answer.body!r}",
)
async def test_trouble(server: Scripted, links: ShortLinks, answer: Reply) -> None:
    """A redirect is not followed and nothing is tried twice: what cannot be told is not told."""
    server.script = [answer]
    assert await links.lookup(SHORT) is None
    assert len(server.calls) == 1


async def test_patience() -> None:
    """Nobody waits longer for it than a moment: two seconds."""
    assert PATIENCE_S == 2
    assert await ShortLinks(Endless(), patience_s=0.02).lookup(SHORT) is None


async def test_not_looked_up_without_a_way() -> None:
    """A client that was given no way to ask leaves short links alone."""
    assert await followed(SpotifyClient(NoWebApi()), SHORT) == SHORT


async def test_in_a_text(server: Scripted, links: ShortLinks) -> None:
    """Each of a text's short links is asked about once, and those nobody knows stay."""
    server.script = [embed()]
    text = f"a {SHORT}, {SHORT}?si=1 and more"
    url = f"https://open.spotify.com/track/{ID}"
    assert await followed(SpotifyClient(NoWebApi(), short_links=links), text) == f"a {url}, {url} and more"
    assert len(server.calls) == 1
    server.script = [Reply(404)]
    assert (
        await followed(SpotifyClient(NoWebApi(), short_links=links), "https://spotify.link/No")
        == "https://spotify.link/No"
    )
    assert await followed(SpotifyClient(NoWebApi(), short_links=links), "no link at all") == "no link at all"


async def test_not_more_than_twenty(server: Scripted, links: ShortLinks) -> None:
    """A text full of short links does not cost a request for each."""
    server.script = [embed()]
    await followed(
        SpotifyClient(NoWebApi(), short_links=links),
        " ".join(f"spotify.link/x{number}" for number in range(100)),
    )
    assert len(server.calls) == short_links.MOST


@settings(deadline=None)
@given(st.text())
def test_any_frame(said: str) -> None:
    """Whatever the answer holds, it is a usable reference or none."""
    ref = short_links._embedded(Response(200, json.dumps({"html": said}).encode()))
    assert ref is None or len(ref.id) == 22
