"""Spotify's errors, row by row as our notes list them (spotify.md 2.4, 2.6, 3.1, 3.2), in every form they come in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.spotify import errors
from tests.bot.spotify.scripted import DROP, Reply, Scripted

if TYPE_CHECKING:
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import OAuth, UserToken

TRACK = "01TapeHeadTestTrack000"
LIST = "01TapeHeadTestList0000"
PREMIUM = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, "
    "it can take a few hours before requests are allowed again."
)
NOT_LISTED = "Check settings on developer.spotify.com/dashboard, the user may not be registered."

Row = tuple[int, str, str | None, type[errors.SpotifyError]]

# status, words, reason, the error
ROWS: list[Row] = [
    (400, "invalid id", None, errors.SpotifyRequestError),
    (400, "Invalid limit", None, errors.SpotifyRequestError),
    (400, "Missing required field: uris", None, errors.SpotifyRequestError),
    (400, "No uris provided", None, errors.SpotifyRequestError),
    (400, "You can add a maximum of 100 tracks per request.", None, errors.SpotifyRequestError),
    (401, "The access token expired", None, errors.SpotifyUnauthorizedError),
    (403, NOT_LISTED, None, errors.SpotifyNotRegisteredError),
    (403, PREMIUM, None, errors.SpotifyOwnerPremiumError),
    (403, "Insufficient client scope", None, errors.SpotifyScopeError),
    (403, "Playlist size limit reached", None, errors.SpotifyPlaylistFullError),
    (403, "Forbidden", None, errors.SpotifyForbiddenError),
    (403, "Player command failed: Premium required", "PREMIUM_REQUIRED", errors.SpotifyPremiumError),
    (403, "Player command failed", "ALREADY_PAUSED", errors.SpotifyForbiddenError),
    (403, "Player command failed", "A_WORD_OF_TOMORROW", errors.SpotifyForbiddenError),
    (404, "Resource not found", None, errors.SpotifyNotFoundError),
    (404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE", errors.SpotifyNoDeviceError),
    (405, "Method not allowed", None, errors.SpotifyRequestError),
    (413, "Payload too large", None, errors.SpotifyRequestError),
    (429, "Too many requests", "QUOTA_EXCEEDED", errors.SpotifyRateLimitedError),
    (429, "API rate limit exceeded", None, errors.SpotifyRateLimitedError),
    (500, "Server error", None, errors.SpotifyUnavailableError),
    (502, "Bad gateway", None, errors.SpotifyUnavailableError),
    (503, "Service unavailable", None, errors.SpotifyUnavailableError),
]
# What is left of an error when its words are lost: by status alone.
PLAIN: dict[int, type[errors.SpotifyError]] = {
    403: errors.SpotifyForbiddenError,
    404: errors.SpotifyNotFoundError,
}


def forms(status: int, words: str, reason: str | None) -> dict[str, bytes]:
    error: dict[str, Any] = {"status": status, "message": words}
    if reason:
        error["reason"] = reason
    whole = json.dumps({"error": error}).encode()
    return {
        "json": whole,
        "text": words.encode(),
        "empty": b"",
        "cut": whole[: len(whole) // 3],
        "odd": b"[]",
    }


@pytest.mark.parametrize("form", ["json", "text", "empty", "cut", "odd"])
@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[1][:20]}" for row in ROWS])
async def test_row(
    server: Scripted,
    client: SpotifyClient,
    user_token: UserToken,
    row: Row,
    form: str,
) -> None:
    """A read fails with the row's error, its facts as attributes; without readable words the status decides."""
    status, words, reason, kind = row
    server.script = [Reply(status, forms(status, words, reason)[form])]
    with pytest.raises(errors.SpotifyError) as caught:
        await client.track(user_token, TRACK)
    error = caught.value
    if form == "json":
        assert type(error) is kind
        if not isinstance(error, errors.SpotifyRateLimitedError | errors.SpotifyUnavailableError):
            assert (error.message, error.reason) == (words, reason)
    elif form == "text":
        assert isinstance(error, PLAIN.get(status, kind))
    else:
        assert type(error) is PLAIN.get(status, kind)
    if isinstance(error, errors.SpotifyRateLimitedError):
        assert error.quota is (form == "json" and reason == "QUOTA_EXCEEDED")
    assert error.status == status


@pytest.mark.parametrize("form", ["json", "text", "empty", "cut", "odd"])
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_write_that_may_have_happened(
    server: Scripted, client: SpotifyClient, user_token: UserToken, status: int, form: str
) -> None:
    """Spotify's own trouble leaves a write unknown, never failed, whatever the body says."""
    server.script = [Reply(status, forms(status, "Server error", None)[form])]
    uri = f"spotify:track:{TRACK}"
    for write in (
        client.add_items(user_token, LIST, [uri]),
        client.remove_items(user_token, LIST, [uri]),
        client.replace_items(user_token, LIST, [uri]),
        client.create_playlist(user_token, "Tape"),
        client.change_playlist(user_token, LIST, name="Tape"),
        client.save(user_token, [uri]),
        client.skip(user_token),
    ):
        with pytest.raises(errors.SpotifyOutcomeUnknownError):
            await write


async def test_lost_answers(server: Scripted, client: SpotifyClient, user_token: UserToken) -> None:
    """So does an answer that is cut off or never comes."""
    cut = Reply(raw=b'HTTP/1.1 201 Created\r\nContent-Length: 40\r\n\r\n{"snap', close=True)
    for lost in (DROP, cut, Reply(201, b'{"snapshot_id":'), Reply(200, b"<html>")):
        server.script = [lost]
        with pytest.raises(errors.SpotifyOutcomeUnknownError):
            await client.add_items(user_token, LIST, [f"spotify:track:{TRACK}"])


TOKEN_ROWS: list[Row] = [
    (400, "invalid_grant", "Refresh token expired", errors.SpotifyGrantError),
    (400, "invalid_grant", "Refresh token revoked", errors.SpotifyGrantError),
    (400, "invalid_grant", "Invalid authorization code", errors.SpotifyGrantError),
    (400, "invalid_client", "Invalid client secret", errors.SpotifyCredentialsError),
    (401, "invalid_client", "Invalid client", errors.SpotifyCredentialsError),
    (400, "invalid_request", "code_verifier is missing", errors.SpotifyRequestError),
    (400, "unsupported_grant_type", None, errors.SpotifyRequestError),
    (400, "server_error", None, errors.SpotifyUnavailableError),
]


@pytest.mark.parametrize("row", TOKEN_ROWS, ids=[f"{row[1]} {row[2]}" for row in TOKEN_ROWS])
async def test_token_row(server: Scripted, oauth: OAuth, row: Row) -> None:
    """An error of the accounts service carries its `error` and `error_description`."""
    status, word, description, kind = row
    server.script = [Reply(status, json.dumps({"error": word, "error_description": description}).encode())]
    with pytest.raises(kind) as caught:
        await oauth.refresh("r")
    assert type(caught.value) is kind
    assert (caught.value.error, caught.value.error_description) == (word, description)
    server.script = [Reply(status, word.encode())]  # as bare text it proves nothing about anybody
    with pytest.raises(errors.SpotifyUnavailableError):
        await oauth.refresh("r")
