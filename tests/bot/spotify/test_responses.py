"""What answers mean: three kinds of 403, odd bodies, text fit for a log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyNotRegisteredError,
    SpotifyOwnerPremiumError,
    SpotifyPremiumError,
    SpotifyRequestError,
    SpotifyScopeError,
    SpotifyUnauthorizedError,
    SpotifyUnavailableError,
)
from bot.spotify.models import AlbumDetails, Me, PlaylistItem, Track
from bot.spotify.responses import error_of, quota_used_up, shortened, token_error_of
from bot.spotify.shapes import CursorShape, FoundShape, PageShape, SeveralShape, Shape
from tests.bot.spotify.recorded import recorded

if TYPE_CHECKING:
    from bot.spotify.api.calling import Reader

FORBIDDEN = [
    (
        "Check settings on developer.spotify.com/dashboard, the user may not be registered.",
        SpotifyNotRegisteredError,
    ),
    (
        "Check settings on https://developer.spotify.com/dashboard/applications, the user may not be registered.",
        SpotifyNotRegisteredError,
    ),
    ("User not registered in the Developer Dashboard", SpotifyNotRegisteredError),
    (
        (
            "Active premium subscription required for the owner of the app. When the subscription status changes, "
            "it can take a few hours before requests are allowed again."
        ),
        SpotifyOwnerPremiumError,
    ),
    (
        "Your application is blocked from accessing the Web API since you do not have a Spotify Premium subscription.",
        SpotifyOwnerPremiumError,
    ),
    ("Insufficient client scope", SpotifyScopeError),
    ("insufficient scope", SpotifyScopeError),
    ("Forbidden", SpotifyForbiddenError),
    ("You cannot add tracks to a playlist you don't own.", SpotifyForbiddenError),
    ("Player command failed: Premium required", SpotifyPremiumError),
    ("Player command failed: Restriction violated", SpotifyForbiddenError),
    ("", SpotifyForbiddenError),
]


@pytest.mark.parametrize(("text", "kind"), FORBIDDEN)
@pytest.mark.parametrize("form", ["json", "plain", "upper", "wrapped", "oauth"])
def test_kinds_of_403(text: str, kind: type[SpotifyError], form: str) -> None:
    """A 403 is told apart by its words, as JSON or bare, whatever their case and line breaks."""
    body = {
        "json": json.dumps({"error": {"status": 403, "message": text}}),
        "plain": text,
        "upper": text.upper(),
        "wrapped": text.replace(" ", "\r\n "),
        "oauth": json.dumps({"error": "forbidden", "error_description": text}),
    }[form]
    error = error_of(403, body.encode())
    assert type(error) is kind
    assert error.status == 403


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, SpotifyRequestError),
        (401, SpotifyUnauthorizedError),
        (403, SpotifyForbiddenError),
        (404, SpotifyNotFoundError),
        (405, SpotifyRequestError),
        (413, SpotifyRequestError),
        (204, SpotifyUnavailableError),
        (304, SpotifyUnavailableError),
        (500, SpotifyUnavailableError),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"<html><b>no</b></html>", b'{"error":', b"[1]", b'{"error":{"message":null}}']
)
def test_status_decides(status: int, kind: type[SpotifyError], body: bytes) -> None:
    """Whatever the body, the status says who must act."""
    assert type(error_of(status, body)) is kind


@given(st.integers(100, 599), st.binary(max_size=300))
def test_no_body_breaks_us(status: int, body: bytes) -> None:
    """Any bytes at all become an error of ours, an answer, or SpotifyUnavailableError."""
    for error in (error_of(status, body), token_error_of(status, body)):
        assert isinstance(error, SpotifyError)
        assert error.status == status
        assert len(error.message) <= 200
    quota_used_up(body)
    for shape in SHAPES:
        _read(shape, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["items", "tracks", "item", "track", "uri", "id", "name", "album", "total", "error"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
SHAPES: list[Reader[Any]] = [
    FoundShape(),
    CursorShape(Track, key="tracks"),
    SeveralShape(Track, key="tracks"),
    Shape(AlbumDetails),
    Shape(Me),
    Shape(Track),
    PageShape(Track, key="tracks"),
    PageShape(PlaylistItem),
]


@given(JSON)
def test_no_document_breaks_us(document: object) -> None:
    """Any JSON at all becomes an answer or SpotifyUnavailableError; a page keeps count of what it drops."""
    for shape in SHAPES:
        _read(shape, json.dumps(document).encode())


def _read(shape: Reader[Any], body: bytes) -> None:
    try:
        shape.read(body)
    except SpotifyUnavailableError as exc:
        assert exc.status == 200  # noqa: PT017 - both ways are fine, this is about the second


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"tracks":' * 50_000, b'{"total":1e999}', b"\xef\xbb\xbf{}"]
)
def test_hostile_body(body: bytes) -> None:
    """Endless nesting and impossible numbers are unreadable, nothing worse."""
    for shape in SHAPES:
        with pytest.raises(SpotifyUnavailableError):
            shape.read(body)
    assert isinstance(error_of(400, body), SpotifyRequestError)


@given(
    st.lists(
        st.sampled_from(
            [None, {"uri": "spotify:track:x"}, {"uri": None}, {}, "?", {"uri": "u", "name": None}]
        )
    )
)
def test_page_counts_what_it_drops(entries: list[Any]) -> None:
    """Good entries stay in their order, and all others are counted."""
    page = PageShape(Track).read(json.dumps({"items": entries, "total": 9}).encode())
    good = [entry["uri"] for entry in entries if isinstance(entry, dict) and entry.get("uri")]
    assert [track.uri for track in page.items] == good
    assert page.skipped == len(entries) - len(good)
    assert page.total == 9


def test_quota() -> None:
    """A used-up quota is told apart from the rate limit by its reason."""
    assert quota_used_up(recorded("error-quota"))
    assert not quota_used_up(recorded("error-rate"))
    assert not quota_used_up(b"Too many requests")
    assert not quota_used_up(b'{"error":"QUOTA_EXCEEDED"}')


@given(st.text(max_size=400))
def test_text_for_the_log(text: str) -> None:
    """Foreign text becomes one printable line of at most 200 characters."""
    line = shortened(text)
    assert len(line) <= 200
    assert line.isprintable()


def test_echoed_secrets_are_cut_out() -> None:
    """A token echoed in an error text does not get on; an id does."""
    assert shortened("bad token BQDtRd-4x_Ka9hQ2mZvLw8sYe") == "bad token [...]"
    assert shortened("no track 01TapeHeadTestTrack000") == "no track 01TapeHeadTestTrack000"
