"""No token, code or client secret shows up in what gets printed, logged or raised."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import pytest

from bot.spotify.errors import SpotifyError
from bot.spotify.oauth import AppToken, Grant, UserToken
from bot.spotify.scopes import Scope
from bot.spotify.transport import Request, Response
from tests.bot.spotify.scripted import DROP, Reply, Scripted, reply

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import OAuth
    from tests.bot.spotify.conftest import Time

PLAYLIST = "01TapeHeadTestList0000"


def test_reprs(clock: Time, oauth: OAuth) -> None:
    """Printing what carries a secret does not print the secret."""
    carriers = [
        AppToken("marker", clock.now()),
        UserToken("marker", frozenset({"a"})),
        Grant("marker-a", "marker-r", clock.now(), None),
        Request(
            "POST", "https://accounts.spotify.com/api/token", {"Authorization": "marker"}, b"code=marker"
        ),
        Response(200, b'{"access_token":"marker"}'),
        oauth,
    ]
    assert "marker" not in repr(carriers)
    assert "marker" not in str([str(carrier) for carrier in carriers])


@pytest.mark.parametrize(
    "broken",
    [
        DROP,
        Reply(raw=b"nonsense\r\n\r\n", close=True),
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", close=True),
        Reply(500),
        Reply(200, b"{"),
        Reply(404),
        reply(
            400, {"error": "invalid_grant", "error_description": "not yours: marker-refresh-0123456789abcdef"}
        ),
        reply(403, {"error": {"status": 403, "message": "marker-user-0123456789abcdef is odd"}}),
    ],
)
async def test_errors_and_logs(
    server: Scripted, oauth: OAuth, client: SpotifyClient, caplog: pytest.LogCaptureFixture, broken: Reply
) -> None:
    """Whatever fails, neither the error, nor its whole chain of causes, nor any log at DEBUG holds a secret."""
    caplog.set_level(logging.DEBUG)
    server.script = [broken]
    token = UserToken("marker-user-0123456789abcdef", frozenset(Scope))
    said = []
    for attempt in (
        oauth.exchange("marker-code-0123456789abcdef", "marker-verifier-0123456789abcdef"),
        oauth.refresh("marker-refresh-0123456789abcdef"),
        oauth.app_token(),
        client.me(token),
        client.add_items(token, PLAYLIST, ["spotify:track:01TapeHeadTestTrack000"]),
    ):
        with pytest.raises(SpotifyError) as caught:
            await attempt
        error: BaseException | None = caught.value
        said.append("".join(traceback.format_exception(error)))
        while error is not None:
            said += [repr(error), repr(error.args), repr(vars(error))]
            error = error.__cause__ or error.__context__
    assert "marker" not in "".join(said)
    assert "marker" not in caplog.text
