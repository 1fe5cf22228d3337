"""The transport against a loopback server: what it sends, what it repeats, what it makes of broken answers."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.spotify.errors import (
    SpotifyOutcomeUnknownError,
    SpotifyRateLimitedError,
    SpotifyUnavailableError,
)
from bot.spotify.limiter import Limiter
from bot.spotify.purpose import Priority
from bot.spotify.transport import Request, Transport
from tests.bot.spotify.scripted import DROP, Reply, Scripted, reply

if TYPE_CHECKING:
    from tests.bot.spotify.conftest import Time

OK = Reply(200, b"{}")
BROKEN = {
    "dropped": DROP,
    "reset": Reply(raw=b"", reset=True),
    "reset in the body": Reply(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"snap', reset=True),
    "no HTTP": Reply(raw=b"SSH-2.0-surprise\r\n\r\n", close=True),
    "body cut off": Reply(raw=b'HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{"snap', close=True),
    "chunk cut off": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", close=True),
    "broken chunk": Reply(
        raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", close=True
    ),
    "broken gzip": Reply(200, b"not gzip at all", {"Content-Encoding": "gzip"}),
    "endless header": Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", close=True),
    "500": Reply(500),
    "502 html": Reply(502, b"<html>Bad gateway</html>"),
    "503": reply(503, {"error": {"status": 503, "message": "Service unavailable"}}),
    "408": Reply(408),
    "too much": Reply(200, b"x" * 100_001),
    "gzip bomb": Reply(200, gzip.compress(b"x" * 2_000_000), {"Content-Encoding": "gzip"}),
}

NOT_WHOLE = {
    "reset in the body",
    "body cut off",
    "chunk cut off",
    "broken gzip",
    "too much",
    "gzip bomb",
}


def get(server: Scripted, path: str = "/") -> Request:
    return Request("GET", server.url + path, {"Authorization": "Bearer marker"}, repeatable=True)


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_read_is_repeated(server: Scripted, transport: Transport, broken: Reply) -> None:
    """A read that failed for Spotify's trouble is tried again and heals."""
    server.script = [broken, OK]
    assert (await transport.send(get(server))).body == b"{}"
    assert len(server.calls) == 2


@pytest.mark.parametrize("broken", BROKEN.keys())
async def test_tries_in_all(server: Scripted, transport: Transport, clock: Time, broken: str) -> None:
    """A read goes out three times, not four (aiohttp's own repetition included), within a second or so.

    Twice, if its answer is cut off or too large.
    """
    server.script = [BROKEN[broken]]
    with pytest.raises(SpotifyUnavailableError) as caught:
        await transport.send(get(server))
    assert type(caught.value) is SpotifyUnavailableError
    assert clock.slept == ([0.25] if broken in NOT_WHOLE else [0.25, 0.5])
    assert len(server.calls) == len(clock.slept) + 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_write_is_sent_once(
    server: Scripted, transport: Transport, clock: Time, broken: Reply, method: str
) -> None:
    """A write that may have arrived is never sent again, whatever became of the answer."""
    server.script = [broken, OK]
    with pytest.raises(SpotifyOutcomeUnknownError):
        await transport.send(Request(method, server.url, {}, b"{}"))
    assert len(server.calls) == 1
    assert clock.slept == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_kept_connection_breaks(server: Scripted, transport: Transport, method: str) -> None:
    """When a kept connection breaks, aiohttp repeats GET, PUT and DELETE by itself; not for us."""
    server.script = [OK, DROP, OK]
    await transport.send(get(server))
    with pytest.raises(SpotifyOutcomeUnknownError):
        await transport.send(Request(method, server.url, {}, None))
    assert [call.connection for call in server.calls] == [1, 1]


async def test_aiohttp_would_repeat(server: Scripted) -> None:
    """A plain session sends the same PUT twice, on a fresh connection too: the test above means something."""
    server.script = [DROP, OK]
    async with aiohttp.ClientSession() as session, session.put(server.url) as answer:
        assert answer.status == 200
    assert len(server.calls) == 2


