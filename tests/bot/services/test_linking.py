"""Linking: the whole way, what is kept of it, linking again, and unlinking."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import (
    BotError,
    LinkExpiredError,
)
from bot.services.linking import PLAYLIST_SCOPES
from bot.spotify.errors import (
    SpotifyError,
    SpotifyNotRegisteredError,
    SpotifyUnavailableError,
)
from tests.bot.link_desk import ADA, Desk


async def test_whole_way(desk: Desk) -> None:
    """Page, Spotify, six digits: then the account is linked, with what was granted, and nothing else is kept."""
    cookie, digits = await desk.digits()
    assert re.fullmatch(r"[0-9]{6}", digits)
    assert await desk.stores.accounts.of_member(ADA) is None  # not before the code
    linked = await desk.linking.confirm(ADA, digits)
    assert linked.display_name == "Ada L."
    kept = await desk.stores.accounts.of_member(ADA)
    assert kept is not None
    assert kept == replace(linked.account, version=kept.version)
    assert (kept.account_id, kept.spotify_id, kept.scopes) == ("account-1", "ada-at-spotify", PLAYLIST_SCOPES)
    assert (kept.tokens.access, kept.tokens.refresh) == ("access-1", "refresh-1")
    assert desk.time.now() - kept.authorized_at < timedelta(milliseconds=1)
    assert await desk.stores.attempts.of_member(ADA, desk.time.now()) is None
    with pytest.raises(LinkExpiredError):
        await desk.linking.code_for(cookie)


async def test_only_hashes_are_kept(desk: Desk) -> None:
    """No secret that a browser holds is in the record: neither token, state, cookie nor the six digits."""
    token = await desk.token()
    cookie, answer = await desk.consented(token)
    started = await desk.stores.attempts.of_member(ADA, desk.time.now())
    await desk.come_back(cookie, answer)
    digits = (await desk.linking.code_for(cookie)).digits
    waiting = await desk.stores.attempts.of_member(ADA, desk.time.now())
    for attempt in (started, waiting):
        assert attempt is not None
        whole = str([getattr(attempt, name) for name in attempt.__slots__])
        assert not [secret for secret in (token, cookie, answer.state, digits) if secret in whole]
    assert waiting is not None
    assert waiting.verifier is None


async def test_codes_differ(desk: Desk) -> None:
    """Each attempt has its own code, also for the same member and account."""
    codes = {(await desk.digits())[1] for _ in range(5)}
    assert len(codes) > 1


async def test_linking_again(desk: Desk) -> None:
    """The same member may link the same account again: new tokens, a new consent date, and more scopes are kept."""
    await desk.linking.confirm(ADA, (await desk.digits())[1])
    desk.time.pass_by(days=30)
    begun = await desk.linking.begin(ADA, "Ada", scopes={"user-library-read"})
    assert begun.scopes == PLAYLIST_SCOPES | {"user-library-read"}
    await desk.linking.confirm(ADA, (await desk.digits())[1])
    kept = await desk.stores.accounts.of_member(ADA)
    assert kept is not None
    assert kept.tokens.access == "access-2"
    assert desk.time.now() - kept.authorized_at < timedelta(seconds=1)


async def test_granted_scopes_count(desk: Desk) -> None:
    """What Spotify granted is kept, not what we asked."""
    desk.spotify.scope = frozenset({"playlist-read-private"})
    linked = await desk.linking.confirm(ADA, (await desk.digits())[1])
    assert linked.account.scopes == {"playlist-read-private"}


async def test_old_account_without_account_id(desk: Desk) -> None:
    """Where Spotify sends no `account_id`, its `id` stands in."""
    desk.spotify.account_id = None
    linked = await desk.linking.confirm(ADA, (await desk.digits())[1])
    assert linked.account.account_id == "ada-at-spotify"


async def test_name_is_not_worth_failing(desk: Desk) -> None:
    """When Spotify fails right after the code was typed, the account is linked all the same, without its name."""
    _, digits = await desk.digits()
    desk.spotify.refusals["me"] = SpotifyUnavailableError()
    assert (await desk.linking.confirm(ADA, digits)).display_name is None
    assert await desk.stores.accounts.of_member(ADA) is not None


async def test_unlink(desk: Desk) -> None:
    """/unlink erases the account and a half-done attempt before it answers; twice is no error."""
    await desk.linking.confirm(ADA, (await desk.digits())[1])
    _, digits = await desk.digits()
    assert await desk.linking.unlink(ADA)
    assert await desk.nothing_is_left()
    assert not await desk.linking.unlink(ADA)
    with pytest.raises(LinkExpiredError):
        await desk.linking.confirm(ADA, digits)


async def test_secrets_have_no_repr(desk: Desk) -> None:
    """What is handed around can be logged by accident without giving anything away."""
    begun = await desk.linking.begin(ADA, "Ada")
    assert begun.page_url is not None
    token = begun.page_url.rpartition("/")[2]
    started = await desk.linking.start(token, None)
    answer = desk.spotify.consent(started.authorize_url)
    await desk.come_back(started.cookie, answer)
    shown = await desk.linking.code_for(started.cookie)
    linked = await desk.linking.confirm(ADA, shown.digits)
    text = repr([begun, started, shown, linked])
    secrets = (token, started.cookie, answer.state, shown.digits, "access-1", "refresh-1")
    assert not [secret for secret in secrets if secret in text]


def test_errors_of_both_trees() -> None:
    """Everything linking raises on purpose is one of the two trees that are put into words."""
    assert issubclass(LinkExpiredError, BotError)
    assert issubclass(SpotifyNotRegisteredError, SpotifyError)