async def test_late_429_leaves_an_earlier_try_open(server: Scripted, transport: Transport) -> None:
    """A repeatable change that may have taken effect is unknown, though its second try was refused for sure."""
    server.script = [Reply(503), Reply(429, headers={"Retry-After": "60"})]
    with pytest.raises(SpotifyOutcomeUnknownError):
        await transport.send(Request("PUT", server.url, {}, b"", repeatable=True, changes=True))
    with pytest.raises(SpotifyRateLimitedError):
        await transport.send(get(server))
    assert len(server.calls) == 2


@pytest.mark.parametrize("repeatable", [True, False])
async def test_refused_connection(transport: Transport, *, repeatable: bool) -> None:
    """Where no connection came about nothing was sent, so nothing is unknown."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SpotifyUnavailableError) as caught:
        await transport.send(Request("POST", f"http://127.0.0.1:{port}/", {}, b"", repeatable))
    assert not isinstance(caught.value, SpotifyOutcomeUnknownError)


@pytest.mark.parametrize(
    ("method", "error"), [("GET", SpotifyUnavailableError), ("POST", SpotifyOutcomeUnknownError)]
)
async def test_no_answer_in_time(
    server: Scripted, session: aiohttp.ClientSession, clock: Time, method: str, error: type[Exception]
) -> None:
    """A silent Spotify is given up after the time-out; what a write did is then unknown."""
    server.script = [Reply(hold=asyncio.Event())]
    transport = Transport(session, Limiter(clock.now), sleep=clock.sleep, timeout_s=0.4)
    with pytest.raises(error):
        await transport.send(Request(method, server.url, {}, None, repeatable=method == "GET"))
    assert len(server.calls) == (3 if method == "GET" else 1)


async def test_budget(server: Scripted, transport: Transport, clock: Time) -> None:
    """When a try took so long that the member has waited enough, no further one begins."""
    held = asyncio.Event()
    server.script = [Reply(500, hold=held), OK]
    sending = asyncio.create_task(transport.send(get(server)))
    await server.received(1)
    clock.passed_s += 8
    held.set()
    with pytest.raises(SpotifyUnavailableError):
        await sending
    assert len(server.calls) == 1


@pytest.mark.parametrize("status", [200, 201, 204, 304, 400, 401, 403, 404])
async def test_answers_come_as_they_are(server: Scripted, transport: Transport, status: int) -> None:
    """Every answer that is one is handed on with its status, and sent for once."""
    server.script = [Reply(status, b"" if status in {204, 304} else b"words")]
    response = await transport.send(get(server))
    assert (response.status, response.body) == (status, b"" if status in {204, 304} else b"words")
    assert len(server.calls) == 1


async def test_redirect_is_not_followed(server: Scripted, transport: Transport) -> None:
    """An Authorization header never travels to where a redirect points."""
    server.script = [Reply(302, headers={"Location": "http://127.0.0.1:9/elsewhere"})]
    assert (await transport.send(get(server))).status == 302


async def test_body_in_pieces(server: Scripted, transport: Transport) -> None:
    """A body in many chunks, deflated, arrives whole."""
    text = bytes(range(256)) * 300
    packed = zlib.compress(text)
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (packed[:100], packed[100:]))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.script = [Reply(raw=head + pieces + b"0\r\n\r\n")]
    assert (await transport.send(get(server))).body == text


async def test_body_at_the_limit(server: Scripted, transport: Transport) -> None:
    """A body of exactly the limit passes."""
    server.script = [Reply(200, b"x" * 100_000)]
    assert len((await transport.send(get(server))).body) == 100_000


async def test_connection_is_kept(server: Scripted, transport: Transport) -> None:
    """Requests one after another share a connection; no cookie is kept with it."""
    server.script = [Reply(200, b"{}", {"Set-Cookie": "who=ada"})]
    for _ in range(3):
        await transport.send(get(server))
    assert {call.connection for call in server.calls} == {1}
    assert all("cookie" not in call.headers for call in server.calls)


async def test_address_arrives_unchanged(server: Scripted, transport: Transport) -> None:
    """Plus, percent and slash of a query arrive as they were encoded."""
    server.script = [OK]
    await transport.send(get(server, "/v1/search?q=a%2Bb%20%26%2F%25%C3%A4"))
    assert server.calls[0].target == "/v1/search?q=a%2Bb%20%26%2F%25%C3%A4"


async def test_429_is_not_slept_through(server: Scripted, transport: Transport, clock: Time) -> None:
    """A 429 fails at once with the time, and so does everything until then, without a request."""
    server.script = [reply(429, {"error": {"status": 429, "message": "x"}}, Retry_After="7200"), OK]
    for _ in range(2):
        with pytest.raises(SpotifyRateLimitedError) as caught:
            await transport.send(get(server))
        assert (caught.value.until - clock.now()).total_seconds() == 7200
    assert len(server.calls) == 1
    assert clock.slept == []
    clock.passed_s += 7200
    assert (await transport.send(get(server))).status == 200


async def test_short_429_of_verification(server: Scripted, transport: Transport, clock: Time) -> None:
    """Only what no person waits for outlasts a 429, of five seconds at most, and once."""
    slow_down = Reply(429, headers={"Retry-After": "5"})
    server.script = [slow_down, OK, slow_down]
    verify = Request("GET", server.url, {}, repeatable=True, priority=Priority.VERIFY)
    assert (await transport.send(verify)).status == 200
    assert clock.slept == [5.0]
    with pytest.raises(SpotifyRateLimitedError):
        await transport.send(verify)
    assert len(server.calls) == 4


@pytest.mark.parametrize(
    "broken",
    [
        Reply(raw=b"HTTP/1.1 429 Slow\r\nRetry-After: 90\r\nContent-Length: 90\r\n\r\n{", close=True),
        Reply(429, b"x" * 100_001, {"Retry-After": "90"}),
        Reply(429, b"zip?", {"Retry-After": "90", "Content-Encoding": "gzip"}),
    ],
    ids=["cut off", "too much", "broken gzip"],
)
async def test_429_with_a_broken_body(
    server: Scripted, transport: Transport, clock: Time, broken: Reply
) -> None:
    """The status alone makes it a 429: it is not taken for a fault and repeated."""
    server.script = [broken]
    with pytest.raises(SpotifyRateLimitedError) as caught:
        await transport.send(get(server))
    assert (caught.value.until - clock.now()).total_seconds() == 90
    assert len(server.calls) == 1


async def test_block_during_retry(server: Scripted, transport: Transport, limiter: Limiter) -> None:
    """A read that waits for its next try gives up when somebody else is told to wait meanwhile."""
    held = asyncio.Event()
    server.script = [Reply(500, hold=held), OK]
    sending = asyncio.create_task(transport.send(get(server)))
    await server.received(1)
    limiter.block("60", quota=False)
    held.set()
    with pytest.raises(SpotifyRateLimitedError):
        await sending
    assert len(server.calls) == 1


async def test_three_at_a_time(server: Scripted, transport: Transport) -> None:
    """No more than three requests are under way at once, and all of fifty get their answer."""
    held = asyncio.Event()
    server.script = [Reply(200, b"{}", hold=held)]
    sending = [asyncio.create_task(transport.send(get(server))) for _ in range(50)]
    await server.received(3)
    await asyncio.sleep(0)
    assert len(server.calls) == 3
    held.set()
    assert {response.status for response in await asyncio.gather(*sending)} == {200}


async def test_cancelled_request_frees_its_place(server: Scripted, transport: Transport) -> None:
    """A command that is given up does not keep a place from others."""
    server.script = [Reply(hold=asyncio.Event())] * 3 + [OK]
    sending = [asyncio.create_task(transport.send(get(server))) for _ in range(3)]
    await server.received(3)
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    assert (await transport.send(get(server))).status == 200
